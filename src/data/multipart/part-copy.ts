import type { Checksum } from '../../protocol/request/incoming-body.ts'
import type { SealedBody } from '../../store/bodies/body.ts'
import type { ObjectVersion, Part, Upload } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { computedChecksum, digestOf } from '../objects/checksums.ts'
import { etagOf, isMd5Etag, opaqueEtag } from '../objects/etag.ts'
import { maxBodyBytes } from '../objects/objects.ts'
import type { ByteRange } from '../objects/range.ts'
import { partAlgorithmOf } from './multipart-checksums.ts'

const rangeName = 'x-amz-copy-source-range'
const rangeForm = /^bytes=(\d{1,15})-(\d{1,15})$/

/**
 * The bytes of a source that UploadPartCopy takes; undefined: all of them. Stricter than a Range header: both ends, and both within the
 * source. Throws InvalidArgument and InvalidRequest as recorded from the service.
 */
export function copyRangeOf(header: string | undefined, { size }: ObjectVersion): ByteRange | undefined {
  const range = header === undefined ? undefined : readCopyRange(header, size)
  if ((range ? range.end - range.start + 1 : size) <= maxBodyBytes) return range
  throw errors.InvalidRequest({
    Message: `The specified copy source is larger than the maximum allowable size for a copy source: ${maxBodyBytes}`,
  })
}

function readCopyRange(header: string, size: number): ByteRange {
  const match = rangeForm.exec(header)
  const [start, end] = [Number(match?.[1]), Number(match?.[2])]
  if (!match || start > end) {
    throw badRange(
      header,
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    )
  }
  if (start >= size) {
    throw errors.InvalidRequest({ Message: 'The specified copy range is invalid for the source object size' })
  }
  if (end >= size) throw badRange(header, `Range specified is not valid for source object of size: ${size}`)
  return { start, end }
}

function badRange(header: string, message: string) {
  return errors.InvalidArgument({ Message: message, ArgumentName: rangeName, ArgumentValue: header })
}

/**
 * Stores bytes of a version as a part. A whole object shares its bytes where its ETag and checksum hold for the part too; else they are
 * read through. Call it in the same tick as the look-up of the source. Throws NoSuchUpload where the upload has ended meanwhile.
 */
export async function copyPart(
  source: ObjectVersion,
  range: ByteRange | undefined,
  { upload, partNumber }: { readonly upload: Upload; readonly partNumber: number },
  context: DataContext,
): Promise<Part> {
  const { store, clock } = context
  // Opened before anything is awaited: the bytes stay readable even if the version is deleted meanwhile.
  const bytes = store.bodies.read(source, range)
  const base = { partNumber, lastModified: clock.now() }
  const linked = linkedPart(source, range, upload)
  if (linked) {
    const part = { ...base, ...linked }
    const outcome = await store.linkPart(upload.id, part, source.id)
    if (outcome === 'written' || outcome === 'no-upload') {
      await bytes[Symbol.asyncIterator]().return?.()
      if (outcome === 'written') return part
      throw errors.NoSuchUpload({ UploadId: upload.uploadId })
    }
  }
  const algorithm = partAlgorithmOf(upload)
  const body = await readThrough(bytes, algorithm, context)
  const etag = etagOf(body, upload.details.encryption)
  const part = { ...base, size: body.size, etag, checksum: computedChecksum(algorithm, body.digests) }
  if ((await store.putPart(upload.id, part, body)) === 'written') return part
  throw errors.NoSuchUpload({ UploadId: upload.uploadId })
}

/** The part, if it can share the bytes of its source: a whole object in one piece whose digests are known. */
function linkedPart(
  { size, etag, partCount, details }: ObjectVersion,
  range: ByteRange | undefined,
  upload: Upload,
): Omit<Part, 'partNumber' | 'lastModified'> | undefined {
  const isWhole = !range || range.end - range.start + 1 === size
  const { checksum } = details
  if (!isWhole || partCount !== undefined) return undefined
  if (checksum?.algorithm !== partAlgorithmOf(upload) || checksum.type !== 'FULL_OBJECT') return undefined
  const known = { size, checksum: { algorithm: checksum.algorithm, value: checksum.value } }
  if (!isMd5Etag(upload.details.encryption)) return { ...known, etag: opaqueEtag() }
  return isMd5Etag(details.encryption) ? { ...known, etag } : undefined
}

async function readThrough(
  bytes: AsyncIterable<Uint8Array>,
  algorithm: Checksum['algorithm'],
  { store }: DataContext,
): Promise<SealedBody> {
  const staged = store.bodies.stage({ digests: [digestOf(algorithm)] })
  try {
    for await (const piece of bytes) await staged.append(piece)
    return await staged.seal()
  } catch (error) {
    await staged.discard()
    throw error
  }
}
