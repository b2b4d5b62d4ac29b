import { test } from 'tap'
import { type InterfaceAddress, ownAddressFor } from '../../../src/server/listeners/own-addresses.ts'

function address(cidr: string, internal = false): InterfaceAddress {
  const [text = ''] = cidr.split('/')
  return { address: text, family: text.includes(':') ? 'IPv6' : 'IPv4', internal, cidr }
}

const interfaces = {
  lo: [address('127.0.0.1/8', true), address('::1/128', true)],
  eth0: [address('172.31.99.53/24'), address('fd00:1::53/64')],
  eth1: [address('10.1.0.2/16'), address('10.2.0.2/16')],
  down: undefined,
}

test('the address in the network of the client', t => {
  const rows: [client: string, own: string][] = [
    ['127.0.0.1', '127.0.0.1'],
    ['127.8.9.1', '127.0.0.1'],
    ['::1', '127.0.0.1'],
    ['172.31.99.7', '172.31.99.53'],
    ['172.31.99.53', '172.31.99.53'],
    ['::ffff:10.1.200.3', '10.1.0.2'],
    ['10.2.0.9', '10.2.0.2'],
    ['fd00:1::9', '172.31.99.53'],
    ['fe80::1%eth0', '172.31.99.53'],
    ['192.168.77.1', '172.31.99.53'],
  ]
  for (const [client, own] of rows) t.equal(ownAddressFor(client, interfaces), own, client)
  t.equal(ownAddressFor('10.0.0.1', {}), '127.0.0.1', 'no network at all')
  t.equal(ownAddressFor('127.0.0.1'), '127.0.0.1', 'the interfaces of this machine')
  t.end()
})
