import { BlockList, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isLoopback, plainAddress } from './peers.ts'

/** An address of this machine with its network, as `os.networkInterfaces()` gives it. */
export interface InterfaceAddress {
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  readonly internal: boolean
  /** `<address>/<prefix>`. */
  readonly cidr: string | null
}

type Interfaces = Readonly<Record<string, readonly InterfaceAddress[] | undefined>>

/**
 * The IPv4 address by which a client reaches this machine: that of the interface in the client's own network, loopback for a client on
 * this machine's loopback, else the first one that is not internal. `client` is an IPv4 or IPv6 address.
 */
export function ownAddressFor(client: string, interfaces: Interfaces = networkInterfaces()): string {
  const plain = plainAddress(client)
  if (isLoopback(plain)) return '127.0.0.1'
  const lists = Object.values(interfaces).map(list => list ?? [])
  const near = lists.find(list => list.some(own => isInNetwork(plain, own)))
  // Several addresses on one interface: the one in the very network, else, as for an IPv6 client, any of them.
  const exact = near?.find(own => own.family === 'IPv4' && isInNetwork(plain, own))
  const found = exact ?? near?.find(isReachable) ?? lists.flat().find(isReachable)
  return found?.address ?? '127.0.0.1'
}

function isReachable({ family, internal }: InterfaceAddress): boolean {
  return family === 'IPv4' && !internal
}

function isInNetwork(client: string, { cidr }: InterfaceAddress): boolean {
  const [address = '', prefix = ''] = cidr?.split('/') ?? []
  if (address === '' || isIPv4(client) !== isIPv4(address)) return false
  const network = new BlockList()
  const family = isIPv4(client) ? 'ipv4' : 'ipv6'
  network.addSubnet(address, Number(prefix), family)
  return network.check(client, family)
}
