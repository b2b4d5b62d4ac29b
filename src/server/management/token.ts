import { createHash, timingSafeEqual } from 'node:crypto'
import type { Headers } from '../../protocol/request/headers.ts'

/** True when the request carries `Authorization: Bearer <token>`. Takes as long for a wrong token as for the right one. */
export function bearsToken(headers: Headers, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
