import t from 'tap'
import createUpload from '../../../src/data/operations/create-multipart-upload.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { begin, type Headers, textOf } from '../../helpers/multipart.ts'

t.test('does the work', async t => {
  t.test('keeps what the object will have', async t => {
    const world = await dataWorld(t)
    world.clock.advance(5000)
    const uploadId = await begin(world, [
      ['Content-Type', 'video/mp4'],
      ['x-amz-meta-color', 'blue'],
      ['x-amz-tagging', 'team=red'],
      ['x-amz-storage-class', 'STANDARD_IA'],
      ['x-amz-checksum-algorithm', 'SHA256'],
    ])
    t.match(uploadId, /^[\w.]{64}$/)
    t.match(world.store.findUpload(uploadId), {
      bucketId: world.bucket.id,
      key: 'big.bin',
      initiatedAt: world.clock.now(),
      initiatorId: '111122223333',
      ownerId: '111122223333',
      storageClass: 'STANDARD_IA',
      checksumAlgorithm: 'SHA256',
      checksumType: 'COMPOSITE',
      completed: undefined,
      details: {
        entityHeaders: { 'content-type': 'video/mp4' },
        metadata: { color: 'blue' },
        tags: [['team', 'red']],
      },
    })
    t.equal(world.store.findCurrentVersion(world.bucket.id, 'big.bin'), undefined)
  })

  t.test('every upload has an id of its own', async t => {
    const world = await dataWorld(t)
    t.not(await begin(world), await begin(world))
  })

  t.test('the type that goes with an algorithm', async t => {
    const world = await dataWorld(t)
    const cases = [
      ['CRC64NVME', undefined, 'FULL_OBJECT'],
      ['CRC32', undefined, 'COMPOSITE'],
      ['CRC32C', 'FULL_OBJECT', 'FULL_OBJECT'],
      ['CRC32', 'COMPOSITE', 'COMPOSITE'],
      ['SHA1', undefined, 'COMPOSITE'],
      ['SHA256', 'COMPOSITE', 'COMPOSITE'],
    ] as const
    for (const [algorithm, type, expected] of cases) {
      const headers: Headers = [
        ['x-amz-checksum-algorithm', algorithm],
        ...(type ? [['x-amz-checksum-type', type] as const] : []),
      ]
      const answer = await exchange(createUpload, world, 'k', { query: 'uploads', headers })
      t.equal(answer.headers['x-amz-checksum-algorithm'], algorithm)
      t.equal(answer.headers['x-amz-checksum-type'], expected, algorithm)
    }
  })
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const answer = await exchange(createUpload, world, 'a/b.bin', { query: 'uploads' })
  t.strictSame(answer.headers, { 'x-amz-server-side-encryption': 'AES256', 'content-type': 'application/xml' })
  t.equal(
    answer.body,
    '<InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>orders-usw2</Bucket><Key>a/b.bin</Key>' +
      `<UploadId>${textOf(answer.body, 'UploadId')}</UploadId></InitiateMultipartUploadResult>`,
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const checksum = (algorithm: string, type?: string): Headers => [
    ['x-amz-checksum-algorithm', algorithm],
    ...(type ? [['x-amz-checksum-type', type] as const] : []),
  ]
  const cases: [Headers, string][] = [
    [
      [['x-amz-checksum-type', 'COMPOSITE']],
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    ],
    [
      checksum('CRC16'),
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    ],
    [checksum('SHA1', 'FULL_OBJECT'), 'The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.'],
    [
      checksum('SHA256', 'FULL_OBJECT'),
      'The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.',
    ],
    [
      checksum('CRC64NVME', 'COMPOSITE'),
      'The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.',
    ],
    [checksum('CRC32', 'HALF'), 'Value for x-amz-checksum-type header is invalid.'],
  ]
  for (const [headers, message] of cases) {
    const refused = await refusedExchange(createUpload, world, 'k', { query: 'uploads', headers })
    t.match(refused, { code: 'InvalidRequest', status: 400, message }, message)
  }
  const glacial = [['x-amz-storage-class', 'OUTPOSTS']] as const
  t.match(await refusedExchange(createUpload, world, 'k', { headers: glacial }), { code: 'InvalidStorageClass' })
  t.match(await refusedExchange(createUpload, world, 'k'.repeat(1025)), { code: 'KeyTooLongError' })
  t.strictSame(world.store.listUploads({ bucketId: world.bucket.id, prefix: '', limit: 10 }).entries, [])

  const context = world.context()
  await world.store.deleteBucket(world.bucket.id, world.clock.now())
  await t.rejects(async () => createUpload.handle({ Bucket: 'b', Key: 'k' }, context), { code: 'NoSuchBucket' })
})
