import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObjectAttributes from '../../../src/data/operations/get-object-attributes.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { dataWorld, exchange, multipartObject, refusedExchange } from '../../helpers/data-context.ts'

const asks = (attributes: string) => ({ headers: [['x-amz-object-attributes', attributes]] }) as const

t.test('does the work and writes the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  const { headers: put } = await exchange(putObject, world, 'k', { body: 'hello' })
  const { headers, body } = await exchange(
    getObjectAttributes,
    world,
    'k',
    asks('ETag,Checksum,ObjectParts,StorageClass,ObjectSize'),
  )
  t.strictSame(headers, {
    'content-type': 'application/xml',
    'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
    'x-amz-version-id': put['x-amz-version-id'],
  })
  t.equal(
    body,
    '<GetObjectAttributesResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ETag>5d41402abc4b2a76b9719d911017c592</ETag>' +
      '<Checksum><ChecksumCRC64NVME>M3eFcAZSQlc=</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></Checksum>' +
      '<StorageClass>STANDARD</StorageClass><ObjectSize>5</ObjectSize></GetObjectAttributesResponse>',
  )
  t.equal(
    (await exchange(getObjectAttributes, world, 'k', asks('ObjectSize'))).body,
    '<GetObjectAttributesResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ObjectSize>5</ObjectSize></GetObjectAttributesResponse>',
  )
})

t.test('parts of a multipart object', async t => {
  const world = await dataWorld(t)
  const full = await dataWorld(t)
  await multipartObject(full, 'k', ['hello', 'world!'], 'FULL_OBJECT')
  t.match(
    (await exchange(getObjectAttributes, full, 'k', { headers: [['x-amz-object-attributes', 'ObjectParts']] })).body,
    /<ObjectParts><PartsCount>2<\/PartsCount><\/ObjectParts>/,
    'only parts of a composite checksum are listed',
  )
  await multipartObject(world, 'k', ['hello', 'world!'])
  const parts = async (headers: readonly (readonly [string, string])[] = []) =>
    (
      await exchange(getObjectAttributes, world, 'k', {
        headers: [['x-amz-object-attributes', 'Checksum'], ['x-amz-object-attributes', 'ObjectParts'], ...headers],
      })
    ).body.replace(/^.*?<Checksum>|<\/GetObjectAttributesResponse>$/g, '')
  const part = (number: number, size: number, crc32: string) =>
    `<Part><PartNumber>${number}</PartNumber><Size>${size}</Size><ChecksumCRC32>${crc32}</ChecksumCRC32></Part>`
  const checksum = '<ChecksumCRC32>AAAAAA==</ChecksumCRC32><ChecksumType>COMPOSITE</ChecksumType></Checksum>'
  // CRC32 of 'hello' and 'world!' by zlib.
  const [one, two] = [part(1, 5, 'NhCmhg=='), part(2, 6, 'cYSY6A==')]
  t.equal(
    await parts(),
    `${checksum}<ObjectParts><PartsCount>2</PartsCount><PartNumberMarker>0</PartNumberMarker>` +
      `<NextPartNumberMarker>2</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated>${one}${two}</ObjectParts>`,
  )
  t.match(await parts([['x-amz-max-parts', '1']]), `<IsTruncated>true</IsTruncated>${one}</ObjectParts>`)
  t.match(await parts([['x-amz-part-number-marker', '1']]), `<IsTruncated>false</IsTruncated>${two}</ObjectParts>`)
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await exchange(putObject, world, 'k', { body: 'hello' })
  await exchange(putObject, world, 'gone', { body: '' })
  const marker = (await exchange(deleteObject, world, 'gone')).headers['x-amz-version-id']
  const cases = [
    ['unknown attribute', 'k', asks('ETag,Colour'), 'InvalidArgument', 400],
    ['none', 'k', {}, 'InvalidRequest', 400],
    ['missing key', 'x', asks('ETag'), 'NoSuchKey', 404],
    ['marker', 'gone', { ...asks('ETag'), query: `versionId=${marker}` }, 'MethodNotAllowed', 405],
  ] as const
  for (const [name, key, options, code, status] of cases) {
    t.match(await refusedExchange(getObjectAttributes, world, key, options), { code, status }, name)
  }
})
