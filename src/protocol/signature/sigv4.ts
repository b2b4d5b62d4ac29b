import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { boundedCache } from '../bounded-cache.ts'
import type { Credential } from '../caller.ts'
import type { CredentialScope } from './credential-scope.ts'

/** Whether a signature (hexadecimal) fits a string to sign. */
export type SignatureCheck = (stringToSign: string, signature: string) => boolean

/** A derived key is good for one key id, day, Region and service. As a KeyObject it is several times faster than as bytes. */
const keys = boundedCache<{ readonly secret: string; readonly key: KeyObject }>(1_000)

/** The check of SigV4 signatures made with a credential. Signatures are compared in constant time. */
export function hmacCheck(credential: Credential, scope: CredentialScope): SignatureCheck {
  const key = signingKey(credential, scope)
  return (stringToSign, signature) => {
    const expected = Buffer.from(createHmac('sha256', key).update(stringToSign).digest('hex'))
    const provided = Buffer.from(signature)
    return provided.length === expected.length && timingSafeEqual(provided, expected)
  }
}

function signingKey(credential: Credential, scope: CredentialScope): KeyObject {
  const { scopeDate, region = '', service } = scope
  const name = `${credential.accessKeyId}/${scopeDate}/${region}/${service}`
  const cached = keys.get(name)
  // The secret of a key id changes when the world file does.
  if (cached?.secret === credential.secretAccessKey) return cached.key
  const day = hmac(`AWS4${credential.secretAccessKey}`, scopeDate)
  const key = createSecretKey(hmac(hmac(hmac(day, region), service), 'aws4_request'))
  keys.set(name, { secret: credential.secretAccessKey, key })
  return key
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
