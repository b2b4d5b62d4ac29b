import { requireLength } from '../../protocol/request/body.ts'
import type { Checksum } from '../../protocol/request/incoming-body.ts'
import type { SealedBody } from '../../store/bodies/body.ts'
import type { Expectation, NewVersion, WriteOutcome } from '../../store/store.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { computedChecksum, digestOf } from './checksums.ts'
import { etagOf } from './etag.ts'
import { unexpectedError } from './preconditions.ts'
import type { DetailsOfWrite } from './version-details.ts'
import { newVersionId } from './versions.ts'

/** Largest body of one PutObject or UploadPart. Source: user guide, "Multipart upload limits". */
export const maxBodyBytes = 5 * 1024 ** 3

/** A body that has been received, checked and sealed, but not published: nobody sees it yet. */
export interface StoredBody {
  /** `digests` holds md5, the digest of every declared checksum, and the one of `checksum`. */
  readonly body: SealedBody
  /** The checksum the client declared and that held, else the one computed with `algorithm`. Always FULL_OBJECT. */
  readonly checksum: Checksum
}

/**
 * Receives the body of a request for PutObject or UploadPart. Computes `algorithm` (CRC64NVME unless said otherwise:
 * what S3 adds when the client declares none) beside what the client declared. Hand the result to a write of the store,
 * which owns it then, or discard it. Throws MissingContentLength, EntityTooLarge, and what the body's own checks throw;
 * nothing is left behind then.
 */
export async function storeBody(
  context: DataContext,
  options: { readonly algorithm?: Checksum['algorithm'] | undefined } = {},
): Promise<StoredBody> {
  const { body, store } = context
  const algorithm = options.algorithm ?? body.declaredAlgorithm ?? 'CRC64NVME'
  requireLength(context.request, body)
  requireSize(body.declaredLength)
  const digests = [...new Set([...body.requiredDigests, digestOf(algorithm)])]
  const staged = store.bodies.stage({ digests, size: body.declaredLength })
  try {
    for await (const chunk of body.chunks()) await staged.append(chunk)
    const sealed = await staged.seal()
    const declared = body.verify(sealed.digests)
    return { body: sealed, checksum: declared ?? computedChecksum(algorithm, sealed.digests) }
  } catch (error) {
    await staged.discard()
    throw error
  }
}

/** Makes a received body the current version of a key. Throws as `requireWritten` does. */
export async function publishBody(
  key: string,
  { details, storageClass, ownerId }: DetailsOfWrite,
  { body, checksum }: StoredBody,
  context: DataContext,
  expect?: Expectation | undefined,
): Promise<{ readonly version: NewVersion; readonly written: Written }> {
  const { store, bucket, clock } = context
  const version = {
    bucketId: bucket.id,
    key,
    versionId: newVersionId(),
    etag: etagOf(body, details.encryption),
    lastModified: clock.now(),
    ownerId,
    storageClass,
    details: { ...details, checksum },
  }
  const written = requireWritten(await store.putObject(version, body, expect), expect, key, context)
  return { version: { ...version, lastModified: written.lastModified }, written }
}

/** A write that went through. */
export type Written = Extract<WriteOutcome, { outcome: 'written' }>

/**
 * The outcome of a write that went through. Throws the refusal of a failed `expect`, and NoSuchBucket when the bucket
 * is gone.
 */
export function requireWritten(
  outcome: WriteOutcome,
  expect: Expectation | undefined,
  key: string,
  { bucket }: DataContext,
): Written {
  if (outcome.outcome === 'written') return outcome
  if (outcome.outcome === 'no-bucket') throw errors.NoSuchBucket({ BucketName: bucket.name })
  throw unexpectedError(expect, outcome, key)
}

function requireSize(length = 0): void {
  if (length <= maxBodyBytes) return
  throw errors.EntityTooLarge({ ProposedSize: String(length), MaxSizeAllowed: String(maxBodyBytes) })
}
