import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { multipartEtag } from '../../../src/data/multipart/multipart.ts'
import { checkDeclaredChecksum, objectChecksum } from '../../../src/data/multipart/multipart-checksums.ts'
import { digestOf } from '../../../src/data/objects/checksums.ts'
import { createDigests, type DigestName } from '../../../src/protocol/request/digests.ts'
import type { Part, Upload } from '../../../src/store/rows.ts'

// What the service documents of checksums of parts, computed directly: over the whole object, or over the parts' digests one after another.

type Algorithm = Parameters<typeof digestOf>[0]

const begun: Upload = {
  id: 1,
  uploadId: 'u',
  bucketId: 1,
  key: 'k',
  initiatedAt: 0,
  initiatorId: '111122223333',
  ownerId: '111122223333',
  storageClass: 'STANDARD',
  checksumAlgorithm: undefined,
  checksumType: undefined,
  details: {},
  completed: undefined,
}

function digest(name: DigestName, ...pieces: readonly Uint8Array[]): Buffer {
  const digests = createDigests([name])
  for (const piece of pieces) digests.update(piece)
  return Buffer.from(digests.values()[name] ?? [])
}

function partsOf(bodies: readonly Uint8Array[], algorithm: Algorithm): Part[] {
  return bodies.map((body, index) => ({
    partNumber: index + 1,
    size: body.length,
    etag: createHash('md5').update(body).digest('hex'),
    lastModified: 0,
    checksum: { algorithm, value: digest(digestOf(algorithm), body).toString('base64') },
  }))
}

// More bodies than are summed in one slice, of few sizes.
const few = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 12 })
const many = fc.tuple(fc.integer({ min: 1000, max: 2100 }), fc.array(fc.uint8Array({ maxLength: 9 }), { minLength: 1 }))
const bodies = fc.oneof(
  { weight: 9, arbitrary: few },
  {
    weight: 1,
    arbitrary: many.map(([count, some]) =>
      Array.from({ length: count }, (_, index) => some[index % some.length] ?? new Uint8Array()),
    ),
  },
)

t.test('a full-object checksum is that of the whole object', async t => {
  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
    const upload = { ...begun, checksumAlgorithm: algorithm, checksumType: 'FULL_OBJECT' } as const
    await fc.assert(
      fc.asyncProperty(bodies, async parts => {
        const checksum = await objectChecksum(partsOf(parts, algorithm), upload)
        return checksum?.value === digest(digestOf(algorithm), ...parts).toString('base64')
      }),
      { numRuns: 60 },
    )
    t.pass(algorithm)
  }
})

t.test('a composite checksum, and the ETag, are digests of digests', async t => {
  for (const algorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
    const upload = { ...begun, checksumAlgorithm: algorithm, checksumType: 'COMPOSITE' } as const
    await fc.assert(
      fc.asyncProperty(bodies, async bodies => {
        const parts = partsOf(bodies, algorithm)
        const digests = bodies.map(body => digest(digestOf(algorithm), body))
        const expected = `${digest(digestOf(algorithm), ...digests).toString('base64')}-${bodies.length}`
        const md5s = bodies.map(body => createHash('md5').update(body).digest())
        const etag = `${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${bodies.length}`
        return (await objectChecksum(parts, upload))?.value === expected && multipartEtag(parts) === etag
      }),
      { numRuns: 60 },
    )
    t.pass(algorithm)
  }
})

t.test('what an upload without an algorithm gets', async t => {
  const parts = partsOf([Buffer.from('hello')], 'CRC64NVME')
  const checksum = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'M3eFcAZSQlc=' } as const
  t.strictSame(await objectChecksum(parts, begun), checksum)
  const kms = { encryption: { algorithm: 'aws:kms', kmsKeyId: 'k' } } as const
  t.strictSame(await objectChecksum(parts, { ...begun, details: kms }), checksum, 'KMS: kept, though not shown')
  const customer = { encryption: { algorithm: 'AES256', customerKeyMd5: 'm' } } as const
  t.equal(await objectChecksum(parts, { ...begun, details: customer }), undefined, 'SSE-C: none')
  t.doesNotThrow(() => checkDeclaredChecksum({ ChecksumCRC64NVME: 'M3eFcAZSQlc=' }, checksum, begun))
  t.doesNotThrow(() => checkDeclaredChecksum({ ChecksumSHA1: 'x' }, checksum, begun), 'another is not looked at')
  t.throws(() => checkDeclaredChecksum({ ChecksumCRC64NVME: 'AAAAAAAAAAA=' }, checksum, begun), { code: 'BadDigest' })
})
