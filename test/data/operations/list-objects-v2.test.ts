import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import listObjectsV2 from '../../../src/data/operations/list-objects-v2.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import restoreObject from '../../../src/data/operations/restore-object.ts'
import {
  type DataWorld,
  dataWorld,
  exchange,
  type RequestOptions,
  refusedExchange,
} from '../../helpers/data-context.ts'

async function withKeys(t: Parameters<typeof dataWorld>[0], keys: readonly string[]): Promise<DataWorld> {
  const world = await dataWorld(t)
  for (const key of keys) await exchange(putObject, world, key, { body: 'hello' })
  return world
}

const list = async (world: DataWorld, query = '', options: RequestOptions = {}) =>
  (await exchange(listObjectsV2, world, '', { query: `list-type=2&${query}`, ...options })).body
const all = (body: string, name: string) =>
  [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, text]) => text)
const one = (body: string, name: string) => all(body, name)[0]
const keys = (body: string) => all(body, 'Key')
const prefixes = (body: string) => all(body, 'CommonPrefixes').map(text => text?.replace(/<\/?Prefix>/g, ''))

/** Keys and common prefixes page by page, following the tokens. */
async function pages(world: DataWorld, query: string) {
  const found: { keys: (string | undefined)[]; prefixes: (string | undefined)[] }[] = []
  let token: string | undefined
  do {
    const body = await list(world, token === undefined ? query : `${query}&continuation-token=${token}`)
    found.push({ keys: keys(body), prefixes: prefixes(body) })
    token = one(body, 'NextContinuationToken')
    if (one(body, 'IsTruncated') !== String(token !== undefined))
      throw new Error('IsTruncated disagrees with the token')
  } while (token !== undefined && found.length < 20)
  return found
}

const photos = ['photos/2025/a.jpg', 'photos/2025/b.jpg', 'photos/2026/c.jpg', 'photos/index', 'readme', 'videos/d.mp4']

t.test('does the work', async t => {
  t.test('keys in the order of their UTF-8 bytes', async t => {
    // U+FFFD is EF BF BD, U+1F4A9 is F0 9F 92 A9; as UTF-16 they would stand the other way round.
    const world = await withKeys(t, ['\u{1f4a9}', 'b', 'ä', '�', 'a/', 'a', 'B', 'a!'])
    t.strictSame(keys(await list(world)), ['B', 'a', 'a!', 'a/', 'b', 'ä', '�', '\u{1f4a9}'])
  })

  t.test('prefix and delimiter', async t => {
    const world = await withKeys(t, photos)
    const body = await list(world, 'delimiter=/')
    t.strictSame(keys(body), ['readme'])
    t.strictSame(prefixes(body), ['photos/', 'videos/'])
    t.equal(one(body, 'KeyCount'), '3')
    const inside = await list(world, 'prefix=photos/&delimiter=/')
    t.strictSame(keys(inside), ['photos/index'])
    t.strictSame(prefixes(inside), ['photos/2025/', 'photos/2026/'])
    t.strictSame(keys(await list(world, 'prefix=photos/2025/')), ['photos/2025/a.jpg', 'photos/2025/b.jpg'])
    t.strictSame(keys(await list(world, 'delimiter=')), photos, 'an empty delimiter is none')
    t.strictSame(prefixes(await list(world, 'delimiter=.j')), ['photos/2025/a.j', 'photos/2025/b.j', 'photos/2026/c.j'])
  })

  t.test('page by page, each common prefix counting as one', async t => {
    const world = await withKeys(t, photos)
    t.strictSame(
      (await pages(world, 'max-keys=2')).flatMap(page => page.keys),
      photos,
    )
    t.strictSame(await pages(world, 'max-keys=1&delimiter=/'), [
      { keys: [], prefixes: ['photos/'] },
      { keys: ['readme'], prefixes: [] },
      { keys: [], prefixes: ['videos/'] },
    ])
    t.strictSame(await pages(world, 'max-keys=3&delimiter=/'), [{ keys: ['readme'], prefixes: ['photos/', 'videos/'] }])
  })

  t.test('a token works in another bucket with the same keys', async t => {
    const first = await withKeys(t, photos)
    const second = await withKeys(t, photos)
    const token = one(await list(first, 'max-keys=4'), 'NextContinuationToken')
    t.strictSame(keys(await list(second, `continuation-token=${token}`)), ['readme', 'videos/d.mp4'])
  })

  t.test('a token is good after its key was deleted', async t => {
    const world = await withKeys(t, photos)
    const token = one(await list(world, 'max-keys=5'), 'NextContinuationToken')
    await exchange(deleteObject, world, 'readme')
    t.strictSame(keys(await list(world, `continuation-token=${token}`)), ['videos/d.mp4'])
  })

  t.test('start-after; the token wins', async t => {
    const world = await withKeys(t, photos)
    const body = await list(world, 'start-after=photos/index&max-keys=1')
    t.strictSame(keys(body), ['readme'])
    t.equal(one(body, 'StartAfter'), 'photos/index')
    const next = await list(world, `start-after=a&continuation-token=${one(body, 'NextContinuationToken')}`)
    t.strictSame(keys(next), ['videos/d.mp4'])
    t.equal(one(next, 'StartAfter'), undefined)
    t.strictSame(keys(await list(world, 'start-after=zzz')), [])
  })

  t.test('max-keys: none, all, too many', async t => {
    const world = await withKeys(t, ['a', 'b'])
    const none = await list(world, 'max-keys=0')
    t.match([one(none, 'MaxKeys'), one(none, 'KeyCount'), one(none, 'IsTruncated')], ['0', '0', 'false'])
    t.strictSame(keys(none), [])
    t.equal(one(await list(world, 'max-keys=5000'), 'MaxKeys'), '5000', 'shown as asked')
    t.equal(one(await list(world), 'MaxKeys'), '1000')
  })

  t.test('deleted objects are not there', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    for (const key of ['a', 'b']) await exchange(putObject, world, key, { body: '' })
    await exchange(deleteObject, world, 'a')
    t.strictSame(keys(await list(world)), ['b'])
  })

  t.test('the restore of an archived object, where asked', async t => {
    const world = await dataWorld(t)
    const headers = [['x-amz-storage-class', 'GLACIER']] as const
    for (const key of ['cold', 'cool']) await exchange(putObject, world, key, { body: 'hello', headers })
    await exchange(restoreObject, world, 'cold', { body: '<RestoreRequest><Days>1</Days></RestoreRequest>' })
    const attributes = { headers: [['x-amz-optional-object-attributes', 'RestoreStatus']] } as const
    t.strictSame(all(await list(world, '', attributes), 'RestoreStatus'), [
      '<IsRestoreInProgress>true</IsRestoreInProgress>',
    ])
    t.strictSame(all(await list(world), 'RestoreStatus'), [])
    world.clock.advance(60_000)
    t.strictSame(all(await list(world, '', attributes), 'RestoreStatus'), [
      '<IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2026-01-03T00:00:00.000Z</RestoreExpiryDate>',
    ])
  })
})

t.test('reads and writes the wire', async t => {
  t.test('a direct answer', async t => {
    const world = await dataWorld(t)
    world.clock.advance(1234)
    await exchange(putObject, world, 'a/1.txt', { body: 'hello' })
    const answer = await exchange(listObjectsV2, world, '', {
      query: 'list-type=2&prefix=a/&delimiter=/&fetch-owner=true',
    })
    t.strictSame(answer.headers, { 'x-amz-bucket-region': 'us-west-2', 'content-type': 'application/xml' })
    t.equal(
      answer.body,
      '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>orders-usw2</Name><Prefix>a/</Prefix><KeyCount>1</KeyCount>' +
        '<MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter><IsTruncated>false</IsTruncated><Contents><Key>a/1.txt</Key>' +
        '<LastModified>2026-01-01T00:00:01.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>' +
        '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>5</Size>' +
        '<Owner><ID>a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff</ID></Owner><StorageClass>STANDARD</StorageClass>' +
        '</Contents></ListBucketResult>',
    )
  })

  t.test('nothing, without owner, through an MRAP', async t => {
    const world = await dataWorld(t)
    const mrap = { alias: 'm.mrap', arn: 'arn:aws:s3::111122223333:accesspoint/m.mrap', accountId: '111122223333' }
    const answer = await exchange(listObjectsV2, world, '', { query: 'list-type=2', mrap })
    t.strictSame(answer.headers, { 'content-type': 'application/xml' })
    t.equal(
      answer.body,
      '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>orders-usw2</Name><Prefix/><KeyCount>0</KeyCount>' +
        '<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>',
    )
  })

  t.test('encoding-type=url', async t => {
    const world = await withKeys(t, ["a b/c+d&é*~!'()-_.", 'a b/dir/x'])
    const body = await list(world, 'encoding-type=url&prefix=a+b/&delimiter=/&start-after=a+')
    t.strictSame(keys(body), ['a+b/c%2Bd%26%C3%A9*%7E%21%27%28%29-_.'])
    t.strictSame(prefixes(body), ['a+b/dir/'])
    t.match(body, '<Prefix>a+b/</Prefix>')
    t.equal(one(body, 'StartAfter'), 'a+')
    t.equal(one(body, 'EncodingType'), 'url')
    t.equal(one(await list(world, 'encoding-type=URL'), 'EncodingType'), 'URL', 'as it was sent')
  })

  t.test('what an empty parameter shows, and which spelling asks for owners', async t => {
    const world = await withKeys(t, ['k'])
    const body = await list(world, 'start-after=&delimiter=&prefix=&fetch-owner=True')
    t.match(body, '<Prefix/><StartAfter/><KeyCount>1</KeyCount>')
    t.strictSame(all(body, 'Delimiter'), [])
    t.strictSame(all(body, 'Owner'), [])
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases = [
    ['continuation-token=', 'The continuation token provided is incorrect', 'continuation-token'],
    ['continuation-token=abc', 'The continuation token provided is incorrect', 'continuation-token'],
    ['encoding-type=xml', 'Invalid Encoding Method specified in Request', 'encoding-type'],
    ['encoding-type=', 'Invalid Encoding Method specified in Request', 'encoding-type'],
    ['encoding-type=xml&continuation-token=', 'Invalid Encoding Method specified in Request', 'encoding-type'],
    ['continuation-token=&max-keys=-1', 'The continuation token provided is incorrect', 'continuation-token'],
    ['max-keys=-1', 'Argument maxKeys must be an integer between 0 and 2147483647', 'maxKeys'],
    ['max-keys=many', 'Provided max-keys not an integer or within integer range', 'max-keys'],
    ['marker=', 'Marker unsupported with REST.GET.BUCKET in list-type=2', 'marker'],
    ['prefix=%00', /cannot include Null/, 'prefix'],
    ['start-after=%00', /cannot include Null/, 'start-after'],
  ] as const
  for (const [query, message, ArgumentName] of cases) {
    const refused = await refusedExchange(listObjectsV2, world, '', { query: `list-type=2&${query}` })
    t.match(refused, { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName } }, query)
  }
  const headers = [['x-amz-optional-object-attributes', 'Color']] as const
  t.match(await refusedExchange(listObjectsV2, world, '', { headers }), {
    code: 'InvalidArgument',
    fields: { ArgumentName: 'x-amz-optional-object-attributes' },
  })
})
