import { test } from 'tap'
import { errors } from '../../../src/protocol/errors.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import type { Response } from '../../../src/protocol/response.ts'
import { ask, bodyOf, ok, openTestDoors, openWire, refusal } from './doors.ts'

const close = 'Connection: close\r\n'

test('a request arrives as it was sent', async t => {
  let seen: RawRequest | undefined
  const doors = await openTestDoors(t, request => {
    seen = request
    return ok
  })
  const paths = [
    '/b//a%2Fb/../%2e%2e;x=1+2',
    '/b/%zz',
    '/b/100%',
    '/b/%ff',
    `/b/${'k'.repeat(1024)}`,
    '/b/a#b',
    '/B/k/',
    "/b/~!$&'()*,@:",
  ]
  for (const path of paths) {
    await ask(t, doors.port, `GET ${path}?x=1+2&y=%20?&z HTTP/1.1\r\nHost: LocalHost:80\r\n${close}\r\n`)
    t.equal(seen?.path, path)
    t.equal(seen?.query, 'x=1+2&y=%20?&z')
  }
  t.match(seen, { method: 'GET', host: 'localhost:80', viaProxy: false, door: 'http', remoteAddress: '127.0.0.1' })
  t.ok(Object.isFrozen(seen))
})

test('header pairs keep order, case, duplicates and bytes', async t => {
  let seen: RawRequest | undefined
  const doors = await openTestDoors(t, request => {
    seen = request
    return ok
  })
  const many = Array.from({ length: 2500 }, () => 'a:')
  const lines = [
    'hOST: h',
    'X-Amz-Meta-A:  two  blanks ',
    'x-amz-meta-a: again',
    'content-TYPE: gar bage;;',
    'X: \xe9',
    ...many,
  ]
  await ask(t, doors.port, Buffer.from(`PUT / HTTP/1.1\r\n${lines.join('\r\n')}\r\n${close}\r\n`, 'latin1'))
  t.strictSame(seen?.headers.pairs.slice(0, 5), [
    ['hOST', 'h'],
    ['X-Amz-Meta-A', 'two  blanks'],
    ['x-amz-meta-a', 'again'],
    ['content-TYPE', 'gar bage;;'],
    ['X', '\xe9'],
  ])
  t.equal(seen?.headers.pairs.length, 2506, 'no header is dropped')
})

test('every method reaches dispatch, bodies and odd content types too', async t => {
  const doors = await openTestDoors(t, async request => {
    const type = request.headers.get('content-type') ?? 'none'
    return { ...ok, body: `${request.method} ${type} ${await bodyOf(request)}` }
  })
  for (const method of [
    'GET',
    'PUT',
    'POST',
    'DELETE',
    'OPTIONS',
    'PATCH',
    'TRACE',
    'PROPFIND',
    'MKCOL',
    'PURGE',
    'M-SEARCH',
  ]) {
    const received = await ask(t, doors.port, `${method} /k HTTP/1.1\r\nHost: h\r\n${close}Content-Length: 2\r\n\r\nab`)
    t.match(received, `${method} none ab`)
  }
  for (const type of ['garbage', '', ';;', 'application/json', 'a'.repeat(300)]) {
    const received = await ask(
      t,
      doors.port,
      `PUT /k HTTP/1.1\r\nHost: h\r\n${close}Content-Type: ${type}\r\nContent-Length: 3\r\n\r\n{x}`,
    )
    t.match(received, `PUT ${type} {x}`)
  }
  const chunked = await ask(
    t,
    doors.port,
    `PUT /k HTTP/1.1\r\nHost: h\r\n${close}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  )
  t.match(chunked, 'PUT none abc')
  const upgrade = await ask(
    t,
    doors.port,
    'GET /k HTTP/1.1\r\nHost: h\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n',
  )
  t.match(upgrade, /^HTTP\/1.1 200 OK/, 'Upgrade is not taken up')
})

test('absolute form is taken apart by bytes', async t => {
  let seen: RawRequest | undefined
  const doors = await openTestDoors(t, request => {
    seen = request
    return ok
  })
  const cases: [string, string, string, string][] = [
    ['http://B.S3.amazonaws.com/a%2Fb//c?x=%zz', 'b.s3.amazonaws.com', '/a%2Fb//c', 'x=%zz'],
    ['HTTP://h:4566', 'h:4566', '/', ''],
    ['https://h?list-type=2', 'h', '/', 'list-type=2'],
    ['http://[::1]:80/k', '[::1]:80', '/k', ''],
  ]
  for (const [target, host, path, query] of cases) {
    await ask(t, doors.port, `GET ${target} HTTP/1.1\r\nHost: other\r\n${close}\r\n`)
    t.match(seen, { host, path, query, viaProxy: true, door: 'proxy' }, target)
    t.equal(seen?.headers.get('host'), 'other', 'the header stays what was signed')
  }
})

const refused: [name: string, bytes: string | Buffer, code: string, status: number][] = [
  ['noise', 'hello\r\n\r\n', 'BadRequest', 400],
  ['an unknown verb', 'FROB /k HTTP/1.1\r\nHost: h\r\n\r\n', 'MethodNotAllowed', 405],
  ['a lower-case verb', 'get /k HTTP/1.1\r\nHost: h\r\n\r\n', 'BadRequest', 400],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'BadRequest', 400],
  ['another version', 'GET / HTTP/3.7\r\nHost: h\r\n\r\n', 'BadRequest', 400],
  ['a raw byte over 127', Buffer.from('GET /\xe9 HTTP/1.1\r\nHost: h\r\n\r\n', 'latin1'), 'InvalidURI', 400],
  ['a blank in the target', 'GET /a b HTTP/1.1\r\nHost: h\r\n\r\n', 'BadRequest', 400],
  ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 'InvalidURI', 400],
  ['another scheme', 'GET ftp://h/k HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 'InvalidURI', 400],
  ['user information', 'GET http://u:p@h/k HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 'InvalidURI', 400],
  ['no host in absolute form', 'GET http:///k HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n', 'InvalidURI', 400],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 'BadRequest', 400],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n', 'BadRequest', 400],
  ['an odd Host', 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n', 'BadRequest', 400],
  [
    'headers over 16 KiB',
    `GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
    'RequestHeaderSectionTooLarge',
    400,
  ],
  [
    'a target over 16 KiB',
    `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: h\r\n\r\n`,
    'RequestHeaderSectionTooLarge',
    400,
  ],
  ['a bad length', 'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n', 'BadRequest', 400],
  ['a negative length', 'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n', 'BadRequest', 400],
  ['two lengths', 'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'BadRequest', 400],
  [
    'length and chunked',
    'PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'BadRequest',
    400,
  ],
  ['an unknown coding', 'PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nab', 'BadRequest', 400],
  ['a folded header', 'GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n', 'BadRequest', 400],
  ['a blank before the colon', 'GET / HTTP/1.1\r\nHost : h\r\n\r\n', 'BadRequest', 400],
  ['a bare line feed', 'GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n', 'BadRequest', 400],
  ['a NUL', 'GET / HTTP/1.1\r\nHost: h\r\nX: \0\r\n\r\n', 'BadRequest', 400],
]

test('what is not HTTP, or ambiguous, is refused with an S3 error', async t => {
  let asked = 0
  const doors = await openTestDoors(t, () => {
    asked += 1
    return ok
  })
  for (const [name, bytes, code, status] of refused) {
    const received = await ask(t, doors.port, bytes)
    t.match(received, new RegExp(`^HTTP/1\\.1 ${status} `), name)
    t.match(received, `<Code>${code}</Code>`, name)
    t.match(received, 'x-amz-request-id: TESTREQUEST\r\n', name)
    t.equal(received.match(/HTTP\/1\.1/g)?.length, 1, `${name}: one answer`)
  }
  t.equal(asked, 0, 'dispatch saw none of them')
  t.match(await ask(t, doors.port, 'FROB /k HTTP/1.1\r\nHost: h\r\n\r\n'), '<Method>FROB</Method>')
  for (const value of ['gold', '200', '']) {
    const received = await ask(
      t,
      doors.port,
      `PUT / HTTP/1.1\r\nHost: h\r\nExpect: ${value}\r\nConnection: close\r\n\r\n`,
    )
    t.match(received, /^HTTP\/1\.1 200/, `Expect: ${value}`)
  }
  t.match(await ask(t, doors.port, `GET / HTTP/1.0\r\n\r\n`), /^HTTP\/1.1 200/, 'still alive; HTTP/1.0 needs no Host')
})

test('broken chunked framing in a body is refused, once', async t => {
  const doors = await openTestDoors(t, async request => {
    await bodyOf(request)
    return ok
  })
  const received = await ask(t, doors.port, 'PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')
  t.match(received, /^HTTP\/1\.1 400 .*<Code>BadRequest/s)
})

test('a malformed request behind a good one waits for the answer of the good one', async t => {
  let finish: (response: Response) => void = () => {}
  let arrive = () => {}
  const arrived = new Promise<void>(resolve => (arrive = resolve))
  const doors = await openTestDoors(t, () => {
    arrive()
    return new Promise<Response>(resolve => (finish = resolve))
  })
  const wire = openWire(t, doors.port)
  wire.send('GET /good HTTP/1.1\r\nHost: h\r\n\r\nnonsense\r\n\r\n')
  await arrived
  setImmediate(() => finish({ ...ok, body: 'GOOD' }))
  t.match(await wire.rest(), /^HTTP\/1\.1 200 OK.*GOODHTTP\/1\.1 400 .*<Code>BadRequest/s)
})

test('requests on one connection are answered in order', async t => {
  const doors = await openTestDoors(t, async request => ({ ...ok, body: `[${request.path} ${await bodyOf(request)}]` }))
  const wire = openWire(t, doors.port)
  wire.send(
    'PUT /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\naGET /2 HTTP/1.1\r\nHost: h\r\n\r\nHEAD /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
  )
  const bodies = (await wire.rest()).match(/\[[^\]]*\]/g)
  t.strictSame(bodies, ['[/1 a]', '[/2 ]'])
})

const lengths: [name: string, method: string, response: Response, expected: RegExp][] = [
  ['text', 'GET', { ...ok, body: 'né' }, /\r\nContent-Length: 3\r\n.*\r\n\r\nn\xc3\xa9$/s],
  ['bytes', 'GET', { ...ok, body: Buffer.from([0xff, 0xfe, 0xfd]) }, /Content-Length: 3\r\n.*\r\n\r\n\xff\xfe\xfd$/s],
  [
    'a wrong length of ours',
    'GET',
    { status: 200, headers: [['content-length', '9']], body: 'abc' },
    /Content-Length: 3\r\n/,
  ],
  ['nothing', 'GET', ok, /Content-Length: 0\r\n.*\r\n\r\n$/s],
  [
    '204',
    'DELETE',
    { status: 204, headers: [['A', 'b']] },
    /^(?!.*Content-Length)(?!.*Transfer-Encoding).* 204 No Content\r\nA: b\r\n.*\r\n\r\n$/s,
  ],
  [
    '304',
    'GET',
    { status: 304, headers: [['ETag', '"x"']], body: 'abc' },
    /^(?!.*Transfer-Encoding).*304 Not Modified\r\nETag: "x"\r\n.*\r\n\r\n$/s,
  ],
  [
    'HEAD with a length',
    'HEAD',
    { status: 200, headers: [['Content-Length', '5000000000']] },
    /Content-Length: 5000000000\r\n.*\r\n\r\n$/s,
  ],
  ['HEAD with a body', 'HEAD', { ...ok, body: 'abc' }, /Content-Length: 3\r\n.*\r\n\r\n$/s],
  [
    'HEAD without either',
    'HEAD',
    { status: 404, headers: [] },
    /^(?!.*Content-Length)(?!.*Transfer-Encoding).*\r\n\r\n$/s,
  ],
  [
    'header order and repetition',
    'GET',
    {
      status: 200,
      headers: [
        ['B', '1'],
        ['a', '2'],
        ['B', '3'],
      ],
    },
    /OK\r\nB: 1\r\na: 2\r\nB: 3\r\n/,
  ],
]

test('the end of a body is told by its length', async t => {
  for (const [name, method, response, expected] of lengths) {
    const doors = await openTestDoors(t, () => response)
    t.match(await ask(t, doors.port, `${method} / HTTP/1.1\r\nHost: h\r\n${close}\r\n`), expected, name)
  }
})

test('a failing dispatch is an InternalError, and logged', async t => {
  const doors = await openTestDoors(t, () => {
    throw new Error('a bug')
  })
  t.match(
    await ask(t, doors.port, `GET / HTTP/1.1\r\nHost: h\r\n${close}\r\n`),
    /^HTTP\/1\.1 500 .*<Code>InternalError</s,
  )
  t.match(doors.lines.join(''), /^error Error: a bug\n {6}/m)
})

test('100 Continue is sent when dispatch says so, and only then', async t => {
  const doors = await openTestDoors(t, async request => {
    if (request.path === '/refused') return refusal(errors.AccessDenied(), 'PUT')
    request.sendContinue()
    request.sendContinue()
    return { ...ok, body: `got ${await bodyOf(request)}` }
  })
  const head = 'HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n'
  const wire = openWire(t, doors.port)
  wire.send(`PUT /taken ${head}${close}\r\n`)
  await wire.until(text => text.includes('100 Continue\r\n\r\n'))
  wire.send('body')
  const received = await wire.rest()
  t.equal(received.match(/100 Continue/g)?.length, 1)
  t.match(received, 'got body')

  const denied = await ask(t, doors.port, `PUT /refused ${head}\r\n`)
  t.notMatch(denied, '100 Continue')
  t.match(
    denied,
    /^HTTP\/1\.1 403 .*\r\nConnection: close\r\n/s,
    'and the connection closes, since the body never came',
  )
})

test('an unread body is discarded so that the client sees the refusal', async t => {
  const doors = await openTestDoors(t, () => refusal(errors.AccessDenied(), 'PUT'))
  const size = 900_000
  const wire = openWire(t, doors.port)
  wire.send(`PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: ${size}\r\n\r\n`)
  await wire.until(text => text.includes('</Error>'))
  wire.send(Buffer.alloc(size))
  t.match(await wire.rest(), /^HTTP\/1\.1 403 .*Connection: close/s)

  const endless = openWire(t, doors.port)
  endless.send(`PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000000\r\n\r\n`)
  await endless.until(text => text.includes('</Error>'))
  endless.send(Buffer.alloc(8 * 1024 * 1024))
  t.match(await endless.rest(), 'AccessDenied', 'closed after about 1 MiB')
})

test('a reader that gives up in the middle of a body can still answer', async t => {
  const doors = await openTestDoors(t, async request => {
    for await (const chunk of request.body) if (chunk.length > 0) break
    request.body.destroy()
    return refusal(errors.BadDigest(), 'PUT')
  })
  const wire = openWire(t, doors.port)
  wire.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc')
  await wire.until(text => text.includes('BadDigest'))
  wire.send(Buffer.alloc(99_997))
  t.match(await wire.rest(), /^HTTP\/1\.1 400 /)
})

test('a body that came whole and was not read leaves the connection usable', async t => {
  const doors = await openTestDoors(t, request => ({ ...ok, body: request.path === '/later' ? 'SECOND' : 'FIRST' }))
  const wire = openWire(t, doors.port)
  wire.send('PUT /now HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789')
  await wire.until(text => text.includes('FIRST'))
  wire.send('PUT /now HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789')
  await wire.until(text => text.match(/FIRST/g)?.length === 2)
  wire.send(`GET /later HTTP/1.1\r\nHost: h\r\n${close}\r\n`)
  t.match(await wire.rest(), 'SECOND')
})

test('a client that goes away in the middle of its body shows as an error of the body', async t => {
  let seen: (error: unknown) => void = () => {}
  const failed = new Promise(resolve => (seen = resolve))
  let arrive = () => {}
  const arrived = new Promise<void>(resolve => (arrive = resolve))
  const doors = await openTestDoors(t, async request => {
    arrive()
    await bodyOf(request).catch(seen)
    return ok
  })
  const wire = openWire(t, doors.port)
  wire.send('PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc')
  await arrived
  wire.socket.destroy()
  t.match(await failed, { message: /aborted/i })
})
