import { chunkStatements, inlineBytes, isBodyReferenced } from '../body-rows.ts'
import { type Database, query } from '../database.ts'
import type { SealedBody, StoreWrites } from '../store.ts'

/** The writes as the writer thread runs them: inside a transaction, answered at once. */
export type SyncWrites<Names extends keyof StoreWrites = keyof StoreWrites> = {
  readonly [Name in Names]: (...parameters: Parameters<StoreWrites[Name]>) => Awaited<ReturnType<StoreWrites[Name]>>
}

/** Where the bytes of a body are once it is published. */
export type ClaimedBody = { readonly size: number } & (
  | { readonly body: Uint8Array; readonly bodyId: undefined }
  | { readonly body: undefined; readonly bodyId: number }
)

/** What write commands work with. What they claim and release counts when their transaction is committed. */
export interface Writer {
  readonly db: Database
  /** Takes over a body for a row to be inserted. Throws when its chunks are not there (any more). */
  claim(body: SealedBody): ClaimedBody
  /** Like `claim`, but the bytes become chunk rows in any case: parts have no inline form. */
  claimChunked(body: SealedBody): { readonly size: number; readonly bodyId: number }
  /** A row that referred to this body is gone. When the command ends and no other row does, the chunks go. */
  releaseBody(bodyId: number): void
  /** The same for the parts of a multipart object. */
  releaseManifest(manifestId: number): void
  /** A sealed body that is not wanted. */
  drop(body: SealedBody): void
}

/** What one command took and gave back, to be applied after its commit. */
export interface Effects {
  /** Sealed bodies that a row owns now. */
  readonly claimed: number[]
  /** Bodies that no row refers to. */
  readonly released: number[]
}

/** A writer, and the frame around each of its commands. `sealedSize` knows the bodies that wait to be published. */
export function createWriter(
  db: Database,
  sealedSize: (bodyId: number) => number | undefined,
): { readonly writer: Writer; run<Value>(command: () => Value): { value: Value; effects: Effects } } {
  const chunks = chunkStatements(db)
  const isReferenced = isBodyReferenced(db)
  const manifestOwner = query<[number], unknown>(db, 'SELECT 1 FROM object_versions WHERE manifest_id = ? LIMIT 1')
  const manifestBodies = query<[number], { body_id: number }>(db, 'SELECT body_id FROM parts WHERE manifest_id = ?')
  const deleteParts = query<[number]>(db, 'DELETE FROM parts WHERE manifest_id = ?')

  let claimed: number[] = []
  let bodies = new Set<number>()
  let manifests = new Set<number>()

  /** The size of a sealed body, which is owned from now on. */
  function take(bodyId: number): number {
    const size = sealedSize(bodyId)
    if (size === undefined) throw new Error(`body ${bodyId} was discarded, or published already`)
    claimed.push(bodyId)
    return size
  }

  function claim(body: SealedBody): ClaimedBody {
    if (body.bodyId === undefined) {
      if (!body.inline) throw new Error('a sealed body has bytes or an id')
      return { size: body.size, body: body.inline, bodyId: undefined }
    }
    const size = take(body.bodyId)
    return inRow(body.bodyId, size) ?? { size, body: undefined, bodyId: body.bodyId }
  }

  /** A small body that left its sender's memory as a chunk lives in its row like any other; undefined for large ones. */
  function inRow(bodyId: number, size: number): ClaimedBody | undefined {
    if (size > inlineBytes) return undefined
    const bytes = chunks.find(bodyId, 0)
    if (!bytes) return undefined
    bodies.add(bodyId)
    return { size, body: bytes, bodyId: undefined }
  }

  function releasedBodies(): number[] {
    for (const manifest of manifests) {
      if (manifestOwner.get(manifest)) continue
      for (const { body_id } of manifestBodies.all(manifest)) bodies.add(body_id)
      deleteParts.run(manifest)
    }
    return [...bodies].filter(body => !isReferenced(body))
  }

  const writer: Writer = {
    db,
    claim,
    claimChunked(body) {
      const { bodyId, inline } = body
      if (bodyId === undefined) throw new Error('a part needs the id of its body')
      if (!inline) return { bodyId, size: take(bodyId) }
      if (inline.length > 0) chunks.insert(bodyId, 0, inline)
      return { bodyId, size: inline.length }
    },
    releaseBody: bodyId => bodies.add(bodyId),
    releaseManifest: manifestId => manifests.add(manifestId),
    drop(body) {
      if (body.bodyId === undefined || body.inline) return
      take(body.bodyId)
      bodies.add(body.bodyId)
    },
  }
  return {
    writer,
    run(command) {
      claimed = []
      bodies = new Set()
      manifests = new Set()
      const value = command()
      return { value, effects: { claimed, released: releasedBodies() } }
    },
  }
}
