/** The request target of HTTP/1.1 (RFC 9112 3.2), taken apart by bytes: a signature covers the path exactly as it was sent. */
export interface TargetLine {
  /** Raw, begins with `/`. */
  readonly path: string
  /** Raw, without `?`. */
  readonly query: string
  /** Lower case, of an absolute-form target; undefined in origin form. */
  readonly authority: string | undefined
}

const absoluteForm = /^https?:\/\/([^/?#]*)/i

// Names, IPv4 addresses, bracketed IPv6 addresses, each with an optional port. No user information.
const authorityForm = /^(?:[a-z0-9._-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/

/** Reads origin form and absolute form. Undefined for everything else, such as `*`, another scheme or a bad authority. */
export function readTargetLine(target: string): TargetLine | undefined {
  if (target.startsWith('/')) return split(target, undefined)
  const [prefix, authority = ''] = absoluteForm.exec(target) ?? []
  if (prefix === undefined) return undefined
  const host = readAuthority(authority)
  if (!host) return undefined
  const rest = target.slice(prefix.length)
  return split(rest.startsWith('/') ? rest : `/${rest}`, host)
}

/** A Host header or authority in lower case; undefined when it is not one. */
export function readAuthority(text: string): string | undefined {
  const lower = text.toLowerCase()
  return authorityForm.test(lower) ? lower : undefined
}

function split(target: string, authority: string | undefined): TargetLine {
  const mark = target.indexOf('?')
  if (mark < 0) return { path: target, query: '', authority }
  return { path: target.slice(0, mark), query: target.slice(mark + 1), authority }
}
