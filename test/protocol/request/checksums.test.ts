import t from 'tap'
import {
  contentMd5Mismatch,
  isChecksumValue,
  readDeclaredChecksums,
  readTrailerChecksum,
} from '../../../src/protocol/request/checksums.ts'
import { type HeaderPairs, readHeaders } from '../../../src/protocol/request/headers.ts'
import { refusal } from '../signature/requests.ts'

const read = (
  pairs: HeaderPairs,
  options: { requireAnnounced?: boolean; ofObject?: boolean } = { requireAnnounced: true },
) => readDeclaredChecksums(readHeaders(pairs), options)

/** Of the empty body. */
const values = [
  ['CRC32', 'AAAAAA=='],
  ['CRC32C', 'AAAAAA=='],
  ['CRC64NVME', 'AAAAAAAAAAA='],
  ['SHA1', '2jmj7l5rSw0yVb/vlWAYkK/YBwk='],
  ['SHA256', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
] as const

t.test('values in headers', async t => {
  for (const [algorithm, value] of values) {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`
    t.strictSame(read([[name, value]]).checksum, { algorithm, value })
    t.strictSame(
      read([
        [name.toUpperCase(), value],
        ['x-amz-sdk-checksum-algorithm', algorithm.toLowerCase()],
      ]).checksum,
      { algorithm, value },
    )
    for (const bad of [
      '',
      'x',
      value.slice(0, -1),
      `${value}=`,
      `A${value}`,
      ` ${value}`,
      value.replace(/.$/, '!'),
      'AA==',
      `${value}-1`,
    ]) {
      t.match(
        refusal(() => read([[name, bad]])),
        { code: 'InvalidRequest', status: 400, message: `Value for ${name} header is invalid.` },
        bad,
      )
      t.notOk(isChecksumValue(algorithm, bad))
    }
    t.ok(isChecksumValue(algorithm, value))
  }
  t.strictSame(read([]), { contentMd5: undefined, checksum: undefined, trailers: [] })
  const settings: HeaderPairs = [
    ['x-amz-checksum-mode', 'ENABLED'],
    ['x-amz-checksum-algorithm', 'SHA1'],
    ['x-amz-checksum-type', 'COMPOSITE'],
  ]
  t.equal(read(settings).checksum, undefined, 'headers that are no values')
})

t.test('values in trailers', async t => {
  const declared = read([
    ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ['x-amz-sdk-checksum-algorithm', 'CRC32'],
  ])
  t.strictSame(declared, {
    contentMd5: undefined,
    checksum: { algorithm: 'CRC32', value: undefined },
    trailers: ['x-amz-checksum-crc32'],
  })
  t.equal(readTrailerChecksum(declared, [['x-amz-checksum-crc32', 'AAAAAA==']]), 'AAAAAA==')
  t.equal(readTrailerChecksum(read([]), []), undefined)
  const invalid = refusal(() => readTrailerChecksum(declared, [['x-amz-checksum-crc32', 'AAAA']]))
  t.match(invalid, { code: 'InvalidRequest', message: 'Value for x-amz-checksum-crc32 header is invalid.' })
  for (const trailers of [
    [],
    [['x-amz-checksum-sha1', 'x']],
    [
      ['x-amz-checksum-crc32', 'AAAAAA=='],
      ['x', 'y'],
    ],
  ] as HeaderPairs[]) {
    t.match(
      refusal(() => readTrailerChecksum(declared, trailers)),
      { code: 'MalformedTrailerError', status: 400 },
    )
  }
  t.match(
    refusal(() => readTrailerChecksum(read([]), [['a', 'b']])),
    { code: 'MalformedTrailerError' },
  )
})

t.test('refusals', async t => {
  const several = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.'
  const announced =
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.'
  const trailer = 'The value specified in the x-amz-trailer header is not supported'
  const cases: readonly (readonly [HeaderPairs, string, number, string])[] = [
    [
      [
        ['x-amz-checksum-crc32', 'AAAAAA=='],
        ['x-amz-checksum-crc32c', 'AAAAAA=='],
      ],
      'InvalidRequest',
      400,
      several,
    ],
    [
      [
        ['x-amz-checksum-crc32', 'AAAAAA=='],
        ['x-amz-trailer', 'x-amz-checksum-crc32'],
      ],
      'InvalidRequest',
      400,
      several,
    ],
    [[['x-amz-trailer', 'x-amz-checksum-crc32, x-amz-checksum-sha1']], 'InvalidRequest', 400, several],
    [
      [
        ['x-amz-checksum-crc32', 'AAAAAA=='],
        ['x-amz-checksum-crc32', 'AAAAAA=='],
      ],
      'InvalidRequest',
      400,
      'Value for x-amz-checksum-crc32 header is invalid.',
    ],
    [[['x-amz-sdk-checksum-algorithm', 'CRC32']], 'InvalidRequest', 400, announced],
    [
      [['x-amz-sdk-checksum-algorithm', 'constructor']],
      'InvalidRequest',
      400,
      'Value for x-amz-sdk-checksum-algorithm header is invalid.',
    ],
    [[['x-amz-trailer', 'x-amz-meta-a']], 'InvalidRequest', 400, trailer],
    [[['x-amz-trailer', 'x-amz-checksum-sha3']], 'InvalidRequest', 400, trailer],
    [[['x-amz-trailer', 'x-amz-checksum-type']], 'InvalidRequest', 400, trailer],
    [
      [['x-amz-checksum-sha3', 'x']],
      'InvalidRequest',
      400,
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    ],
    [[['Content-MD5', 'x']], 'InvalidDigest', 400, 'The Content-MD5 you specified was invalid.'],
    [[['Content-MD5', '']], 'InvalidDigest', 400, 'The Content-MD5 you specified was invalid.'],
  ]
  for (const [pairs, code, status, message] of cases)
    t.match(
      refusal(() => read(pairs)),
      { code, status, message },
      message,
    )
  for (const name of ['xxhash64', 'xxhash3', 'xxhash128']) {
    const header = `x-amz-checksum-${name}`
    const expected = { code: 'NotImplemented', status: 501, fields: { Header: header } }
    t.match(
      refusal(() => read([[header, 'x']])),
      expected,
    )
    t.match(
      refusal(() => read([['x-amz-trailer', header]])),
      expected,
    )
    t.equal(refusal(() => read([['x-amz-sdk-checksum-algorithm', name.toUpperCase()]]))?.code, 'NotImplemented')
  }
  t.strictSame(refusal(() => read([['Content-MD5', 'x']]))?.fields, { 'Content-MD5': 'x' })
})

t.test('a presigned URL may announce an algorithm without a value', async t => {
  t.equal(read([['x-amz-sdk-checksum-algorithm', 'CRC32']], {}).checksum, undefined)
})

t.test('values that speak of an object are left alone', async t => {
  const pairs: HeaderPairs = [
    ['x-amz-checksum-crc32', 'AAAAAA==-3'],
    ['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg=='],
  ]
  t.strictSame(read(pairs, { ofObject: true }), {
    contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==',
    checksum: undefined,
    trailers: [],
  })
})

t.test('a Content-MD5 that differs', async t => {
  const computed = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  const fields = (isPart: boolean) => contentMd5Mismatch('1B2M2Y8AsgTpgAmY7PhCfg==', computed, isPart).fields
  t.strictSame(fields(false), {
    ExpectedDigest: 'd41d8cd98f00b204e9800998ecf8427e',
    CalculatedDigest: 'ABEiM0RVZneImaq7zN3u/w==',
  })
  t.strictSame(fields(true), {
    ExpectedDigest: '1B2M2Y8AsgTpgAmY7PhCfg==',
    CalculatedDigest: 'ABEiM0RVZneImaq7zN3u/w==',
  })
})
