import { BlockList, isIP, isIPv4 } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const local = new BlockList()
local.addSubnet('127.0.0.0', 8, 'ipv4')
local.addSubnet('10.0.0.0', 8, 'ipv4')
local.addSubnet('172.16.0.0', 12, 'ipv4')
local.addSubnet('192.168.0.0', 16, 'ipv4')
local.addSubnet('169.254.0.0', 16, 'ipv4')
local.addAddress('::1', 'ipv6')
local.addSubnet('fc00::', 7, 'ipv6')
local.addSubnet('fe80::', 10, 'ipv6')

/** Whether an address is loopback, private (RFC 1918, RFC 4193) or link-local. IPv4 in IPv6 notation counts as IPv4. */
export function isLocalAddress(address: string): boolean {
  return isIn(local, address)
}

/** Whether an address is this machine's own loopback. IPv4 in IPv6 notation counts as IPv4. */
export function isLoopback(address: string): boolean {
  return isIn(loopback, address)
}

/** An address without its zone, and IPv4 in IPv6 notation as IPv4. */
export function plainAddress(address: string): string {
  const [plain = ''] = address.split('%')
  const mapped = plain.slice('::ffff:'.length)
  return plain.toLowerCase().startsWith('::ffff:') && isIPv4(mapped) ? mapped : plain
}

function isIn(list: BlockList, address: string): boolean {
  const [plain = ''] = address.split('%')
  const version = isIP(plain)
  if (version === 0) return false
  return list.check(plain, version === 4 ? 'ipv4' : 'ipv6')
}
