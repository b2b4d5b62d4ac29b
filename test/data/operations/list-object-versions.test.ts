import t from 'tap'
import { newVersionId } from '../../../src/data/objects/versions.ts'
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

  t.test('versions and delete markers stand among each other, a key after the other and the newest first', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    for (const key of ['b', 'a', 'b']) await put(world, key, 'x')
    for (const key of ['b', 'a', 'c']) await exchange(deleteObject, world, key)
    await put(world, 'b', 'x')
    const order = [...(await list(world)).matchAll(/<(Version|DeleteMarker)><Key>(.)/g)].map(([, kind, key]) => [
      kind,
      key,
    ])
    t.strictSame(order, [
      ['DeleteMarker', 'a'],
      ['Version', 'a'],
      ['Version', 'b'],
      ['DeleteMarker', 'b'],
      ['Version', 'b'],
      ['Version', 'b'],
      ['DeleteMarker', 'c'],
    ])
  })

  t.test(
    'a key marker alone is behind all versions of the key, and inside a common prefix behind the prefix',
    async t => {
      const world = await dataWorld(t, { versioning: 'Enabled' })
      for (const key of ['f/sub/1', 'f/sub/2', 'f/x', 'f/x', 'f/y']) await put(world, key, 'x')
      t.strictSame(all(await list(world, 'key-marker=f/x'), 'Key'), ['f/y'])
      const body = await list(world, 'prefix=f/&delimiter=/&max-keys=1&key-marker=f/sub/1')
      t.strictSame(all(body, 'CommonPrefixes'), [])
      t.strictSame([all(body, 'Key'), all(body, 'NextKeyMarker')], [['f/x'], ['f/x']])
      const [version] = all(body, 'VersionId')
      const within = await list(world, `key-marker=f/sub/1&version-id-marker=${version}&delimiter=/&prefix=f/`)
      t.strictSame(all(within, 'Key'), ['f/x', 'f/x', 'f/y'])
    },
  )

  t.test('goes on behind a version that was deleted meanwhile', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    for (const body of ['one', 'two', 'three']) await put(world, 'k', body)
    const page = await list(world, 'max-keys=1')
    const marker = all(page, 'NextVersionIdMarker')[0]
    await exchange(deleteObject, world, 'k', { query: `versionId=${marker}` })
    const rest = await list(world, `key-marker=k&version-id-marker=${marker}`)
    t.strictSame(all(rest, 'IsLatest'), ['true', 'false'])
  })

  t.test('an empty delimiter is none but shown, a version of the empty key is behind everything', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    await put(world, 'a/b', 'x')
    t.match(await list(world, 'delimiter='), /<Delimiter\/>.*<Key>a\/b</)
    const body = await list(world, 'key-marker=&version-id-marker=null')
    t.match(
      body,
      '<KeyMarker/><VersionIdMarker>null</VersionIdMarker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></',
    )
    t.strictSame(all(await list(world, 'key-marker=&max-keys=2000'), 'Key'), ['a/b'])
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
      '<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>' +
      '<DeleteMarker><Key>d</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>' +
      `<LastModified>2026-01-01T00:00:00.000Z</LastModified>${owner}</DeleteMarker>` +
      '<Version><Key>k</Key><VersionId>null</VersionId><IsLatest>true</IsLatest>' +
      '<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>' +
      '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size>' +
      `${owner}<StorageClass>STANDARD</StorageClass></Version></ListVersionsResult>`,
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases = [
    ['version-id-marker=null', 'A version-id marker cannot be specified without a key marker.', 'version-id-marker'],
    ['key-marker=k&version-id-marker=', 'A version-id marker cannot be empty.', 'version-id-marker'],
    ['key-marker=k&version-id-marker=x', 'Invalid version id specified', 'version-id-marker'],
    [`key-marker=k&version-id-marker=${newVersionId()}`, 'Invalid version id specified', 'version-id-marker'],
    ['key-marker=k&version-id-marker=NULL&encoding-type=xml', 'Invalid version id specified', 'version-id-marker'],
    ['encoding-type=xml&max-keys=-1', 'Invalid Encoding Method specified in Request', 'encoding-type'],
    ['max-keys=-1', 'max-keys cannot be negative', 'max-keys'],
    ['max-keys=abc&version-id-marker=x', 'Provided max-keys not an integer or within integer range', 'max-keys'],
    ['key-marker=%00', 'Value must be a sequence of Unicode characters and cannot include Null.', 'key-marker'],
  ] as const
  for (const [query, message, ArgumentName] of cases) {
    const refused = await refusedExchange(listObjectVersions, world, '', { query })
    t.match(refused, { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName } }, query)
  }
})
