/**
 * Times are milliseconds since the epoch, sizes bytes, booleans 0 or 1. Text sorts by its UTF-8 bytes (BINARY), which is S3's order.
 * Ids that other rows, readers or messages refer to never come back (AUTOINCREMENT).
 */
export const initialSchema = `
CREATE TABLE buckets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  region TEXT NOT NULL,
  account_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  versioning TEXT CHECK (versioning IN ('Enabled', 'Suspended')),
  object_lock INTEGER NOT NULL CHECK (object_lock IN (0, 1)),
  request_payer TEXT NOT NULL CHECK (request_payer IN ('BucketOwner', 'Requester')),
  object_ownership TEXT CHECK (object_ownership IN ('BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter')),
  public_access_block TEXT,
  policy TEXT
) STRICT;
CREATE INDEX buckets_by_account ON buckets (account_id, name);

CREATE TABLE bucket_configurations (
  bucket_id INTEGER NOT NULL REFERENCES buckets ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (bucket_id, name)
) STRICT, WITHOUT ROWID;

-- Bytes of a version: in the row, or chunks under body_id, or the parts under manifest_id. A delete marker has none.
CREATE TABLE object_versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL DEFAULT 1,
  bucket_id INTEGER NOT NULL REFERENCES buckets,
  key TEXT NOT NULL CHECK (key <> ''),
  version_id TEXT NOT NULL CHECK (version_id <> ''),
  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
  is_delete_marker INTEGER NOT NULL CHECK (is_delete_marker IN (0, 1)),
  size INTEGER NOT NULL CHECK (size >= 0),
  etag TEXT NOT NULL,
  last_modified INTEGER NOT NULL,
  owner_id TEXT NOT NULL,
  storage_class TEXT NOT NULL,
  part_count INTEGER CHECK (part_count > 0),
  details TEXT NOT NULL,
  body_id INTEGER,
  manifest_id INTEGER,
  body BLOB CHECK (body IS NULL OR length(body) = size),
  CHECK ((body IS NOT NULL) + (body_id IS NOT NULL) + (manifest_id IS NOT NULL) = 1 - is_delete_marker),
  CHECK ((manifest_id IS NULL) = (part_count IS NULL)),
  UNIQUE (bucket_id, key, version_id)
) STRICT;
CREATE UNIQUE INDEX object_versions_current ON object_versions (bucket_id, key) WHERE is_current = 1;
CREATE INDEX object_versions_by_key ON object_versions (bucket_id, key, id DESC);
-- All that a listing shows, so that a page of it reads this index alone.
CREATE INDEX object_versions_listed ON object_versions (
  bucket_id, key, revision, version_id, size, etag, last_modified, owner_id, storage_class, part_count, details
) WHERE is_current = 1 AND is_delete_marker = 0;
CREATE INDEX object_versions_by_body ON object_versions (body_id) WHERE body_id IS NOT NULL;
CREATE INDEX object_versions_by_manifest ON object_versions (manifest_id) WHERE manifest_id IS NOT NULL;

-- A completed upload stays for a while, to answer a repeated Complete with.
CREATE TABLE uploads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  upload_id TEXT NOT NULL UNIQUE,
  bucket_id INTEGER NOT NULL REFERENCES buckets,
  key TEXT NOT NULL CHECK (key <> ''),
  initiated_at INTEGER NOT NULL,
  initiator_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  storage_class TEXT NOT NULL,
  checksum_algorithm TEXT,
  checksum_type TEXT CHECK (checksum_type IN ('FULL_OBJECT', 'COMPOSITE')),
  details TEXT NOT NULL,
  -- Row of the key's current version when the upload began; 0 once the key was deleted under it.
  began_over INTEGER,
  completed TEXT
) STRICT;
CREATE INDEX uploads_by_bucket ON uploads (bucket_id);
CREATE INDEX uploads_open ON uploads (bucket_id, key, initiated_at, id) WHERE completed IS NULL;
CREATE INDEX uploads_completed ON uploads (id) WHERE completed IS NOT NULL;

-- Parts of an open upload, and afterwards the manifest of the object made of them: manifest_id is the id of the upload. The object may
-- outlive the upload's row and may be shared by several versions, so it is no foreign key.
CREATE TABLE parts (
  id INTEGER PRIMARY KEY,
  manifest_id INTEGER NOT NULL,
  part_number INTEGER NOT NULL CHECK (part_number > 0),
  size INTEGER NOT NULL CHECK (size >= 0),
  etag TEXT NOT NULL,
  last_modified INTEGER NOT NULL,
  checksum_algorithm TEXT,
  checksum_value TEXT,
  body_id INTEGER NOT NULL,
  -- First byte within the object; known once the upload is completed.
  start INTEGER CHECK (start >= 0),
  UNIQUE (manifest_id, part_number),
  CHECK ((checksum_algorithm IS NULL) = (checksum_value IS NULL))
) STRICT;
CREATE INDEX parts_by_start ON parts (manifest_id, start, part_number) WHERE start IS NOT NULL;
CREATE INDEX parts_by_body ON parts (body_id);

-- Chunk n of a body is at position body_id * 2^20 + n; all but the last have 256 KiB.
CREATE TABLE body_chunks (
  position INTEGER PRIMARY KEY,
  data BLOB NOT NULL CHECK (length(data) BETWEEN 1 AND 262144)
) STRICT;

CREATE TABLE multi_region_access_points (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  alias TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  ready_at INTEGER NOT NULL,
  deleting_at INTEGER,
  gone_at INTEGER,
  public_access_block TEXT NOT NULL,
  CHECK ((deleting_at IS NULL) = (gone_at IS NULL)),
  CHECK (gone_at >= deleting_at)
) STRICT;
CREATE UNIQUE INDEX multi_region_access_points_alive ON multi_region_access_points (account_id, name) WHERE gone_at IS NULL;
CREATE INDEX multi_region_access_points_by_name ON multi_region_access_points (account_id, name);

CREATE TABLE mrap_regions (
  mrap_id INTEGER NOT NULL REFERENCES multi_region_access_points,
  position INTEGER NOT NULL,
  bucket TEXT NOT NULL,
  region TEXT NOT NULL,
  bucket_account_id TEXT NOT NULL,
  PRIMARY KEY (mrap_id, position),
  UNIQUE (mrap_id, region)
) STRICT, WITHOUT ROWID;
CREATE INDEX mrap_regions_by_bucket ON mrap_regions (bucket, bucket_account_id);

CREATE TABLE route_settings (
  id INTEGER PRIMARY KEY,
  mrap_id INTEGER NOT NULL REFERENCES multi_region_access_points,
  region TEXT NOT NULL,
  traffic_dial_percentage INTEGER NOT NULL CHECK (traffic_dial_percentage BETWEEN 0 AND 100),
  submitted_at INTEGER NOT NULL,
  effective_at INTEGER NOT NULL
) STRICT;
CREATE INDEX route_settings_by_mrap ON route_settings (mrap_id, id);

CREATE TABLE mrap_policies (
  id INTEGER PRIMARY KEY,
  mrap_id INTEGER NOT NULL REFERENCES multi_region_access_points,
  policy TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  established_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mrap_policies_by_mrap ON mrap_policies (mrap_id, id);

CREATE TABLE async_operations (
  id INTEGER PRIMARY KEY,
  token TEXT NOT NULL,
  account_id TEXT NOT NULL,
  client_token TEXT NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN
    ('CreateMultiRegionAccessPoint', 'DeleteMultiRegionAccessPoint', 'PutMultiRegionAccessPointPolicy')),
  parameters TEXT NOT NULL,
  mrap_name TEXT GENERATED ALWAYS AS (json_extract(parameters, '$.Name')) STORED,
  submitted_at INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  failure TEXT,
  regions TEXT NOT NULL,
  UNIQUE (account_id, token),
  UNIQUE (account_id, operation, client_token)
) STRICT;
CREATE INDEX async_operations_by_mrap ON async_operations (account_id, mrap_name, due_at);
`
