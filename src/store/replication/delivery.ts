import { query } from '../database.ts'
import { parseDetails } from '../object-versions.ts'
import type { Publisher } from '../publishing.ts'
import type { SyncWrites, Writer } from '../writer/writer.ts'
import { type Admission, ruleReader, subjectOf } from './admission.ts'
import type { Delivered, Delivery } from './rows.ts'

interface WorkRow {
  readonly version_row: number
  readonly rule_row: number
  readonly size: number
}

interface PendingRow {
  readonly id: number
  readonly version_row: number
  readonly rule_row: number
  readonly admitted_at: number
  readonly key: string
}

interface SourceRow {
  readonly bucket_id: number
  readonly key: string
  readonly version_id: string
  readonly revision: number
  readonly is_delete_marker: 0 | 1
  readonly is_replica: 0 | 1
  readonly replication: string | null
  readonly size: number
  readonly etag: string
  readonly last_modified: number
  readonly counter: number
  readonly storage_class: string
  readonly details: string
}

type Names = 'deliver' | 'admitVersions' | 'releaseHeld' | 'passThresholds' | 'redateReplications'

/** Commands of replication: what becomes of its work. */
export function replicationWrites(
  { db }: Writer,
  { publishReplica, updateReplica }: Pick<Publisher, 'publishReplica' | 'updateReplica'>,
  admission: Admission,
): SyncWrites<Names> {
  const source = query<[number], SourceRow>(
    db,
    `SELECT bucket_id, key, version_id, revision, is_delete_marker, is_replica, replication, size, etag, last_modified, counter,
       storage_class, details FROM object_versions WHERE id = ?`,
  )
  const work = query<[number], WorkRow>(
    db,
    `SELECT version_row, rule_row, size FROM replications WHERE id = ? AND state = 'pending'`,
  )
  const finish = query<[state: string, reason: string | null, isCopied: 0 | 1, id: number]>(
    db,
    `UPDATE replications SET state = ?, reason = ?, is_copied = max(is_copied, ?), is_held = 0, threshold_at = NULL WHERE id = ?`,
  )
  const count = query<[bytes: number, failed: number, done: number, row: number]>(
    db,
    `UPDATE replication_rules SET pending_operations = pending_operations - 1, pending_bytes = pending_bytes - ?,
       failed = failed + ?, done = done + ? WHERE id = ?`,
  )
  const hold = query<[number]>(db, 'UPDATE replications SET is_held = 1 WHERE id = ?')
  const release = query<[number]>(
    db,
    'UPDATE replications SET is_held = 0 WHERE id IN (SELECT id FROM replications WHERE is_held = 1 ORDER BY id LIMIT ?)',
  )
  const ruleById = ruleReader({ db })
  const pending = query<[number, number], PendingRow>(
    db,
    `SELECT r.id, r.version_row, r.rule_row, r.admitted_at, v.key FROM replications r JOIN object_versions v ON v.id = r.version_row
     WHERE r.state = 'pending' AND r.id > ? ORDER BY r.id LIMIT ?`,
  )
  const redate = query<[number, number]>(db, 'UPDATE replications SET due_at = ? WHERE id = ?')
  const overdue = query<[number, number], { id: number }>(
    db,
    'SELECT id FROM replications WHERE threshold_at <= ? ORDER BY threshold_at, id LIMIT ?',
  )
  const passed = query<[number]>(db, 'UPDATE replications SET threshold_at = NULL WHERE id = ?')

  function deliver(delivery: Delivery): Delivered {
    const item = work.get(delivery.id)
    const version = item && source.get(item.version_row)
    if (!item) return 'gone'
    if (!version) {
      admission.drop(item.version_row)
      return 'gone'
    }
    if (delivery.act === 'hold') {
      hold.run(delivery.id)
      return 'held'
    }
    if ('revision' in delivery && delivery.revision !== version.revision) return 'changed'
    if (delivery.act === 'write' && !write(item, version, delivery)) return 'changed'
    if (delivery.act === 'update' && !updateReplica(delivery)) return 'changed'
    const reason = 'reason' in delivery ? (delivery.reason ?? null) : null
    finish.run(reason === null ? 'done' : 'failed', reason, delivery.act === 'write' ? 1 : 0, delivery.id)
    count.run(item.size, reason === null ? 0 : 1, reason === null ? 1 : 0, item.rule_row)
    admission.refreshStatus(item.version_row, version.is_replica === 1)
    return reason === null ? 'done' : 'failed'
  }

  function write(item: WorkRow, version: SourceRow, delivery: Delivery & { act: 'write' }): boolean {
    const { bucketId, ownerId, storageClass, details } = delivery
    return publishReplica(
      {
        bucketId,
        key: version.key,
        versionId: version.version_id,
        etag: version.etag,
        lastModified: version.last_modified,
        counter: version.counter,
        ownerId,
        storageClass,
        details,
      },
      version.is_delete_marker === 1 ? undefined : item.version_row,
    )
  }

  return {
    deliver: deliveries => deliveries.map(deliver),
    admitVersions(versionRows, at) {
      let admitted = 0
      let first: number | undefined
      for (const row of versionRows) {
        const version = source.get(row)
        // What was there before the bucket had versions is not replicated.
        if (!version || version.version_id === 'null') continue
        const { key, size } = version
        const isMarker = version.is_delete_marker === 1
        const subject = subjectOf({ key, storageClass: version.storage_class }, parseDetails(version.details), isMarker)
        const rules = admission.rulesFor(version.bucket_id, subject)
        if (rules.length === 0) continue
        const kind = isMarker ? 'DELETE_MARKER' : 'OBJECT_PUT'
        const due = admission.queue(row, rules, { kind, key, size, at })
        if (due !== undefined) first = Math.min(first ?? due, due)
        admission.refreshStatus(row, version.is_replica === 1)
        admitted += rules.length
      }
      return { admitted, replicateAt: first }
    },
    redateReplications(after, limit) {
      const rows = pending.all(after, limit)
      for (const { id, version_row: row, rule_row: rule, key, admitted_at: at } of rows) {
        redate.run(admission.dueAt(row, ruleById(rule), key, at), id)
      }
      return rows.length < limit ? undefined : rows.at(-1)?.id
    },
    releaseHeld: limit => release.run(limit).changes,
    passThresholds(now, limit) {
      const ids = overdue.all(now, limit).map(({ id }) => id)
      for (const id of ids) passed.run(id)
      return ids
    },
  }
}
