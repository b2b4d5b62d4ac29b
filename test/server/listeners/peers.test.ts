import { test } from 'tap'
import { isLocalAddress } from '../../../src/server/listeners/peers.ts'

test('loopback, private and link-local addresses', t => {
  const local = [
    '127.0.0.1',
    '127.9.9.9',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
    '::ffff:127.0.0.1',
  ]
  const other = [
    '8.8.8.8',
    '172.32.0.1',
    '172.15.0.1',
    '192.169.0.1',
    '11.0.0.1',
    '2001:db8::1',
    '::ffff:8.8.8.8',
    '',
    'localhost',
    '0.0.0.0',
  ]
  for (const address of local) t.ok(isLocalAddress(address), address)
  for (const address of other) t.notOk(isLocalAddress(address), address)
  t.end()
})
