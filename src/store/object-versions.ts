import { type Database, query } from './database.ts'
import type { Keep } from './kept-reads.ts'
import { type ListSource, listPage, type Position, startOf } from './listing.ts'
import type { ObjectVersion, ReplicationStatus, VersionDetails } from './rows.ts'
import type { ListPage, ListQuery, StoreReads } from './store.ts'

/** In the order of `VersionColumns`. */
const columns = `id, revision, bucket_id, key, version_id, is_current, is_delete_marker, size, etag, last_modified, owner_id,
  storage_class, part_count, details, counter, is_replica, replication`

/**
 * The same from the index of the listed versions, which has only current ones that are no delete markers, and nothing that a listing
 * does not show.
 */
const listedColumns = columns
  .replace('is_current, is_delete_marker', '1, 0')
  .replace('counter, is_replica, replication', '0, 0, NULL')

type VersionColumns = readonly [
  id: number,
  revision: number,
  bucketId: number,
  key: string,
  versionId: string,
  isCurrent: number,
  isDeleteMarker: number,
  size: number,
  etag: string,
  lastModified: number,
  ownerId: string,
  storageClass: string,
  partCount: number | null,
  details: string,
  counter: number,
  isReplica: number,
  replication: ReplicationStatus | null,
]

/** The order of the versions of a key. */
export const newestFirst = 'last_modified DESC, counter DESC, version_id DESC'

/** Sorts after every text, so `key < noEnd` holds for every key: SQLite puts all BLOBs behind all TEXT. */
export const noEnd = new Uint8Array(0)

const none: VersionDetails = Object.freeze({})

/** Lookups and listings of object versions. */
export function objectVersionReads(
  db: Database,
  keep: Keep,
): Pick<StoreReads, 'findCurrentVersion' | 'findVersion' | 'findVersionRow' | 'listObjects' | 'listVersions'> {
  const current = query<[number, string], VersionColumns>(
    db,
    `SELECT ${columns} FROM object_versions WHERE bucket_id = ? AND key = ? AND is_current = 1`,
    { raw: true },
  )
  const version = query<[number, string, string], VersionColumns>(
    db,
    `SELECT ${columns} FROM object_versions WHERE bucket_id = ? AND key = ? AND version_id = ?`,
    { raw: true },
  )
  const byRow = query<[number], VersionColumns>(db, `SELECT ${columns} FROM object_versions WHERE id = ?`, {
    raw: true,
  })
  const objects = objectSource(db)
  const versions = versionSource(db)
  return {
    // Who may read it, and what it is, are asked in the same turn.
    findCurrentVersion: keep((bucketId: number, key: string) => {
      const row = current.get(bucketId, key)
      return row && toVersion(row)
    }),
    findVersion(bucketId, key, versionId) {
      const row = version.get(bucketId, key, versionId)
      return row && toVersion(row)
    },
    findVersionRow(versionRow) {
      const row = byRow.get(versionRow)
      return row && toVersion(row)
    },
    listObjects(asked) {
      return page(asked, startOf<VersionColumns>(asked), objects(asked.bucketId))
    },
    listVersions(asked) {
      const { bucketId, after, afterVersionId } = asked
      // A marker that is gone was deleted by whoever pages through the list; what its key still has comes next.
      const within =
        after !== undefined && afterVersionId !== undefined
          ? { past: version.get(bucketId, after, afterVersionId) }
          : undefined
      return page(asked, startOf(asked, within), versions(bucketId))
    },
  }
}

/** An object version from its row; `details` is parsed. */
function toVersion(row: VersionColumns): ObjectVersion {
  return {
    id: row[0],
    revision: row[1],
    bucketId: row[2],
    key: row[3],
    versionId: row[4],
    isCurrent: row[5] === 1,
    isDeleteMarker: row[6] === 1,
    size: row[7],
    etag: row[8],
    lastModified: row[9],
    ownerId: row[10],
    storageClass: row[11],
    partCount: row[12] ?? undefined,
    details: parseDetails(row[13]),
    counter: row[14],
    isReplica: row[15] === 1,
    replication: row[16] ?? undefined,
  }
}

/** Details from their column. */
export function parseDetails(text: string): VersionDetails {
  return text === '{}' ? none : JSON.parse(text)
}

function page(
  asked: ListQuery,
  start: Position<VersionColumns> | undefined,
  source: ListSource<VersionColumns>,
): ListPage<ObjectVersion> {
  const { entries, isTruncated } = listPage(asked, start, source)
  return {
    entries: entries.map(entry => (entry.kind === 'row' ? { kind: 'row', row: toVersion(entry.row) } : entry)),
    isTruncated,
  }
}

const keyOf = (row: VersionColumns) => row[3]

function objectSource(db: Database): (bucketId: number) => ListSource<VersionColumns> {
  const from = (comparison: '>=' | '>') =>
    query<[number, string, string | Uint8Array, number], VersionColumns>(
      db,
      `SELECT ${listedColumns} FROM object_versions INDEXED BY object_versions_listed
       WHERE bucket_id = ? AND is_current = 1 AND is_delete_marker = 0 AND key ${comparison} ? AND key < ?
       ORDER BY key LIMIT ?`,
      { raw: true },
    )
  const fromKey = from('>=')
  const pastKey = from('>')
  const firstKey = query<[number, string, string | Uint8Array], readonly [key: string]>(
    db,
    `SELECT key FROM object_versions INDEXED BY object_versions_listed
     WHERE bucket_id = ? AND is_current = 1 AND is_delete_marker = 0 AND key >= ? AND key < ? ORDER BY key LIMIT 1`,
    { raw: true },
  )
  return bucketId => ({
    rows: ({ key, past }, end, limit) => (past ? pastKey : fromKey).all(bucketId, key, end ?? noEnd, limit),
    keyOf,
    firstKey: (key, end) => firstKey.get(bucketId, key, end ?? noEnd)?.[0],
  })
}

function versionSource(db: Database): (bucketId: number) => ListSource<VersionColumns> {
  const from = (comparison: '>=' | '>') =>
    query<[number, string, string | Uint8Array, number], VersionColumns>(
      db,
      `SELECT ${columns} FROM object_versions INDEXED BY object_versions_by_order
       WHERE bucket_id = ? AND key ${comparison} ? AND key < ? ORDER BY key, ${newestFirst} LIMIT ?`,
      { raw: true },
    )
  const fromKey = from('>=')
  const pastKey = from('>')
  const olderOfKey = query<[number, string, number, number, string, number], VersionColumns>(
    db,
    `SELECT ${columns} FROM object_versions INDEXED BY object_versions_by_order
     WHERE bucket_id = ? AND key = ? AND (last_modified, counter, version_id) < (?, ?, ?) ORDER BY ${newestFirst} LIMIT ?`,
    { raw: true },
  )
  const firstKey = query<[number, string, string | Uint8Array], readonly [key: string]>(
    db,
    `SELECT key FROM object_versions INDEXED BY object_versions_by_order
     WHERE bucket_id = ? AND key >= ? AND key < ? ORDER BY key LIMIT 1`,
    { raw: true },
  )
  return bucketId => ({
    firstKey: (key, end) => firstKey.get(bucketId, key, end ?? noEnd)?.[0],
    rows({ key, past }, end, limit) {
      if (!past) return fromKey.all(bucketId, key, end ?? noEnd, limit)
      const rows = olderOfKey.all(bucketId, key, past[9], past[14], past[4], limit)
      if (rows.length === limit) return rows
      return rows.concat(pastKey.all(bucketId, key, end ?? noEnd, limit - rows.length))
    },
    keyOf,
  })
}
