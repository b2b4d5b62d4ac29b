import { bit, query } from './database.ts'
import { newestFirst, parseDetails } from './object-versions.ts'
import { type Admission, subjectOf } from './replication/admission.ts'
import type { Bucket, ReplicationStatus, VersionDetails } from './rows.ts'
import type { DeleteOutcome, DeleteRequest, Expectation, NewVersion, Unexpected, WriteOutcome } from './store.ts'
import type { Writer } from './writer/writer.ts'

/** The bytes of a new version: of one of the three kinds. */
export interface Content {
  readonly size: number
  readonly body?: Uint8Array | undefined
  readonly bodyId?: number | undefined
  readonly manifestId?: number | undefined
  readonly partCount?: number | undefined
  /** What the row keeps to know its bytes by; null: it is of before there were digests. */
  readonly digest: number | null
}

interface ContentRow {
  readonly size: number
  readonly body: Uint8Array | null
  readonly body_id: number | null
  readonly manifest_id: number | null
  readonly part_count: number | null
  readonly digest: number | null
}

/** What the write commands need to know of a stored version. */
interface StoredVersion {
  readonly id: number
  readonly version_id: string
  readonly etag: string
  readonly is_current: 0 | 1
  readonly is_delete_marker: 0 | 1
  readonly body_id: number | null
  readonly manifest_id: number | null
  readonly details: string
  readonly replication: string | null
}

/** A replica: all that orders it is its source's. */
export type NewReplica = Omit<NewVersion, 'writtenAt'> & { readonly counter: number }

interface Name {
  readonly bucketId: number
  readonly key: string
}

interface Place {
  readonly lastModified: number
  readonly counter: number
  readonly isCurrent: boolean
  readonly isReplica?: boolean
  readonly replication?: ReplicationStatus | undefined
}

interface Put {
  readonly lastModified: number
  readonly replicateAt?: number | undefined
}

interface BucketRow {
  readonly versioning: 'Enabled' | 'Suspended' | null
  readonly replicates: 0 | 1
}

interface Predecessors {
  readonly bucket: BucketRow
  readonly current: StoredVersion | undefined
  readonly replaced: StoredVersion | undefined
}

interface Judgement {
  readonly unexpected: Unexpected | undefined
  readonly currentRow: number | null
}

/**
 * The rules of versioning, inside one transaction. Every key has at most one current version, the newest; where versioning is not
 * Enabled a write takes the place of the version `null`. Source: the S3 user guide on versioning.
 */
export interface Publisher {
  /** Makes content the current version of its key. Nothing is changed unless the outcome is `written`. */
  publish(version: NewVersion, content: Content, expect: Expectation | undefined): WriteOutcome
  /** Whether the current version of a key is as expected, and its row; null where there is none. */
  judge(name: Name, expect: Expectation): Judgement
  deleteObject(request: DeleteRequest): DeleteOutcome
  /**
   * Puts a version of another bucket, with the bytes of this row, where it belongs among those of its key; without one a delete marker.
   * false: it is there already, or the bucket, its versions or the bytes are gone.
   */
  publishReplica(replica: NewReplica, sourceRow: number | undefined): boolean
  /** Changes the details of a replica. false: they are not those any more that were read. */
  updateReplica(update: {
    readonly replicaRow: number
    readonly replicaRevision: number
    readonly details: VersionDetails
  }): boolean
  /** The bytes of a stored version; undefined: it is gone, or a delete marker. */
  contentOf(versionRow: number): Content | undefined
}

/** Prepares the statements for a writer. */
export function createPublisher(writer: Writer, admission: Admission): Publisher {
  const rows = versionStatements(writer)

  function remove(version: StoredVersion): void {
    rows.remove.run(version.id)
    if (version.replication !== null) admission.drop(version.id)
    if (version.body_id !== null) writer.releaseBody(version.body_id)
    if (version.manifest_id !== null) writer.releaseManifest(version.manifest_id)
  }

  /** What a new version takes the place of, where the bucket does not keep versions. */
  function replacedBy(
    versioning: Bucket['versioning'] | null,
    { bucketId, key }: Name,
    current: StoredVersion | undefined,
  ) {
    if (versioning === 'Enabled') return undefined
    return current?.version_id === 'null' ? current : rows.find.get(bucketId, key, 'null')
  }

  /** Inserts a version in its place among those of its key, and queues its replication. */
  function put(version: NewVersion, content: Content | undefined, { bucket, current, replaced }: Predecessors): Put {
    const place = bucket.versioning
      ? placeOf(version)
      : { lastModified: version.lastModified, counter: 0, isCurrent: true }
    if (replaced) remove(replaced)
    if (place.isCurrent && current && current.id !== replaced?.id) rows.demote.run(current.id)
    const { lastModified } = place
    if (bucket.replicates === 0) {
      rows.insert({ ...version, lastModified }, content, place)
      return { lastModified }
    }
    const { bucketId, key } = version
    const rules = admission.rulesFor(bucketId, subjectOf(version, version.details, content === undefined))
    const row = rows.insert({ ...version, lastModified }, content, {
      ...place,
      replication: rules.length > 0 ? 'PENDING' : undefined,
    })
    const kind = content ? 'OBJECT_PUT' : 'DELETE_MARKER'
    const at = version.writtenAt ?? version.lastModified
    return { lastModified, replicateAt: admission.queue(row, rules, { kind, key, size: content?.size ?? 0, at }) }
  }

  /**
   * Where a version that is written here stands: never before what was written here already, so that whoever was acknowledged last reads
   * what it wrote. A replica from a Region whose clock is ahead stays in front of it.
   */
  function placeOf({ bucketId, key, lastModified: asked }: NewVersion): Place {
    const newest = rows.newest.get(bucketId, key)
    if (!newest) return { lastModified: asked, counter: 0, isCurrent: true }
    if (newest.is_replica === 0 || newest.last_modified <= asked) {
      const lastModified = Math.max(asked, newest.last_modified)
      const counter = lastModified === newest.last_modified ? newest.counter + 1 : 0
      return { lastModified, counter, isCurrent: true }
    }
    const lastModified = Math.max(asked, rows.newestOwn.get(bucketId, key)?.last_modified ?? asked)
    const counter = rows.nextCounter.get(bucketId, key, lastModified)?.counter ?? 0
    return { lastModified, counter, isCurrent: lastModified >= newest.last_modified }
  }

  function mark(request: DeleteRequest, bucket: BucketRow, current: StoredVersion | undefined): DeleteOutcome {
    const { bucketId, key, now, ownerId } = request
    const { versioning } = bucket
    const replaced = replacedBy(versioning, request, current)
    if (replaced && isLocked(replaced, now, request.bypassGovernance)) return { outcome: 'locked' }
    const versionId = versioning === 'Enabled' ? request.markerVersionId : 'null'
    const marker = {
      bucketId,
      key,
      versionId,
      etag: '',
      lastModified: now,
      ownerId,
      storageClass: 'STANDARD',
      details: {},
    }
    const { replicateAt } = put(marker, undefined, { bucket, current, replaced })
    return { outcome: 'marked', versionId, ...(replicateAt !== undefined && { replicateAt }) }
  }

  function removeVersion(request: DeleteRequest, version: StoredVersion | undefined): DeleteOutcome {
    if (!version) return { outcome: 'absent' }
    if (isLocked(version, request.now, request.bypassGovernance)) return { outcome: 'locked' }
    remove(version)
    if (version.is_current === 1) {
      rows.promoteNewest.run(request.bucketId, request.key)
      rows.noteDeletion.run(request.bucketId, request.key)
    }
    return { outcome: 'removed', wasDeleteMarker: version.is_delete_marker === 1, versionId: version.version_id }
  }

  function contentOf(versionRow: number): Content | undefined {
    const row = rows.content.get(versionRow)
    if (!row) return undefined
    return {
      size: row.size,
      body: row.body ?? undefined,
      bodyId: row.body_id ?? undefined,
      manifestId: row.manifest_id ?? undefined,
      partCount: row.part_count ?? undefined,
      digest: row.digest,
    }
  }

  return {
    contentOf,
    publishReplica(replica, sourceRow) {
      const { bucketId, key, versionId, lastModified, counter } = replica
      const content = sourceRow === undefined ? undefined : contentOf(sourceRow)
      if (sourceRow !== undefined && !content) return false
      if (rows.versioning.get(bucketId)?.versioning !== 'Enabled') return false
      if (rows.find.get(bucketId, key, versionId)) return false
      const current = rows.current.get(bucketId, key)
      const isCurrent = !current || rows.isBefore.get(current.id, lastModified, counter, versionId) !== undefined
      if (isCurrent && current) rows.demote.run(current.id)
      rows.insert(replica, content, { lastModified, counter, isCurrent, isReplica: true, replication: 'REPLICA' })
      return true
    },
    updateReplica: ({ replicaRow, replicaRevision, details }) =>
      rows.update.run(JSON.stringify(details), replicaRow, replicaRevision).changes === 1,
    judge({ bucketId, key }, expect) {
      const current = rows.current.get(bucketId, key)
      return { unexpected: judge(current, expect), currentRow: current?.id ?? null }
    },
    publish(version, content, expect) {
      const { bucketId, key } = version
      const bucket = rows.versioning.get(bucketId)
      if (!bucket) return { outcome: 'no-bucket' }
      const versioning = bucket.versioning ?? undefined
      const current = rows.current.get(bucketId, key)
      const unexpected = judge(current, expect)
      if (unexpected) return unexpected
      const replaced = replacedBy(versioning, version, current)
      // Object Lock needs versioning Enabled, where nothing is replaced.
      if (replaced && isLocked(replaced, version.lastModified)) throw new Error('a locked version is not replaced')
      const versionId = versioning === 'Enabled' ? version.versionId : 'null'
      const placed = put({ ...version, versionId }, content, { bucket, current, replaced })
      return { outcome: 'written', versionId, versioning, ...placed }
    },
    deleteObject(request) {
      const { bucketId, key, versionId, expect } = request
      const bucket = rows.versioning.get(bucketId)
      if (!bucket) return { outcome: 'absent' }
      const current = rows.current.get(bucketId, key)
      const unexpected = judge(current, expect)
      if (unexpected) return unexpected
      if (versionId !== undefined) return removeVersion(request, rows.find.get(bucketId, key, versionId))
      if (bucket.versioning === null) return removeVersion(request, current)
      return mark(request, bucket, current)
    },
  }
}

function versionStatements({ db }: Writer) {
  const columns = 'id, version_id, etag, is_current, is_delete_marker, body_id, manifest_id, details, replication'
  const insert = query<(string | number | Uint8Array | null)[]>(
    db,
    `INSERT INTO object_versions (bucket_id, key, version_id, is_current, is_delete_marker, size, etag, last_modified, counter,
       owner_id, storage_class, part_count, details, body_id, manifest_id, body, digest, is_replica, replication)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    versioning: query<[number], BucketRow>(db, 'SELECT versioning, replicates FROM buckets WHERE id = ?'),
    content: query<[number], ContentRow>(
      db,
      'SELECT size, body, body_id, manifest_id, part_count, digest FROM object_versions WHERE id = ? AND is_delete_marker = 0',
    ),
    isBefore: query<[number, number, number, string], unknown>(
      db,
      'SELECT 1 FROM object_versions WHERE id = ? AND (last_modified, counter, version_id) < (?, ?, ?)',
    ),
    update: query<[string, number, number]>(
      db,
      'UPDATE object_versions SET details = ?, revision = revision + 1 WHERE id = ? AND revision = ?',
    ),
    current: query<[number, string], StoredVersion>(
      db,
      `SELECT ${columns} FROM object_versions WHERE bucket_id = ? AND key = ? AND is_current = 1`,
    ),
    find: query<[number, string, string], StoredVersion>(
      db,
      `SELECT ${columns} FROM object_versions WHERE bucket_id = ? AND key = ? AND version_id = ?`,
    ),
    newest: query<[number, string], { last_modified: number; counter: number; is_replica: 0 | 1 }>(
      db,
      `SELECT last_modified, counter, is_replica FROM object_versions INDEXED BY object_versions_by_order
       WHERE bucket_id = ? AND key = ? ORDER BY ${newestFirst} LIMIT 1`,
    ),
    newestOwn: query<[number, string], { last_modified: number }>(
      db,
      `SELECT last_modified FROM object_versions INDEXED BY object_versions_by_order
       WHERE bucket_id = ? AND key = ? AND is_replica = 0 ORDER BY ${newestFirst} LIMIT 1`,
    ),
    nextCounter: query<[number, string, number], { counter: number }>(
      db,
      `SELECT counter + 1 AS counter FROM object_versions INDEXED BY object_versions_by_order
       WHERE bucket_id = ? AND key = ? AND last_modified = ? ORDER BY counter DESC LIMIT 1`,
    ),
    demote: query<[number]>(db, 'UPDATE object_versions SET is_current = 0 WHERE id = ?'),
    promoteNewest: query<[number, string]>(
      db,
      `UPDATE object_versions SET is_current = 1 WHERE id =
         (SELECT id FROM object_versions INDEXED BY object_versions_by_order WHERE bucket_id = ? AND key = ? ORDER BY ${newestFirst} LIMIT 1)`,
    ),
    remove: query<[number]>(db, 'DELETE FROM object_versions WHERE id = ?'),
    /** A deletion that leaves no marker would leave no trace for the uploads begun before it. */
    noteDeletion: query<[number, string]>(
      db,
      'UPDATE uploads SET began_over = 0 WHERE bucket_id = ? AND key = ? AND completed IS NULL',
    ),
    /** Without content it is a delete marker. */
    insert(version: NewVersion, content: Content | undefined, place: Place): number {
      const { counter, isCurrent, isReplica = false, replication } = place
      const { insertedId } = insert.run(
        version.bucketId,
        version.key,
        version.versionId,
        bit(isCurrent),
        bit(content === undefined),
        content?.size ?? 0,
        version.etag,
        version.lastModified,
        counter,
        version.ownerId,
        version.storageClass,
        content?.partCount ?? null,
        JSON.stringify(version.details),
        content?.bodyId ?? null,
        content?.manifestId ?? null,
        content?.body ?? null,
        content?.digest ?? null,
        bit(isReplica),
        replication ?? null,
      )
      return insertedId
    },
  }
}

function judge(current: StoredVersion | undefined, expect: Expectation | undefined): Unexpected | undefined {
  const present = current !== undefined && current.is_delete_marker === 0
  const holds =
    expect === undefined ||
    (expect.kind === 'etag' ? present && current.etag === expect.etag : present === (expect.kind === 'present'))
  return holds ? undefined : { outcome: 'unexpected', current: present ? 'present' : 'absent' }
}

/** Object Lock (mrap-spec 12.8): a legal hold always holds, COMPLIANCE until its date, GOVERNANCE unless it is bypassed. */
function isLocked(version: StoredVersion, now: number, bypassGovernance = false): boolean {
  const { legalHold, retention }: VersionDetails = parseDetails(version.details)
  if (legalHold === 'ON') return true
  if (!retention || retention.retainUntil <= now) return false
  return retention.mode === 'COMPLIANCE' || !bypassGovernance
}
