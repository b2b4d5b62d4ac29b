import { query } from './database.ts'
import { createPublisher } from './publishing.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

interface SourceRow {
  readonly size: number
  readonly body: Uint8Array | null
  readonly body_id: number | null
  readonly manifest_id: number | null
  readonly part_count: number | null
  readonly digest: number | null
}

/** Commands on objects and their versions. */
export function objectWrites(
  writer: Writer,
): SyncWrites<'putObject' | 'linkObject' | 'deleteObject' | 'deleteObjects' | 'updateVersion'> {
  const { db, claim } = writer
  const { publish, deleteObject } = createPublisher(writer)
  const source = query<[number], SourceRow>(
    db,
    `SELECT size, body, body_id, manifest_id, part_count, digest FROM object_versions WHERE id = ? AND is_delete_marker = 0`,
  )
  const update = query<[string, string | null, number, number]>(
    db,
    `UPDATE object_versions SET details = ?, storage_class = coalesce(?, storage_class), revision = revision + 1
     WHERE id = ? AND revision = ?`,
  )
  return {
    putObject(version, body, expect) {
      const claimed = claim(body)
      const outcome = publish(version, claimed, expect)
      if (outcome.outcome !== 'written' && claimed.bodyId !== undefined) writer.releaseBody(claimed.bodyId)
      return outcome
    },
    linkObject(version, sourceVersionRow, expect) {
      const row = source.get(sourceVersionRow)
      if (!row) return { outcome: 'source-gone' }
      const content = {
        size: row.size,
        body: row.body ?? undefined,
        bodyId: row.body_id ?? undefined,
        manifestId: row.manifest_id ?? undefined,
        partCount: row.part_count ?? undefined,
        digest: row.digest,
      }
      return publish(version, content, expect)
    },
    deleteObject,
    deleteObjects: requests => requests.map(deleteObject),
    updateVersion(versionRow, revision, { details, storageClass }) {
      const { changes } = update.run(JSON.stringify(details), storageClass ?? null, versionRow, revision)
      return changes === 1 ? 'updated' : 'changed'
    },
  }
}
