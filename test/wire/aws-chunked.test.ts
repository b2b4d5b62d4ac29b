import { crc32 } from 'node:zlib'
import { test } from 'tap'
import { keys, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { requestBytes } from '../helpers/http.ts'
import { type ChunkedBody, joinChunks, plainChunks, signatureOf, signedChunks } from '../helpers/sign.ts'
import { isRefusal, type Refusal, textsOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'
const put = `PUT ${path}`

/** Keys of the objects that can be seen. */
async function stored(app: TestApp): Promise<string[]> {
  return textsOf((await app.ask('GET /orders-usw2?list-type=2', west)).text, 'Key')
}

/** Known values of the text `hello`, from outside this project. */
const ofHello = { crc32: 'NhCmhg==', sha1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' }

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
