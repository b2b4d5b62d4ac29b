import { type AwsError, errors } from '../errors.ts'
import type { ChunkVerifier } from '../request/aws-chunked.ts'
import type { SignatureClaim } from './claim.ts'
import { scopeOf } from './credential-scope.ts'
import type { SignatureCheck } from './sigv4.ts'

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/**
 * The chain of chunk signatures. Each signs its predecessor, the first one the signature of the request:
 *
 *   <algorithm>-PAYLOAD LF date LF scope LF previous signature LF sha256("") LF sha256(chunk)
 *   <algorithm>-TRAILER LF date LF scope LF previous signature LF sha256(trailers)
 *
 * ECDSA signatures are padded on the right with `*` to one length; the padding is no part of what the next one signs.
 * Throws SignatureDoesNotMatch. Source: API reference, "Signature Calculations: Transferring Payload in Multiple Chunks".
 */
export function chunkVerifier(claim: SignatureClaim, check: SignatureCheck): ChunkVerifier {
  const head = (kind: string) => `${claim.algorithm}-${kind}\n${claim.amzDate}\n${scopeOf(claim)}\n`
  let previous = claim.signature
  const advance = (signature: string, stringToSign: string) => {
    const own = claim.algorithm === 'AWS4-ECDSA-P256-SHA256' ? withoutPadding(signature) : signature
    if (!check(stringToSign, own)) throw chunkMismatch(claim.accessKeyId, stringToSign, signature)
    previous = own
  }
  return {
    checkChunk: (signature, sha256) => advance(signature, `${head('PAYLOAD')}${previous}\n${emptySha256}\n${sha256}`),
    checkTrailer: (signature, sha256) => advance(signature, `${head('TRAILER')}${previous}\n${sha256}`),
  }
}

function withoutPadding(signature: string): string {
  const star = signature.indexOf('*')
  // Anything after a star but more stars stays and fails.
  return star >= 0 && /^\*+$/.test(signature.slice(star)) ? signature.slice(0, star) : signature
}

function chunkMismatch(accessKeyId: string, stringToSign: string, signature: string): AwsError {
  return errors.SignatureDoesNotMatch({
    AWSAccessKeyId: accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: signature,
    StringToSignBytes: spacedHex(Buffer.from(stringToSign)),
  })
}

/** Bytes as S3 shows them in refusals: `41 57 53`. */
export function spacedHex(bytes: Buffer): string {
  return bytes.toString('hex').replace(/..(?=.)/g, '$& ')
}
