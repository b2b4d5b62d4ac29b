import { query } from './database.ts'
import { parseDetails } from './object-versions.ts'
import type { Publisher } from './publishing.ts'
import { type Admission, subjectOf } from './replication/admission.ts'
import type { MetadataChange } from './replication/rows.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

interface ChangedRow {
  readonly bucket_id: number
  readonly key: string
  readonly storage_class: string
  readonly size: number
  readonly is_replica: 0 | 1
  readonly details: string
}

/** Commands on objects and their versions. */
export function objectWrites(
  writer: Writer,
  { publish, deleteObject, contentOf }: Publisher,
  admission: Admission,
): SyncWrites<'putObject' | 'linkObject' | 'deleteObject' | 'deleteObjects' | 'updateVersion'> {
  const { db, claim } = writer
  const changed = query<[number], ChangedRow>(
    db,
    `SELECT bucket_id, key, storage_class, size, is_replica, details FROM object_versions WHERE id = ? AND replication IS NOT NULL`,
  )
  const update = query<[string, string | null, number, number]>(
    db,
    `UPDATE object_versions SET details = ?, storage_class = coalesce(?, storage_class), revision = revision + 1
     WHERE id = ? AND revision = ?`,
  )
  function follow(row: number, change: MetadataChange): number | undefined {
    const version = changed.get(row)
    if (!version) return undefined
    const { bucket_id: bucketId, key, storage_class: storageClass, size } = version
    const subject = subjectOf({ key, storageClass }, parseDetails(version.details), false)
    return admission.change({ row, bucketId, subject, size, isReplica: version.is_replica === 1 }, change)
  }

  return {
    putObject(version, body, expect) {
      const claimed = claim(body)
      const outcome = publish(version, claimed, expect)
      if (outcome.outcome !== 'written' && claimed.bodyId !== undefined) writer.releaseBody(claimed.bodyId)
      return outcome
    },
    linkObject(version, sourceVersionRow, expect) {
      const content = contentOf(sourceVersionRow)
      return content ? publish(version, content, expect) : { outcome: 'source-gone' }
    },
    deleteObject,
    deleteObjects: requests => requests.map(deleteObject),
    updateVersion(versionRow, revision, { details, storageClass, replicate }) {
      const { changes } = update.run(JSON.stringify(details), storageClass ?? null, versionRow, revision)
      if (changes === 0) return { outcome: 'changed' }
      const replicateAt = replicate && follow(versionRow, replicate)
      return { outcome: 'updated', ...(replicateAt !== undefined && { replicateAt }) }
    },
  }
}
