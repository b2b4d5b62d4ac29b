import t from 'tap'
import listObjects from '../../../src/data/operations/list-objects.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

async function withKeys(t: Parameters<typeof dataWorld>[0], keys: readonly string[]): Promise<DataWorld> {
  const world = await dataWorld(t)
  for (const key of keys) await exchange(putObject, world, key, { body: 'hello' })
  return world
}

const list = async (world: DataWorld, query = '') => (await exchange(listObjects, world, '', { query })).body
const all = (body: string, name: string) =>
  [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, text]) => text)

t.test('does the work', async t => {
  t.test('goes on after a key', async t => {
    const world = await withKeys(t, ['a', 'b', 'c'])
    const body = await list(world, 'max-keys=2')
    t.strictSame(all(body, 'Key'), ['a', 'b'])
    t.strictSame(all(body, 'IsTruncated'), ['true'])
    t.strictSame(all(body, 'NextMarker'), [], 'only with a delimiter')
    t.strictSame(all(await list(world, 'max-keys=2&marker=b'), 'Key'), ['c'])
    t.strictSame(all(await list(world, 'marker=aa'), 'Key'), ['b', 'c'], 'a marker need not be a key')
  })

  t.test('goes on after a common prefix', async t => {
    const world = await withKeys(t, ['a/1', 'a/2', 'b/1', 'c'])
    const seen: (string | undefined)[] = []
    let marker: string | undefined = ''
    for (let page = 0; page < 5 && marker !== undefined; page++) {
      const body = await list(world, `max-keys=1&delimiter=/&marker=${marker}`)
      seen.push(...all(body, 'CommonPrefixes'), ...all(body, 'Key'))
      marker = all(body, 'NextMarker')[0]
    }
    t.strictSame(seen, ['<Prefix>a/</Prefix>', '<Prefix>b/</Prefix>', 'c'])
  })
})

t.test('reads and writes the wire', async t => {
  const world = await withKeys(t, ['a b', 'c'])
  const answer = await exchange(listObjects, world, '', {
    query: 'max-keys=1&delimiter=/&encoding-type=url&marker=%20',
  })
  t.equal(answer.headers['x-amz-bucket-region'], 'us-west-2')
  t.equal(
    answer.body,
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>orders-usw2</Name><Prefix/><Marker>+</Marker>' +
      '<NextMarker>a+b</NextMarker><MaxKeys>1</MaxKeys><Delimiter>/</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>' +
      '<Contents><Key>a+b</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>' +
      '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size>' +
      '<StorageClass>STANDARD</StorageClass><Owner><ID>a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff</ID></Owner>' +
      '</Contents></ListBucketResult>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  for (const [query, ArgumentName] of [
    ['encoding-type=xml', 'encoding-type'],
    ['max-keys=-1', 'max-keys'],
  ] as const) {
    const refused = await refusedExchange(listObjects, world, '', { query })
    t.match(refused, { code: 'InvalidArgument', status: 400, fields: { ArgumentName } }, query)
  }
})
