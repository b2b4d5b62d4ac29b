import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { test } from 'tap'
import { type Ask, mrapHost, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { openConnection, requestBytes } from '../helpers/http.ts'
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
      await of({ 'x-amz-checksum-xxhash64': 'AAAA' }),
      { status: 501, code: 'NotImplemented' },
      `${target} xxhash64`,
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
