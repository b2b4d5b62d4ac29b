import { type Database, query } from './database.ts'
import { type ListSource, listPage, startOf } from './listing.ts'
import { noEnd, parseDetails } from './object-versions.ts'
import type { Publisher } from './publishing.ts'
import type { ObjectPart, Part, Upload } from './rows.ts'
import type { PartList, StoreReads } from './store.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

/** Completed ones among so many of the latest uploads are remembered: a Complete whose answer was lost can be repeated. */
const rememberedUploads = 10_000

/** Of a query: SQLite takes a negative limit for none. */
const noLimit = -1

interface UploadRow {
  readonly id: number
  readonly upload_id: string
  readonly bucket_id: number
  readonly key: string
  readonly initiated_at: number
  readonly initiator_id: string
  readonly owner_id: string
  readonly storage_class: string
  readonly checksum_algorithm: string | null
  readonly checksum_type: 'FULL_OBJECT' | 'COMPOSITE' | null
  readonly details: string
  readonly completed: string | null
}

type PartColumns = readonly [
  partNumber: number,
  size: number,
  etag: string,
  lastModified: number,
  checksumAlgorithm: string | null,
  checksumValue: string | null,
]

/** In the order of `PartColumns`. */
const partColumns = 'part_number, size, etag, last_modified, checksum_algorithm, checksum_value'

/** Lookups and listings of uploads, of their parts, and of the parts of finished objects. */
export function uploadReads(
  db: Database,
): Pick<StoreReads, 'findUpload' | 'listUploads' | 'findPart' | 'listParts' | 'listObjectParts' | 'findObjectPart'> {
  const byUploadId = query<[string], UploadRow>(db, 'SELECT * FROM uploads WHERE upload_id = ?')
  const part = query<[number, number], PartColumns>(
    db,
    `SELECT ${partColumns} FROM parts WHERE manifest_id = ? AND part_number = ? AND start IS NULL`,
    { raw: true },
  )
  const parts = query<[number, number, number], PartColumns>(
    db,
    `SELECT ${partColumns} FROM parts WHERE manifest_id = ? AND part_number > ? AND start IS NULL ORDER BY part_number LIMIT ?`,
    { raw: true },
  )
  const ofVersion = 'manifest_id = (SELECT manifest_id FROM object_versions WHERE id = ?) AND start IS NOT NULL'
  const objectParts = query<[number, number, number], readonly [...PartColumns, start: number]>(
    db,
    `SELECT ${partColumns}, start FROM parts WHERE ${ofVersion} AND part_number > ? ORDER BY part_number LIMIT ?`,
    { raw: true },
  )
  const objectPart = query<[number, number], readonly [...PartColumns, start: number]>(
    db,
    `SELECT ${partColumns}, start FROM parts WHERE ${ofVersion} AND part_number = ?`,
    { raw: true },
  )
  const open = openUploadSource(db)
  const openUpload = (uploadId: string) => {
    const row = byUploadId.get(uploadId)
    return row?.completed === null ? row : undefined
  }
  return {
    findUpload(uploadId) {
      const row = byUploadId.get(uploadId)
      return row && toUpload(row)
    },
    listUploads(asked) {
      const { afterUploadId, bucketId } = asked
      const within = afterUploadId === undefined ? undefined : { past: openUpload(afterUploadId) }
      const { entries, isTruncated } = listPage(asked, startOf(asked, within), open(bucketId))
      return {
        entries: entries.map(entry => (entry.kind === 'row' ? { kind: 'row', row: toUpload(entry.row) } : entry)),
        isTruncated,
      }
    },
    findPart(uploadRow, partNumber) {
      const row = part.get(uploadRow, partNumber)
      return row && toPart(row)
    },
    listParts: (uploadRow, after, limit) => parts.all(uploadRow, after, limit).map(toPart),
    listObjectParts: (versionRow, after = 0, limit = noLimit) =>
      objectParts.all(versionRow, after, limit).map(toObjectPart),
    findObjectPart(versionRow, partNumber) {
      const row = objectPart.get(versionRow, partNumber)
      return row && toObjectPart(row)
    },
  }
}

function openUploadSource(db: Database): (bucketId: number) => ListSource<UploadRow> {
  const from = (comparison: '>=' | '>') =>
    query<[number, string, string | Uint8Array, number], UploadRow>(
      db,
      `SELECT * FROM uploads INDEXED BY uploads_open WHERE bucket_id = ? AND completed IS NULL AND key ${comparison} ? AND key < ?
       ORDER BY key, initiated_at, id LIMIT ?`,
    )
  const fromKey = from('>=')
  const pastKey = from('>')
  const laterOfKey = query<[number, string, number, number, number], UploadRow>(
    db,
    `SELECT * FROM uploads INDEXED BY uploads_open WHERE bucket_id = ? AND completed IS NULL AND key = ?
       AND (initiated_at, id) > (?, ?) ORDER BY initiated_at, id LIMIT ?`,
  )
  return bucketId => ({
    rows({ key, past }, end, limit) {
      if (!past) return fromKey.all(bucketId, key, end ?? noEnd, limit)
      const rows = laterOfKey.all(bucketId, key, past.initiated_at, past.id, limit)
      if (rows.length === limit) return rows
      return rows.concat(pastKey.all(bucketId, key, end ?? noEnd, limit - rows.length))
    },
    keyOf: row => row.key,
  })
}

/** The bytes of a part, and the digest that is kept of them. */
interface PartBody {
  readonly bodyId: number
  readonly size: number
  readonly digest: number | null
}

/** Commands on uploads and their parts. */
export function uploadWrites(
  writer: Writer,
  { publish, judge }: Publisher,
): SyncWrites<'insertUpload' | 'putPart' | 'linkPart' | 'abortUpload' | 'completeUpload'> {
  const { db, releaseBody, releaseManifest } = writer
  const insert = query<(string | number | null)[]>(
    db,
    `INSERT INTO uploads (upload_id, bucket_id, key, initiated_at, initiator_id, owner_id, storage_class, checksum_algorithm,
       checksum_type, details, began_over)
     SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?,
       (SELECT id FROM object_versions WHERE bucket_id = buckets.id AND key = ? AND is_current = 1)
     FROM buckets WHERE id = ?`,
  )
  const open = query<[number], { began_over: number | null }>(
    db,
    'SELECT began_over FROM uploads WHERE id = ? AND completed IS NULL',
  )
  const findBody = query<[number, number], { id: number; body_id: number }>(
    db,
    'SELECT id, body_id FROM parts WHERE manifest_id = ? AND part_number = ?',
  )
  const deletePart = query<[number]>(db, 'DELETE FROM parts WHERE id = ?')
  const insertPart = query<(string | number | null)[]>(
    db,
    `INSERT INTO parts (manifest_id, ${partColumns}, body_id, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const remove = query<[number]>(db, 'DELETE FROM uploads WHERE id = ?')
  const complete = query<[string, number]>(db, 'UPDATE uploads SET completed = ? WHERE id = ?')
  const forget = query<[number]>(db, 'DELETE FROM uploads WHERE completed IS NOT NULL AND id <= ?')
  const source = query<[number], { size: number; body_id: number | null; digest: number | null }>(
    db,
    'SELECT size, body_id, digest FROM object_versions WHERE id = ?',
  )
  const manifest = manifestWrites(writer)

  function replacePart(uploadRow: number, part: Part, body: PartBody): void {
    const earlier = findBody.get(uploadRow, part.partNumber)
    if (earlier) {
      deletePart.run(earlier.id)
      releaseBody(earlier.body_id)
    }
    const { partNumber, etag, lastModified, checksum } = part
    const checksumColumns = [checksum?.algorithm ?? null, checksum?.value ?? null]
    insertPart.run(uploadRow, partNumber, body.size, etag, lastModified, ...checksumColumns, body.bodyId, body.digest)
  }

  return {
    insertUpload(upload) {
      const { changes } = insert.run(
        upload.uploadId,
        upload.key,
        upload.initiatedAt,
        upload.initiatorId,
        upload.ownerId,
        upload.storageClass,
        upload.checksumAlgorithm ?? null,
        upload.checksumType ?? null,
        JSON.stringify(upload.details),
        upload.key,
        upload.bucketId,
      )
      return changes === 1 ? 'created' : 'no-bucket'
    },
    putPart(uploadRow, part, body) {
      if (!open.get(uploadRow)) {
        writer.drop(body)
        return 'no-upload'
      }
      replacePart(uploadRow, part, writer.claimChunked(body))
      return 'written'
    },
    linkPart(uploadRow, part, sourceVersionRow) {
      if (!open.get(uploadRow)) return 'no-upload'
      const row = source.get(sourceVersionRow)
      if (!row) return 'source-gone'
      if (row.body_id === null) return 'no-body'
      replacePart(uploadRow, part, { size: row.size, bodyId: row.body_id, digest: row.digest })
      return 'written'
    },
    abortUpload(uploadRow) {
      if (!open.get(uploadRow)) return 'no-upload'
      remove.run(uploadRow)
      releaseManifest(uploadRow)
      return 'aborted'
    },
    completeUpload(uploadRow, version, parts, expect) {
      const upload = open.get(uploadRow)
      if (!upload) return { outcome: 'no-upload' }
      const plan = manifest.plan(uploadRow, parts)
      if (!plan) return { outcome: 'parts-changed' }
      if (expect) {
        const { unexpected, currentRow } = judge(version, expect)
        if (unexpected) return unexpected
        if (currentRow !== upload.began_over) return { outcome: 'conflict' }
      }
      // The row says twice which parts are its own.
      const content = { size: plan.size, manifestId: uploadRow, digest: uploadRow, partCount: parts.numbers.length }
      const outcome = publish(version, content, undefined)
      if (outcome.outcome !== 'written') return outcome
      manifest.apply(plan)
      const { etag, details } = version
      complete.run(JSON.stringify({ versionId: outcome.versionId, etag, checksum: details.checksum }), uploadRow)
      forget.run(uploadRow - rememberedUploads)
      return outcome
    },
  }
}

/** How the parts of an upload become an object. */
interface Plan {
  readonly uploadRow: number
  readonly size: number
  /** Parts that are left out. */
  readonly unused: readonly (readonly [partRow: number, bodyId: number])[]
}

function manifestWrites({ db, releaseBody }: Writer) {
  const all = query<[number], readonly [row: number, partNumber: number, etag: string, size: number, bodyId: number]>(
    db,
    'SELECT id, part_number, etag, size, body_id FROM parts WHERE manifest_id = ? ORDER BY part_number',
    { raw: true },
  )
  // One statement for all parts: an upload has up to 10,000.
  const setStarts = query<[number]>(
    db,
    `UPDATE parts SET start = place.start FROM
       (SELECT id, sum(size) OVER (ORDER BY part_number) - size AS start FROM parts WHERE manifest_id = ?) AS place
     WHERE parts.id = place.id`,
  )
  const deletePart = query<[number]>(db, 'DELETE FROM parts WHERE id = ?')
  return {
    /** undefined: a part is gone, or is no longer the one that was listed, or the list does not ascend. */
    plan(uploadRow: number, { numbers, etags }: PartList): Plan | undefined {
      const unused: [number, number][] = []
      let found = 0
      let size = 0
      for (const [row, partNumber, etag, partSize, bodyId] of all.all(uploadRow)) {
        if (numbers[found] !== partNumber) unused.push([row, bodyId])
        else if (etags[found] !== etag) return undefined
        else {
          found++
          size += partSize
        }
      }
      return found === 0 || found < numbers.length ? undefined : { uploadRow, size, unused }
    },
    apply({ uploadRow, unused }: Plan): void {
      for (const [row, bodyId] of unused) {
        deletePart.run(row)
        releaseBody(bodyId)
      }
      setStarts.run(uploadRow)
    },
  }
}

function toUpload(row: UploadRow): Upload {
  return {
    id: row.id,
    uploadId: row.upload_id,
    bucketId: row.bucket_id,
    key: row.key,
    initiatedAt: row.initiated_at,
    initiatorId: row.initiator_id,
    ownerId: row.owner_id,
    storageClass: row.storage_class,
    checksumAlgorithm: row.checksum_algorithm ?? undefined,
    checksumType: row.checksum_type ?? undefined,
    details: parseDetails(row.details),
    completed: row.completed === null ? undefined : JSON.parse(row.completed),
  }
}

function toPart([partNumber, size, etag, lastModified, algorithm, value]: PartColumns): Part {
  const checksum = algorithm === null || value === null ? undefined : { algorithm, value }
  return { partNumber, size, etag, lastModified, checksum }
}

function toObjectPart([partNumber, size, etag, lastModified, algorithm, value, offset]: readonly [
  ...PartColumns,
  start: number,
]): ObjectPart {
  const checksum = algorithm === null || value === null ? undefined : { algorithm, value }
  return { partNumber, size, etag, lastModified, checksum, offset }
}
