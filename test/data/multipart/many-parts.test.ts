import t from 'tap'
import completeUpload from '../../../src/data/operations/complete-multipart-upload.ts'
import getObject from '../../../src/data/operations/get-object.ts'
import getObjectAttributes from '../../../src/data/operations/get-object-attributes.ts'
import listParts from '../../../src/data/operations/list-parts.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { call, type DataWorld, dataWorld, exchange } from '../../helpers/data-context.ts'
import { longestStretch } from '../../helpers/main-thread.ts'
import { abort, begin, completeOptions, fiveMiB, key, textOf } from '../../helpers/multipart.ts'

// The largest upload there can be: 10,000 parts, all of which share the bytes of one object.

const count = 10_000
/** Nothing may keep other requests waiting longer than this. */
const limitMs = 50
const size = fiveMiB.length
const numbers = Array.from({ length: count }, (_, index) => index + 1)

/** An upload of `count` parts and the list that completes it. */
async function manyParts(world: DataWorld, algorithm: 'CRC32' | 'CRC64NVME', type: string) {
  const name = `x-amz-checksum-${algorithm.toLowerCase()}`
  const crc32 = [[name, 'r/zBbw==']] as const
  await exchange(putObject, world, 'a', { body: fiveMiB, headers: algorithm === 'CRC32' ? crc32 : [] })
  const uploadId = await begin(world, [
    ['x-amz-checksum-algorithm', algorithm],
    ['x-amz-checksum-type', type],
  ])
  const upload = world.store.findUpload(uploadId)
  const source = world.store.findCurrentVersion(world.bucket.id, 'a')
  if (!upload || !source) throw new Error('no upload, or no source')
  const { etag, details } = source
  const checksum = { algorithm, value: details.checksum?.value ?? '' }
  const part = { size, etag, lastModified: 1, checksum }
  await Promise.all(numbers.map(partNumber => world.store.linkPart(upload.id, { partNumber, ...part }, source.id)))
  const element = `<Checksum${algorithm}>${checksum.value}</Checksum${algorithm}>`
  return { uploadId, listed: numbers.map(number => [number, `&quot;${etag}&quot;`, element] as const) }
}

t.test('ten thousand parts hold nobody up', async t => {
  const world = await dataWorld(t)
  const timed = async <Value>(name: string, run: () => Promise<Value>): Promise<Value> => {
    const results: Value[] = []
    const longest = await longestStretch(async () => {
      results.push(await run())
    })
    t.ok(longest < limitMs, `${name}: ${longest.toFixed(1)} ms at a stretch`)
    const [result] = results
    if (result === undefined) throw new Error('no result')
    return result
  }
  for (const [algorithm, type] of [
    ['CRC64NVME', 'FULL_OBJECT'],
    ['CRC32', 'COMPOSITE'],
  ] as const) {
    const { uploadId, listed } = await manyParts(world, algorithm, type)
    const page = await timed('ListParts', () =>
      exchange(listParts, world, key, { query: `uploadId=${uploadId}&part-number-marker=8999` }),
    )
    t.equal(textOf(page.body, 'NextPartNumberMarker'), '9999')
    const options = completeOptions(uploadId, listed)
    const answer = await timed('CompleteMultipartUpload', () => exchange(completeUpload, world, key, options))
    t.match(textOf(answer.body, 'ETag'), /-10000"$/)
    const again = await timed('once more', () => exchange(completeUpload, world, key, options))
    t.equal(again.body, answer.body)
    await timed('GetObjectAttributes', () =>
      exchange(getObjectAttributes, world, key, { headers: [['x-amz-object-attributes', 'ObjectParts']] }),
    )
    const last = size * (count - 1)
    const range = await timed('GetObject, a range', () =>
      exchange(getObject, world, key, { headers: [['Range', `bytes=${last - 2}-${last + 1}`]] }),
    )
    t.equal(range.body, 'aaaa')
    const part = await timed('GetObject, a part', () =>
      exchange(getObject, world, key, { query: `partNumber=${count}` }),
    )
    t.equal(part.headers['content-range'], `bytes ${last}-${last + size - 1}/${size * count}`)
    await timed('GetObject, the beginning', async () => {
      const { Body } = await call(getObject, { Bucket: 'b', Key: key }, world.context())
      for await (const piece of Body ?? []) return piece.length
      return 0
    })
  }
  const { uploadId } = await manyParts(world, 'CRC32', 'COMPOSITE')
  await timed('AbortMultipartUpload', () => abort(world, uploadId))
})
