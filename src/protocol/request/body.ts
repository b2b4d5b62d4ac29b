import { AwsError, errors } from '../errors.ts'
import type { Claim } from '../signature/claim.ts'
import { type ChunkVerifier, decodeAwsChunked } from './aws-chunked.ts'
import {
  checksumAlgorithms,
  contentMd5Mismatch,
  type DeclaredChecksums,
  readDeclaredChecksums,
  readTrailerChecksum,
} from './checksums.ts'
import { createDigests, type DigestName, type DigestValues } from './digests.ts'
import type { Checksum, IncomingBody } from './incoming-body.ts'
import type { RawRequest } from './raw-request.ts'

type Payload = Claim['payload']

/**
 * The body of a request whose claim has been accepted. `verifier` is what `verifyClaim` returned. Reads headers only; the bytes are
 * read by `chunks()`, which leaves the connection open when it is abandoned, so that the refusal reaches the client.
 * Throws what the declared checksums are refused with, and MissingContentLength for a chunked body without decoded length.
 */
export function incomingBody(
  request: RawRequest,
  claim: Claim | undefined,
  verifier: ChunkVerifier | undefined,
): IncomingBody {
  const payload = claim?.payload ?? anonymousPayload(request)
  const declared = readDeclaredChecksums(request.headers, {
    requireAnnounced: claim?.via !== 'query',
    ofObject: describesObject(request),
  })
  if (declared.trailers.length > 0 && !(payload.kind === 'chunked' && payload.trailer)) {
    // ASSUMED: a trailer that cannot come is refused like one that did not.
    throw errors.MalformedTrailerError()
  }
  const declaredLength = payload.kind === 'chunked' ? decodedLength(request) : contentLength(request)
  const { checksum } = declared
  const isPresent = (contentLength(request) ?? 0) > 0 || request.headers.has('transfer-encoding')
  let value = checksum?.value
  return {
    declaredLength,
    isPresent,
    isEmpty: !isPresent && payload.kind !== 'chunked',
    requiredDigests: requiredDigests(payload, declared),
    declaredAlgorithm: checksum?.algorithm,
    chunks() {
      if (payload.kind !== 'chunked') return isPresent ? plainBytes(request, declaredLength) : nothing()
      const framing = { decodedLength: declaredLength ?? 0, hasTrailer: payload.trailer, verifier }
      return decodeAwsChunked(received(request), framing, trailers => {
        value = readTrailerChecksum(declared, trailers) ?? value
      })
    },
    verify(computed) {
      checkSha256(payload, computed)
      checkContentMd5(request, declared, computed)
      if (!checksum) return undefined
      return checkChecksum(checksum.algorithm, value, computed)
    },
  }
}

/**
 * Reads a document body as a whole and verifies it. Throws MaxMessageLengthExceeded beyond `limitBytes`, before reading if the client
 * declared so much, and what the body throws.
 */
export async function readAll(body: IncomingBody, limitBytes: number): Promise<Buffer> {
  const tooLong = () => errors.MaxMessageLengthExceeded({ MaxMessageLengthBytes: String(limitBytes) })
  if ((body.declaredLength ?? 0) > limitBytes) throw tooLong()
  // Most requests have no body, and reading the end of nothing costs as much as a lookup in the store.
  if (body.isEmpty) {
    body.verify(digestsOfNothing())
    return nothingRead
  }
  const digests = createDigests(body.requiredDigests)
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body.chunks()) {
    length += piece.length
    if (length > limitBytes) throw tooLong()
    digests.update(piece)
    pieces.push(piece)
  }
  body.verify(digests.values())
  return Buffer.concat(pieces, length)
}

const nothingRead = Buffer.alloc(0)

let ofNothing: DigestValues | undefined

/** Every digest that a request can ask for, of no bytes. */
function digestsOfNothing(): DigestValues {
  ofNothing ??= createDigests(Object.values(checksumAlgorithms).map(({ digest }) => digest)).values()
  return ofNothing
}

/**
 * For operations that store the body: S3 wants to know its length beforehand. Throws NotImplemented for a `Transfer-Encoding: chunked`
 * that is not aws-chunked, MissingContentLength when there is no length at all.
 */
export function requireLength(request: RawRequest, body: IncomingBody): void {
  if (body.declaredLength !== undefined) return
  if (request.headers.has('transfer-encoding')) {
    throw errors.NotImplemented(
      { Header: 'Transfer-Encoding' },
      { hint: 'S3 takes a body of unknown length only as aws-chunked; send Content-Length, or upload in parts.' },
    )
  }
  throw errors.MissingContentLength()
}

/** Checksum headers of CompleteMultipartUpload speak of the object, not of the document in the body. */
function describesObject(request: RawRequest): boolean {
  return request.method === 'POST' && hasUploadId(request)
}

function hasUploadId(request: RawRequest): boolean {
  return /(?:^|&)uploadId=/.test(request.query)
}

/** Nobody signed, so the header alone says how the body is framed. ASSUMED: S3 reads it for anonymous requests too. */
function anonymousPayload(request: RawRequest): Payload {
  const isChunked = request.headers.get('x-amz-content-sha256') === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  return isChunked ? { kind: 'chunked', signed: false, trailer: true } : { kind: 'unsigned' }
}

function contentLength(request: RawRequest): number | undefined {
  const text = request.headers.get('content-length')
  return text !== undefined && isLength(text) ? Number(text) : undefined
}

function decodedLength(request: RawRequest): number {
  const text = request.headers.get('x-amz-decoded-content-length')
  if (text === undefined) throw errors.MissingContentLength()
  if (isLength(text)) return Number(text)
  // ASSUMED: the answer to a length that is no number.
  throw errors.InvalidArgument({
    ArgumentName: 'x-amz-decoded-content-length',
    ArgumentValue: text,
  })
}

function isLength(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

function requiredDigests(payload: Payload, { contentMd5, checksum }: DeclaredChecksums): readonly DigestName[] {
  const names = new Set<DigestName>()
  if (payload.kind === 'hash') names.add('sha256')
  if (contentMd5 !== undefined) names.add('md5')
  if (checksum) names.add(checksumAlgorithms[checksum.algorithm].digest)
  return [...names]
}

/**
 * The bytes of the connection. Abandoning them does not destroy it; a failure of it is a body that ended early. With a declared length
 * there must be neither more nor fewer: IncompleteBody.
 */
async function* received(request: RawRequest, declaredLength?: number): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0
  try {
    for await (const piece of request.pieces?.() ?? request.body.iterator({ destroyOnReturn: false })) {
      length += piece.length
      if (declaredLength !== undefined && length > declaredLength) throw wrongLength()
      yield piece
    }
  } catch (thrown) {
    brokenOff(thrown)
  }
  if (declaredLength !== undefined && length < declaredLength) throw wrongLength()
}

/** The bytes of a body that has no framing of its own. */
function plainBytes(request: RawRequest, declaredLength: number | undefined): AsyncIterable<Uint8Array> {
  return request.whole ? receivedWhole(request.whole, declaredLength) : received(request, declaredLength)
}

/** The same, of a small body in one piece. */
async function* receivedWhole(whole: () => Promise<Uint8Array>, declaredLength: number | undefined) {
  const bytes = await whole().catch(brokenOff)
  if (declaredLength !== undefined && bytes.length !== declaredLength) throw wrongLength()
  yield bytes
}

function brokenOff(thrown: unknown): never {
  throw thrown instanceof AwsError ? thrown : errors.IncompleteBody()
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}

function wrongLength(): AwsError {
  return errors.IncompleteBody({
    Message: 'You did not provide the number of bytes specified by the Content-Length HTTP header',
  })
}

function checkSha256(payload: Payload, computed: DigestValues): void {
  if (payload.kind !== 'hash') return
  const own = Buffer.from(digestOf(computed, 'sha256')).toString('hex')
  if (own === payload.sha256) return
  throw errors.XAmzContentSHA256Mismatch({
    ClientComputedContentSHA256: payload.sha256,
    S3ComputedContentSHA256: own,
  })
}

function checkContentMd5(request: RawRequest, { contentMd5 }: DeclaredChecksums, computed: DigestValues): void {
  if (contentMd5 === undefined) return
  const own = digestOf(computed, 'md5')
  if (Buffer.from(own).toString('base64') !== contentMd5)
    throw contentMd5Mismatch(contentMd5, own, hasUploadId(request))
}

function checkChecksum(algorithm: Checksum['algorithm'], value: string | undefined, computed: DigestValues): Checksum {
  const own = Buffer.from(digestOf(computed, checksumAlgorithms[algorithm].digest)).toString('base64')
  if (own === value) return { algorithm, type: 'FULL_OBJECT', value }
  throw errors.BadDigest({ Message: `The ${algorithm} you specified did not match the calculated checksum.` })
}

function digestOf(computed: DigestValues, name: DigestName): Uint8Array {
  const value = computed[name]
  if (!value) throw new Error(`the body's ${name} was not computed`)
  return value
}
