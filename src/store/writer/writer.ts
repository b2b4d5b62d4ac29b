import { blockDigest } from '../bodies/block-digest.ts'
import type { SealedBody } from '../bodies/body.ts'
import { chunkStatements, fileStatements, inlineBytes, isBodyReferenced } from '../bodies/rows.ts'
import { type Database, query } from '../database.ts'
import { atOnce, type ReplicationDefaults } from '../replication/controls.ts'
import type { StoreWrites } from '../store.ts'
import type { Staging } from './staging.ts'

/** The writes as the writer thread runs them: inside a transaction, answered at once. */
export type SyncWrites<Names extends keyof StoreWrites = keyof StoreWrites> = {
  readonly [Name in Names]: (...parameters: Parameters<StoreWrites[Name]>) => Awaited<ReturnType<StoreWrites[Name]>>
}

/** Where the bytes of a body are once it is published, and the digest that its row keeps of them. */
export type ClaimedBody = { readonly size: number; readonly digest: number } & (
  | { readonly body: Uint8Array; readonly bodyId: undefined }
  | { readonly body: undefined; readonly bodyId: number }
)

/** What write commands work with. What they claim and release counts when their transaction is committed. */
export interface Writer {
  readonly db: Database
  readonly replication: ReplicationDefaults
  /** Takes over a body for a row to be inserted. Throws when its bytes are not there (any more). */
  claim(body: SealedBody): ClaimedBody
  /** Like `claim`, but small bytes become a chunk row: parts have no inline form. */
  claimChunked(body: SealedBody): { readonly size: number; readonly bodyId: number; readonly digest: number }
  /** A row that referred to this body is gone. When the command ends and no other row does, the bytes go. */
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

/** A writer, and the frame around each of its commands. `findSealed` knows the bodies that wait to be published. */
export function createWriter(
  db: Database,
  findSealed: Staging['findSealed'],
  replication: ReplicationDefaults = atOnce,
): { readonly writer: Writer; run<Value>(command: () => Value): { value: Value; effects: Effects } } {
  const chunks = chunkStatements(db)
  const files = fileStatements(db)
  const isReferenced = isBodyReferenced(db)
  const manifestOwner = query<[number], unknown>(db, 'SELECT 1 FROM object_versions WHERE manifest_id = ? LIMIT 1')
  const manifestBodies = query<[number], { body_id: number }>(db, 'SELECT body_id FROM parts WHERE manifest_id = ?')
  const deleteParts = query<[number]>(db, 'DELETE FROM parts WHERE manifest_id = ?')

  let claimed: number[] = []
  let bodies = new Set<number>()
  let manifests = new Set<number>()

  /** A sealed body, which is owned from now on. */
  function take(bodyId: number) {
    const sealed = findSealed(bodyId)
    if (!sealed) throw new Error(`body ${bodyId} was discarded, or published already`)
    files.insert(bodyId, sealed)
    claimed.push(bodyId)
    return { size: sealed.size, bodyId, digest: blockDigest(sealed.digests), read: sealed.read }
  }

  function claim({ size, bodyId, inline }: SealedBody): ClaimedBody {
    if (bodyId !== undefined) return inRow(take(bodyId))
    if (!inline) throw new Error('a sealed body has bytes or an id')
    return { size, body: inline, bodyId: undefined, digest: blockDigest(inline) }
  }

  /** A small body that left its sender's memory as a file lives in its row like any other. */
  function inRow(taken: ReturnType<typeof take>): ClaimedBody {
    if (taken.size > inlineBytes) return { ...taken, body: undefined }
    const bytes = taken.read()
    bodies.add(taken.bodyId)
    return { size: bytes.length, body: bytes, bodyId: undefined, digest: blockDigest(bytes) }
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
    replication,
    claim,
    claimChunked(body) {
      const { bodyId, inline } = body
      if (bodyId === undefined) throw new Error('a part needs the id of its body')
      if (!inline) return take(bodyId)
      if (inline.length > 0) chunks.insert(bodyId, 0, inline)
      return { bodyId, size: inline.length, digest: blockDigest(inline) }
    },
    releaseBody: bodyId => bodies.add(bodyId),
    releaseManifest: manifestId => manifests.add(manifestId),
    drop({ bodyId, inline }) {
      if (bodyId === undefined || inline) return
      take(bodyId)
      bodies.add(bodyId)
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
