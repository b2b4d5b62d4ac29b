import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { errors } from '../../../src/protocol/errors.ts'
import { type ChunkVerifier, decodeAwsChunked, type Framing } from '../../../src/protocol/request/aws-chunked.ts'
import type { HeaderPairs } from '../../../src/protocol/request/headers.ts'
import { rejection } from '../signature/requests.ts'

async function* from(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

async function decode(pieces: readonly (string | Uint8Array)[], framing: Partial<Framing> & { decodedLength: number }) {
  let trailers: HeaderPairs | undefined
  const full = { hasTrailer: false, verifier: undefined, ...framing }
  const source = from(pieces.map(piece => Buffer.from(piece)))
  const decoded: Uint8Array[] = []
  for await (const piece of decodeAwsChunked(source, full, came => {
    trailers = came
  })) {
    decoded.push(Buffer.from(piece))
  }
  return { text: Buffer.concat(decoded).toString('latin1'), trailers }
}

const sha256 = (text: string) => createHash('sha256').update(text, 'latin1').digest('hex')

/** Takes a signature that is the hash itself, so that the framing can be judged apart from cryptography. */
function hashes(): ChunkVerifier & { readonly seen: string[] } {
  const seen: string[] = []
  const check = (kind: string) => (signature: string, hash: string) => {
    seen.push(kind)
    if (signature !== hash) throw errors.SignatureDoesNotMatch({ SignatureProvided: signature })
  }
  return { seen, checkChunk: check('chunk'), checkTrailer: check('trailer') }
}

const chunk = (data: string) => `${data.length.toString(16)};chunk-signature=${sha256(data)}\r\n${data}`
const big = 'x'.repeat(8_192)

t.test('forms of a body', async t => {
  const crc = [['x-amz-checksum-crc32', 'RcBY+w==']]
  const trailer = { hasTrailer: true }
  const plain = await decode(['9\r\nHello S3!\r\n0\r\nx-amz-checksum-crc32:RcBY+w==\r\n\r\n'], {
    ...trailer,
    decodedLength: 9,
  })
  t.strictSame(plain, { text: 'Hello S3!', trailers: crc }, 'as boto3 sends it')
  t.strictSame(await decode(['0\r\nx-amz-checksum-crc32:RcBY+w==\r\n\r\n'], { ...trailer, decodedLength: 0 }), {
    text: '',
    trailers: crc,
  })
  t.strictSame(await decode(['0\r\n\r\n'], { ...trailer, decodedLength: 0 }), { text: '', trailers: [] })
  t.strictSame(await decode(['A\r\n0123456789\r\n000\r\n\r\n'], { decodedLength: 10 }), {
    text: '0123456789',
    trailers: undefined,
  })
  const spaced = await decode(['0\r\nX-Amz-Checksum-CRC32: RcBY+w== \n\r\n\r\n'], { ...trailer, decodedLength: 0 })
  t.strictSame(spaced.trailers, crc, 'blanks, case and a line feed before the end')
  t.equal(
    (await decode(['3\r\n\r\n0\r\n0\r\n\r\n'], { decodedLength: 3 })).text,
    '\r\n0',
    'data that looks like framing',
  )
})

t.test('signed chunks and trailers', async t => {
  const verifier = hashes()
  const trailer = 'x-amz-checksum-crc32:AAAAAA==\n'
  const body = `${chunk(big)}\r\n${chunk('abc')}\r\n${chunk('')}x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:${sha256(trailer)}\r\n\r\n`
  const decoded = await decode([body], { decodedLength: 8_195, hasTrailer: true, verifier })
  t.equal(decoded.text, `${big}abc`)
  t.strictSame(verifier.seen, ['chunk', 'chunk', 'chunk', 'trailer'])
  t.strictSame(decoded.trailers, [['x-amz-checksum-crc32', 'AAAAAA==']], 'the signature is no trailer')
})

t.test('any stream, cut anywhere', async t => {
  const data = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'binary-ascii' }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(data, fc.boolean(), async (chunks, isSigned) => {
      const parts = isSigned
        ? [...chunks.map((text, i) => (i < chunks.length - 1 ? text.padEnd(8_192) : text))]
        : chunks
      const line = (text: string) => (isSigned ? chunk(text) : `${text.length.toString(16)}\r\n${text}`)
      const trailer = 'x-amz-checksum-sha1:abc\n'
      const signature = isSigned ? `x-amz-trailer-signature:${sha256(trailer)}\r\n` : ''
      const body = Buffer.from(
        `${parts.map(text => `${line(text)}\r\n`).join('')}${line('')}x-amz-checksum-sha1:abc\r\n${signature}\r\n`,
        'latin1',
      )
      const expected = parts.join('')
      // Every position in the framing and the first and last bytes of long data; data alone is alike.
      const step = body.length > 2_000 ? 97 : 1
      for (let cut = 0; cut <= body.length; cut += step) {
        const framing = { decodedLength: expected.length, hasTrailer: true, verifier: isSigned ? hashes() : undefined }
        const decoded = await decode([body.subarray(0, cut), body.subarray(cut)], framing)
        if (decoded.text !== expected || decoded.trailers?.length !== 1) return false
      }
      return true
    }),
    { numRuns: 40 },
  )
  t.pass()
})

t.test('one byte at a time', async t => {
  const body = Buffer.from(`${chunk(big)}\r\n${chunk('abc')}\r\n${chunk('')}\r\n`)
  const pieces = [...body].map(byte => Buffer.from([byte]))
  t.equal((await decode(pieces, { decodedLength: 8_195, verifier: hashes() })).text, `${big}abc`)
})

t.test('a stream that ends at any byte is incomplete', async t => {
  const body = '9\r\nHello S3!\r\n0\r\nx-amz-checksum-crc32:RcBY+w==\r\n\r\n'
  for (let length = 0; length < body.length; length++) {
    const error = await rejection(decode([body.slice(0, length)], { decodedLength: 9, hasTrailer: true }))
    t.match(error, { code: 'IncompleteBody', status: 400 }, `${length} bytes`)
  }
})

t.test('refusals', async t => {
  const signed = () => ({ verifier: hashes() })
  const trailer = { hasTrailer: true }
  const end = '0\r\n\r\n'
  const cases: readonly (readonly [string, string, Partial<Framing> & { decodedLength: number }, string])[] = [
    ['fewer bytes than declared', `3\r\nabc\r\n${end}`, { decodedLength: 4 }, 'IncompleteBody'],
    ['more bytes than declared', `3\r\nabc\r\n${end}`, { decodedLength: 2 }, 'IncompleteBody'],
    ['a size beyond all measure', `ffffffffffffffff\r\nabc\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['a size of 17 digits', `00000000000000003\r\nabc\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['a size that is none', `x\r\nabc\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['a negative size', `-3\r\nabc\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['no size', `\r\nabc\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['data longer than its size', `3\r\nabcd\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['a bare line feed', `3\nabc\n0\n\n`, { decodedLength: 3 }, 'IncompleteBody'],
    ['something after the end', `3\r\nabc\r\n${end}x`, { decodedLength: 3 }, 'IncompleteBody'],
    ['an endless line', 'a'.repeat(100_000), { decodedLength: 3 }, 'IncompleteBody'],
    ['another extension', `3;name=value\r\nabc\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['a signature where none belongs', `${chunk('abc')}\r\n${end}`, { decodedLength: 3 }, 'IncompleteBody'],
    ['no signature', `3\r\nabc\r\n${end}`, { decodedLength: 3, ...signed() }, 'SignatureDoesNotMatch'],
    [
      'a wrong signature',
      `${chunk('abc').replace('=', '=0')}\r\n${chunk('')}\r\n`,
      { decodedLength: 3, ...signed() },
      'SignatureDoesNotMatch',
    ],
    [
      'altered data',
      `${chunk('abc').replace('abc', 'abd')}\r\n${chunk('')}\r\n`,
      { decodedLength: 3, ...signed() },
      'SignatureDoesNotMatch',
    ],
    [
      'a wrong last signature',
      `${chunk('abc')}\r\n${chunk('').replace('=', '=0')}\r\n`,
      { decodedLength: 3, ...signed() },
      'SignatureDoesNotMatch',
    ],
    [
      'a small chunk before the last',
      `${chunk('abc')}\r\n${chunk('d')}\r\n${chunk('')}\r\n`,
      { decodedLength: 4, ...signed() },
      'InvalidChunkSizeError',
    ],
    [
      'trailers where none belong',
      '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      { decodedLength: 0 },
      'IncompleteBody',
    ],
    [
      'a trailer without a colon',
      '0\r\nx-amz-checksum-crc32\r\n\r\n',
      { decodedLength: 0, ...trailer },
      'MalformedTrailerError',
    ],
    ['a trailer without a name', '0\r\n:AAAAAA==\r\n\r\n', { decodedLength: 0, ...trailer }, 'MalformedTrailerError'],
    ['a trailer twice', '0\r\na:1\r\nA:1\r\n\r\n', { decodedLength: 0, ...trailer }, 'MalformedTrailerError'],
    [
      'seventeen trailers',
      `0\r\n${'abcdefghijklmnopq'.replace(/./g, '$&:1\r\n')}\r\n`,
      { decodedLength: 0, ...trailer },
      'MalformedTrailerError',
    ],
    ['a long trailer', `0\r\na:${'1'.repeat(5_000)}\r\n\r\n`, { decodedLength: 0, ...trailer }, 'IncompleteBody'],
    ['a line break within a trailer', '0\r\na:1\n2\r\n\r\n', { decodedLength: 0, ...trailer }, 'MalformedTrailerError'],
    [
      'a trailer signature unasked for',
      '0\r\nx-amz-trailer-signature:00\r\n\r\n',
      { decodedLength: 0, ...trailer },
      'MalformedTrailerError',
    ],
    [
      'no trailer signature',
      `${chunk('')}a:1\r\n\r\n`,
      { decodedLength: 0, ...trailer, ...signed() },
      'MalformedTrailerError',
    ],
    [
      'a trailer after the signature',
      `${chunk('')}x-amz-trailer-signature:${sha256('')}\r\na:1\r\n\r\n`,
      { decodedLength: 0, ...trailer, ...signed() },
      'MalformedTrailerError',
    ],
    [
      'a wrong trailer signature',
      `${chunk('')}a:1\r\nx-amz-trailer-signature:${sha256('a:2\n')}\r\n\r\n`,
      { decodedLength: 0, ...trailer, ...signed() },
      'SignatureDoesNotMatch',
    ],
  ]
  for (const [name, body, framing, code] of cases) t.equal((await rejection(decode([body], framing)))?.code, code, name)
  const small = await rejection(
    decode([`${chunk(big)}\r\n${chunk('abc')}\r\n${chunk('d')}\r\n`], { decodedLength: 9_000, ...signed() }),
  )
  t.strictSame(small?.fields, { Chunk: '2', BadChunkSize: '3' })
})

t.test('a long chunk passes through in the pieces it came in', async t => {
  const piece = Buffer.alloc(65_536, 'x')
  let longest = 0
  let total = 0
  async function* source() {
    yield Buffer.from('10000000\r\n')
    for (let i = 0; i < 4_096; i++) yield piece
    yield Buffer.from('\r\n0\r\n\r\n')
  }
  const framing = { decodedLength: 0x1000_0000, hasTrailer: false, verifier: undefined }
  for await (const part of decodeAwsChunked(source(), framing, () => {})) {
    longest = Math.max(longest, part.length)
    total += part.length
  }
  t.equal(total, 0x1000_0000)
  t.equal(longest, 65_536)
})

t.test('many small chunks pass through in few pieces', async t => {
  const body = Buffer.from(`${'1\r\nx\r\n'.repeat(40_000)}0\r\n\r\n`)
  const pieces = Array.from({ length: Math.ceil(body.length / 65_536) }, (_, index) =>
    body.subarray(index * 65_536, (index + 1) * 65_536),
  )
  const lengths: number[] = []
  const framing = { decodedLength: 40_000, hasTrailer: false, verifier: undefined }
  for await (const piece of decodeAwsChunked(from(pieces), framing, () => {})) lengths.push(piece.length)
  t.same(lengths, [16_384, 16_384, 7_232])
})

t.test('small and large chunks keep their order', async t => {
  const parts = ['a', 'b'.repeat(5_000), 'c', 'd'.repeat(1_000), 'e'.repeat(17_000), 'f'.repeat(1_023), 'g']
  const body = `${parts.map(part => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`
  const whole = parts.join('')
  for (const size of [1, 7, 1_000, 1_024, 65_536]) {
    const pieces: string[] = []
    for (let at = 0; at < body.length; at += size) pieces.push(body.slice(at, at + size))
    t.equal((await decode(pieces, { decodedLength: whole.length })).text, whole, `in pieces of ${size}`)
  }
})
