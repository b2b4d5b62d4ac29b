import { createHash } from 'node:crypto'
import t from 'tap'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObject from '../../../src/data/operations/get-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import {
  call,
  type DataWorld,
  dataWorld,
  exchange,
  multipartObject,
  refusedExchange,
} from '../../helpers/data-context.ts'
import { unknownVersionId } from '../../helpers/object-version.ts'

type Headers = readonly (readonly [string, string])[]
const put = (world: DataWorld, key: string, body: string, headers: Headers = []) =>
  exchange(putObject, world, key, { body, headers })
const get = (world: DataWorld, key: string, headers: Headers = [], query = '') =>
  exchange(getObject, world, key, { headers, query })
const refused = (world: DataWorld, key: string, headers: Headers = [], query = '') =>
  refusedExchange(getObject, world, key, { headers, query })

// md5sum of '0123456789'
const etag = '"781e5e245d69b566979b86e28d23f2c7"'

t.test('does the work', async t => {
  t.test('ranges', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', '0123456789')
    for (const [range, status, body, contentRange] of [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=0-100', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=5-1', 200, '0123456789', undefined],
    ] as const) {
      const answer = await get(world, 'k', [['Range', range]])
      t.equal(answer.status, status, range)
      t.equal(answer.body, body, range)
      t.equal(answer.headers['content-range'], contentRange, range)
      t.equal(answer.headers['content-length'], String(body.length), range)
    }
  })

  t.test('a range of a large object', async t => {
    const world = await dataWorld(t)
    const large = Array.from({ length: 100_000 }, (_, number) => String(number).padStart(6, '0')).join('')
    await put(world, 'k', large)
    const { body } = await get(world, 'k', [['Range', 'bytes=262140-262150']])
    t.equal(body, large.slice(262_140, 262_151))
  })

  t.test('part 1 of a plain object is all of it', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', '0123456789')
    const answer = await get(world, 'k', [], 'partNumber=1')
    t.equal(answer.status, 206)
    t.equal(answer.body, '0123456789')
    t.notOk(answer.headers['x-amz-mp-parts-count'])
    await put(world, 'empty', '')
    t.equal((await get(world, 'empty', [], 'partNumber=1')).status, 200)
  })

  t.test('parts of a multipart object', async t => {
    const world = await dataWorld(t)
    await multipartObject(world, 'k', ['hello', 'world!'])
    t.equal((await get(world, 'k')).body, 'helloworld!')
    t.equal((await get(world, 'k', [['Range', 'bytes=3-6']])).body, 'lowo')
    const mode = [['x-amz-checksum-mode', 'ENABLED']] as const
    const part = await get(world, 'k', mode, 'partNumber=1')
    t.equal(part.status, 206)
    t.equal(part.body, 'hello')
    t.match(part.headers, {
      'content-range': 'bytes 0-4/11',
      'content-length': '5',
      'x-amz-mp-parts-count': '2',
      'x-amz-checksum-crc32': 'NhCmhg==',
      'x-amz-checksum-type': 'COMPOSITE',
    })
    const second = await get(world, 'k', [], 'partNumber=2')
    t.equal(second.body, 'world!')
    t.equal(second.headers['content-range'], 'bytes 5-10/11')
    t.notOk((await get(world, 'k')).headers['x-amz-mp-parts-count'])
    t.equal((await get(world, 'k', mode)).headers['x-amz-checksum-crc32'], 'AAAAAA==-2')
    t.match(await refused(world, 'k', [], 'partNumber=3'), {
      code: 'InvalidPartNumber',
      fields: { PartNumberRequested: '3', ActualPartCount: '2' },
    })
  })

  t.test('an archived object is readable while its restored copy lasts', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', 'cold', [['x-amz-storage-class', 'GLACIER']])
    t.match(await refused(world, 'k'), { code: 'InvalidObjectState', fields: { StorageClass: 'GLACIER' } })
    const version = world.store.findCurrentVersion(world.bucket.id, 'k')
    if (!version) throw new Error('no version')
    const now = world.clock.now()
    const restore = { requestedAt: now, readyAt: now + 1000, days: 1, tier: 'Standard' }
    await world.store.updateVersion(version.id, version.revision, { details: { ...version.details, restore } })
    t.match(await refused(world, 'k'), { code: 'InvalidObjectState' })
    world.clock.advance(1000)
    const answer = await get(world, 'k')
    t.equal(answer.body, 'cold')
    t.equal(answer.headers['x-amz-storage-class'], 'GLACIER')
    t.match(answer.headers['x-amz-restore'], /^ongoing-request="false", expiry-date="/)
    world.clock.advance(3 * 86_400_000)
    t.match(await refused(world, 'k'), { code: 'InvalidObjectState' })
  })
})

t.test('reads and writes the wire', async t => {
  t.test('everything that was stored comes back', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
    const { headers: stored } = await put(world, 'k', '0123456789', [
      ['Content-Type', 'text/plain'],
      ['Cache-Control', 'no-cache'],
      ['Content-Disposition', 'inline'],
      ['Content-Language', 'en'],
      ['Expires', 'Thu, 01 Jan 2032 00:00:00 GMT'],
      ['x-amz-meta-Color', 'blue'],
      ['x-amz-tagging', 'a=1&b=2'],
      ['x-amz-storage-class', 'STANDARD_IA'],
      ['x-amz-website-redirect-location', '/other'],
      ['x-amz-object-lock-mode', 'GOVERNANCE'],
      ['x-amz-object-lock-retain-until-date', '2030-01-01T00:00:00Z'],
      ['x-amz-object-lock-legal-hold', 'OFF'],
    ])
    const { status, headers } = await get(world, 'k')
    t.equal(status, 200)
    t.strictSame(headers, {
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'content-disposition': 'inline',
      'content-language': 'en',
      'content-length': '10',
      'content-type': 'text/plain',
      etag,
      expires: 'Thu, 01 Jan 2032 00:00:00 GMT',
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      'x-amz-meta-color': 'blue',
      'x-amz-object-lock-legal-hold': 'OFF',
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': '2030-01-01T00:00:00.000Z',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-tagging-count': '2',
      'x-amz-version-id': stored['x-amz-version-id'],
      'x-amz-website-redirect-location': '/other',
    })
  })

  t.test('a plain object', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', '')
    const { headers } = await get(world, 'k')
    t.strictSame(headers, {
      'accept-ranges': 'bytes',
      'content-length': '0',
      'content-type': 'binary/octet-stream',
      etag: '"d41d8cd98f00b204e9800998ecf8427e"',
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      'x-amz-server-side-encryption': 'AES256',
    })
  })

  t.test('the checksum, when asked for and when it covers what is sent', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', 'hello')
    const mode = ['x-amz-checksum-mode', 'ENABLED'] as const
    for (const [headers, query, expected] of [
      [[], '', undefined],
      [[mode], '', 'M3eFcAZSQlc='],
      [[mode, ['Range', 'bytes=0-4']], '', 'M3eFcAZSQlc='],
      [[mode, ['Range', 'bytes=0-3']], '', undefined],
      [[mode], 'partNumber=1', 'M3eFcAZSQlc='],
    ] as const) {
      const answer = await get(world, 'k', headers, query)
      t.equal(answer.headers['x-amz-checksum-crc64nvme'], expected)
      t.equal(answer.headers['x-amz-checksum-type'], expected && 'FULL_OBJECT')
    }
  })

  t.test('response-* parameters', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', 'hello', [['Content-Type', 'text/plain']])
    const query =
      'response-content-type=a%2Fb&response-content-disposition=attachment%3B+filename%3D%22x%22&response-cache-control=c' +
      '&response-content-encoding=e&response-content-language=l&response-expires=x&x-id=GetObject'
    t.match((await get(world, 'k', [], query)).headers, {
      'content-type': 'a/b',
      'content-disposition': 'attachment; filename="x"',
      'cache-control': 'c',
      'content-encoding': 'e',
      'content-language': 'l',
      expires: 'x',
    })
  })

  t.test('delete markers', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    await put(world, 'k', 'hello')
    const { VersionId: marker = '' } = await call(
      deleteObject,
      { Bucket: 'b', Key: 'k' },
      world.context({ method: 'DELETE' }),
    )
    t.match(await refused(world, 'k'), {
      code: 'NoSuchKey',
      status: 404,
      fields: { Key: 'k' },
      headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker },
    })
    t.match(await refused(world, 'k', [], `versionId=${marker}`), {
      code: 'MethodNotAllowed',
      status: 405,
      fields: { Method: 'GET', ResourceType: 'DeleteMarker' },
      headers: {
        'x-amz-delete-marker': 'true',
        'x-amz-version-id': marker,
        Allow: 'DELETE',
        'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      },
    })
  })

  t.test('conditions', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const { headers } = await put(world, 'k', '0123456789', [['Cache-Control', 'max-age=1']])
    t.equal((await get(world, 'k', [['If-Match', etag]])).status, 200)
    t.match(await refused(world, 'k', [['If-Match', '"x"']]), { code: 'PreconditionFailed', status: 412 })
    t.match(await refused(world, 'k', [['If-None-Match', etag]]), {
      status: 304,
      headers: {
        ETag: etag,
        'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
        'Cache-Control': 'max-age=1',
        'x-amz-version-id': headers['x-amz-version-id'] ?? '',
      },
    })
  })
})

t.test('refuses', async t => {
  const versioned = await dataWorld(t, { versioning: 'Enabled' })
  await put(versioned, 'k', '0123456789')
  const cases = [
    ['missing key', 'x', [['Range', 'bytes=99-']], '', 'NoSuchKey', 404, { Key: 'x' }],
    [
      'unknown version',
      'k',
      [],
      `versionId=${unknownVersionId}`,
      'NoSuchVersion',
      404,
      { Key: 'k', VersionId: unknownVersionId },
    ],
    ['no null version', 'k', [], 'versionId=null', 'NoSuchVersion', 404, { VersionId: 'null' }],
    [
      'malformed version',
      'k',
      [],
      'versionId=abc',
      'InvalidArgument',
      400,
      { ArgumentName: 'versionId', ArgumentValue: 'abc' },
    ],
    ['empty version', 'k', [], 'versionId=', 'InvalidArgument', 400, { ArgumentName: 'versionId' }],
    ['range', 'k', [['Range', 'bytes=10-']], '', 'InvalidRange', 416, { ActualObjectSize: '10' }],
    ['part', 'k', [], 'partNumber=2', 'InvalidPartNumber', 416, { PartNumberRequested: '2', ActualPartCount: '1' }],
    ['part 0', 'k', [], 'partNumber=0', 'InvalidArgument', 400, { ArgumentName: 'partNumber', ArgumentValue: '0' }],
    ['part x', 'k', [], 'partNumber=x', 'InvalidArgument', 400, { ArgumentName: 'partNumber' }],
    ['range and part', 'k', [['Range', 'bytes=0-1']], 'partNumber=1', 'InvalidRequest', 400, {}],
    [
      'header splitting',
      'k',
      [],
      'response-content-type=a%0D%0Ax%3A1',
      'InvalidArgument',
      400,
      { ArgumentName: 'response-content-type' },
    ],
    [
      'not ISO-8859-1',
      'k',
      [],
      'response-expires=%E2%82%AC',
      'InvalidArgument',
      400,
      { ArgumentName: 'response-expires' },
    ],
  ] as const
  for (const [name, key, headers, query, code, status, fields] of cases) {
    t.match(await refused(versioned, key, headers, query), { code, status, fields }, name)
  }
  const plain = await dataWorld(t)
  await put(plain, 'k', 'hello')
  t.match(await refused(plain, 'k', [], `versionId=${unknownVersionId}`), {
    code: 'InvalidArgument',
    message: 'Invalid version id specified',
  })
  t.equal((await get(plain, 'k', [], 'versionId=null')).body, 'hello')
  const anonymous = { query: 'response-expires=x', caller: { kind: 'anonymous' } } as const
  t.match(await refusedExchange(getObject, plain, 'k', anonymous), {
    code: 'InvalidRequest',
    message: 'Request specific response headers cannot be used for anonymous GET requests.',
  })
})

t.test('refuses to be told how to encrypt', async t => {
  const world = await dataWorld(t)
  await put(world, 'k', 'hello')
  for (const [name, value] of [
    ['x-amz-server-side-encryption', 'AES256'],
    ['x-amz-server-side-encryption-aws-kms-key-id', 'k'],
    ['x-amz-server-side-encryption-bucket-key-enabled', 'true'],
  ] as const) {
    t.match(await refused(world, 'k', [[name, value]]), {
      code: 'InvalidArgument',
      message: `${name} header is not supported for this operation.`,
      fields: { ArgumentName: name, ArgumentValue: value },
    })
  }
})

t.test('a key that can be no key', async t => {
  t.match(await refused(await dataWorld(t), 'k'.repeat(1025)), { code: 'KeyTooLongError', status: 400 })
})

t.test('customer keys', async t => {
  const world = await dataWorld(t)
  const prefix = 'x-amz-server-side-encryption-customer'
  const key: Headers = [
    [`${prefix}-algorithm`, 'AES256'],
    [`${prefix}-key`, 'a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s='],
    [`${prefix}-key-MD5`, 'mT2HRsMGJ5IX5C+0rreZ8Q=='],
  ]
  await put(world, 'k', 'hello', key)
  t.equal((await get(world, 'k', key)).body, 'hello')
  t.match(await refused(world, 'k'), {
    code: 'InvalidRequest',
    status: 400,
    message: /stored using a form of Server Side/,
  })
  // A key of another length, with the MD5 of its own, is only a wrong one (recorded).
  const long: Headers = [
    [`${prefix}-algorithm`, 'AES256'],
    [`${prefix}-key`, 'a2s='],
    [`${prefix}-key-MD5`, createHash('md5').update('kk').digest('base64')],
  ]
  t.match(await refused(world, 'k', long), { code: 'AccessDenied', status: 403 })
  await put(world, 'plain', 'hello')
  t.match(await refused(world, 'plain', key), { code: 'InvalidRequest', status: 400 })
})
