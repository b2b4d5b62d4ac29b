import { createHash } from 'node:crypto'
import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObject from '../../../src/data/operations/get-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import uploadPartCopy from '../../../src/data/operations/upload-part-copy.ts'
import { type DataWorld, dataWorld, exchange, multipartObject, refusedExchange } from '../../helpers/data-context.ts'
import { abort, begin, complete, fiveMiB, type Headers, key, textOf } from '../../helpers/multipart.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

const options = (uploadId: string, source: string, headers: Headers = [], partNumber: number | string = 1) => ({
  query: `partNumber=${partNumber}&uploadId=${uploadId}`,
  headers: [['x-amz-copy-source', source], ...headers] satisfies Headers,
})
const copy = (world: DataWorld, ...parameters: Parameters<typeof options>) =>
  exchange(uploadPartCopy, world, key, options(...parameters))
const refused = (world: DataWorld, ...parameters: Parameters<typeof options>) =>
  refusedExchange(uploadPartCopy, world, key, options(...parameters))
const put = (world: DataWorld, name: string, body = '0123456789', headers: Headers = []) =>
  exchange(putObject, world, name, { body, headers })
const range = (bytes: string): Headers => [['x-amz-copy-source-range', bytes]]
const md5 = (text: string) => createHash('md5').update(text).digest('hex')
const customerKey = (prefix: string, text: string): Headers => {
  const bytes = Buffer.alloc(32, text)
  return [
    [`${prefix}server-side-encryption-customer-algorithm`, 'AES256'],
    [`${prefix}server-side-encryption-customer-key`, bytes.toString('base64')],
    [`${prefix}server-side-encryption-customer-key-MD5`, createHash('md5').update(bytes).digest('base64')],
  ]
}

/** Completes an upload of these parts and reads the object. */
async function completed(world: DataWorld, uploadId: string, answers: readonly { readonly body: string }[]) {
  const etags = answers.map(({ body }, index) => [index + 1, textOf(body, 'ETag')] as const)
  await complete(world, uploadId, etags)
  return (await exchange(getObject, world, key)).body
}

t.test('does the work', async t => {
  t.test('a whole object shares its bytes, and outlives it', async t => {
    const world = await dataWorld(t)
    await put(world, 'a', fiveMiB)
    const uploadId = await begin(world)
    const answers = [
      await copy(world, uploadId, 'orders-usw2/a'),
      await copy(world, uploadId, '/orders-usw2/a', range(`bytes=0-${fiveMiB.length - 1}`), 2),
      await copy(world, uploadId, 'orders-usw2/a', range('bytes=0-2'), 3),
    ]
    await exchange(deleteObject, world, 'a')
    const row = world.store.findUpload(uploadId)
    t.match(world.store.listParts(row?.id ?? 0, 0, 9), [
      { size: fiveMiB.length, etag: md5(fiveMiB) },
      { size: fiveMiB.length, etag: md5(fiveMiB) },
      { size: 3, etag: md5('aaa') },
    ])
    t.equal(await completed(world, uploadId, answers), `${fiveMiB}${fiveMiB}aaa`)
    await exchange(deleteObject, world, key)
  })

  t.test('ranges, small objects, objects of parts, and nothing at all', async t => {
    const world = await dataWorld(t)
    await put(world, 'small')
    await put(world, 'empty', '')
    await multipartObject(world, 'parts', ['hello ', 'wide ', 'world'])
    for (const [source, bytes, expected] of [
      ['small', undefined, '0123456789'],
      ['small', 'bytes=0-8', '012345678'],
      ['small', 'bytes=9-9', '9'],
      ['parts', undefined, 'hello wide world'],
      ['parts', 'bytes=4-11', 'o wide w'],
      ['empty', undefined, ''],
    ] as const) {
      const uploadId = await begin(world)
      const answer = await copy(world, uploadId, `orders-usw2/${source}`, bytes === undefined ? [] : range(bytes))
      t.equal(textOf(answer.body, 'ETag'), `"${md5(expected)}"`)
      t.equal(await completed(world, uploadId, [answer]), expected)
    }
  })

  t.test('a version, also of a bucket elsewhere, and onto its own key', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const first = (await put(world, key, 'first')).headers['x-amz-version-id']
    await put(world, key, 'second')
    const uploadId = await begin(world)
    const answer = await copy(world, uploadId, `orders-usw2/${key}?versionId=${first}`)
    t.equal(answer.headers['x-amz-copy-source-version-id'], first)
    t.equal(await completed(world, uploadId, [answer]), 'first')

    const other = await world.addBucket({ name: 'elsewhere', region: 'eu-west-1' })
    await exchange(putObject, world, 'b', { body: 'far', bucket: other })
    const far = await begin(world)
    t.equal(await completed(world, far, [await copy(world, far, 'elsewhere/b')]), 'far')
  })

  t.test('SSE-C of source and upload, each with its key', async t => {
    const world = await dataWorld(t)
    await put(world, 'a', 'secret', customerKey('x-amz-', 'k'))
    const uploadId = await begin(world, customerKey('x-amz-', 'l'))
    const answer = await copy(world, uploadId, 'orders-usw2/a', [
      ...customerKey('x-amz-copy-source-', 'k'),
      ...customerKey('x-amz-', 'l'),
    ])
    t.equal(answer.headers['x-amz-server-side-encryption-customer-algorithm'], 'AES256')
    t.not(textOf(answer.body, 'ETag'), `"${md5('secret')}"`)
    t.match(await refused(world, uploadId, 'orders-usw2/a', customerKey('x-amz-', 'l')), { code: 'InvalidRequest' })
    t.match(await refused(world, uploadId, 'orders-usw2/a', customerKey('x-amz-copy-source-', 'k')), {
      code: 'InvalidRequest',
      message: /multipart upload initiate requested encryption/,
    })
  })

  t.test('conditions that hold', async t => {
    const world = await dataWorld(t)
    await put(world, 'a')
    const uploadId = await begin(world)
    const now = world.clock.now()
    const date = (offset: number) => new Date(now + offset).toUTCString()
    for (const headers of [
      [['x-amz-copy-source-if-match', `"${md5('0123456789')}"`]],
      [['x-amz-copy-source-if-none-match', '"other"']],
      [['x-amz-copy-source-if-unmodified-since', date(1000)]],
      [['x-amz-copy-source-if-modified-since', date(-1000)]],
      [['x-amz-copy-source-if-modified-since', date(60_000)]],
      [
        ['x-amz-copy-source-if-match', `"${md5('0123456789')}"`],
        ['x-amz-copy-source-if-unmodified-since', date(-60_000)],
      ],
    ] satisfies Headers[]) {
      t.equal((await copy(world, uploadId, 'orders-usw2/a', headers)).status, 200, JSON.stringify(headers))
    }
  })
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  world.clock.advance(1234)
  await put(world, 'a', 'hello')
  const answer = async (headers: Headers, ...more: Headers) => {
    const uploadId = await begin(world, headers)
    return copy(world, uploadId, 'orders-usw2/a', more)
  }
  const open =
    '<CopyPartResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>' +
    '<LastModified>2026-01-01T00:00:01.000Z</LastModified>'
  const plain = await answer([])
  t.equal(plain.body, `${open}</CopyPartResult>`, 'without an algorithm no checksum is shown')
  t.strictSame(plain.headers, { 'x-amz-server-side-encryption': 'AES256', 'content-type': 'application/xml' })
  const summed = await answer([['x-amz-checksum-algorithm', 'CRC32']])
  t.equal(summed.body, `${open}<ChecksumCRC32>NhCmhg==</ChecksumCRC32></CopyPartResult>`)
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await put(world, 'a')
  const uploadId = await begin(world)

  t.test('ranges', async t => {
    const form =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy'
    for (const value of [
      '0-8',
      ...['1-0', '-1-', '0--1', '0-1,3-4', '-', '-0', '1-', '-2'].map(one => `bytes=${one}`),
    ]) {
      t.match(
        await refused(world, uploadId, 'orders-usw2/a', range(value)),
        {
          code: 'InvalidArgument',
          status: 400,
          message: form,
          fields: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: value },
        },
        value,
      )
    }
    t.match(await refused(world, uploadId, 'orders-usw2/a', range('bytes=0-100')), {
      code: 'InvalidArgument',
      message: 'Range specified is not valid for source object of size: 10',
      fields: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: 'bytes=0-100' },
    })
    t.match(await refused(world, uploadId, 'orders-usw2/a', range('bytes=100-200')), {
      code: 'InvalidRequest',
      status: 400,
      message: 'The specified copy range is invalid for the source object size',
      fields: {},
    })
  })

  t.test('conditions that fail', async t => {
    const future = new Date(world.clock.now() + 60_000).toUTCString()
    world.clock.advance(120_000)
    for (const [name, value, Condition] of [
      ['if-match', '"other"', 'If-Match'],
      ['if-none-match', `"${md5('0123456789')}"`, 'If-None-Match'],
      ['if-modified-since', future, 'If-Modified-Since'],
      ['if-unmodified-since', 'Thu, 01 Jan 2015 00:00:00 GMT', 'If-Unmodified-Since'],
    ] as const) {
      t.match(
        await refused(world, uploadId, 'orders-usw2/a', [[`x-amz-copy-source-${name}`, value]]),
        { code: 'PreconditionFailed', status: 412, fields: { Condition: `x-amz-copy-source-${Condition}` } },
        name,
      )
    }
  })

  t.test('sources and uploads that are not there', async t => {
    t.match(await refused(world, uploadId, 'orders-usw2/b'), { code: 'NoSuchKey', status: 404 })
    t.match(await refused(world, uploadId, 'nowhere/b'), { code: 'NoSuchBucket', status: 404 })
    t.match(await refused(world, uploadId, `orders-usw2/a?versionId=${unknownVersionId}`), { code: 'NoSuchVersion' })
    t.match(await refused(world, uploadId, 'orders-usw2'), { code: 'InvalidArgument' })
    t.match(await refused(world, uploadId, 'orders-usw2/a', [], 0), { fields: { ArgumentName: 'partNumber' } })
    t.match(await refused(world, 'unknown', 'orders-usw2/a'), { code: 'NoSuchUpload', status: 404 })
    const marker = (await exchange(deleteObject, world, 'a')).headers['x-amz-version-id']
    t.match(await refused(world, uploadId, `orders-usw2/a?versionId=${marker}`), {
      code: 'InvalidRequest',
      message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
    })
    await abort(world, uploadId)
    t.match(await refused(world, uploadId, 'orders-usw2/a'), { code: 'NoSuchUpload' })
  })
})

t.test('an upload that ends while a part is copied', async t => {
  const world = await dataWorld(t)
  await put(world, 'large', fiveMiB)
  for (const headers of [[], range('bytes=1-4000000')]) {
    const uploadId = await begin(world)
    const [late] = await Promise.allSettled([
      copy(world, uploadId, 'orders-usw2/large', headers),
      abort(world, uploadId),
    ])
    if (late.status === 'rejected') t.match(late.reason, { code: 'NoSuchUpload' })
    t.equal(world.store.findUpload(uploadId), undefined)
  }
})
