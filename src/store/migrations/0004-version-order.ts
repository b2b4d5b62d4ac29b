/**
 * The versions of a key are ordered by (creation time, counter, version id), wherever they were written. Until now they were ordered by
 * row: a version that is not newer than one before it takes that one's time and the next counter, so that the order stays.
 * `replication`: what `x-amz-replication-status` says.
 */
export const versionOrderSchema = `
ALTER TABLE object_versions ADD COLUMN counter INTEGER NOT NULL DEFAULT 0 CHECK (counter >= 0);
ALTER TABLE object_versions ADD COLUMN is_replica INTEGER NOT NULL DEFAULT 0 CHECK (is_replica IN (0, 1));
ALTER TABLE object_versions ADD COLUMN replication TEXT CHECK (replication IN ('PENDING', 'COMPLETED', 'FAILED', 'REPLICA'));

UPDATE object_versions SET last_modified = place.at, counter = place.n FROM (
  SELECT id, at, row_number() OVER (PARTITION BY bucket_id, key, at ORDER BY id) - 1 AS n FROM (
    SELECT id, bucket_id, key, max(last_modified) OVER (PARTITION BY bucket_id, key ORDER BY id) AS at FROM object_versions
  )
) AS place
WHERE object_versions.id = place.id AND (place.n > 0 OR place.at <> object_versions.last_modified);

DROP INDEX object_versions_by_key;
-- The writer reads from it alone what is newest.
CREATE INDEX object_versions_by_order ON object_versions (
  bucket_id, key, last_modified DESC, counter DESC, version_id DESC, is_replica
);
`
