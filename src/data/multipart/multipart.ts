import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { randomIdBytes } from '../../protocol/random-bytes.ts'
import { header, integer, query, required, string } from '../../protocol/xml/shape.ts'
import type { Part, Upload } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { type CustomerKeyHeaders, customerKeyOf } from '../objects/encryption.ts'
import { unquoted } from '../objects/etag.ts'
import { objectLabels } from '../shapes.ts'

/**
 * Multipart uploads: an upload belongs to the bucket it was begun in, so through an MRAP it is found only while requests are routed to
 * that bucket. Refusals as recorded from the service (mrap-spec 12.6).
 */

/** Operations on one upload. */
export const uploadMembers = { ...objectLabels, UploadId: query('uploadId', required(string())) }
export const partNumberQuery = query('partNumber', required(string()))
export const mpuObjectSizeHeader = header('x-amz-mp-object-size', integer({ min: 0 }))

const uploadIdForm = /^[A-Za-z0-9._]{64}$/
/** Parts of an upload are numbered from 1 to this. */
export const largestPartNumber = 10_000
/** Parts that are looked up, or summed, in one turn of the event loop. */
export const partsPerSlice = 1000
/** All parts but the last have at least this size. */
const smallestPartBytes = 5 * 1024 * 1024

/** A new upload id: 64 characters, opaque. */
export function newUploadId(): string {
  return randomIdBytes(48).toString('base64url').replaceAll('-', '.')
}

/** True for what `newUploadId` could have made. */
export function isUploadId(text: string): boolean {
  return uploadIdForm.test(text)
}

/** How a request names an upload. */
export interface UploadName {
  readonly Key: string
  readonly UploadId: string
}

/** The open upload that a request names. Throws NoSuchUpload, for completed ones as well. */
export function requireUpload(name: UploadName, context: DataContext): Upload {
  const upload = requireAnyUpload(name, context)
  if (upload.completed) throw errors.NoSuchUpload({ UploadId: name.UploadId })
  return upload
}

/** The upload that a request names, open or completed. Throws NoSuchUpload. */
export function requireAnyUpload({ Key, UploadId }: UploadName, { store, bucket, mrap }: DataContext): Upload {
  const upload = store.findUpload(UploadId)
  if (upload?.bucketId === bucket.id && upload.key === Key) return upload
  const isElsewhere = mrap && upload?.key === Key
  throw errors.NoSuchUpload(
    { UploadId },
    {
      hint: isElsewhere
        ? `The upload was begun in another Region, and this request was routed to ${bucket.region}. ` +
          'It goes on when requests are routed there again; or address that bucket directly.'
        : undefined,
    },
  )
}

/** A part number of a request. Throws InvalidArgument unless it is one. */
export function readPartNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= largestPartNumber) return number
  throw badPartNumber(text)
}

/** Refuses the SSE-C key of a part that is missing, not called for, or another than the upload was begun with. */
export function requireUploadKey(input: CustomerKeyHeaders, upload: Upload): void {
  const given = customerKeyOf(input)
  const stored = upload.details.encryption?.customerKeyMd5
  if (given === stored) return
  throw errors.InvalidRequest({
    Message:
      given !== undefined && stored !== undefined
        ? 'The provided encryption parameters did not match the ones used originally.'
        : 'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
  })
}

/** A part as CompleteMultipartUpload lists it. */
export interface AskedPart {
  readonly PartNumber: number
  readonly ETag: string
}

/**
 * The stored parts behind the list of a Complete, in its order. A long list is worked off in slices, other requests in between: what
 * changes meanwhile is found by the write. Throws InvalidRequest (no part), InvalidArgument (number), InvalidPartOrder, InvalidPart,
 * EntityTooSmall.
 */
export async function requireParts(
  asked: readonly AskedPart[],
  upload: Upload,
  { store }: DataContext,
): Promise<Part[]> {
  checkOrder(asked, upload)
  const parts: Part[] = []
  let page: readonly Part[] = []
  let at = 0
  let isMore = true
  for (const one of asked) {
    while (isMore && (page[at]?.partNumber ?? 0) < one.PartNumber) {
      if (at < page.length) at++
      else {
        if (page.length > 0) await nextTurn()
        page = store.listParts(upload.id, page.at(-1)?.partNumber ?? 0, partsPerSlice)
        at = 0
        isMore = page.length > 0
      }
    }
    const part = page[at]
    if (part?.partNumber !== one.PartNumber || part.etag !== unquoted(one.ETag)) throw invalidPart(one, upload)
    parts.push(part)
  }
  checkSizes(parts)
  return parts
}

function checkSizes(parts: readonly Part[]): void {
  const small = parts.slice(0, -1).find(part => part.size < smallestPartBytes)
  if (!small) return
  throw errors.EntityTooSmall(
    {
      ProposedSize: String(small.size),
      MinSizeAllowed: String(smallestPartBytes),
      PartNumber: String(small.partNumber),
      ETag: small.etag,
    },
    { hint: `Every part but the last must have at least 5 MiB; part ${small.partNumber} has ${small.size} bytes.` },
  )
}

export function invalidPart({ PartNumber, ETag }: AskedPart, { uploadId }: Upload) {
  return errors.InvalidPart({ UploadId: uploadId, PartNumber: String(PartNumber), ETag: unquoted(ETag) })
}

/** The entity tag of an object made of parts: the MD5 of their MD5s, then their number. */
export function multipartEtag(parts: readonly Part[]): string {
  const joined = Buffer.from(parts.map(part => part.etag).join(''), 'hex')
  return `${createHash('md5').update(joined).digest('hex')}-${parts.length}`
}

/** Throws InvalidRequest where the parts have not the size that the client expects of the object. */
export function checkObjectSize(expected: number | undefined, parts: readonly Part[]): void {
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  if (expected === undefined || expected === size) return
  throw errors.InvalidRequest({
    Message: `The provided 'x-amz-mp-object-size' header value ${expected} does not match what was computed: ${size}`,
  })
}

/** Where the object is, as an answer says it: the key is one percent-encoded segment. */
export function locationOf(key: string, { bucket, mrap, ownUrl }: DataContext): string {
  const host = mrap ? `${mrap.alias}.accesspoint.s3-global` : `${bucket.name}.s3.${bucket.region}`
  return `${ownUrl() ?? `https://${host}.amazonaws.com/`}${encodeURIComponent(key)}`
}

function checkOrder(asked: readonly AskedPart[], upload: Upload): void {
  if (asked.length === 0) throw errors.InvalidRequest({ Message: 'You must specify at least one part' })
  let last = 0
  for (const { PartNumber } of asked) {
    if (PartNumber < 1 || PartNumber > largestPartNumber) throw badPartNumber(String(PartNumber))
    if (PartNumber <= last) throw errors.InvalidPartOrder({ UploadId: upload.uploadId })
    last = PartNumber
  }
}

function badPartNumber(text: string) {
  return errors.InvalidArgument({
    Message: 'Part number must be an integer between 1 and 10000, inclusive',
    ArgumentName: 'partNumber',
    ArgumentValue: text,
  })
}
