import { type Database, query } from '../database.ts'
import type { StoreReads } from '../store.ts'
import { ruleReader } from './admission.ts'
import type { ReplicationKind, ReplicationState, ReplicationWork } from './rows.ts'

interface WorkRow {
  readonly id: number
  readonly version_row: number
  readonly rule_row: number
  readonly kind: ReplicationKind
  readonly is_copied: 0 | 1
  readonly size: number
  readonly admitted_at: number
  readonly due_at: number
}

interface RuleRow {
  readonly id: number
  readonly is_active: 0 | 1
  readonly pending_operations: number
  readonly pending_bytes: number
  readonly failed: number
  readonly done: number
}

interface StateRow {
  readonly rule_row: number
  readonly destination: string
  readonly kind: ReplicationKind
  readonly state: ReplicationState['state']
  readonly reason: string | null
  readonly due_at: number
}

type Names =
  | 'listReplicationTotals'
  | 'listReplicationWork'
  | 'findOldestReplication'
  | 'countReplicationWork'
  | 'listReplicationStates'
  | 'findReplicationWork'
  | 'listReplicationWorkAfter'
  | 'listThresholdsAfter'
  | 'findNextThreshold'

/** Lookups of replication: rules, sums, work. */
export function replicationReads(db: Database): Pick<StoreReads, Names> {
  const ruleById = ruleReader({ db })
  const totals = query<[], RuleRow>(
    db,
    'SELECT id, is_active, pending_operations, pending_bytes, failed, done FROM replication_rules ORDER BY id',
  )
  const pending = query<[], { id: number }>(
    db,
    'SELECT id FROM replication_rules INDEXED BY replication_rules_pending WHERE pending_operations > 0 ORDER BY id',
  )
  const columns = 'id, version_row, rule_row, kind, is_copied, size, admitted_at, due_at'
  const due = query<[number, number, number], WorkRow>(
    db,
    `SELECT ${columns} FROM replications INDEXED BY replications_due
     WHERE rule_row = ? AND state = 'pending' AND is_held = 0 AND due_at <= ? ORDER BY due_at, id LIMIT ?`,
  )
  const dueAfter = query<[number, number], { at: number }>(
    db,
    `SELECT due_at AS at FROM replications INDEXED BY replications_due
     WHERE rule_row = ? AND state = 'pending' AND is_held = 0 AND due_at > ? ORDER BY due_at LIMIT 1`,
  )
  const dueAt = query<[number, number, number], WorkRow>(
    db,
    `SELECT ${columns} FROM replications INDEXED BY replications_due
     WHERE rule_row = ? AND state = 'pending' AND is_held = 0 AND due_at = ? ORDER BY id LIMIT ?`,
  )
  const thresholds = query<[number, number], WorkRow & { threshold_at: number }>(
    db,
    `SELECT ${columns}, threshold_at FROM replications
     WHERE threshold_at = (SELECT min(threshold_at) FROM replications WHERE threshold_at > ?) ORDER BY id LIMIT ?`,
  )
  const byId = query<[number], WorkRow>(db, `SELECT ${columns} FROM replications WHERE id = ?`)
  const oldest = query<[number], { at: number | null }>(
    db,
    `SELECT min(admitted_at) AS at FROM replications INDEXED BY replications_oldest WHERE rule_row = ? AND state = 'pending'`,
  )
  const countOf = query<[number, string, string], { n: number }>(
    db,
    `SELECT count(*) AS n FROM replications r JOIN object_versions v ON v.id = r.version_row
     WHERE r.rule_row = ? AND r.state = 'pending' AND substr(v.key, 1, length(?)) = ?`,
  )
  const states = query<[number], StateRow>(
    db,
    'SELECT rule_row, destination, kind, state, reason, due_at FROM replications WHERE version_row = ? ORDER BY id',
  )
  const threshold = query<[], { at: number | null }>(
    db,
    'SELECT min(threshold_at) AS at FROM replications WHERE threshold_at IS NOT NULL',
  )
  return {
    listReplicationTotals: () =>
      totals.all().map(row => ({
        rule: ruleById(row.id),
        isActive: row.is_active === 1,
        pendingOperations: row.pending_operations,
        pendingBytes: row.pending_bytes,
        failed: row.failed,
        done: row.done,
      })),
    listReplicationWork(isRunning, until, limit) {
      const found: WorkRow[] = []
      for (const { id } of pending.all()) {
        if (isRunning(ruleById(id))) found.push(...due.all(id, until, limit))
      }
      return found
        .sort((a, b) => a.due_at - b.due_at || a.id - b.id)
        .slice(0, limit)
        .map(toWork)
    },
    listReplicationWorkAfter(isRunning, after, limit) {
      const rows = pending.all().filter(({ id }) => isRunning(ruleById(id)))
      const times = rows.flatMap(({ id }) => dueAfter.get(id, after)?.at ?? [])
      const at = Math.min(...times)
      return rows
        .flatMap(({ id }) => dueAt.all(id, at, limit))
        .sort((a, b) => a.id - b.id)
        .slice(0, limit)
        .map(toWork)
    },
    listThresholdsAfter: (after, limit) =>
      thresholds.all(after, limit).map(row => ({ work: toWork(row), at: row.threshold_at })),
    findOldestReplication: ruleRow => oldest.get(ruleRow)?.at ?? undefined,
    countReplicationWork: (ruleRow, prefix) => countOf.get(ruleRow, prefix, prefix)?.n ?? 0,
    listReplicationStates: versionRow =>
      states.all(versionRow).map(row => ({
        destination: row.destination,
        rule: ruleById(row.rule_row),
        kind: row.kind,
        state: row.state,
        reason: row.reason ?? undefined,
        dueAt: row.due_at,
      })),
    findReplicationWork(id) {
      const row = byId.get(id)
      return row && toWork(row)
    },
    findNextThreshold: () => threshold.get()?.at ?? undefined,
  }

  function toWork(row: WorkRow): ReplicationWork {
    return {
      id: row.id,
      versionRow: row.version_row,
      rule: ruleById(row.rule_row),
      kind: row.kind,
      isCopied: row.is_copied === 1,
      size: row.size,
      admittedAt: row.admitted_at,
      dueAt: row.due_at,
    }
  }
}
