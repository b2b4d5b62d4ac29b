import t from 'tap'
import deleteObjects from '../../../src/data/operations/delete-objects.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

type Headers = readonly (readonly [string, string])[]
const put = async (world: DataWorld, key: string, headers: Headers = []) =>
  (await exchange(putObject, world, key, { body: 'hello', headers })).headers['x-amz-version-id'] ?? ''
// The digest is compared where the body is read; the operation asks only that there is one.
const md5: Headers = [['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg==']]
const del = async (world: DataWorld, objects: string, headers: Headers = []) =>
  (await exchange(deleteObjects, world, '', { body: `<Delete>${objects}</Delete>`, headers: [...md5, ...headers] }))
    .body
const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
const isThere = (world: DataWorld, key: string) => world.store.findCurrentVersion(world.bucket.id, key) !== undefined

t.test('does the work and writes the wire', async t => {
  t.test('never versioned', async t => {
    const world = await dataWorld(t)
    await put(world, 'a')
    await put(world, 'b')
    t.equal(
      await del(world, '<Object><Key>a</Key></Object><Object><Key>missing</Key></Object>'),
      `<DeleteResult ${xmlns}><Deleted><Key>a</Key></Deleted><Deleted><Key>missing</Key></Deleted></DeleteResult>`,
    )
    t.notOk(isThere(world, 'a'))
    t.ok(isThere(world, 'b'))
    t.equal(await del(world, '<Quiet>true</Quiet><Object><Key>b</Key></Object>'), `<DeleteResult ${xmlns}/>`)
    t.notOk(isThere(world, 'b'))
  })

  t.test('versioned: markers, and versions by name', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const version = await put(world, 'a')
    const answer = await del(world, '<Object><Key>a</Key></Object>')
    const marker = /<DeleteMarkerVersionId>(.{32})</.exec(answer)?.[1] ?? ''
    t.equal(
      answer,
      `<DeleteResult ${xmlns}><Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker>` +
        `<DeleteMarkerVersionId>${marker}</DeleteMarkerVersionId></Deleted></DeleteResult>`,
    )
    t.equal(
      await del(
        world,
        [marker, version].map(id => `<Object><Key>a</Key><VersionId>${id}</VersionId></Object>`).join(''),
      ),
      `<DeleteResult ${xmlns}><Deleted><Key>a</Key><VersionId>${marker}</VersionId><DeleteMarker>true</DeleteMarker>` +
        `<DeleteMarkerVersionId>${marker}</DeleteMarkerVersionId></Deleted>` +
        `<Deleted><Key>a</Key><VersionId>${version}</VersionId></Deleted></DeleteResult>`,
    )
  })

  t.test('suspended: the null version makes room for a null marker', async t => {
    const world = await dataWorld(t, { versioning: 'Suspended' })
    await put(world, 'a')
    t.equal(
      await del(world, '<Object><Key>a</Key></Object>'),
      `<DeleteResult ${xmlns}><Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker>` +
        '<DeleteMarkerVersionId>null</DeleteMarkerVersionId></Deleted></DeleteResult>',
    )
    t.equal(world.store.listVersions({ bucketId: world.bucket.id, prefix: '', limit: 9 }).entries.length, 1)
  })

  t.test('what is named twice is deleted once', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const version = await put(world, 'a')
    const bare = '<Object><Key>a</Key></Object>'
    const named = `<Object><Key>a</Key><VersionId>${version}</VersionId></Object>`
    const answer = await del(world, bare + named + bare + named)
    t.match(answer, /^<DeleteResult [^>]*>(<Deleted>.*?<\/Deleted>){2}<\/DeleteResult>$/)
    t.match(answer, `<Deleted><Key>a</Key><VersionId>${version}</VersionId></Deleted></DeleteResult>`)
    const { entries } = world.store.listVersions({ bucketId: world.bucket.id, prefix: '', limit: 9 })
    t.equal(entries.length, 1, 'one marker')
  })

  t.test('a bypass for versions where there is no Object Lock', async t => {
    const world = await dataWorld(t)
    await put(world, 'a')
    const bypass = [['x-amz-bypass-governance-retention', 'true']] as const
    await del(world, '<Object><Key>a</Key><VersionId>null</VersionId></Object>', bypass)
    t.notOk(isThere(world, 'a'))
  })

  t.test('keys that XML cannot carry as they are', async t => {
    const world = await dataWorld(t)
    await put(world, 'a\u0001\r\n<b>')
    t.match(
      await del(world, '<Object><Key>a&#x1;&#13;&#10;&lt;b&gt;</Key></Object>'),
      '<Deleted><Key>a&#1;&#13;\n&lt;b&gt;</Key></Deleted>',
    )
    t.notOk(isThere(world, 'a\u0001\r\n<b>'))
  })

  t.test('judges each key by the policy', async t => {
    const world = await dataWorld(t, {
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::orders-usw2/a' },
        ],
      }),
    })
    await put(world, 'a')
    await put(world, 'b')
    const answer = await del(world, '<Object><Key>a</Key></Object><Object><Key>b</Key></Object>')
    t.match(answer, '<Error><Key>a</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
    t.ok(isThere(world, 'a'))
    t.notOk(isThere(world, 'b'))
  })

  t.test('what fails is listed, the rest is done', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
    const held = await put(world, 'held', [['x-amz-object-lock-legal-hold', 'ON']])
    await put(world, 'b')
    const answer = await del(
      world,
      `<Object><Key>held</Key><VersionId>${held}</VersionId></Object><Object><Key>b</Key><ETag>"x"</ETag></Object>` +
        `<Object><Key>c</Key><VersionId>bad</VersionId></Object><Object><Key>${'k'.repeat(1025)}</Key></Object>` +
        '<Object><Key>b</Key><VersionId>HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD</VersionId></Object><Object><Key>d</Key></Object>',
    )
    t.match(answer, /<Deleted><Key>d<\/Key>/)
    t.match(
      answer,
      `<Error><Key>held</Key><VersionId>${held}</VersionId><Code>AccessDenied</Code>` +
        '<Message>Access Denied because object protected by object lock.</Message></Error>',
    )
    t.match(answer, '<Error><Key>b</Key><Code>PreconditionFailed</Code>')
    t.match(answer, '<Error><Key>c</Key><VersionId>bad</VersionId><Code>NoSuchVersion</Code>')
    t.match(answer, '<Code>KeyTooLongError</Code>')
    t.match(
      answer,
      '<Error><Key>b</Key><VersionId>HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD</VersionId><Code>NoSuchVersion</Code>' +
        '<Message>The specified version does not exist.</Message></Error>',
    )
    t.ok(isThere(world, 'held'))
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  await put(world, 'a')
  const one = '<Object><Key>a</Key></Object>'
  const cases = [
    ['no digest', one, [], 'InvalidRequest'],
    ['nothing', '', md5, 'MalformedXML'],
    ['1,001 keys', one.repeat(1001), md5, 'MalformedXML'],
    ['a condition on the size', '<Object><Key>a</Key><Size>5</Size></Object>', md5, 'MalformedXML'],
    [
      'a condition on the time',
      '<Object><Key>a</Key><LastModifiedTime>x</LastModifiedTime></Object>',
      md5,
      'MalformedXML',
    ],
    ['a bypass without Object Lock', one, [...md5, ['x-amz-bypass-governance-retention', 'true']], 'InvalidArgument'],
    ['a bypass of nothing', one, [...md5, ['x-amz-bypass-governance-retention', 'false']], 'InvalidArgument'],
    ['a reference to U+0000', '<Object><Key>a&#0;</Key></Object>', md5, 'MalformedXML'],
    ['no key', '<Object><VersionId>null</VersionId></Object>', md5, 'MalformedXML'],
  ] as const
  for (const [name, objects, headers, code] of cases) {
    const options = { body: `<Delete>${objects}</Delete>`, headers }
    t.match(await refusedExchange(deleteObjects, world, '', options), { code, status: 400 }, name)
  }
  t.ok(isThere(world, 'a'))
})
