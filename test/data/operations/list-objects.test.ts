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

  t.test('a marker inside a common prefix skips the whole prefix', async t => {
    const world = await withKeys(t, ['f/sub/1', 'f/sub/2', 'f/x', 'f/y'])
    const body = await list(world, 'prefix=f/&delimiter=/&max-keys=1&marker=f/sub/1')
    t.strictSame(all(body, 'Key'), ['f/x'])
    t.strictSame(all(body, 'CommonPrefixes'), [])
    t.strictSame(all(body, 'NextMarker'), ['f/x'])
    t.strictSame(all(await list(world, 'prefix=f/&marker=f/sub/1'), 'Key'), ['f/sub/2', 'f/x', 'f/y'], 'no delimiter')
  })

  t.test('numbers as the service reads them', async t => {
    const world = await withKeys(t, ['a', 'b'])
    for (const [query, shown, count] of [
      ['max-keys=', '1000', 2],
      ['max-keys=05', '5', 2],
      ['max-keys=-0', '0', 0],
      ['max-keys=0', '0', 0],
      ['max-keys=1001', '1001', 2],
      ['max-keys=2147483647', '2147483647', 2],
      ['max-keys=1&max-keys=9', '1', 1],
    ] as const) {
      const body = await list(world, query)
      t.strictSame([all(body, 'MaxKeys'), all(body, 'Key').length], [[shown], count], query)
    }
    t.strictSame(all(await list(world, 'max-keys=0'), 'IsTruncated'), ['false'])
  })

  t.test('parameters it does not know, or that are empty, change nothing', async t => {
    const world = await withKeys(t, ['a', 'b'])
    for (const query of [
      'x-id=ListObjects',
      'allow-unordered=true',
      'fetch-owner=false',
      'list-type=1',
      'prefix=&delimiter=&marker=',
    ]) {
      t.strictSame(all(await list(world, query), 'Key'), ['a', 'b'], query)
    }
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
      '<Owner><ID>a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff</ID></Owner><StorageClass>STANDARD</StorageClass>' +
      '</Contents></ListBucketResult>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const form = 'Provided max-keys not an integer or within integer range'
  const range = 'Argument maxKeys must be an integer between 0 and 2147483647'
  const newer = 'only supported in REST.GET.BUCKET with list-type=2'
  const none = 'Value must be a sequence of Unicode characters and cannot include Null.'
  const encoding = 'Invalid Encoding Method specified in Request'
  for (const [query, message, ArgumentName, ArgumentValue] of [
    ['encoding-type=xml', encoding, 'encoding-type', 'xml'],
    ['encoding-type=&max-keys=-1', encoding, 'encoding-type', ''],
    ['max-keys=-1', range, 'maxKeys', '-1'],
    ['max-keys=-01', range, 'maxKeys', '-1'],
    ['max-keys=x&encoding-type=xml', form, 'max-keys', 'x'],
    ['max-keys=2147483648', form, 'max-keys', '2147483648'],
    ['max-keys=+5', form, 'max-keys', ' 5'],
    ['continuation-token=t&encoding-type=xml', `continuation-token ${newer}`, 'continuation-token', undefined],
    ['start-after=', `startAfter ${newer}`, 'start-after', undefined],
    ['prefix=a%00', none, 'prefix', 'a\0'],
    ['marker=%00', none, 'marker', '\0'],
    ['delimiter=%00', none, 'delimiter', '\0'],
  ] as const) {
    const refused = await refusedExchange(listObjects, world, '', { query })
    t.match(refused, { code: 'InvalidArgument', status: 400, message }, query)
    t.strictSame(refused.fields, { ArgumentName, ...(ArgumentValue !== undefined && { ArgumentValue }) }, query)
  }
})
