import { createECDH, createHmac, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { boundedCache } from '../bounded-cache.ts'
import type { Credential } from '../caller.ts'
import type { SignatureCheck } from './sigv4.ts'

/** Order of P-256, less 2: the largest candidate that still gives a private key. */
const largestCandidate = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n - 2n

/** The public key depends on the key id and the secret alone, not on date or service. */
const keys = boundedCache<{ readonly secret: string; readonly key: KeyObject }>(1_000)

/** The check of SigV4A signatures (DER, hexadecimal) made with a credential: they are randomized and can only be verified. */
export function ecdsaCheck(credential: Credential): SignatureCheck {
  const key = publicKey(credential)
  return (stringToSign, signature) =>
    /^(?:[0-9a-f]{2}){8,72}$/.test(signature) &&
    verify('sha256', Buffer.from(stringToSign), key, Buffer.from(signature, 'hex'))
}

/**
 * The P-256 key pair of a credential, as 32-byte numbers in hexadecimal. Derivation in counter mode: candidates are HMACs of a
 * counter until one lies in range; the private key is that number plus one. A session token plays no part.
 * Source: AWS's public signer sources ("AWS4A" key derivation).
 */
export function deriveKeyPair(
  accessKeyId: string,
  secretAccessKey: string,
): { privateKey: string; x: string; y: string } {
  for (let counter = 1; counter <= 254; counter++) {
    const candidate = createHmac('sha256', `AWS4A${secretAccessKey}`)
      .update(Buffer.from([0, 0, 0, 1]))
      .update('AWS4-ECDSA-P256-SHA256\0')
      .update(accessKeyId)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest('hex')
    const number = BigInt(`0x${candidate}`)
    if (number > largestCandidate) continue
    const privateKey = (number + 1n).toString(16).padStart(64, '0')
    const curve = createECDH('prime256v1')
    curve.setPrivateKey(privateKey, 'hex')
    // 04, then both coordinates.
    const point = curve.getPublicKey('hex')
    return { privateKey, x: point.slice(2, 66), y: point.slice(66) }
  }
  throw new Error('no SigV4A key in 254 candidates')
}

function publicKey({ accessKeyId, secretAccessKey }: Credential): KeyObject {
  const cached = keys.get(accessKeyId)
  if (cached?.secret === secretAccessKey) return cached.key
  const { x, y } = deriveKeyPair(accessKeyId, secretAccessKey)
  const coordinate = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: coordinate(x), y: coordinate(y) }, format: 'jwk' })
  keys.set(accessKeyId, { secret: secretAccessKey, key })
  return key
}
