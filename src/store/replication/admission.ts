import { query } from '../database.ts'
import type { VersionDetails } from '../rows.ts'
import type { Writer } from '../writer/writer.ts'
import { controlsNote, drawn, lagFor, type ReplicationControls, readControls } from './controls.ts'
import type { MetadataChange, ReplicationKind, StoredRule } from './rows.ts'
import { type ReplicationRule, type Subject, winners } from './rules.ts'

/** What is known of a version whose metadata changes. */
export interface ChangedVersion {
  readonly row: number
  readonly bucketId: number
  readonly isReplica: boolean
  readonly subject: Subject
  readonly size: number
}

/** Decides, inside the write, what is to be replicated, and queues it: a crash loses both or neither. */
export interface Admission {
  /** The rules that take a version; [] where the bucket has none. */
  rulesFor(bucketId: number, subject: Subject): readonly StoredRule[]
  /** When work on a version that is admitted at `at` is due, by the lag that holds now. */
  dueAt(versionRow: number, rule: StoredRule, key: string, at: number): number
  /** Queues a version under these rules. Returns when the first of it is due. */
  queue(
    versionRow: number,
    rules: readonly StoredRule[],
    work: { readonly kind: ReplicationKind; readonly key: string; readonly size: number; readonly at: number },
  ): number | undefined
  /** Queues what a change of metadata means for the replicas of a version, if anything; when the first of it is due. */
  change(version: ChangedVersion, change: MetadataChange): number | undefined
  /** A version is gone, and with it what was queued for it. */
  drop(versionRow: number): void
  /** Sets what `x-amz-replication-status` says by what is queued, done and failed. */
  refreshStatus(versionRow: number, isReplica: boolean): void
}

interface WorkRow {
  readonly id: number
  readonly destination: string
  readonly rule_row: number
  readonly state: 'pending' | 'done' | 'failed'
  readonly is_copied: 0 | 1
  readonly size: number
}

/** Prepares the statements for a writer. */
export function createAdmission(writer: Writer): Admission {
  const { db } = writer
  const active = query<[number], { id: number; definition: string }>(
    db,
    'SELECT id, definition FROM replication_rules WHERE bucket_id = ? AND is_active = 1 ORDER BY id',
  )
  const parse = ruleParser()
  const note = query<[string], { value: string }>(db, 'SELECT value FROM notes WHERE name = ?')
  const insert = query<(string | number | null)[]>(
    db,
    `INSERT INTO replications (version_row, destination, rule_row, kind, state, is_copied, size, admitted_at, due_at, threshold_at)
     VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?)`,
  )
  const count = query<[operations: number, bytes: number, failed: number, row: number]>(
    db,
    `UPDATE replication_rules SET pending_operations = pending_operations + ?, pending_bytes = pending_bytes + ?,
       failed = failed + ? WHERE id = ?`,
  )
  const ofVersion = query<[number], WorkRow>(
    db,
    'SELECT id, destination, rule_row, state, is_copied, size FROM replications WHERE version_row = ?',
  )
  const remove = query<[number]>(db, 'DELETE FROM replications WHERE id = ?')
  const bucketByName = query<[string], { id: number }>(db, 'SELECT id FROM buckets WHERE name = ?')
  const setStatus = query<[string, number]>(db, 'UPDATE object_versions SET replication = ? WHERE id = ?')

  let controlsText: string | undefined
  let controls: ReplicationControls = readControls(undefined)

  function lagOf(rule: StoredRule, key: string, name: string): number {
    const text = note.get(controlsNote)?.value
    if (text !== controlsText) {
      controls = readControls(text)
      controlsText = text
    }
    const { lag: fallback, seed } = writer.replication
    const { min, max } = lagFor(controls.lags, rule, key)?.lag ?? fallback
    return max > min ? min + Math.floor(drawn(seed, name) * (max - min + 1)) : min
  }

  const activeRules = (bucketId: number): readonly StoredRule[] =>
    active.all(bucketId).map(({ id, definition }) => ({ ...parse(definition), row: id }))

  function forget({ id, rule_row: row, state, size }: WorkRow): void {
    remove.run(id)
    if (state === 'pending') count.run(-1, -size, 0, row)
    if (state === 'failed') count.run(0, 0, -1, row)
  }

  const admission: Admission = {
    dueAt: (versionRow, rule, key, at) => at + lagOf(rule, key, `${versionRow} ${rule.destination}`),
    rulesFor(bucketId, subject) {
      return winners(activeRules(bucketId), subject)
    },
    queue(versionRow, rules, { kind, key, size, at }) {
      let first: number | undefined
      const before = new Map(ofVersion.all(versionRow).map(work => [work.destination, work]))
      for (const rule of rules) {
        const known = before.get(rule.destination)
        if (known) forget(known)
        const isNew = kind === 'OBJECT_PUT' || kind === 'DELETE_MARKER'
        const due = admission.dueAt(versionRow, rule, key, at)
        const threshold = kind === 'OBJECT_PUT' && rule.thresholdMs !== undefined ? at + rule.thresholdMs : null
        // What was copied once is not copied again by a change of its metadata.
        const isCopied = known ? known.is_copied : isNew ? 0 : 1
        insert.run(versionRow, rule.destination, rule.row, kind, isCopied, size, at, due, threshold)
        count.run(1, size, 0, rule.row)
        first = Math.min(first ?? due, due)
      }
      return first
    },
    change(version, { kind, at }) {
      const { row, bucketId, subject, isReplica } = version
      const works = new Map(ofVersion.all(row).map(work => [work.destination, work]))
      const rules = admission.rulesFor(bucketId, subject).filter(rule => {
        const work = works.get(rule.destination)
        // What is queued is done with the metadata of the moment when it is done.
        if (work?.state === 'pending') return false
        return isReplica ? isMutual(rule) : work !== undefined
      })
      let first: number | undefined
      for (const rule of rules) {
        const isMissing = works.get(rule.destination)?.is_copied === 0
        const work = isMissing ? { kind: 'OBJECT_PUT' as const, size: version.size } : { kind, size: 0 }
        const due = admission.queue(row, [rule], { ...work, key: subject.key, at })
        if (due !== undefined) first = Math.min(first ?? due, due)
      }
      if (rules.length > 0) admission.refreshStatus(row, isReplica)
      return first
    },
    drop(versionRow) {
      for (const work of ofVersion.all(versionRow)) forget(work)
    },
    refreshStatus(versionRow, isReplica) {
      const states = new Set(ofVersion.all(versionRow).map(({ state }) => state))
      const rest = isReplica ? 'REPLICA' : 'COMPLETED'
      setStatus.run(states.has('failed') ? 'FAILED' : states.has('pending') ? 'PENDING' : rest, versionRow)
    },
  }
  return admission

  /** Replica modification sync is on at both ends. Source: user guide, "Replicating metadata changes with replica modification sync". */
  function isMutual(rule: StoredRule): boolean {
    const other = bucketByName.get(rule.destination)
    if (!rule.replicaModifications || !other) return false
    return activeRules(other.id).some(back => back.destination === rule.source && back.replicaModifications)
  }
}

/** Rules by row. Their text is read once: rows may come back when a transaction is undone, a text always means the same. */
export function ruleReader({ db }: Pick<Writer, 'db'>): (row: number) => StoredRule {
  const find = query<[number], { definition: string }>(db, 'SELECT definition FROM replication_rules WHERE id = ?')
  const parse = ruleParser()
  return row => {
    const found = find.get(row)
    if (!found) throw new Error(`there is no replication rule ${row}`)
    return { ...parse(found.definition), row }
  }
}

/** All are forgotten when there are many. */
const mostParsed = 5000

function ruleParser(): (definition: string) => ReplicationRule {
  const known = new Map<string, ReplicationRule>()
  return definition => {
    const before = known.get(definition)
    if (before) return before
    if (known.size >= mostParsed) known.clear()
    const rule: ReplicationRule = JSON.parse(definition)
    known.set(definition, rule)
    return rule
  }
}

/** A version as rules look at it. */
export function subjectOf(
  { key, storageClass }: Pick<Subject, 'key' | 'storageClass'>,
  details: VersionDetails,
  isDeleteMarker: boolean,
): Subject {
  return { key, storageClass, isDeleteMarker, tags: details.tags, encryption: details.encryption?.algorithm }
}
