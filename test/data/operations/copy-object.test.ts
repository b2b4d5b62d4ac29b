import t from 'tap'
import copyObject from '../../../src/data/operations/copy-object.ts'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObject from '../../../src/data/operations/get-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { type DataWorld, dataWorld, exchange, multipartObject, refusedExchange } from '../../helpers/data-context.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

type Headers = readonly (readonly [string, string])[]
const put = (world: DataWorld, key: string, headers: Headers = []) =>
  exchange(putObject, world, key, { body: 'hello', headers })
const copy = (world: DataWorld, key: string, source: string, headers: Headers = []) =>
  exchange(copyObject, world, key, { headers: [['x-amz-copy-source', source], ...headers] })
const refused = (world: DataWorld, key: string, source: string, headers: Headers = []) =>
  refusedExchange(copyObject, world, key, { headers: [['x-amz-copy-source', source], ...headers] })
const current = (world: DataWorld, key: string) => world.store.findCurrentVersion(world.bucket.id, key)
const etag = '"5d41402abc4b2a76b9719d911017c592"'
const described: Headers = [
  ['Content-Type', 'text/plain'],
  ['x-amz-meta-a', '1'],
  ['x-amz-tagging', 't=1'],
  ['x-amz-storage-class', 'STANDARD_IA'],
  ['x-amz-website-redirect-location', '/x'],
]

t.test('does the work', async t => {
  t.test('metadata and tags come along; class, redirect and lock do not', async t => {
    const world = await dataWorld(t)
    await put(world, 'a', described)
    await copy(world, 'b', 'orders-usw2/a')
    t.equal((await exchange(getObject, world, 'b')).body, 'hello')
    t.match(current(world, 'b'), { storageClass: 'STANDARD', etag: '5d41402abc4b2a76b9719d911017c592' })
    t.strictSame(current(world, 'b')?.details, {
      entityHeaders: { 'content-type': 'text/plain' },
      metadata: { a: '1' },
      tags: [['t', '1']],
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'M3eFcAZSQlc=' },
    })
  })

  t.test('REPLACE takes what the request says', async t => {
    const world = await dataWorld(t)
    await put(world, 'a', described)
    await copy(world, 'b', 'orders-usw2/a', [
      ['x-amz-metadata-directive', 'REPLACE'],
      ['x-amz-tagging-directive', 'REPLACE'],
      ['Content-Type', 'a/b'],
      ['x-amz-meta-n', '2'],
    ])
    t.match(current(world, 'b')?.details, { entityHeaders: { 'content-type': 'a/b' }, metadata: { n: '2' } })
    t.equal(current(world, 'b')?.details.metadata?.a, undefined)
    t.equal(current(world, 'b')?.details.tags, undefined)
  })

  t.test('another checksum, another encryption', async t => {
    const world = await dataWorld(t)
    await put(world, 'a')
    const sha = await copy(world, 'b', 'orders-usw2/a', [['x-amz-checksum-algorithm', 'SHA256']])
    t.match(sha.body, '<ChecksumSHA256>LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=</ChecksumSHA256>')
    const kms = await copy(world, 'c', 'orders-usw2/a', [['x-amz-server-side-encryption', 'aws:kms']])
    t.equal(kms.headers['x-amz-server-side-encryption'], 'aws:kms')
    t.not(current(world, 'c')?.etag, current(world, 'a')?.etag)
    await copy(world, 'd', 'orders-usw2/c')
    t.equal(current(world, 'd')?.etag, current(world, 'a')?.etag, 'an MD5 again')
    t.equal((await exchange(getObject, world, 'd')).body, 'hello')
  })

  t.test('onto itself, where encryption makes it another', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', [['x-amz-server-side-encryption', 'aws:kms']])
    t.equal((await copy(world, 'k', 'orders-usw2/k')).headers['x-amz-server-side-encryption'], 'AES256')
    t.match(await refused(world, 'k', 'orders-usw2/k'), { code: 'InvalidRequest' })
    const encryption = JSON.stringify({ Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] })
    await world.store.putBucketConfiguration(world.bucket.id, 'encryption', encryption)
    t.equal((await copy(world, 'k', 'orders-usw2/k')).status, 200)
  })

  t.test('nothing is said of a null version', async t => {
    const world = await dataWorld(t)
    await put(world, 'a')
    await world.store.updateBucket(world.bucket.id, { versioning: 'Suspended' })
    const { headers } = await copy(world, 'b', 'orders-usw2/a')
    t.equal(headers['x-amz-copy-source-version-id'], undefined)
    t.equal(headers['x-amz-version-id'], 'null')
  })

  t.test('from another bucket, an older version, a key with odd characters', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const other = await world.addBucket({ name: 'other', region: 'eu-west-1' })
    await exchange(putObject, world, 'dir/ü +?', { body: 'far', bucket: other })
    await copy(world, 'near', '/other/dir/%C3%BC%20%2B%3F')
    t.equal((await exchange(getObject, world, 'near')).body, 'far')

    const first = (await put(world, 'k')).headers['x-amz-version-id'] ?? ''
    await exchange(putObject, world, 'k', { body: 'newer' })
    const { headers } = await copy(world, 'k', `orders-usw2/k?versionId=${first}`)
    t.equal(headers['x-amz-copy-source-version-id'], first)
    t.match(headers['x-amz-version-id'], /^[\w.]{32}$/)
    t.equal((await exchange(getObject, world, 'k')).body, 'hello')
  })

  t.test('a multipart object becomes one piece', async t => {
    const world = await dataWorld(t)
    await multipartObject(world, 'parts', ['hel', 'lo'], 'FULL_OBJECT')
    await copy(world, 'one', 'orders-usw2/parts')
    t.match(current(world, 'one'), {
      partCount: undefined,
      etag: '5d41402abc4b2a76b9719d911017c592',
      details: { checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'NhCmhg==' } },
    })
    t.equal((await exchange(getObject, world, 'one')).body, 'hello')
  })

  t.test('the copy lives on when its source is deleted', async t => {
    const world = await dataWorld(t)
    await put(world, 'a')
    await copy(world, 'b', 'orders-usw2/a')
    await exchange(deleteObject, world, 'a')
    t.equal((await exchange(getObject, world, 'b')).body, 'hello')
  })

  t.test('onto itself with a change', async t => {
    const world = await dataWorld(t)
    await put(world, 'k')
    await copy(world, 'k', 'orders-usw2/k', [['x-amz-storage-class', 'STANDARD_IA']])
    t.equal(current(world, 'k')?.storageClass, 'STANDARD_IA')
    await copy(world, 'k', 'orders-usw2/k', [['x-amz-metadata-directive', 'REPLACE']])
    t.equal((await exchange(getObject, world, 'k')).body, 'hello')
  })
})

t.test('writes the wire', async t => {
  const world = await dataWorld(t)
  await put(world, 'a')
  world.clock.advance(1500)
  const { status, headers, body } = await copy(world, 'b', 'orders-usw2/a')
  t.equal(status, 200)
  t.strictSame(headers, { 'content-type': 'application/xml', 'x-amz-server-side-encryption': 'AES256' })
  t.equal(
    body.replace(/&quot;/g, '"'),
    '<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<ETag>${etag}</ETag><LastModified>2026-01-01T00:00:01.000Z</LastModified>` +
      '<ChecksumCRC64NVME>M3eFcAZSQlc=</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></CopyObjectResult>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await put(world, 'a')
  await put(world, 'cold', [['x-amz-storage-class', 'GLACIER']])
  await put(world, 'gone')
  const marker = (await exchange(deleteObject, world, 'gone')).headers['x-amz-version-id']
  const source = 'orders-usw2/a'
  const condition = (name: string) => ({ fields: { Condition: `x-amz-copy-source-${name}` } })
  const cases: readonly (readonly [string, string, Headers, string, number, object])[] = [
    ['no key', 'orders-usw2', [], 'InvalidArgument', 400, { message: 'Invalid copy source object key' }],
    ['an MRAP', 'arn:aws:s3::111122223333:accesspoint/abc.mrap/object/a', [], 'InvalidRequest', 400, {}],
    ['no bucket', 'nowhere/a', [], 'NoSuchBucket', 404, {}],
    ['no object', 'orders-usw2/x', [], 'NoSuchKey', 404, { fields: { Key: 'x' } }],
    ['deleted object', 'orders-usw2/gone', [], 'NoSuchKey', 404, {}],
    [
      'marker by name',
      `orders-usw2/gone?versionId=${marker}`,
      [],
      'InvalidRequest',
      400,
      { message: 'The source of a copy request may not specifically refer to a delete marker by version id.' },
    ],
    ['unknown version', `${source}?versionId=${unknownVersionId}`, [], 'NoSuchVersion', 404, {}],
    ['archived', 'orders-usw2/cold', [], 'InvalidObjectState', 403, { fields: { StorageClass: 'GLACIER' } }],
    ['If-Match', source, [['x-amz-copy-source-if-match', '"x"']], 'PreconditionFailed', 412, condition('If-Match')],
    [
      'If-None-Match',
      source,
      [['x-amz-copy-source-if-none-match', etag]],
      'PreconditionFailed',
      412,
      condition('If-None-Match'),
    ],
    [
      'If-Modified-Since',
      source,
      [['x-amz-copy-source-if-modified-since', 'Thu, 01 Jan 2026 00:00:00 GMT']],
      'PreconditionFailed',
      412,
      condition('If-Modified-Since'),
    ],
    [
      'If-Unmodified-Since',
      source,
      [['x-amz-copy-source-if-unmodified-since', 'Wed, 31 Dec 2025 00:00:00 GMT']],
      'PreconditionFailed',
      412,
      condition('If-Unmodified-Since'),
    ],
    [
      'the key exists',
      source,
      [['If-None-Match', '*']],
      'PreconditionFailed',
      412,
      { fields: { Condition: 'If-None-Match' } },
    ],
    ['directive', source, [['x-amz-metadata-directive', 'MERGE']], 'InvalidArgument', 400, {}],
    ['tagging directive', source, [['x-amz-tagging-directive', 'MERGE']], 'InvalidArgument', 400, {}],
    [
      'algorithm',
      source,
      [['x-amz-checksum-algorithm', 'MD4']],
      'InvalidRequest',
      400,
      { message: /^Checksum algorithm provided is unsupported/ },
    ],
    ['owner of the source', source, [['x-amz-source-expected-bucket-owner', '210987654321']], 'AccessDenied', 403, {}],
  ]
  for (const [name, from, headers, code, status, expected] of cases) {
    t.match(await refused(world, 'cold', from, headers), { code, status, ...expected }, name)
  }
  t.match(await refused(world, 'a', source), {
    code: 'InvalidRequest',
    message: /^This copy request is illegal because it is trying to copy an object to itself without changing/,
  })
})
