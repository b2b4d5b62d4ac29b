import { isIP } from 'node:net'

/** A range of IP addresses; one address is a range as well. */
export interface IpRange {
  readonly version: 4 | 6
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[]
  /** How many of the first bits say who belongs to the range. */
  readonly prefixBits: number
}

/** Reads an address or a CIDR range; undefined for anything else. IPv4 written as IPv6 (`::ffff:192.0.2.1`) is IPv4. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = '', prefix, ...rest] = text.split('/')
  if (rest.length > 0 || address.includes('%')) return undefined
  const bytes = addressBytes(address)
  if (!bytes) return undefined
  const mostBits = bytes.length * 8
  if (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > mostBits)) return undefined
  const prefixBits = prefix === undefined ? mostBits : Number(prefix)
  if (bytes.length === 4) return { version: 4, bytes, prefixBits }
  return isMapped(bytes) && prefixBits >= 96
    ? { version: 4, bytes: bytes.slice(12), prefixBits: prefixBits - 96 }
    : { version: 6, bytes, prefixBits }
}

/** Whether all of `inner`, a range or an address, belongs to `outer`. */
export function isInRange(inner: IpRange, outer: IpRange): boolean {
  if (inner.version !== outer.version || inner.prefixBits < outer.prefixBits) return false
  const wholeBytes = Math.floor(outer.prefixBits / 8)
  if (outer.bytes.some((byte, index) => index < wholeBytes && byte !== inner.bytes[index])) return false
  const unused = 8 - (outer.prefixBits % 8)
  return unused === 8 || (outer.bytes[wholeBytes] ?? 0) >> unused === (inner.bytes[wholeBytes] ?? 0) >> unused
}

function addressBytes(address: string): readonly number[] | undefined {
  const version = isIP(address)
  if (version === 4) return address.split('.').map(Number)
  if (version !== 6) return undefined
  const [head = '', tail] = address.split('::')
  const first = groupBytes(head)
  if (tail === undefined) return first
  const last = groupBytes(tail)
  return [...first, ...Array<number>(16 - first.length - last.length).fill(0), ...last]
}

function groupBytes(groups: string): readonly number[] {
  if (groups === '') return []
  return groups.split(':').flatMap(group => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
}

function isMapped(bytes: readonly number[]): boolean {
  return bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255))
}
