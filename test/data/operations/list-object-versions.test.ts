import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import listObjectVersions from '../../../src/data/operations/list-object-versions.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const put = async (world: DataWorld, key: string, body: string) =>
  (await exchange(putObject, world, key, { body })).headers['x-amz-version-id'] ?? 'null'
const list = async (world: DataWorld, query = '') => (await exchange(listObjectVersions, world, '', { query })).body
const all = (body: string, name: string) =>
  [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, text]) => text)

/** Key, version id and whether it is the latest, of versions or markers. */
const entries = (body: string, name: string) =>
  all(body, name).map(text => [
    all(text ?? '', 'Key')[0],
    all(text ?? '', 'VersionId')[0],
    all(text ?? '', 'IsLatest')[0],
  ])

t.test('does the work', async t => {
  t.test('keys ascending, the newest of a key first', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const first = await put(world, 'b', 'one')
    const second = await put(world, 'b', 'two')
    const other = await put(world, 'a', 'one')
    const marker = (await exchange(deleteObject, world, 'a')).headers['x-amz-version-id']
    const body = await list(world)
    t.strictSame(entries(body, 'Version'), [
      ['a', other, 'false'],
      ['b', second, 'true'],
      ['b', first, 'false'],
    ])
    t.strictSame(entries(body, 'DeleteMarker'), [['a', marker, 'true']])
  })

  t.test('page by page, inside a key too', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const written = [await put(world, 'k', 'one'), await put(world, 'k', 'two'), await put(world, 'k', 'three')]
    const last = await put(world, 'z/1', 'one')
    const seen: (string | undefined)[] = []
    let markers = ''
    for (let page = 0; page < 9; page++) {
      const body = await list(world, `max-keys=1${markers}`)
      seen.push(...all(body, 'VersionId'))
      if (all(body, 'IsTruncated')[0] === 'false') break
      markers = `&key-marker=${all(body, 'NextKeyMarker')[0]}&version-id-marker=${all(body, 'NextVersionIdMarker')[0]}`
    }
    t.strictSame(seen, [...written.toReversed(), last])
  })

  t.test('common prefixes', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    for (const key of ['a/1', 'a/1', 'b']) await put(world, key, 'x')
    const body = await list(world, 'delimiter=/&max-keys=1')
    t.strictSame(all(body, 'CommonPrefixes'), ['<Prefix>a/</Prefix>'])
    t.strictSame(all(body, 'NextKeyMarker'), ['a/'])
    t.strictSame(all(body, 'NextVersionIdMarker'), [])
    t.strictSame(all(await list(world, 'delimiter=/&key-marker=a/'), 'Key'), ['b'])
  })

  t.test('a bucket that was never versioned has null versions', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', 'x')
    t.strictSame(entries(await list(world), 'Version'), [['k', 'null', 'true']])
  })
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Suspended' })
  await put(world, 'k', 'hello')
  await exchange(deleteObject, world, 'd')
  const owner = '<Owner><ID>a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff</ID></Owner>'
  t.equal(
    await list(world),
    '<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>orders-usw2</Name><Prefix/><KeyMarker/><VersionIdMarker/>' +
      '<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Version><Key>k</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>' +
      '<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>' +
      '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size>' +
      `<StorageClass>STANDARD</StorageClass>${owner}</Version><DeleteMarker><Key>d</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>` +
      `<LastModified>2026-01-01T00:00:00.000Z</LastModified>${owner}</DeleteMarker></ListVersionsResult>`,
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases = [
    ['version-id-marker=null', 'A version-id marker cannot be specified without a key marker.', 'version-id-marker'],
    ['key-marker=k&version-id-marker=', 'A version-id marker cannot be empty.', 'version-id-marker'],
    ['key-marker=k&version-id-marker=x', 'Invalid version id specified', 'version-id-marker'],
    ['encoding-type=xml', 'Invalid Encoding Method specified in Request', 'encoding-type'],
  ] as const
  for (const [query, message, ArgumentName] of cases) {
    const refused = await refusedExchange(listObjectVersions, world, '', { query })
    t.match(refused, { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName } }, query)
  }
})
