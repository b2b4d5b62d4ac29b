/**
 * Large bodies become files of the data directory. What is read can be told from what was written: `digest` is null for rows of before,
 * else the block digest of the bytes in the row or its one chunk, or of the list of digests of a file, or the id of the manifest again.
 */
export const bodyDigestsSchema = `
ALTER TABLE object_versions ADD COLUMN digest INTEGER;
ALTER TABLE parts ADD COLUMN digest INTEGER;

-- Bodies that are files. digests has a 64-bit float (little-endian) for every 256 KiB.
CREATE TABLE body_files (
  body_id INTEGER PRIMARY KEY,
  size INTEGER NOT NULL CHECK (size > 0),
  digests BLOB NOT NULL CHECK (length(digests) = 8 * ((size + 262143) / 262144))
) STRICT;
`
