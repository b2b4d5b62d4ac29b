import t from 'tap'
import listParts from '../../../src/data/operations/list-parts.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { abort, begin, textOf, upload } from '../../helpers/multipart.ts'

const list = async (world: DataWorld, uploadId: string, query = '') =>
  (await exchange(listParts, world, 'big.bin', { query: `uploadId=${uploadId}${query}` })).body
const numbers = (body: string) => [...body.matchAll(/<PartNumber>(\d+)</g)].map(match => Number(match[1]))

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const uploadId = await begin(world)
  for (const number of [12, 2, 7]) await upload(world, uploadId, number, 'hello')
  t.strictSame(numbers(await list(world, uploadId)), [2, 7, 12])

  const first = await list(world, uploadId, '&max-parts=2')
  t.strictSame(numbers(first), [2, 7])
  t.strictSame(
    ['PartNumberMarker', 'NextPartNumberMarker', 'MaxParts', 'IsTruncated'].map(name => textOf(first, name)),
    ['0', '7', '2', 'true'],
  )
  const second = await list(world, uploadId, '&max-parts=2&part-number-marker=7')
  t.strictSame(numbers(second), [12])
  t.strictSame(
    ['PartNumberMarker', 'NextPartNumberMarker', 'IsTruncated'].map(name => textOf(second, name)),
    ['7', '12', 'false'],
  )
  const none = await list(world, uploadId, '&part-number-marker=12')
  t.strictSame([numbers(none), textOf(none, 'NextPartNumberMarker')], [[], '0'])
  t.equal(textOf(await list(world, uploadId, '&max-parts=5000'), 'MaxParts'), '1000')
  t.strictSame(
    numbers(await list(world, uploadId, '&max-parts=&part-number-marker=')),
    [2, 7, 12],
    'empty is not given',
  )
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  world.clock.advance(1234)
  const owner = '<ID>a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff</ID>'
  const answer = async (uploadId: string) => (await list(world, uploadId)).replace(uploadId, '')
  const head =
    '<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>orders-usw2</Bucket><Key>big.bin</Key><UploadId></UploadId>' +
    `<Initiator>${owner}<DisplayName>111122223333</DisplayName></Initiator><Owner>${owner}</Owner><StorageClass>STANDARD</StorageClass><PartNumberMarker>0</PartNumberMarker>` +
    '<NextPartNumberMarker>1</NextPartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated>'
  const part =
    '<Part><PartNumber>1</PartNumber><LastModified>2026-01-01T00:00:01.000Z</LastModified>' +
    '<ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag><Size>5</Size>'

  const plain = await begin(world)
  await upload(world, plain, 1, 'hello', [['x-amz-checksum-crc32', 'NhCmhg==']])
  t.equal(await answer(plain), `${head}${part}</Part></ListPartsResult>`, 'without an algorithm no checksum is shown')

  const summed = await begin(world, [['x-amz-checksum-algorithm', 'CRC32']])
  await upload(world, summed, 1, 'hello', [['x-amz-checksum-crc32', 'NhCmhg==']])
  t.equal(
    await answer(summed),
    `${head}<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType>` +
      `${part}<ChecksumCRC32>NhCmhg==</ChecksumCRC32></Part></ListPartsResult>`,
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const uploadId = await begin(world)
  const refused = (query: string) => refusedExchange(listParts, world, 'big.bin', { query })
  t.match(await refused('uploadId=unknown'), { code: 'NoSuchUpload', status: 404, fields: { UploadId: 'unknown' } })
  for (const [query, ArgumentName] of [
    ['max-parts=-1', 'max-parts'],
    ['part-number-marker=x', 'part-number-marker'],
  ] as const) {
    t.match(
      await refused(`uploadId=${uploadId}&${query}`),
      { code: 'InvalidArgument', fields: { ArgumentName } },
      query,
    )
  }
  await abort(world, uploadId)
  t.match(await refused(`uploadId=${uploadId}`), { code: 'NoSuchUpload' })
})
