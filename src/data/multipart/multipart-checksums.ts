import { setImmediate as nextTurn } from 'node:timers/promises'
import { type CrcName, combineCrc, createDigests } from '../../protocol/request/digests.ts'
import type { Checksum, IncomingBody } from '../../protocol/request/incoming-body.ts'
import type { InferMembers } from '../../protocol/xml/shape.ts'
import type { Part, Upload } from '../../store/rows.ts'
import { errors } from '../errors.ts'
import { algorithmOf, digestOf } from '../objects/checksums.ts'
import { isMd5Etag } from '../objects/etag.ts'
import type { checksumElements } from '../shapes.ts'
import { type AskedPart, invalidPart, partsPerSlice } from './multipart.ts'

/**
 * Checksums of multipart uploads (mrap-spec 12.2). What CreateMultipartUpload names decides:
 *
 *   nothing          the parts keep CRC64NVME unseen; the object gets CRC64NVME, FULL_OBJECT
 *   CRC64NVME        FULL_OBJECT: the CRC of the whole, combined from those of the parts
 *   CRC32, CRC32C    COMPOSITE unless FULL_OBJECT is asked
 *   SHA1, SHA256     COMPOSITE: the digest of the parts' digests, then `-` and the number of parts
 */
type Algorithm = Checksum['algorithm']
type ChecksumMembers = InferMembers<typeof checksumElements>

/** What the parts of an upload without an algorithm are summed with. */
const unnamed: Algorithm = 'CRC64NVME'

/** The checksum an upload is begun with; undefined: none named. Throws InvalidRequest for what S3 does not combine. */
export function uploadChecksumOf(
  algorithmName: string | undefined,
  typeName: string | undefined,
): { readonly algorithm: Algorithm; readonly type: Checksum['type'] } | undefined {
  if (algorithmName === undefined) {
    if (typeName === undefined) return undefined
    throw refused('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.')
  }
  const algorithm = algorithmOf(algorithmName.toUpperCase())
  if (!algorithm) {
    throw refused(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  }
  const type = typeName ?? defaultTypeOf(algorithm)
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE') throw refused('Value for x-amz-checksum-type header is invalid.')
  if (type === 'COMPOSITE' ? algorithm === 'CRC64NVME' : /^(SHA|MD5)/.test(algorithm)) {
    throw refused(`The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`)
  }
  return { algorithm, type }
}

/** What a part of this upload is summed with. */
export function partAlgorithmOf(upload: Upload): Algorithm {
  return algorithmOf(upload.checksumAlgorithm) ?? unnamed
}

/**
 * Throws InvalidRequest where a part declares another algorithm than its upload. ASSUMED: a part of a COMPOSITE upload must declare one;
 * for FULL_OBJECT the service computes it.
 */
export function checkPartAlgorithm({ declaredAlgorithm: actual }: IncomingBody, upload: Upload): void {
  const expected = upload.checksumAlgorithm
  if (expected === undefined || expected === actual) return
  if (actual === undefined && upload.checksumType === 'FULL_OBJECT') return
  throw mismatch(expected, actual)
}

/** What an answer shows of a stored part's checksum: nothing where the upload named no algorithm. */
export function shownChecksum(part: Part, upload: Upload): Part['checksum'] {
  return upload.checksumAlgorithm === undefined ? undefined : part.checksum
}

/** What Complete shows of the object's checksum: under KMS not the one that S3 added by itself (recorded: s3_multipart_upload_sse). */
export function shownObjectChecksum<Known>(checksum: Known, upload: Upload): Known | undefined {
  return upload.checksumAlgorithm === undefined && !isMd5Etag(upload.details.encryption) ? undefined : checksum
}

/** Throws InvalidRequest where `x-amz-checksum-type` of a Complete is not that of the upload. */
export function checkCompleteType(type: string | undefined, upload: Upload): void {
  if (type === undefined || type === upload.checksumType) return
  throw refused(
    `The upload was created using the ${upload.checksumType ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
  )
}

/**
 * Compares the checksums that a Complete lists with those of the stored parts, which stand in the same order. Throws InvalidRequest,
 * BadDigest, InvalidPart; InternalError for a composite upload whose parts are not numbered from 1 on, as the service does.
 */
export function checkPartChecksums(
  asked: readonly (AskedPart & ChecksumMembers)[],
  parts: readonly Part[],
  upload: Upload,
): void {
  const algorithm = partAlgorithmOf(upload)
  const isComposite = upload.checksumType === 'COMPOSITE'
  asked.forEach((one, index) => {
    const value = checksumOf(one, algorithm)
    const stored = parts[index]?.checksum?.value
    if (value !== undefined && value !== stored) throw invalidPart(one, upload)
    if (value !== undefined) return
    const other = algorithms.find(name => checksumOf(one, name) !== undefined)
    if (other && upload.checksumAlgorithm === undefined) throw invalidPart(one, upload)
    if (other) {
      throw errors.BadDigest({
        Message: `The ${other.toLowerCase()} you specified for part ${one.PartNumber} did not match what we received.`,
      })
    }
    if (!isComposite) return
    throw refused(
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. ` +
        `It was missing for part ${one.PartNumber} in the request.`,
    )
  })
  const last = asked.at(-1)
  if (isComposite && last && last.PartNumber !== asked.length) {
    throw errors.InternalError(
      {},
      { hint: 'With a composite checksum the parts must be numbered 1, 2, 3, ... without a gap.' },
    )
  }
}

/**
 * The checksum of the object that the parts make, worked out in slices. undefined: under SSE-C the service adds none by itself (recorded:
 * multipart_upload_sse_c).
 */
export async function objectChecksum(parts: readonly Part[], upload: Upload): Promise<Checksum | undefined> {
  if (upload.checksumAlgorithm === undefined && upload.details.encryption?.customerKeyMd5 !== undefined)
    return undefined
  const algorithm = partAlgorithmOf(upload)
  const type = upload.checksumType ?? 'FULL_OBJECT'
  const bytes = type === 'COMPOSITE' ? digestOfDigests(parts, algorithm) : await combined(parts, algorithm)
  const value = Buffer.from(bytes).toString('base64')
  return { algorithm, type, value: type === 'COMPOSITE' ? `${value}-${parts.length}` : value }
}

/**
 * Compares what a Complete declares of the whole object with what it is. Without `x-amz-checksum-type` the value counts as one of the
 * algorithm's default type, so a FULL_OBJECT CRC32 needs the type beside it (recorded: multipart_parts_checksum_exceptions_full_object).
 * A composite value may leave the number of parts out. Of an upload that named no algorithm only the one that S3 chose is compared
 * (recorded). Throws BadDigest, which names the upload's algorithm.
 */
export function checkDeclaredChecksum(declared: ChecksumMembers, computed: Checksum, upload: Upload): void {
  for (const algorithm of algorithms) {
    const value = checksumOf(declared, algorithm)
    if (value === undefined) continue
    if (upload.checksumAlgorithm === undefined && algorithm !== computed.algorithm) continue
    const isComposite = computed.type === 'COMPOSITE'
    const isSameKind =
      algorithm === computed.algorithm && (declared.ChecksumType ?? defaultTypeOf(algorithm)) === computed.type
    if (isSameKind && (value === computed.value || (isComposite && computed.value.startsWith(`${value}-`)))) continue
    throw errors.BadDigest({
      Message: `The ${computed.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    })
  }
}

const algorithms: readonly Algorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']

function defaultTypeOf(algorithm: Algorithm): Checksum['type'] {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'
}

function checksumOf(members: ChecksumMembers, algorithm: Algorithm): string | undefined {
  return members[`Checksum${algorithm}`]
}

function digestOfDigests(parts: readonly Part[], algorithm: Algorithm): Uint8Array {
  const name = digestOf(algorithm)
  const digests = createDigests([name])
  digests.update(Buffer.concat(parts.map(bytesOf)))
  return digests.values()[name] ?? new Uint8Array()
}

/** In slices, other requests in between. */
async function combined(parts: readonly Part[], algorithm: Algorithm): Promise<Uint8Array> {
  const name = crcOf(algorithm)
  const [first] = parts
  if (!first) throw new Error('an object of no parts')
  let crc = bytesOf(first)
  for (let index = 1; index < parts.length; index++) {
    const part = parts[index]
    if (part) crc = combineCrc(name, crc, bytesOf(part), part.size)
    if (index % partsPerSlice === 0) await nextTurn()
  }
  return crc
}

function crcOf(algorithm: Algorithm): CrcName {
  const name = digestOf(algorithm)
  if (name === 'crc32' || name === 'crc32c' || name === 'crc64nvme') return name
  throw new Error(`${algorithm} cannot be combined`)
}

function bytesOf({ partNumber, checksum }: Part): Uint8Array {
  if (!checksum) throw new Error(`part ${partNumber} has no checksum`)
  return Buffer.from(checksum.value, 'base64')
}

function mismatch(expected: string, actual: string | undefined) {
  return refused(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
  )
}

function refused(Message: string) {
  return errors.InvalidRequest({ Message })
}
