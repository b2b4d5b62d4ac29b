import t from 'tap'
import getObject from '../../../src/data/operations/get-object.ts'
import headObject from '../../../src/data/operations/head-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import type { VersionDetails } from '../../../src/store/rows.ts'
import {
  call,
  type DataWorld,
  dataWorld,
  exchange,
  refusedExchange,
  rootOf,
  stranger,
  textOf,
} from '../../helpers/data-context.ts'

// 'hello'; computed with md5sum and Python's zlib and hashlib, CRC64NVME with a bitwise model checked against its published check value.
const md5 = '5d41402abc4b2a76b9719d911017c592'
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const crc64 = 'M3eFcAZSQlc='
const crc32 = 'NhCmhg=='
const sha256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='

const put = (world: DataWorld, key: string, body: string, headers: readonly (readonly [string, string])[] = []) =>
  exchange(putObject, world, key, { body, headers })
const current = (world: DataWorld, key: string) => world.store.findCurrentVersion(world.bucket.id, key)
const detailsOf = (world: DataWorld, key: string): VersionDetails | undefined => current(world, key)?.details
const read = async (world: DataWorld, key: string, VersionId?: string) =>
  textOf((await call(getObject, { Bucket: 'b', Key: key, VersionId }, world.context())).Body)

t.test('does the work', async t => {
  t.test('bytes come back, small, large and none', async t => {
    const world = await dataWorld(t)
    for (const body of ['hello', '', 'x'.repeat(300_000)]) {
      await put(world, 'k', body)
      t.equal(await read(world, 'k'), body)
    }
  })

  t.test('a bucket that was never versioned has one version and shows no id', async t => {
    const world = await dataWorld(t)
    t.notOk((await put(world, 'k', 'one')).headers['x-amz-version-id'])
    await put(world, 'k', 'two')
    t.equal(await read(world, 'k'), 'two')
    t.equal(world.store.listVersions({ bucketId: world.bucket.id, prefix: '', limit: 10 }).entries.length, 1)
  })

  t.test('a versioned bucket keeps every version', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const ids = []
    for (const body of ['one', 'two']) ids.push((await put(world, 'k', body)).headers['x-amz-version-id'] ?? '')
    const [first = '', second = ''] = ids
    t.match(first, /^[\w.]{32}$/)
    t.not(first, second)
    t.equal(await read(world, 'k', first), 'one')
    t.equal(await read(world, 'k'), 'two')
  })

  t.test('a suspended bucket writes the null version, and does not say so', async t => {
    const world = await dataWorld(t, { versioning: 'Suspended' })
    t.equal((await put(world, 'k', 'one')).headers['x-amz-version-id'], undefined)
    t.equal(current(world, 'k')?.versionId, 'null')
  })

  t.test('keeps what the headers say', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', 'hello', [
      ['Content-Type', 'text/plain'],
      ['Content-Encoding', 'gzip,aws-chunked'],
      ['x-amz-meta-Color', 'blue'],
      ['x-amz-tagging', 'team=red'],
      ['x-amz-storage-class', 'STANDARD_IA'],
      ['x-amz-website-redirect-location', '/other'],
    ])
    t.strictSame(detailsOf(world, 'k'), {
      entityHeaders: { 'content-encoding': 'gzip', 'content-type': 'text/plain' },
      metadata: { color: 'blue' },
      websiteRedirectLocation: '/other',
      tags: [['team', 'red']],
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: crc64 },
    })
    t.equal(current(world, 'k')?.storageClass, 'STANDARD_IA')
  })

  t.test('Object Lock: headers, else the default of the bucket', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
    await put(world, 'k', 'a', [
      ['x-amz-object-lock-mode', 'COMPLIANCE'],
      ['x-amz-object-lock-retain-until-date', '2030-01-01T00:00:00Z'],
      ['x-amz-object-lock-legal-hold', 'ON'],
    ])
    t.match(detailsOf(world, 'k'), {
      retention: { mode: 'COMPLIANCE', retainUntil: Date.UTC(2030, 0, 1) },
      legalHold: 'ON',
    })
    const rule = { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2 } } }
    await world.store.putBucketConfiguration(world.bucket.id, 'objectLock', JSON.stringify(rule))
    await put(world, 'd', 'a', [['x-amz-checksum-crc32', '6Le+Qw==']])
    t.strictSame(detailsOf(world, 'd')?.retention, {
      mode: 'GOVERNANCE',
      retainUntil: world.clock.now() + 2 * 86_400_000,
    })
  })

  t.test('the writer owns the object, unless ACLs are off or it is handed over', async t => {
    const owner = async (
      objectOwnership: 'ObjectWriter' | 'BucketOwnerPreferred' | 'BucketOwnerEnforced',
      acl?: string,
    ) => {
      const world = await dataWorld(t, { objectOwnership })
      const headers: readonly (readonly [string, string])[] = acl ? [['x-amz-acl', acl]] : []
      await exchange(putObject, world, 'k', { body: '', headers, caller: rootOf(stranger) })
      return current(world, 'k')?.ownerId
    }
    t.equal(await owner('BucketOwnerEnforced'), '111122223333')
    t.equal(await owner('BucketOwnerEnforced', 'bucket-owner-full-control'), '111122223333')
    t.equal(await owner('ObjectWriter', 'bucket-owner-full-control'), stranger)
    t.equal(await owner('BucketOwnerPreferred'), stranger)
    t.equal(await owner('BucketOwnerPreferred', 'bucket-owner-full-control'), '111122223333')
  })

  t.test('conditions', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', 'hello', [['If-None-Match', '*']])
    t.match(await refusedExchange(putObject, world, 'k', { body: 'x', headers: [['If-None-Match', '*']] }), {
      code: 'PreconditionFailed',
      status: 412,
      fields: { Condition: 'If-None-Match' },
    })
    await put(world, 'k', 'newer', [['If-Match', `"${md5}"`]])
    t.match(await refusedExchange(putObject, world, 'k', { body: 'x', headers: [['If-Match', `"${md5}"`]] }), {
      status: 412,
      fields: { Condition: 'If-Match' },
    })
    t.match(await refusedExchange(putObject, world, 'other', { body: 'x', headers: [['If-Match', `"${md5}"`]] }), {
      code: 'NoSuchKey',
      status: 404,
    })
    t.equal(await read(world, 'k'), 'newer')
  })
})

t.test('reads and writes the wire', async t => {
  t.test('without a declared checksum', async t => {
    const world = await dataWorld(t)
    const { status, headers, body } = await put(world, 'k', 'hello')
    t.equal(status, 200)
    t.equal(body, '')
    t.strictSame(headers, {
      etag: `"${md5}"`,
      'x-amz-checksum-crc64nvme': crc64,
      'x-amz-checksum-type': 'FULL_OBJECT',
      'x-amz-server-side-encryption': 'AES256',
    })
  })

  t.test('echoes the declared checksum', async t => {
    const world = await dataWorld(t)
    const { headers } = await put(world, 'k', 'hello', [['x-amz-checksum-sha256', sha256]])
    t.equal(headers['x-amz-checksum-sha256'], sha256)
    t.notOk(headers['x-amz-checksum-crc64nvme'])
    t.strictSame(detailsOf(world, 'k')?.checksum, { algorithm: 'SHA256', type: 'FULL_OBJECT', value: sha256 })
    t.equal((await put(world, 'k', 'hello', [['x-amz-checksum-crc32', crc32]])).headers['x-amz-checksum-crc32'], crc32)
  })

  t.test('checksums of newer algorithms', async t => {
    const world = await dataWorld(t)
    const sums = [
      ['sha512', 'm3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw=='],
      ['md5', 'XUFAKrxLKna5cZ2REBfFkg=='],
    ] as const
    for (const [name, value] of sums) {
      const { headers } = await put(world, 'k', 'hello', [[`x-amz-checksum-${name}`, value]])
      t.equal(headers[`x-amz-checksum-${name}`], value)
      t.match(detailsOf(world, 'k')?.checksum, { algorithm: name.toUpperCase(), type: 'FULL_OBJECT', value })
    }
  })

  t.test('metadata beyond ASCII comes back encoded', async t => {
    const world = await dataWorld(t)
    await put(world, 'k', 'hello', [
      ['x-amz-meta-word', '=?UTF-8?Q?caf=C3=A9?='],
      ['x-amz-meta-bytes', Buffer.from('café').toString('latin1')],
    ])
    t.strictSame(detailsOf(world, 'k')?.metadata, { word: 'café', bytes: 'cafÃ©' })
    const { headers } = await exchange(headObject, world, 'k')
    t.equal(headers['x-amz-meta-word'], '=?UTF-8?Q?caf=C3=A9?=')
    t.equal(headers['x-amz-meta-bytes'], '=?UTF-8?Q?caf=C3=83=C2=A9?=')
  })

  t.test('encryption', async t => {
    const world = await dataWorld(t)
    const kms = await put(world, 'k', 'hello', [
      ['x-amz-server-side-encryption', 'aws:kms'],
      ['x-amz-server-side-encryption-aws-kms-key-id', keyId],
      ['x-amz-server-side-encryption-bucket-key-enabled', 'true'],
    ])
    t.match(kms.headers, {
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id':
        'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      'x-amz-server-side-encryption-bucket-key-enabled': 'true',
    })
    t.not(kms.headers.etag, `"${md5}"`, 'no MD5 of the content')
    const managed = await put(world, 'k', 'hello', [['x-amz-server-side-encryption', 'aws:kms']])
    t.match(
      managed.headers['x-amz-server-side-encryption-aws-kms-key-id'],
      /^arn:aws:kms:us-west-2:111122223333:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    )
    const customer = 'x-amz-server-side-encryption-customer'
    const sseC = await put(world, 'k', 'hello', [
      [`${customer}-algorithm`, 'AES256'],
      [`${customer}-key`, 'a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s='],
      [`${customer}-key-MD5`, 'mT2HRsMGJ5IX5C+0rreZ8Q=='],
    ])
    t.equal(sseC.headers[`${customer}-key-md5`], 'mT2HRsMGJ5IX5C+0rreZ8Q==')
    t.notOk(sseC.headers['x-amz-server-side-encryption'])
    t.notMatch(JSON.stringify(current(world, 'k')), 'a2tra2tra', 'the key is not kept')
  })
})

t.test('refuses', async t => {
  const lock = (mode: string, date: string): [string, string][] => [
    ['x-amz-object-lock-mode', mode],
    ['x-amz-object-lock-retain-until-date', date],
  ]
  const kmsKey = (name: string): [string, string][] => [
    ['x-amz-server-side-encryption', 'aws:kms'],
    ['x-amz-server-side-encryption-aws-kms-key-id', name],
  ]
  const cases: readonly (readonly [
    name: string,
    headers: [string, string][],
    code: string,
    status: number,
    expected: object,
  ])[] = [
    [
      'unknown class',
      [['x-amz-storage-class', 'COLD']],
      'InvalidStorageClass',
      400,
      { fields: { StorageClassRequested: 'COLD' } },
    ],
    ['bad tags', [['x-amz-tagging', 'a=1&a=2']], 'InvalidArgument', 400, { fields: { ArgumentName: 'x-amz-tagging' } }],
    ['metadata', [['x-amz-meta-a', 'x'.repeat(2048)]], 'MetadataTooLarge', 400, { fields: { MaxSizeAllowed: '2048' } }],
    [
      'ACL',
      [['x-amz-acl', 'public-read']],
      'AccessControlListNotSupported',
      400,
      { message: 'The bucket does not allow ACLs' },
    ],
    [
      'unknown ACL',
      [['x-amz-acl', 'x']],
      'InvalidArgument',
      400,
      { fields: { ArgumentName: 'x-amz-acl', ArgumentValue: 'x' } },
    ],
    [
      'two kinds of ACL',
      [
        ['x-amz-acl', 'private'],
        ['x-amz-grant-read', 'uri=http://acs.amazonaws.com/groups/global/AllUsers'],
      ],
      'InvalidRequest',
      400,
      { message: 'Specifying both Canned ACLs and Header Grants is not allowed' },
    ],
    [
      'unknown encryption',
      [['x-amz-server-side-encryption', 'ROT13']],
      'InvalidArgument',
      400,
      { fields: { ArgumentValue: 'ROT13' } },
    ],
    ['no KMS key', kmsKey('fake-key-id'), 'KMS.NotFoundException', 400, { message: "Invalid keyId 'fake-key-id'" }],
    [
      'KMS key of another Region',
      kmsKey(`arn:aws:kms:eu-west-1:111122223333:key/${keyId}`),
      'KMS.NotFoundException',
      400,
      { message: 'Invalid arn eu-west-1' },
    ],
    [
      'ARN of no KMS key',
      kmsKey('arn:aws:kms:us-west-2:111122223333:key/x'),
      'KMS.NotFoundException',
      400,
      { message: "Invalid keyId 'x'" },
    ],
    ['key id without KMS', [['x-amz-server-side-encryption-aws-kms-key-id', 'k']], 'InvalidArgument', 400, {}],
    ['redirect', [['x-amz-website-redirect-location', 'x']], 'InvalidRedirectLocation', 400, {}],
    [
      'no Object Lock',
      lock('GOVERNANCE', '2030-01-01T00:00:00Z'),
      'InvalidRequest',
      400,
      { message: 'Bucket is missing Object Lock Configuration' },
    ],
    ['hold without Object Lock', [['x-amz-object-lock-legal-hold', 'ON']], 'InvalidRequest', 400, {}],
    [
      'mode alone',
      [['x-amz-object-lock-mode', 'GOVERNANCE']],
      'InvalidArgument',
      400,
      { message: 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied' },
    ],
    [
      'unknown mode',
      lock('STRICT', '2030-01-01T00:00:00Z'),
      'InvalidArgument',
      400,
      { message: 'Unknown wormMode directive.' },
    ],
    [
      'past date',
      lock('GOVERNANCE', '2020-01-01T00:00:00Z'),
      'InvalidArgument',
      400,
      { message: 'The retain until date must be in the future!' },
    ],
    [
      'no date',
      lock('GOVERNANCE', 'tomorrow'),
      'InvalidArgument',
      400,
      { fields: { ArgumentName: 'x-amz-object-lock-retain-until-date' } },
    ],
    [
      'hold',
      [['x-amz-object-lock-legal-hold', 'MAYBE']],
      'InvalidArgument',
      400,
      { fields: { ArgumentValue: 'MAYBE' } },
    ],
    [
      'If-None-Match with an ETag',
      [['If-None-Match', '"x"']],
      'NotImplemented',
      501,
      { fields: { Header: 'If-None-Match' } },
    ],
    ['If-Match *', [['If-Match', '*']], 'NotImplemented', 501, { fields: { Header: 'If-Match' } }],
    ['wrong MD5', [['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg==']], 'BadDigest', 400, {}],
    [
      'wrong CRC32',
      [['x-amz-checksum-crc32', 'AAAAAA==']],
      'BadDigest',
      400,
      { message: 'The CRC32 you specified did not match the calculated checksum.' },
    ],
    ['fewer bytes', [['Content-Length', '6']], 'IncompleteBody', 400, {}],
    ['more bytes', [['Content-Length', '4']], 'IncompleteBody', 400, {}],
    [
      'too large',
      [['Content-Length', '5368709121']],
      'EntityTooLarge',
      400,
      { fields: { ProposedSize: '5368709121', MaxSizeAllowed: '5368709120' } },
    ],
    ['chunked without length', [['Transfer-Encoding', 'chunked']], 'NotImplemented', 501, {}],
  ]
  const world = await dataWorld(t)
  for (const [name, headers, code, status, expected] of cases) {
    const error = await refusedExchange(putObject, world, 'k', { body: 'hello', headers })
    t.match(error, { code, status, ...expected }, name)
    t.equal(current(world, 'k'), undefined, `${name}: nothing is stored`)
  }
  const locked = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  const rule = { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2 } } }
  await locked.store.putBucketConfiguration(locked.bucket.id, 'objectLock', JSON.stringify(rule))
  t.match(await refusedExchange(putObject, locked, 'k', { body: 'hello' }), {
    code: 'InvalidRequest',
    message:
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  })
  t.match(await refusedExchange(putObject, world, 'k'), { code: 'MissingContentLength', status: 411 })
  t.match(await refusedExchange(putObject, world, 'k'.repeat(1025), { body: '' }), {
    code: 'KeyTooLongError',
    fields: { Size: '1025', MaxSizeAllowed: '1024' },
  })
})

t.test('refuses a public list where Block Public Access is on', async t => {
  const publicAccessBlock = {
    blockPublicAcls: true,
    ignorePublicAcls: false,
    blockPublicPolicy: false,
    restrictPublicBuckets: false,
  }
  const world = await dataWorld(t, { objectOwnership: 'ObjectWriter', publicAccessBlock })
  const refused = await refusedExchange(putObject, world, 'k', { body: '', headers: [['x-amz-acl', 'public-read']] })
  t.match(refused, { code: 'AccessDenied', status: 403 })
  await put(world, 'k', '', [['x-amz-acl', 'bucket-owner-read']])
})
