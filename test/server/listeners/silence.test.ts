import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Test, test } from 'tap'
import { createLogger } from '../../../src/protocol/logger.ts'
import type { Response } from '../../../src/protocol/response.ts'
import { openHttpDoor } from '../../../src/server/listeners/http.ts'
import { ok, openWire, refusal } from './doors.ts'

/** The HTTP door alone, so that its server's timeouts can be made to happen. */
async function openDoor(t: Test, dispatch: () => Promise<Response>) {
  const door = await openHttpDoor({ dispatch, refuse: refusal, log: createLogger('silent') })
  t.teardown(() => {
    door.server.closeAllConnections()
    door.server.close()
    return door.close()
  })
  door.server.listen(0, '127.0.0.1')
  await once(door.server, 'listening')
  const address = door.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const accepted = once(door.server, 'connection')
  const wire = openWire(t, port, connect(port, '127.0.0.1'))
  const [socket]: Socket[] = await accepted
  if (!socket) throw new Error('no connection')
  return { server: door.server, wire, socket }
}

test('a client that stops in the middle of its body is told so', async t => {
  let arrive = () => {}
  const arrived = new Promise<void>(resolve => (arrive = resolve))
  const { server, wire, socket } = await openDoor(t, () => {
    arrive()
    return new Promise<Response>(() => {})
  })
  wire.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc')
  await arrived
  server.emit('timeout', socket)
  t.match(
    await wire.rest(),
    /^HTTP\/1\.1 400 .*<Code>RequestTimeout<.*within the timeout period\. Idle connections will be closed\.</s,
  )
})

test('work of ours is waited for', async t => {
  let finish: (response: Response) => void = () => {}
  let arrive = () => {}
  const arrived = new Promise<void>(resolve => (arrive = resolve))
  const { server, wire, socket } = await openDoor(t, () => {
    arrive()
    return new Promise<Response>(resolve => (finish = resolve))
  })
  wire.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc')
  await arrived
  // The end of the body is noticed within the same turn.
  await new Promise(resolve => setImmediate(resolve))
  server.emit('timeout', socket)
  finish({ ...ok, body: 'DONE' })
  await wire.until(text => text.includes('DONE'))
  server.emit('timeout', socket)
  t.match(await wire.rest(), /DONE$/, 'and an idle connection is closed without a word')
})

test('a client that does not read its answer is dropped', async t => {
  const { server, wire, socket } = await openDoor(t, async () => ({
    ...ok,
    body: {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: Buffer.alloc(65_536) }),
        return: async () => ({ done: true as const, value: undefined }),
      }),
    } satisfies AsyncIterable<Uint8Array>,
  }))
  wire.send('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await wire.until(text => text.includes('200 OK'))
  wire.socket.pause()
  server.emit('timeout', socket)
  t.ok(socket.destroyed)
})

test('headers that never end', async t => {
  const { server, wire, socket } = await openDoor(t, async () => ok)
  wire.send('GET / HTTP/1.1\r\nHost:')
  const error = Object.assign(new Error('headers timed out'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  server.emit('clientError', error, socket)
  t.match(await wire.rest(), /^HTTP\/1\.1 400 .*<Code>RequestTimeout</s)
})

test('the server has the timeouts that node does not set by itself', async t => {
  const { server } = await openDoor(t, async () => ok)
  t.match(server, {
    headersTimeout: 30_000,
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
    timeout: 120_000,
    maxHeadersCount: 0,
  })
})
