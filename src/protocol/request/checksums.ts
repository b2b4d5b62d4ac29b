import { type AwsError, errors } from '../errors.ts'
import type { DigestName } from './digests.ts'
import type { HeaderPairs, Headers } from './headers.ts'
import type { Checksum } from './incoming-body.ts'

type Algorithm = Checksum['algorithm']

/** The checksum algorithms that are built, with the digest that computes each and the length of a value in bytes. */
export const checksumAlgorithms: {
  readonly [Name in Algorithm]: { readonly digest: DigestName; readonly length: number }
} = {
  CRC32: { digest: 'crc32', length: 4 },
  CRC32C: { digest: 'crc32c', length: 4 },
  CRC64NVME: { digest: 'crc64nvme', length: 8 },
  SHA1: { digest: 'sha1', length: 20 },
  SHA256: { digest: 'sha256', length: 32 },
  SHA512: { digest: 'sha512', length: 64 },
  MD5: { digest: 'md5', length: 16 },
}

/** What a request says that its body must be. */
export interface DeclaredChecksums {
  /** `Content-MD5` as sent, checked for form. */
  readonly contentMd5: string | undefined
  /** `value` is base64, checked for form; undefined when it will come in a trailer. */
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string | undefined } | undefined
  /** Names announced by `x-amz-trailer`, lower case. */
  readonly trailers: readonly string[]
}

const prefix = 'x-amz-checksum-'
/** Headers with the prefix that are no values. */
const settings = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'])
/** Algorithms of the service model that are not built. */
const notBuilt = new Set(['xxhash64', 'xxhash3', 'xxhash128'])

/**
 * Reads `Content-MD5`, `x-amz-checksum-*`, `x-amz-trailer` and `x-amz-sdk-checksum-algorithm`.
 * `requireAnnounced`: an algorithm named by the last of these must come with a value, which a presigned URL cannot know yet.
 * `ofObject`: values in headers speak of an object, not of this body, and are left to the operation.
 * Throws InvalidDigest, InvalidRequest, and NotImplemented for an algorithm that is not built.
 * Source: API reference, PutObject; sentences as recorded from the real service.
 */
export function readDeclaredChecksums(
  headers: Headers,
  { requireAnnounced = false, ofObject = false }: { requireAnnounced?: boolean; ofObject?: boolean },
): DeclaredChecksums {
  const trailers = readTrailerNames(headers)
  const inHeaders = headers.names().filter(name => name.startsWith(prefix) && !settings.has(name))
  const names = ofObject ? trailers : [...inHeaders, ...trailers]
  const [name] = names
  if (names.length > 1) {
    throw errors.InvalidRequest({
      Message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    })
  }
  const announced = headers.get('x-amz-sdk-checksum-algorithm')
  if (announced !== undefined) checkAnnounced(announced)
  if (announced !== undefined && requireAnnounced && !ofObject && name === undefined) {
    throw errors.InvalidRequest({
      Message:
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    })
  }
  const checksum = name === undefined ? undefined : readChecksum(name, ofObject ? [] : headers.all(name))
  return { contentMd5: readContentMd5(headers), checksum, trailers }
}

/** The announced trailer's value, checked for form. Throws MalformedTrailerError unless exactly the announced ones came. */
export function readTrailerChecksum(declared: DeclaredChecksums, trailers: HeaderPairs): string | undefined {
  const came = trailers.map(([name]) => name)
  if (came.length !== declared.trailers.length || came.some(name => !declared.trailers.includes(name))) {
    throw errors.MalformedTrailerError()
  }
  const [first] = trailers
  return first && checkedValue(first[0], algorithmOf(first[0]), first[1])
}

/** Whether a text is the base64 form of a value of this algorithm, with padding and nothing around it. */
export function isChecksumValue(algorithm: Algorithm, value: string): boolean {
  return isBase64(value, checksumAlgorithms[algorithm].length)
}

/**
 * BadDigest for a `Content-MD5` that differs. S3 shows the expected digest in hexadecimal, but of a part as it was sent, and the
 * calculated one in base64.
 */
export function contentMd5Mismatch(declared: string, computed: Uint8Array, isPart: boolean): AwsError {
  return errors.BadDigest({
    ExpectedDigest: isPart ? declared : Buffer.from(declared, 'base64').toString('hex'),
    CalculatedDigest: Buffer.from(computed).toString('base64'),
  })
}

function readTrailerNames(headers: Headers): readonly string[] {
  const names = headers
    .all('x-amz-trailer')
    .flatMap(value => value.split(','))
    .map(name => name.trim().toLowerCase())
    .filter(name => name !== '')
  for (const name of names) {
    const suffix = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    if (isAlgorithm(suffix.toUpperCase()) || notBuilt.has(suffix)) continue
    throw errors.InvalidRequest({ Message: 'The value specified in the x-amz-trailer header is not supported' })
  }
  return names
}

/** Without a value in the headers it comes in a trailer. */
function readChecksum(name: string, [value, second]: readonly string[]) {
  const algorithm = algorithmOf(name)
  if (value === undefined) return { algorithm, value }
  if (second !== undefined) throw invalidValue(name)
  return { algorithm, value: checkedValue(name, algorithm, value) }
}

function algorithmOf(name: string): Algorithm {
  const suffix = name.slice(prefix.length)
  const algorithm = suffix.toUpperCase()
  if (isAlgorithm(algorithm)) return algorithm
  if (notBuilt.has(suffix)) throw errors.NotImplemented({ Header: name })
  throw errors.InvalidRequest({
    // As recorded, before there were newer algorithms.
    Message:
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  })
}

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(checksumAlgorithms, text)
}

/** ASSUMED: the algorithm need not be that of the value sent; some clients send their default beside a value of the caller's. */
function checkAnnounced(text: string): void {
  const algorithm = text.toUpperCase()
  if (isAlgorithm(algorithm)) return
  if (notBuilt.has(text.toLowerCase())) throw errors.NotImplemented({ Header: 'x-amz-sdk-checksum-algorithm' })
  throw invalidValue('x-amz-sdk-checksum-algorithm')
}

function checkedValue(name: string, algorithm: Algorithm, value: string): string {
  if (isChecksumValue(algorithm, value)) return value
  throw invalidValue(name)
}

function invalidValue(name: string): AwsError {
  return errors.InvalidRequest({ Message: `Value for ${name} header is invalid.` })
}

function readContentMd5(headers: Headers): string | undefined {
  const value = headers.get('content-md5')
  if (value === undefined || isBase64(value, 16)) return value
  throw errors.InvalidDigest({ 'Content-MD5': value })
}

function isBase64(text: string, length: number): boolean {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === length && bytes.toString('base64') === text
}
