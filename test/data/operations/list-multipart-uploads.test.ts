import t from 'tap'
import listUploads from '../../../src/data/operations/list-multipart-uploads.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { abort, begin, complete, textOf, upload } from '../../helpers/multipart.ts'

const list = async (world: DataWorld, query = '') =>
  (await exchange(listUploads, world, '', { query: `uploads&${query}` })).body
const all = (body: string, name: string) =>
  [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, text]) => text)
const ids = (body: string) => all(body, 'UploadId')

t.test('does the work', async t => {
  t.test('by key, then by the time they were begun; open ones alone', async t => {
    const world = await dataWorld(t)
    const late = await begin(world, [], 'b')
    const first = await begin(world, [], 'a')
    world.clock.advance(1)
    const second = await begin(world, [], 'a')
    await abort(world, await begin(world, [], 'a'), 'a')
    const done = await begin(world)
    await complete(world, done, [[1, await upload(world, done, 1, 'hello')]])
    const body = await list(world)
    t.strictSame(ids(body), [first, second, late])
    t.equal(textOf(body, 'NextKeyMarker'), 'b', 'present on the last page too')
    t.equal(textOf(body, 'NextUploadIdMarker'), late)
  })

  t.test('page by page', async t => {
    const world = await dataWorld(t)
    const begun: string[] = []
    for (const key of ['a', 'a', 'a', 'b/1']) begun.push(await begin(world, [], key))
    const seen: (string | undefined)[] = []
    let markers = ''
    for (let page = 0; page < 9; page++) {
      const body = await list(world, `max-uploads=1${markers}`)
      seen.push(...ids(body))
      if (textOf(body, 'IsTruncated') === 'false') break
      markers = `&key-marker=${textOf(body, 'NextKeyMarker')}&upload-id-marker=${textOf(body, 'NextUploadIdMarker')}`
    }
    t.strictSame(seen, begun)
    t.strictSame(ids(await list(world, 'key-marker=a')), [begun[3]], 'a key alone is past')
    const idAlone = await list(world, `upload-id-marker=${begun[1]}`)
    t.strictSame(ids(idAlone), begun, 'an id alone means nothing')
    t.match(idAlone, '<UploadIdMarker/>')
  })

  t.test('aborting page by page comes to an end', async t => {
    const world = await dataWorld(t)
    for (const key of ['a', 'a', 'a']) await begin(world, [], key)
    let markers = ''
    for (let page = 0; page < 9; page++) {
      const body = await list(world, `max-uploads=1${markers}`)
      for (const id of ids(body)) await abort(world, id ?? '', 'a')
      if (textOf(body, 'IsTruncated') === 'false') break
      markers = `&key-marker=${textOf(body, 'NextKeyMarker')}&upload-id-marker=${textOf(body, 'NextUploadIdMarker')}`
    }
    t.strictSame(ids(await list(world)), [])
  })

  t.test('prefix and delimiter', async t => {
    const world = await dataWorld(t)
    for (const key of ['a/1', 'a/2', 'b', 'c/1']) await begin(world, [], key)
    const body = await list(world, 'delimiter=/&max-uploads=2')
    t.strictSame(all(body, 'CommonPrefixes'), ['<Prefix>a/</Prefix>'])
    t.strictSame(all(body, 'Key'), ['b'])
    t.strictSame(all(await list(world, 'prefix=a/'), 'Key'), ['a/1', 'a/2'])
    const last = await list(world, 'delimiter=/&key-marker=b')
    t.strictSame(all(last, 'CommonPrefixes'), ['<Prefix>c/</Prefix>'])
    t.strictSame(
      [textOf(last, 'NextKeyMarker'), textOf(last, 'NextUploadIdMarker')],
      ['', ''],
      'prefixes are no markers',
    )
    const below = await list(world, 'delimiter=/&key-marker=a/1')
    t.strictSame(all(below, 'Key'), ['b'])
    t.strictSame(all(below, 'CommonPrefixes'), ['<Prefix>c/</Prefix>'], 'a marker below a prefix skips all of it')
  })
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const root =
    '<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>orders-usw2</Bucket>'
  t.equal(
    await list(world),
    `${root}<KeyMarker/><UploadIdMarker/><NextKeyMarker/><NextUploadIdMarker/><MaxUploads>1000</MaxUploads>` +
      '<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
  )
  const id = await begin(world, [['x-amz-checksum-algorithm', 'SHA1']], 'a b')
  const owner = '<ID>a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff</ID>'
  t.equal(
    await list(world, 'prefix=a&encoding-type=url'),
    `${root}<KeyMarker/><UploadIdMarker/><NextKeyMarker>a+b</NextKeyMarker><NextUploadIdMarker>${id}</NextUploadIdMarker>` +
      '<Prefix>a</Prefix><EncodingType>url</EncodingType><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated>' +
      `<Upload><Key>a+b</Key><UploadId>${id}</UploadId><Initiator>${owner}<DisplayName>111122223333</DisplayName></Initiator><Owner>${owner}</Owner>` +
      '<StorageClass>STANDARD</StorageClass><Initiated>2026-01-01T00:00:00.000Z</Initiated>' +
      '<ChecksumAlgorithm>SHA1</ChecksumAlgorithm><ChecksumType>COMPOSITE</ChecksumType></Upload></ListMultipartUploadsResult>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const ofOther = await begin(world, [], 'b')
  const cases = [
    [`key-marker=a&upload-id-marker=${ofOther}`, 'Invalid uploadId marker', 'upload-id-marker'],
    ['key-marker=a&upload-id-marker=bad', 'Invalid uploadId marker', 'upload-id-marker'],
    ['encoding-type=xml', 'Invalid Encoding Method specified in Request', 'encoding-type'],
    ['max-uploads=-1', /integer between/, 'max-uploads'],
  ] as const
  for (const [query, message, ArgumentName] of cases) {
    const refused = await refusedExchange(listUploads, world, '', { query: `uploads&${query}` })
    t.match(refused, { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName } }, query)
  }
})
