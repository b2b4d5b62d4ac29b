import type { RawRequest } from '../../protocol/request/raw-request.ts'

/**
 * True for what a web page, and not a tool or a person, asks for: browsers name the page in `Origin`, or its relation to us in
 * `Sec-Fetch-Site`. No page may, not even one from our own port, since a bucket may have served it (design 2.4). An address that a person
 * typed is `none`.
 */
export function isFromPage({ method, headers }: Pick<RawRequest, 'method' | 'headers'>): boolean {
  if (headers.has('origin')) return true
  const isReading = method === 'GET' || method === 'HEAD'
  return headers.all('sec-fetch-site').some(site => !(site === 'none' && isReading))
}
