import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'tap'
import { ask, ok, openTestDoors, openWire } from './doors.ts'

const request = 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'
const chunk = Buffer.alloc(256 * 1024, 'x')

test('a stream with a declared length', async t => {
  const doors = await openTestDoors(t, () => ({
    status: 200,
    headers: [['Content-Length', '6']],
    body: parts('abc', 'def'),
  }))
  t.match(await ask(t, doors.port, request), /Content-Length: 6\r\n.*\r\n\r\nabcdef$/s)
})

test('a stream without one is chunked', async t => {
  const doors = await openTestDoors(t, () => ({ ...ok, body: parts('abc', 'def') }))
  t.match(await ask(t, doors.port, request), /Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n$/s)
})

test('a stream that fails or has another length never looks complete', async t => {
  async function* failing() {
    yield Buffer.from('abc')
    throw new Error('disk')
  }
  const bodies = [
    ['fails', undefined, failing],
    ['fails', '6', failing],
    ['too short', '6', () => parts('abc')],
    ['too long', '2', () => parts('a', 'bc')],
  ] as const
  for (const [name, length, body] of bodies) {
    const headers = length === undefined ? [] : [['Content-Length', length] as const]
    const doors = await openTestDoors(t, () => ({ status: 200, headers, body: body() }))
    const received = await ask(t, doors.port, request)
    t.match(received, /^HTTP\/1\.1 200/, name)
    t.notMatch(received, /\r\n0\r\n\r\n$/, `${name}: no last chunk`)
    if (length !== undefined)
      t.not(received.split('\r\n\r\n')[1]?.length, Number(length), `${name}: not the length declared`)
    t.match(doors.lines.join(''), 'an answer broke off', name)
  }
})

test('HEAD and 304 do not read a stream, but let go of it', async t => {
  for (const [method, status] of [
    ['HEAD', 200],
    ['GET', 304],
  ] as const) {
    const source = watched(1)
    const doors = await openTestDoors(t, () => ({ status, headers: [['Content-Length', '9']], body: source.body }))
    await ask(t, doors.port, request.replace('GET', method))
    t.equal(source.given, 0, method)
    t.ok(source.isReleased, method)
  }
})

test('a client that does not read stops the stream; one that goes away releases it', async t => {
  const source = watched(4000)
  const doors = await openTestDoors(t, () => ({ ...ok, body: source.body }))
  const socket = connect(doors.port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(request)
  await once(socket, 'readable')
  // As long as the kernel takes more, more is given; then no longer.
  for (let before = -1; source.given !== before; ) {
    before = source.given
    for (let turn = 0; turn < 500; turn += 1) await new Promise(resolve => setImmediate(resolve))
  }
  t.ok(source.given < 400, `${source.given} of 4000 chunks were given to a client that read none`)
  socket.destroy()
  await source.released
  t.ok(source.isReleased)
  t.notMatch(doors.lines.join(''), 'broke off', 'which is nobody’s fault')
})

test('others are served between two chunks', async t => {
  const source = watched(2000)
  let others = 0
  const doors = await openTestDoors(t, ({ path }) => {
    if (path === '/small') return { ...ok, body: `small ${source.given}` }
    return { ...ok, body: source.body }
  })
  const big = openWire(t, doors.port)
  big.socket.removeAllListeners('data')
  big.socket.resume()
  big.send(request)
  for (let i = 0; i < 5; i += 1) {
    const received = await ask(t, doors.port, 'GET /small HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    const [, given = '2000'] = /small (\d+)/.exec(received) ?? []
    if (Number(given) < 2000) others += 1
  }
  t.equal(others, 5, 'five requests were answered before the stream had ended')
  big.socket.destroy()
})

async function* parts(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

function watched(chunks: number) {
  let release = () => {}
  const source = {
    given: 0,
    isReleased: false,
    released: new Promise<void>(resolve => (release = resolve)),
    body: {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          if (source.given >= chunks) return { done: true as const, value: undefined }
          source.given += 1
          return { done: false as const, value: chunk }
        },
        return: async () => {
          source.isReleased = true
          release()
          return { done: true as const, value: undefined }
        },
      }),
    } satisfies AsyncIterable<Uint8Array>,
  }
  return source
}
