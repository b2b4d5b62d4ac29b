import type { Checksum } from '../../protocol/request/incoming-body.ts'
import type { SealedBody } from '../../store/bodies/body.ts'
import type { ObjectVersion, VersionDetails } from '../../store/rows.ts'
import type { Expectation, NewVersion } from '../../store/store.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import type { StoredHeaders } from '../shapes.ts'
import { algorithmOf, computedChecksum, digestOf } from './checksums.ts'
import type { CopySource } from './copy-source.ts'
import { etagOf, isMd5Etag, opaqueEtag } from './etag.ts'
import { requireWritten, type Written } from './objects.ts'
import { compact, type DetailsOfWrite, detailsOf } from './version-details.ts'
import { newVersionId } from './versions.ts'

/** What CopyObject is asked beyond what every write may be. */
interface CopyHeaders extends StoredHeaders {
  readonly Key: string
  readonly ChecksumAlgorithm?: string | undefined
  readonly MetadataDirective?: string | undefined
  readonly TaggingDirective?: string | undefined
}

/** A copy that has been checked and only needs to be made. */
export interface Copy extends DetailsOfWrite {
  readonly source: ObjectVersion
  readonly key: string
  readonly expect: Expectation | undefined
  /** Algorithm of the copy's checksum. */
  readonly algorithm: Checksum['algorithm']
}

/**
 * What the copy will have. Metadata and entity headers, and tags, come from the source unless their directive says
 * REPLACE; storage class, encryption, lock, redirect and ACL are never copied. Source: API_CopyObject.
 */
export function copiedDetails(
  input: CopyHeaders,
  source: ObjectVersion,
  context: DataContext,
): DetailsOfWrite & { readonly algorithm: Checksum['algorithm'] } {
  const replacesMetadata = isReplace(input.MetadataDirective, 'metadata')
  const { details, storageClass, ownerId } = detailsOf(
    {
      ...input,
      Metadata: replacesMetadata ? input.Metadata : undefined,
      Tagging: replacesTags(input) ? input.Tagging : undefined,
    },
    context,
  )
  const described = replacesMetadata ? details : source.details
  const copied = compact({
    entityHeaders: described.entityHeaders,
    metadata: described.metadata,
    websiteRedirectLocation: details.websiteRedirectLocation,
    tags: replacesTags(input) ? details.tags : source.details.tags,
    encryption: details.encryption,
    acl: details.acl,
  })
  const { retention, legalHold } = details
  return {
    details: { ...copied, ...(retention && { retention }), ...(legalHold && { legalHold }) },
    storageClass,
    ownerId,
    algorithm: copyAlgorithm(input.ChecksumAlgorithm, source),
  }
}

/**
 * Throws InvalidRequest for a copy of the current version onto itself that changes nothing.
 * ASSUMED: a source that names a version id may always be copied onto its key, which is how an old version is brought
 * back.
 */
export function requireChange(
  input: CopyHeaders,
  { name, version }: { readonly name: CopySource; readonly version: ObjectVersion },
  { bucket, store }: DataContext,
): void {
  // Most copies are no copies onto themselves: nothing is looked up for them.
  if (name.bucket !== bucket.name || name.key !== input.Key || name.versionId !== undefined) return
  const changes =
    isReplace(input.MetadataDirective, 'metadata') ||
    // The copy is encrypted anew: a change where the source is encrypted otherwise, or the bucket has a setting (recorded).
    !isMd5Etag(version.details.encryption) ||
    store.findBucketConfiguration(bucket.id, 'encryption') !== undefined ||
    [input.StorageClass, input.WebsiteRedirectLocation, input.ServerSideEncryption, input.SSECustomerAlgorithm].some(
      value => value !== undefined,
    )
  if (changes) return
  throw errors.InvalidRequest({
    Message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  })
}

/**
 * Makes the copy visible. The bytes are shared where ETag and checksum of the source hold for the copy too, else read
 * through.
 */
export async function publishCopy(
  copy: Copy,
  context: DataContext,
): Promise<{ readonly version: NewVersion; readonly written: Written }> {
  const { store } = context
  const { source, expect, key } = copy
  const linked = linkedVersion(copy, context)
  if (linked) {
    const outcome = await store.linkObject(linked, source.id, expect)
    if (outcome.outcome === 'source-gone') throw errors.NoSuchKey({ Key: source.key })
    return published(linked, requireWritten(outcome, expect, key, context))
  }
  const body = await readThrough(copy, context)
  const { encryption } = copy.details
  const version = newVersion(copy, etagOf(body, encryption), computedChecksum(copy.algorithm, body.digests), context)
  const outcome = await store.putObject(version, body, expect)
  return published(version, requireWritten(outcome, expect, key, context))
}

function published(version: NewVersion, written: Written) {
  return { version: { ...version, lastModified: written.lastModified }, written }
}

/**
 * The copy, if it can share the bytes of its source. A multipart source becomes a single part, whose ETag is not known.
 */
function linkedVersion(copy: Copy, context: DataContext): NewVersion | undefined {
  const { source, details, algorithm } = copy
  const { checksum } = source.details
  if (source.partCount !== undefined) return undefined
  if (checksum?.algorithm !== algorithm || checksum.type !== 'FULL_OBJECT') return undefined
  if (!isMd5Etag(details.encryption)) return newVersion(copy, opaqueEtag(), checksum, context)
  return isMd5Etag(source.details.encryption) ? newVersion(copy, source.etag, checksum, context) : undefined
}

async function readThrough({ source, algorithm }: Copy, { store }: DataContext): Promise<SealedBody> {
  const chunks = store.bodies.read(source)
  const staged = store.bodies.stage({ digests: [digestOf(algorithm)] })
  try {
    for await (const chunk of chunks) await staged.append(chunk)
    return await staged.seal()
  } catch (error) {
    await staged.discard()
    throw error
  }
}

function newVersion(
  { key, ownerId, storageClass, details }: Copy,
  etag: string,
  checksum: VersionDetails['checksum'],
  { bucket, clock }: DataContext,
): NewVersion {
  return {
    bucketId: bucket.id,
    key,
    versionId: newVersionId(),
    etag,
    lastModified: clock.now(),
    ownerId,
    storageClass,
    details: { ...details, ...(checksum && { checksum }) },
  }
}

/** What the request asks for, else what the source has, else what S3 adds by itself. */
function copyAlgorithm(asked: string | undefined, source: ObjectVersion): Checksum['algorithm'] {
  if (asked === undefined) return algorithmOf(source.details.checksum?.algorithm) ?? 'CRC64NVME'
  const algorithm = algorithmOf(asked.toUpperCase())
  if (algorithm) return algorithm
  throw errors.InvalidRequest({
    Message:
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  })
}

/** Whether the copy gets the tags of the request, not of its source. Throws InvalidArgument for another directive. */
export function replacesTags({ TaggingDirective: directive }: Pick<CopyHeaders, 'TaggingDirective'>): boolean {
  return isReplace(directive, 'tagging')
}

function isReplace(directive: string | undefined, what: 'metadata' | 'tagging'): boolean {
  if (directive === undefined || directive === 'COPY') return false
  if (directive === 'REPLACE') return true
  throw errors.InvalidArgument({
    Message: `Unknown ${what} directive.`,
    ArgumentName: `x-amz-${what}-directive`,
    ArgumentValue: directive,
  })
}
