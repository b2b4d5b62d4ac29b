import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'tap'
import { startEmulatorProcess } from '../helpers/emulator-process.ts'

const slowClients = 2000
const batch = 100
/** Nothing, half a header, half a TLS handshake, half a header inside CONNECT. */
const openings = [
  '',
  'GET / HTTP/1.1\r\nHo',
  '\x16\x03\x01\x02\x00\x01',
  'CONNECT s3.amazonaws.com:80 HTTP/1.1\r\n\r\nGE',
]

function openSlow(port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.off('error', reject).on('error', () => {})
      if (text !== '') socket.write(text, 'latin1')
      resolve(socket)
    })
    socket.once('error', reject)
  })
}

test('two thousand half-open connections do not keep others from being served', async t => {
  const emulator = await startEmulatorProcess({ HOST: '127.0.0.1', LOG: 'error' })
  const slow: Socket[] = []
  t.teardown(async () => {
    for (const socket of slow) socket.destroy()
    await emulator.kill()
  })
  for (let opened = 0; opened < slowClients; opened += batch) {
    const texts = Array.from({ length: batch }, (_, index) => openings[index % openings.length] ?? '')
    slow.push(...(await Promise.all(texts.map(text => openSlow(emulator.port, text)))))
  }
  const began = performance.now()
  for (let turn = 0; turn < 50; turn++) {
    const socket = connect(emulator.port, '127.0.0.1')
    socket.write('GET /_mrap/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    const [bytes]: Buffer[] = await once(socket, 'data')
    t.match(String(bytes), /^HTTP\/1\.1 200 /)
    socket.destroy()
  }
  const took = performance.now() - began
  t.ok(took < 5000, `50 requests, each on a connection of its own, took ${Math.round(took)} ms`)
  t.ok(slow.filter(socket => !socket.destroyed).length > slowClients / 2, 'while the others were there')
})
