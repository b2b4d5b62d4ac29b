/** Readers of option values (design 2.2): text to value, or undefined for what is not allowed. */
import { isIP, isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import type { Random } from '../protocol/random.ts'

/** Where the DNS door forwards names that are not served here. */
export interface Upstream {
  /** IPv4 or IPv6, without brackets. */
  readonly address: string
  readonly port: number
}

const dayMs = 86_400_000
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

export function oneOf<const W extends readonly string[]>(words: W): (text: string) => W[number] | undefined {
  return text => words.find(word => word === text)
}

export function readPath(text: string): string | undefined {
  return text.includes('\0') ? undefined : resolve(text)
}

export function readPort(text: string): number | undefined {
  if (!/^\d{1,5}$/.test(text)) return undefined
  const port = Number(text)
  return port <= 65_535 ? port : undefined
}

/** A port to listen on or to ask, or `none`. 0 is refused: it could mean off as well as any free one. */
export function readDnsPort(text: string): number | 'none' | undefined {
  return text === 'none' ? text : readPort(text) || undefined
}

export function readIpv4(text: string): string | undefined {
  return isIPv4(text) ? text : undefined
}

/** `10.0.0.2`, `10.0.0.2:5353`, `2001:db8::1`, `[2001:db8::1]:5353`; separated by commas. */
export function readUpstreams(text: string): readonly Upstream[] | undefined {
  const upstreams = readList(text).map(readUpstream)
  return upstreams.every(upstream => upstream !== undefined) ? Object.freeze(upstreams) : undefined
}

function readUpstream(text: string): Upstream | undefined {
  if (isIP(text)) return { address: text, port: 53 }
  const [, bracketed, plain, digits = '53'] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const address = bracketed ?? plain ?? ''
  const port = readPort(digits)
  return isIP(address) && port ? { address, port } : undefined
}

export function readHosts(text: string): readonly string[] | undefined {
  if (text === 'localhost') return Object.freeze(['127.0.0.1', '::1'])
  return isIP(text) ? Object.freeze([text]) : undefined
}

/** `2030-01-01T00:00:00Z`, with or without a fraction of the second, in milliseconds since the epoch. */
export function readInstant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text)) return undefined
  const instant = Date.parse(text)
  return Number.isNaN(instant) ? undefined : instant
}

/** How long something takes, in milliseconds: drawn evenly between both, which may be the same. */
export interface Delay {
  readonly min: number
  readonly max: number
}

export function always(milliseconds: number): Delay {
  return Object.freeze({ min: milliseconds, max: milliseconds })
}

/** One delay of those that may be, in whole milliseconds. */
export function drawn({ min, max }: Delay, random: Random): number {
  return min + Math.floor(random() * (max - min + 1))
}

/** `250ms`, `2s`, `5m`, `1.5h` or `0`; or a range of two, `5s..60s`. */
export function readDelay(text: string): Delay | undefined {
  const [from = '', to = from, ...more] = text.split('..')
  const [min, max] = [readDuration(from), readDuration(to)]
  if (min === undefined || max === undefined || max < min || more.length > 0) return undefined
  return Object.freeze({ min, max })
}

function readDuration(text: string): number | undefined {
  if (text === '0') return 0
  const [, amount = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? []
  if (amount === '') return undefined
  const milliseconds = Math.round(Number(amount) * (unitMs[unit] ?? Number.NaN))
  return milliseconds <= dayMs ? milliseconds : undefined
}

export function readSeed(text: string): string | undefined {
  return /^[!-~]{1,64}$/.test(text) ? text : undefined
}

function readList(text: string): readonly string[] {
  return Object.freeze([...new Set(text.split(',').map(item => item.trim()))])
}

const domain = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/

export function readDomains(text: string): readonly string[] | undefined {
  const domains = readList(text.toLowerCase())
  // An own name under amazonaws.com would take requests away from the true host names.
  const isFine = (name: string) => domain.test(name) && !isIP(name) && !/(^|\.)amazonaws\.com$/.test(name)
  return domains.every(isFine) ? domains : undefined
}

export function readOperationNames(text: string): readonly string[] | undefined {
  const names = readList(text)
  return names.every(name => /^[A-Z][A-Za-z0-9]{2,79}$/.test(name)) ? names : undefined
}

/** Scheme, host and port alone, as a browser sends them: lower case, without the scheme's own port. */
export function readOrigins(text: string): readonly string[] | undefined {
  const origins = readList(text).map(item => (URL.canParse(item) ? new URL(item) : undefined))
  const isOrigin = (url: URL | undefined) => /^https?:$/.test(url?.protocol ?? '') && url?.href === `${url?.origin}/`
  return origins.every(isOrigin) ? Object.freeze(origins.map(url => url?.origin ?? '')) : undefined
}
