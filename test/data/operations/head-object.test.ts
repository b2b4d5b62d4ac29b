import t from 'tap'
import getObject from '../../../src/data/operations/get-object.ts'
import headObject from '../../../src/data/operations/head-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

type Headers = readonly (readonly [string, string])[]
const put = (world: DataWorld, key: string, body: string, headers: Headers = []) =>
  exchange(putObject, world, key, { body, headers })

t.test('does the work: the headers of GetObject without the bytes', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await put(world, 'k', '0123456789', [['x-amz-meta-a', '1']])
  for (const headers of [[], [['Range', 'bytes=2-3']], [['x-amz-checksum-mode', 'ENABLED']]] satisfies Headers[]) {
    const head = await exchange(headObject, world, 'k', { headers })
    const get = await exchange(getObject, world, 'k', { headers })
    t.equal(head.status, get.status)
    t.strictSame(head.headers, get.headers)
    t.equal(head.body, '')
  }
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  await put(world, 'k', '0123456789', [['x-amz-storage-class', 'DEEP_ARCHIVE']])
  const { status, headers } = await exchange(headObject, world, 'k', { headers: [['Range', 'bytes=-4']] })
  t.equal(status, 206)
  t.match(headers, {
    'content-length': '4',
    'content-range': 'bytes 6-9/10',
    'x-amz-storage-class': 'DEEP_ARCHIVE',
    etag: '"781e5e245d69b566979b86e28d23f2c7"',
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  await put(world, 'k', 'hello')
  const cases = [
    ['missing key', 'x', {}, 'NoSuchKey', 404],
    ['known ETag', 'k', { headers: [['If-None-Match', '"5d41402abc4b2a76b9719d911017c592"']] }, 'NotModified', 304],
    ['other ETag', 'k', { headers: [['If-Match', '"x"']] }, 'PreconditionFailed', 412],
    ['range', 'k', { headers: [['Range', 'bytes=5-']] }, 'InvalidRange', 416],
    ['part', 'k', { query: 'partNumber=2' }, 'InvalidPartNumber', 416],
    ['version', 'k', { query: 'versionId=x' }, 'InvalidArgument', 400],
  ] as const
  for (const [name, key, options, code, status] of cases) {
    t.match(await refusedExchange(headObject, world, key, options), { code, status }, name)
  }
})
