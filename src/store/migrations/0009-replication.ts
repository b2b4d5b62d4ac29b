/** Replication: rules as they were put, and what is to be done, was done or failed for each version and destination. */
export const replicationSchema = `
ALTER TABLE buckets ADD COLUMN replicates INTEGER NOT NULL DEFAULT 0 CHECK (replicates IN (0, 1));

-- Work keeps the rule it was admitted under, so a rule outlives the configuration it stood in; it never changes. The sums are those of the
-- work admitted under it.
CREATE TABLE replication_rules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket_id INTEGER NOT NULL REFERENCES buckets ON DELETE CASCADE,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  destination TEXT NOT NULL,
  definition TEXT NOT NULL,
  pending_operations INTEGER NOT NULL DEFAULT 0 CHECK (pending_operations >= 0),
  pending_bytes INTEGER NOT NULL DEFAULT 0 CHECK (pending_bytes >= 0),
  failed INTEGER NOT NULL DEFAULT 0 CHECK (failed >= 0),
  done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX replication_rules_by_bucket ON replication_rules (bucket_id, is_active);
CREATE INDEX replication_rules_pending ON replication_rules (id) WHERE pending_operations > 0;

-- The id is the order of admission: work that begins anew has a new one.
CREATE TABLE replications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  version_row INTEGER NOT NULL,
  destination TEXT NOT NULL,
  rule_row INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('OBJECT_PUT', 'DELETE_MARKER', 'TAGGING', 'ACL', 'RETENTION', 'LEGAL_HOLD')),
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
  reason TEXT,
  -- The replica was written once.
  is_copied INTEGER NOT NULL CHECK (is_copied IN (0, 1)),
  is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1)),
  size INTEGER NOT NULL,
  admitted_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  -- When it will have taken too long; gone once that was said.
  threshold_at INTEGER,
  UNIQUE (version_row, destination)
) STRICT;
CREATE INDEX replications_due ON replications (rule_row, due_at, id) WHERE state = 'pending' AND is_held = 0;
CREATE INDEX replications_oldest ON replications (rule_row, admitted_at) WHERE state = 'pending';
CREATE INDEX replications_held ON replications (id) WHERE is_held = 1;
CREATE INDEX replications_thresholds ON replications (threshold_at) WHERE threshold_at IS NOT NULL;
`
