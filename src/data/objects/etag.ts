import { randomIdBytes } from '../../protocol/random-bytes.ts'
import type { SealedBody } from '../../store/bodies/body.ts'
import type { Encryption } from './encryption.ts'

/**
 * The entity tag (without quotes) of an object written in one piece, or of a part: the MD5 of its bytes in hex. Under
 * KMS or SSE-C the service answers 32 hex digits that are no MD5 of the content. Source: API reference, "Object", ETag.
 */
export function etagOf(body: SealedBody, encryption: Encryption | undefined): string {
  if (!isMd5Etag(encryption)) return opaqueEtag()
  const { md5 } = body.digests
  if (!md5) throw new Error('a sealed body has no md5')
  return Buffer.from(md5).toString('hex')
}

/** 32 hex digits that say nothing about the content. */
export function opaqueEtag(): string {
  return randomIdBytes(16).toString('hex')
}

/** Whether objects under this encryption have the MD5 of their bytes as ETag. */
export function isMd5Etag(encryption: Encryption | undefined): boolean {
  return !encryption || (encryption.algorithm === 'AES256' && encryption.customerKeyMd5 === undefined)
}

/** As ETags stand in headers and XML. */
export function quoted(etag: string): string {
  return `"${etag}"`
}

/** An ETag as a client sent it, without quotes and without the mark of a weak one. S3 takes both forms. */
export function unquoted(etag: string): string {
  return etag.trim().replace(/^W\//, '').replace(/^"|"$/g, '')
}
