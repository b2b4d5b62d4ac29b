import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { test } from 'tap'
import { type Ask, keys, mrapHost, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { openConnection, requestBytes } from '../helpers/http.ts'
import { type ChunkedBody, joinChunks, plainChunks, signatureOf, signedChunks } from '../helpers/sign.ts'
import { isRefusal, type Refusal, textOf, textsOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'
const put = `PUT ${path}`

/** What can be seen of uploads: objects and their size, and parts of `uploadId`. */
async function stored(app: TestApp, uploadId?: string): Promise<string[]> {
  const listed = await app.ask('GET /orders-usw2?list-type=2', west)
  const parts = uploadId === undefined ? '' : (await app.ask(`GET /orders-usw2/up?uploadId=${uploadId}`, west)).text
  return [...textsOf(listed.text, 'Key'), ...textsOf(parts, 'PartNumber').map(number => `part ${number}`)]
}

/** Known values of the text `hello`, from outside this project. */
const ofHello = {
  crc32: 'NhCmhg==',
  crc32c: 'mnG7TA==',
  crc64nvme: 'M3eFcAZSQlc=',
  sha1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
}
const algorithms = Object.keys(ofHello) as (keyof typeof ofHello)[]

test('declared checksums: what differs is refused, what agrees is kept', async t => {
  const app = await startApp(t, { world: twoRegions })
  const upload = await app.ask('POST /orders-usw2/up?uploads', west)
  const uploadId = textOf(upload.text, 'UploadId') ?? ''
  const targets = [put, `PUT /orders-usw2/up?partNumber=1&uploadId=${uploadId}`]
  for (const target of targets) {
    const of = (headers: Record<string, string>, rest: Ask = {}) =>
      app.ask(target, { ...west, body: 'hello', headers, ...rest })
    for (const algorithm of algorithms) {
      const name = `x-amz-checksum-${algorithm}`
      const wrong = await of({ [name]: ofHello[algorithm] }, { body: 'hellp' })
      isRefusal(
        t,
        wrong,
        {
          status: 400,
          code: 'BadDigest',
          message: `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
          fields: {},
        },
        `${target} ${name}`,
      )
      for (const bad of [
        'hello',
        '',
        'AAAA',
        `${ofHello[algorithm]}=`,
        ofHello[algorithm].slice(1),
        `${ofHello[algorithm]} x`,
      ]) {
        isRefusal(
          t,
          await of({ [name]: bad }),
          { status: 400, code: 'InvalidRequest', message: `Value for ${name} header is invalid.`, fields: {} },
          `${target} ${name}: ${bad}`,
        )
      }
    }
    const md5 = 'XUFAKrxLKna5cZ2REBfFkg=='
    const isPart = target !== put
    isRefusal(
      t,
      await of({ 'Content-MD5': md5 }, { body: 'hellp' }),
      {
        status: 400,
        code: 'BadDigest',
        message: 'The Content-MD5 you specified did not match what we received.',
        fields: {
          ExpectedDigest: isPart ? md5 : '5d41402abc4b2a76b9719d911017c592',
          CalculatedDigest: createHash('md5').update('hellp').digest('base64'),
        },
      },
      `${target} Content-MD5`,
    )
    for (const bad of ['x', 'XUFAKrxLKna5cZ2REBfFkg', '']) {
      isRefusal(
        t,
        await of({ 'Content-MD5': bad }),
        {
          status: 400,
          code: 'InvalidDigest',
          message: 'The Content-MD5 you specified was invalid.',
          fields: { 'Content-MD5': bad },
        },
        `${target} Content-MD5: "${bad}"`,
      )
    }
    const hash = (text: string) => createHash('sha256').update(text).digest('hex')
    isRefusal(
      t,
      await of({}, { payload: hash('other') }),
      {
        status: 400,
        code: 'XAmzContentSHA256Mismatch',
        message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
        fields: { ClientComputedContentSHA256: hash('other'), S3ComputedContentSHA256: hash('hello') },
      },
      `${target} content-sha256`,
    )
    isRefusal(
      t,
      await of({}, { payload: 'nonsense' }),
      {
        status: 400,
        code: 'InvalidArgument',
        fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: 'nonsense' },
      },
      `${target} payload mode`,
    )
    isRefusal(
      t,
      await of({ 'x-amz-checksum-crc32': ofHello.crc32, 'x-amz-checksum-sha1': ofHello.sha1 }),
      {
        status: 400,
        code: 'InvalidRequest',
        message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
        fields: {},
      },
      `${target} two`,
    )
    isRefusal(
      t,
      await of({ 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
      {
        status: 400,
        code: 'InvalidRequest',
        message:
          'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
        fields: {},
      },
      `${target} announced`,
    )
    isRefusal(
      t,
      await of({ 'x-amz-checksum-sha512': 'AAAA' }),
      { status: 501, code: 'NotImplemented' },
      `${target} sha512`,
    )
    t.strictSame(await stored(app, uploadId), [], `${target}: nothing was stored`)
  }
  for (const algorithm of algorithms) {
    const name = `x-amz-checksum-${algorithm}`
    const done = await app.ask(put, { ...west, body: 'hello', headers: { [name]: ofHello[algorithm] } })
    t.strictSame([done.status, done.header(name)], [200, ofHello[algorithm]], name)
    const head = await app.ask(`HEAD ${path}`, { ...west, headers: { 'x-amz-checksum-mode': 'ENABLED' } })
    t.equal(head.header(name), ofHello[algorithm], `${name} is kept`)
  }
})

test('large bodies are checked as small ones are', async t => {
  const app = await startApp(t, { world: twoRegions })
  const body = Buffer.alloc(700_000, 'large ')
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(body))
  const headers = { 'x-amz-checksum-crc32': crc.toString('base64') }
  const changed = Buffer.from(body)
  changed[699_999] = 0
  isRefusal(t, await app.ask(put, { ...west, body: changed, headers }), { status: 400, code: 'BadDigest' }, 'crc32')
  const payload = createHash('sha256').update(body).digest('hex')
  isRefusal(
    t,
    await app.ask(put, { ...west, body: changed, payload }),
    { status: 400, code: 'XAmzContentSHA256Mismatch' },
    'sha256',
  )
  t.strictSame(await stored(app), [])
  t.equal((await app.ask(put, { ...west, body, headers, payload })).status, 200)
  t.ok((await app.ask(`GET ${path}`, west)).body.equals(body))
  isRefusal(
    t,
    await app.ask(put, { ...west, body: changed, headers }),
    { status: 400, code: 'BadDigest' },
    'a bad overwrite',
  )
  t.ok((await app.ask(`GET ${path}`, west)).body.equals(body), 'the old object stays')
})

test('bodies of another length than declared', async t => {
  const app = await startApp(t, { world: twoRegions })
  const short = openConnection(t, app.port)
  const headers = await app.sign(put, { ...west, payload: 'UNSIGNED-PAYLOAD', headers: { 'Content-Length': '10' } })
  short.send(requestBytes(`${put} HTTP/1.1`, headers, 'hello'))
  short.socket.end()
  isRefusal(t, await short.next(), { status: 400, code: 'IncompleteBody' }, 'half closed')
  const gone = openConnection(t, app.port)
  gone.send(requestBytes(`${put} HTTP/1.1`, headers, 'hello'))
  gone.socket.destroy()
  t.strictSame(await stored(app), [], 'truncated')

  const long = openConnection(t, app.port)
  const two = await app.sign(put, { ...west, payload: 'UNSIGNED-PAYLOAD', headers: { 'Content-Length': '5' } })
  long.send(requestBytes(`${put} HTTP/1.1`, two, 'hello world'))
  t.equal((await long.next()).status, 200, 'the body is what was declared')
  isRefusal(t, await long.next(), { status: 400, code: 'BadRequest' }, 'the rest is no request')
  t.equal((await app.ask(`GET ${path}`, west)).text, 'hello')

  isRefusal(
    t,
    await app.ask(put, { ...west, payload: 'UNSIGNED-PAYLOAD', headers: { 'Content-Length': '5368709121' } }),
    { status: 400, code: 'EntityTooLarge' },
    'more than 5 GiB',
  )
  const none = await app.sign(put, { ...west, payload: 'UNSIGNED-PAYLOAD' })
  isRefusal(
    t,
    await app.send(requestBytes(`${put} HTTP/1.1`, none)),
    {
      status: 411,
      code: 'MissingContentLength',
      message: 'You must provide the Content-Length HTTP header.',
      fields: {},
    },
    'no length at all',
  )
  isRefusal(
    t,
    await app.send(
      requestBytes(`${put} HTTP/1.1`, [...none, ['Transfer-Encoding', 'chunked']], '5\r\nhello\r\n0\r\n\r\n'),
    ),
    { status: 501, code: 'NotImplemented', fields: { Header: 'Transfer-Encoding' } },
    'chunked by HTTP alone',
  )
  t.equal((await app.ask(`GET ${path}`, west)).text, 'hello', 'as before')
  t.equal((await app.ask(put, { ...west, headers: { 'Content-Length': '0' } })).status, 200)
  t.equal((await app.ask(`HEAD ${path}`, west)).header('content-length'), '0', 'an empty object')
})

test('Expect: 100-continue', async t => {
  const app = await startApp(t, { world: twoRegions })
  const expecting = { 'Content-Length': '5', Expect: '100-continue' }
  for (const [line, ask] of [
    [put, west],
    ['PUT /k', { host: mrapHost, sign: 'v4a' }],
  ] as const) {
    const connection = openConnection(t, app.port)
    const headers = await app.sign(line, { ...ask, payload: 'UNSIGNED-PAYLOAD', headers: expecting })
    connection.send(requestBytes(`${line} HTTP/1.1`, headers))
    t.equal((await connection.next()).status, 100, 'as soon as the signature holds')
    connection.send('hello')
    t.equal((await connection.next()).status, 200)

    const refused: [string, Ask, Refusal][] = [
      [
        'a bad signature',
        { ...ask, as: { accessKeyId: 'test', secretAccessKey: 'wrong' } },
        { status: 403, code: 'SignatureDoesNotMatch' },
      ],
      [
        'an unknown key',
        { ...ask, as: { accessKeyId: 'nobody', secretAccessKey: 'x' } },
        { status: 403, code: 'InvalidAccessKeyId' },
      ],
      ['no signature', { ...ask, sign: 'none' }, { status: 403, code: 'AccessDenied' }],
      ['an old one', { ...ask, now: app.clock.now() - 901_000 }, { status: 403, code: 'RequestTimeTooSkewed' }],
    ]
    for (const [name, as, expected] of refused) {
      const wire = openConnection(t, app.port)
      const signed = await app.sign(`${line}-refused`, { ...as, payload: 'UNSIGNED-PAYLOAD', headers: expecting })
      wire.send(requestBytes(`${line}-refused HTTP/1.1`, signed))
      isRefusal(t, await wire.next(), expected, `${name}: the refusal comes first`)
    }
  }
  const document = await app.sign(`${put}?tagging`, { ...west, payload: 'UNSIGNED-PAYLOAD', headers: expecting })
  const wire = openConnection(t, app.port)
  wire.send(requestBytes(`${put}?tagging HTTP/1.1`, document))
  t.equal((await wire.next()).status, 100, 'a document')
  wire.send('hello')
  isRefusal(t, await wire.next(), { status: 400, code: 'MalformedXML' }, 'a document')
  t.strictSame(await stored(app), ['k'])
})

/** A PUT of an aws-chunked body. */
async function putChunked(
  app: TestApp,
  payload: string,
  decoded: number,
  body: string,
  headers: Record<string, string> = {},
) {
  return app.ask(put, {
    ...west,
    payload,
    body,
    headers: { 'x-amz-decoded-content-length': String(decoded), 'Content-Encoding': 'aws-chunked', ...headers },
  })
}

test('aws-chunked without signatures', async t => {
  const app = await startApp(t, { world: twoRegions })
  const mode = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
  const announce = { 'x-amz-trailer': 'x-amz-checksum-crc32' }
  const good = () => plainChunks(['hel', 'lo'], [`x-amz-checksum-crc32:${ofHello.crc32}`])
  const changed = (change: (body: ChunkedBody) => void) => {
    const body = good()
    change(body)
    return joinChunks(body)
  }
  const chunk = (body: ChunkedBody, index: number) => body.chunks[index] ?? { header: '', data: '' }
  const rows: [name: string, body: string, decoded: number, expected: string, headers?: Record<string, string>][] = [
    ['short', joinChunks(good()), 6, 'IncompleteBody'],
    ['long', joinChunks(good()), 4, 'IncompleteBody'],
    ['no end', '3\r\nhel\r\n2\r\nlo\r\n', 5, 'IncompleteBody'],
    ['no trailers and no end', '3\r\nhel\r\n2\r\nlo\r\n0\r\n', 5, 'IncompleteBody'],
    [
      'a size that is none',
      changed(body => {
        chunk(body, 0).header = 'zz'
      }),
      5,
      'IncompleteBody',
    ],
    [
      'a size that is too large',
      changed(body => {
        chunk(body, 0).header = 'ffffffffffffffff'
      }),
      5,
      'IncompleteBody',
    ],
    [
      'a size that lies',
      changed(body => {
        chunk(body, 0).header = '4'
      }),
      5,
      'IncompleteBody',
    ],
    [
      'an extension',
      changed(body => {
        chunk(body, 0).header = '3;a=b'
      }),
      5,
      'IncompleteBody',
    ],
    [
      'a signature where none belongs',
      changed(body => {
        chunk(body, 0).header = `3;chunk-signature=${'0'.repeat(64)}`
      }),
      5,
      'IncompleteBody',
    ],
    ['something behind it', `${joinChunks(good())}x`, 5, 'IncompleteBody'],
    ['a header line without end', 'a'.repeat(5000), 5, 'IncompleteBody'],
    [
      'a wrong checksum',
      changed(body => {
        body.trailers[0] = 'x-amz-checksum-crc32:AAAAAA=='
      }),
      5,
      'BadDigest',
    ],
    [
      'a checksum that is none',
      changed(body => {
        body.trailers[0] = 'x-amz-checksum-crc32:hello'
      }),
      5,
      'InvalidRequest',
    ],
    [
      'no trailer',
      changed(body => {
        body.trailers = []
      }),
      5,
      'MalformedTrailerError',
    ],
    [
      'another trailer',
      changed(body => {
        body.trailers[0] = `x-amz-checksum-sha1:${ofHello.sha1}`
      }),
      5,
      'MalformedTrailerError',
    ],
    [
      'two trailers',
      changed(body => {
        body.trailers.push(`x-amz-checksum-sha1:${ofHello.sha1}`)
      }),
      5,
      'MalformedTrailerError',
    ],
    [
      'the trailer twice',
      changed(body => {
        body.trailers.push(body.trailers[0] ?? '')
      }),
      5,
      'MalformedTrailerError',
    ],
    [
      'a trailer without colon',
      changed(body => {
        body.trailers[0] = 'nonsense'
      }),
      5,
      'MalformedTrailerError',
    ],
    ['a trailer nobody announced', joinChunks(good()), 5, 'MalformedTrailerError', {}],
    ['a trailer that is no checksum', joinChunks(good()), 5, 'InvalidRequest', { 'x-amz-trailer': 'x-amz-meta-a' }],
    ['a decoded length that is none', joinChunks(good()), Number.NaN, 'InvalidArgument'],
  ]
  for (const [name, body, decoded, code, headers = announce] of rows) {
    isRefusal(t, await putChunked(app, mode, decoded, body, headers), { status: 400, code }, name)
    t.strictSame(await stored(app), [], `${name}: nothing was stored`)
  }
  const without = await app.ask(put, { ...west, payload: mode, body: joinChunks(good()), headers: announce })
  isRefusal(t, without, { status: 411, code: 'MissingContentLength' }, 'no decoded length')

  const done = await putChunked(app, mode, 5, joinChunks(good()), {
    ...announce,
    'Content-Encoding': 'aws-chunked,gzip',
  })
  t.strictSame([done.status, done.header('x-amz-checksum-crc32')], [200, ofHello.crc32])
  const got = await app.ask(`GET ${path}`, west)
  t.strictSame(
    [got.text, got.header('content-encoding')],
    ['hello', 'gzip'],
    'aws-chunked is no encoding of the object',
  )
})

test('aws-chunked with signatures', async t => {
  const app = await startApp(t, { world: twoRegions })
  const scope = { keys, region: 'us-west-2', now: app.clock.now() }
  const pieces = ['a'.repeat(8192), 'b'.repeat(8192), 'tail']
  const length = 8192 * 2 + 4
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(pieces.join('')))
  const trailer = `x-amz-checksum-crc32:${crc.toString('base64')}`

  /** Signs the request for a body of the right length, then sends another body of that length or of its own. */
  const send = async (change: (body: ChunkedBody) => void, trailers?: readonly string[]) => {
    const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailers ? '-TRAILER' : ''}`
    const headers: Record<string, string> = {
      'x-amz-decoded-content-length': String(length),
      'Content-Encoding': 'aws-chunked',
      ...(trailers && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    }
    const signed = await app.sign(put, { ...west, payload, headers })
    const body = signedChunks(pieces, signatureOf(signed), scope, trailers)
    change(body)
    const bytes = joinChunks(body)
    return app.send(requestBytes(`${put} HTTP/1.1`, [...signed, ['Content-Length', String(bytes.length)]], bytes))
  }
  const chunk = (body: ChunkedBody, index: number) => body.chunks[index] ?? { header: '', data: '' }
  const mismatch = {
    status: 403,
    code: 'SignatureDoesNotMatch',
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  }
  const rows: [name: string, change: (body: ChunkedBody) => void, expected: Refusal, trailers?: readonly string[]][] = [
    [
      'a changed byte',
      body => {
        chunk(body, 1).data = `c${'b'.repeat(8191)}`
      },
      mismatch,
    ],
    [
      'a changed byte in the last chunk',
      body => {
        chunk(body, 2).data = 'tale'
      },
      mismatch,
    ],
    [
      'a changed signature',
      body => {
        chunk(body, 0).header = `2000;chunk-signature=${'0'.repeat(64)}`
      },
      mismatch,
    ],
    [
      'no signature',
      body => {
        chunk(body, 0).header = '2000'
      },
      mismatch,
    ],
    [
      'chunks in another order',
      body => {
        body.chunks = [chunk(body, 1), chunk(body, 0), chunk(body, 2), chunk(body, 3)]
      },
      mismatch,
    ],
    [
      'a chunk less',
      body => {
        body.chunks.splice(1, 1)
      },
      mismatch,
    ],
    [
      'the last chunk unsigned',
      body => {
        chunk(body, 3).header = '0'
      },
      mismatch,
    ],
    [
      'the last chunk missing',
      body => {
        body.chunks.pop()
      },
      { status: 400, code: 'IncompleteBody' },
    ],
    [
      'signatures of another key',
      body => {
        body.chunks = signedChunks(pieces, '0'.repeat(64), {
          ...scope,
          keys: { accessKeyId: 'test', secretAccessKey: 'x' },
        }).chunks
      },
      mismatch,
    ],
    [
      'a changed trailer',
      body => {
        body.trailers[0] = 'x-amz-checksum-crc32:AAAAAA=='
      },
      mismatch,
      [trailer],
    ],
    [
      'a changed trailer signature',
      body => {
        body.trailers[1] = `x-amz-trailer-signature:${'0'.repeat(64)}`
      },
      mismatch,
      [trailer],
    ],
    [
      'no trailer signature',
      body => {
        body.trailers.pop()
      },
      { status: 400, code: 'MalformedTrailerError' },
      [trailer],
    ],
    ['a signed trailer that is wrong', () => {}, { status: 400, code: 'BadDigest' }, ['x-amz-checksum-crc32:AAAAAA==']],
  ]
  for (const [name, change, expected, trailers] of rows) {
    isRefusal(t, await send(change, trailers), expected, name)
    t.strictSame(await stored(app), [], `${name}: nothing was stored`)
  }
  const small = await app.sign(put, {
    ...west,
    payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    headers: { 'x-amz-decoded-content-length': '10' },
  })
  const bytes = joinChunks(signedChunks(['small', 'again'], signatureOf(small), scope))
  isRefusal(
    t,
    await app.send(requestBytes(`${put} HTTP/1.1`, [...small, ['Content-Length', String(bytes.length)]], bytes)),
    { status: 400, code: 'InvalidChunkSizeError', fields: { Chunk: '1', BadChunkSize: '5' } },
    'a small chunk that is not the last',
  )
  t.strictSame(await stored(app), [])
  t.equal((await send(() => {})).status, 200)
  t.equal((await app.ask(`GET ${path}`, west)).text, pieces.join(''))
  t.equal((await send(() => {}, [trailer])).status, 200, 'with trailer')
  const wrongMode = await app.ask(put, {
    ...west,
    payload: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
    body: 'x',
    headers: { 'x-amz-decoded-content-length': '1' },
  })
  isRefusal(t, wrongMode, { status: 400, code: 'InvalidArgument' }, 'chunks of the other algorithm')
})

test('a refused write leaves what was there', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask(put, { ...west, body: 'first' })
  const refusals: Ask[] = [
    { body: 'second', payload: createHash('sha256').update('third').digest('hex') },
    { body: 'second', headers: { 'If-None-Match': '*' } },
    { body: 'second', headers: { 'x-amz-storage-class': 'NONE' } },
    { body: 'second', headers: { 'x-amz-tagging': 'a=1&a=2' } },
    { body: 'second', headers: { 'x-amz-acl': 'public-read' } },
    { body: 'second', as: { accessKeyId: 'test', secretAccessKey: 'wrong' } },
  ]
  for (const ask of refusals) {
    const answer = await app.ask(put, { ...west, ...ask })
    t.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${textOf(answer.text, 'Code')}`)
    t.equal((await app.ask(`GET ${path}`, west)).text, 'first')
  }
})
