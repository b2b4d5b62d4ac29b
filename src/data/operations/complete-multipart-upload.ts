import { flattened, type Infer, integer, payload, required, string, structure } from '../../protocol/xml/shape.ts'
import type { Upload } from '../../store/rows.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import {
  checkObjectSize,
  invalidPart,
  largestPartNumber,
  locationOf,
  mpuObjectSizeHeader,
  multipartEtag,
  requireAnyUpload,
  requireParts,
  type UploadName,
  uploadMembers,
} from '../multipart/multipart.ts'
import {
  checkCompleteType,
  checkDeclaredChecksum,
  checkPartChecksums,
  objectChecksum,
  shownObjectChecksum,
} from '../multipart/multipart-checksums.ts'
import { checksumOutput } from '../objects/checksums.ts'
import { encryptionOutput } from '../objects/encryption.ts'
import { quoted } from '../objects/etag.ts'
import { conflictError, expectationOf, unexpectedError } from '../objects/preconditions.ts'
import { newVersionId } from '../objects/versions.ts'
import {
  checksumElements,
  checksumHeaders,
  customerKeyHeaders,
  encryptionOutputHeaders,
  versionHeader,
  writeConditions,
} from '../shapes.ts'

const { ChecksumType: _, ...partChecksums } = checksumElements

const Part = structure(
  { PartNumber: required(integer()), ETag: required(string()), ...partChecksums },
  // The checksums that no part can have been uploaded with.
  { unbuilt: ['ChecksumSHA512', 'ChecksumMD5', 'ChecksumXXHASH64', 'ChecksumXXHASH3', 'ChecksumXXHASH128'] },
)

const CompletedMultipartUpload = structure(
  {
    // A document without parts is MalformedXML, as users report of the service; no document at all has a sentence of its own.
    Parts: required(flattened(Part, { xmlName: 'Part', maxItems: largestPartNumber })),
  },
  { xmlName: 'CompleteMultipartUpload' },
)

const Output = structure(
  {
    ...versionHeader,
    ...encryptionOutputHeaders,
    Location: string(),
    Bucket: string(),
    Key: string(),
    ETag: string(),
    ...checksumElements,
  },
  { xmlName: 'CompleteMultipartUploadResult' },
)

/**
 * Makes the listed parts one object, at once or not at all. A repeated Complete answers as the first did. Source:
 * API_CompleteMultipartUpload.
 */
export default defineOperation({
  name: 'CompleteMultipartUpload',
  http: 'POST /{Bucket}/{Key+}?uploadId',
  action: 's3:PutObject',
  acceptsMrap: true,
  bodyLimit: 4 * 1024 * 1024,
  answersEarly: true,
  input: structure({
    ...uploadMembers,
    ...writeConditions,
    ...checksumHeaders,
    MpuObjectSize: mpuObjectSizeHeader,
    ...customerKeyHeaders,
    MultipartUpload: payload(CompletedMultipartUpload),
  }),
  output: Output,
  errors: [
    'ConditionalRequestConflict',
    'EntityTooSmall',
    'InvalidPart',
    'InvalidPartOrder',
    'NoSuchBucket',
    'NoSuchKey',
    'NoSuchUpload',
    'PreconditionFailed',
  ],
  async handle(input, context) {
    const upload = requireAnyUpload(input, context)
    if (upload.completed) return answer(upload, upload.completed, context)
    const expect = expectationOf(input)
    const asked = input.MultipartUpload?.Parts ?? []
    const parts = await requireParts(asked, upload, context)
    checkCompleteType(input.ChecksumType, upload)
    checkPartChecksums(asked, parts, upload)
    checkObjectSize(input.MpuObjectSize, parts)
    const checksum = await objectChecksum(parts, upload)
    if (checksum) checkDeclaredChecksum(input, checksum, upload)
    const version = {
      bucketId: upload.bucketId,
      key: upload.key,
      versionId: newVersionId(),
      etag: multipartEtag(parts),
      // The object appears now, but it is as old as its upload.
      lastModified: upload.initiatedAt,
      writtenAt: context.clock.now(),
      ownerId: upload.ownerId,
      storageClass: upload.storageClass,
      details: { ...upload.details, ...(checksum && { checksum }) },
    }
    const listed = { numbers: parts.map(part => part.partNumber), etags: parts.map(part => part.etag) }
    const written = await context.store.completeUpload(upload.id, version, listed, expect)
    switch (written.outcome) {
      case 'written':
        return answer(upload, { versionId: written.versionId, etag: version.etag, checksum }, context)
      case 'unexpected':
        throw unexpectedError(expect, written, upload.key)
      case 'no-bucket':
        throw errors.NoSuchBucket({ BucketName: context.bucket.name })
      case 'conflict':
        throw conflictError(expect, upload.key)
      case 'no-upload':
        return repeated(input, context)
      case 'parts-changed':
        await requireParts(asked, upload, context)
        // Changed back meanwhile.
        throw invalidPart(asked[0] ?? { PartNumber: 1, ETag: '' }, upload)
    }
  },
})

/** The upload ended while this was on its way: by another Complete, whose answer is this one's too, or by an Abort. */
function repeated(input: UploadName, context: DataContext): Infer<typeof Output> {
  const upload = requireAnyUpload(input, context)
  if (upload.completed) return answer(upload, upload.completed, context)
  throw new Error('an upload that is open is said to have ended')
}

function answer(
  upload: Upload,
  { versionId, etag, checksum }: NonNullable<Upload['completed']>,
  context: DataContext,
): Infer<typeof Output> {
  return {
    // Where versioning is suspended a write names no version (recorded: put_object_on_suspended_bucket).
    VersionId: versionId === 'null' ? undefined : versionId,
    ...encryptionOutput(upload.details.encryption),
    Location: locationOf(upload.key, context),
    Bucket: context.bucket.name,
    Key: upload.key,
    ETag: quoted(etag),
    ...checksumOutput(shownObjectChecksum(checksum, upload)),
  }
}
