import { test } from 'tap'
import { accountWith, allow, deny, keyOf, policyText } from '../helpers/accounts.ts'
import { type Ask, account, alias, bucket, mrapArn, mrapHost, startApp } from '../helpers/app.ts'
import { isRefusal, textsOf } from '../helpers/xml.ts'

const other = '111122223333'
const west = { region: 'us-west-2' } as const
const denied = { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {} }
const objects = [
  { key: 'k', content: { body: 'hello' }, metadata: {}, tags: { team: 'blue' } },
  { key: 'home/ann/k', content: { body: 'ann' }, metadata: {}, tags: {} },
]
const bucketArn = 'arn:aws:s3:::b-usw2'
const inBucket = `${bucketArn}/*`
const inMrap = `${mrapArn}/object/*`

interface Setup {
  readonly users?: Readonly<Record<string, readonly string[]>>
  readonly roles?: Readonly<Record<string, readonly string[]>>
  readonly others?: Readonly<Record<string, readonly string[]>>
  readonly bucketPolicy?: string
  readonly mrapPolicy?: string
}

function worldOf({ users = {}, roles = {}, others = {}, bucketPolicy, mrapPolicy }: Setup) {
  return {
    accounts: [accountWith(account, { users, roles }), accountWith(other, { users: others })],
    buckets: [bucket('b-usw2', 'us-west-2', { objects, ...(bucketPolicy !== undefined && { policy: bucketPolicy }) })],
    multiRegionAccessPoints: [
      {
        name: 'one',
        alias,
        buckets: [{ name: 'b-usw2' }],
        routes: {},
        ...(mrapPolicy !== undefined && { policy: mrapPolicy }),
      },
    ],
  }
}

const principal = (AWS: string) => ({ Principal: { AWS } })
const get = (resource: string, AWS: string) => policyText({ ...allow('s3:GetObject', resource), ...principal(AWS) })
const userArn = (accountId: string, name: string) => `arn:aws:iam::${accountId}:user/${name}`
const rootArn = (accountId: string) => `arn:aws:iam::${accountId}:root`

/** What mrap-spec 9.1 says: who may read `k`, directly and through the MRAP. */
const rows: readonly (readonly [name: string, who: string, setup: Setup, direct: number, through: number])[] = [
  ['no policy at all', 'ann', { users: { ann: [] } }, 403, 403],
  [
    'the bucket in an identity policy',
    'ann',
    { users: { ann: [policyText(allow('s3:GetObject', inBucket))] } },
    200,
    403,
  ],
  ['the MRAP in an identity policy', 'ann', { users: { ann: [policyText(allow('s3:GetObject', inMrap))] } }, 403, 200],
  ['everything in an identity policy', 'ann', { users: { ann: [policyText(allow('s3:*'))] } }, 200, 200],
  [
    'two policies, the second allows',
    'ann',
    { users: { ann: [policyText(allow('s3:PutObject')), policyText(allow('s3:Get*'))] } },
    200,
    200,
  ],
  [
    'an identity Deny',
    'ann',
    { users: { ann: [policyText(allow('*')), policyText(deny('s3:GetObject', inBucket))] } },
    403,
    200,
  ],
  [
    'the bucket policy names the user',
    'ann',
    { users: { ann: [] }, bucketPolicy: get(inBucket, userArn(account, 'ann')) },
    200,
    403,
  ],
  [
    'both resource policies name the user',
    'ann',
    { users: { ann: [] }, bucketPolicy: get(inBucket, userArn(account, 'ann')), mrapPolicy: get(inMrap, '*') },
    200,
    200,
  ],
  [
    'the account alone is named: it has to hand on',
    'ann',
    { users: { ann: [] }, bucketPolicy: get(inBucket, rootArn(account)), mrapPolicy: get(inMrap, account) },
    403,
    403,
  ],
  [
    'another user is named',
    'ann',
    { users: { ann: [], bob: [] }, bucketPolicy: get(inBucket, userArn(account, 'bob')) },
    403,
    403,
  ],
  [
    'a Deny of the bucket policy for the account',
    'ann',
    {
      users: { ann: [policyText(allow('*'))] },
      bucketPolicy: policyText({ ...deny('s3:GetObject', inBucket), ...principal(rootArn(account)) }),
    },
    403,
    403,
  ],
  [
    'NotPrincipal with the root excepts the root alone',
    'ann',
    {
      users: { ann: [policyText(allow('*'))] },
      bucketPolicy: policyText({ ...deny('s3:GetObject', inBucket), NotPrincipal: { AWS: rootArn(account) } }),
    },
    403,
    403,
  ],
  [
    'NotPrincipal with the user and the root',
    'ann',
    {
      users: { ann: [policyText(allow('*'))] },
      bucketPolicy: policyText({
        ...deny('s3:GetObject', inBucket),
        NotPrincipal: { AWS: [rootArn(account), userArn(account, 'ann')] },
      }),
    },
    200,
    200,
  ],
  ['another account, identity alone', 'eve', { others: { eve: [policyText(allow('*'))] } }, 403, 403],
  [
    'another account, resources alone',
    'eve',
    { others: { eve: [] }, bucketPolicy: get(inBucket, userArn(other, 'eve')), mrapPolicy: get(inMrap, '*') },
    403,
    403,
  ],
  [
    'another account, both sides',
    'eve',
    {
      others: { eve: [policyText(allow('s3:GetObject', [inBucket, inMrap]))] },
      bucketPolicy: get(inBucket, rootArn(other)),
      mrapPolicy: get(inMrap, other),
    },
    200,
    200,
  ],
  [
    'another account, the MRAP is silent',
    'eve',
    { others: { eve: [policyText(allow('*'))] }, bucketPolicy: get(inBucket, userArn(other, 'eve')) },
    200,
    403,
  ],
  [
    'another account, the identity policy names the bucket only',
    'eve',
    {
      others: { eve: [policyText(allow('s3:GetObject', inBucket))] },
      bucketPolicy: get(inBucket, other),
      mrapPolicy: get(inMrap, other),
    },
    200,
    403,
  ],
  [
    'a role by its identity policy',
    'app',
    { roles: { app: [policyText(allow('s3:GetObject', [inBucket, inMrap]))] } },
    200,
    200,
  ],
  [
    'a role named by a bucket policy',
    'app',
    { roles: { app: [] }, bucketPolicy: get(inBucket, `arn:aws:iam::${account}:role/app`) },
    200,
    403,
  ],
  [
    'the session of a role, named',
    'app',
    { roles: { app: [] }, bucketPolicy: get(inBucket, `arn:aws:sts::${account}:assumed-role/app/run`) },
    200,
    403,
  ],
  [
    'another session of the role',
    'app',
    { roles: { app: [] }, bucketPolicy: get(inBucket, `arn:aws:sts::${account}:assumed-role/app/walk`) },
    403,
    403,
  ],
]

test('who may read an object', async t => {
  for (const [name, who, setup, direct, through] of rows) {
    await t.test(name, async t => {
      const app = await startApp(t, { world: worldOf(setup) })
      const as = keyOf(who, who === 'app')
      const directly = await app.ask('GET /b-usw2/k', { ...west, as })
      const viaMrap = await app.ask('GET /k', { host: mrapHost, sign: 'v4a', as })
      t.equal(directly.status, direct, `directly: ${directly.header('x-mrap-hint')}`)
      t.equal(viaMrap.status, through, `through the MRAP: ${viaMrap.header('x-mrap-hint')}`)
      for (const answer of [directly, viaMrap]) if (answer.status === 403) isRefusal(t, answer, denied, name)
    })
  }
})

test('policy variables, tags and addresses in identity policies', async t => {
  const home = policyText(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable.
    allow('s3:GetObject', 'arn:aws:s3:::b-usw2/home/${aws:username}/*'),
    allow('s3:ListBucket', bucketArn, {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable.
      Condition: { StringLike: { 's3:prefix': 'home/${aws:username}/*' } },
    }),
  )
  const byTag = policyText(
    allow('s3:GetObject', inBucket, { Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'blue' } } }),
  )
  const away = policyText(allow('*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } } }))
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable.
  const untagged = policyText(allow('s3:GetObject', 'arn:aws:s3:::b-usw2/home/${aws:PrincipalTag/name}/*'))
  const users = { ann: [home], bob: [home], tim: [byTag], far: [away], tag: [untagged] }
  const app = await startApp(t, { world: worldOf({ users }) })
  const status = async (who: string, line: string) => (await app.ask(line, { ...west, as: keyOf(who) })).status
  t.equal(await status('ann', 'GET /b-usw2/home/ann/k'), 200)
  t.equal(await status('bob', 'GET /b-usw2/home/ann/k'), 403)
  t.equal(await status('ann', 'GET /b-usw2?list-type=2&prefix=home/ann/'), 200)
  t.equal(await status('bob', 'GET /b-usw2?list-type=2&prefix=home/ann/'), 403)
  t.equal(await status('tim', 'GET /b-usw2/k'), 200)
  t.equal(await status('tim', 'GET /b-usw2/home/ann/k'), 403)
  t.equal(await status('tag', 'GET /b-usw2/home/ann/k'), 403, 'users have no tags here')
  const refused = await app.ask('GET /b-usw2/k', { ...west, as: keyOf('far') })
  t.equal(
    refused.header('x-mrap-hint'),
    'No identity policy allows s3:GetObject on arn:aws:s3:::b-usw2/k to user far of account 000000000000: ' +
      'the condition IpAddress on aws:SourceIp does not hold (the request has 127.0.0.1).',
  )
})

test('a missing key shows as 403 to users who may not list', async t => {
  const users = {
    get: [policyText(allow('s3:GetObject'))],
    list: [policyText(allow(['s3:GetObject', 's3:ListBucket']))],
  }
  const app = await startApp(t, { world: worldOf({ users }) })
  t.equal((await app.ask('GET /b-usw2/missing', { ...west, as: keyOf('get') })).status, 403)
  t.equal((await app.ask('GET /b-usw2/missing', { ...west, as: keyOf('list') })).status, 404)
  const through: Ask = { host: mrapHost, sign: 'v4a' }
  t.equal((await app.ask('GET /missing', { ...through, as: keyOf('get') })).status, 403)
  t.equal((await app.ask('GET /missing', { ...through, as: keyOf('list') })).status, 404)
})

test('what is asked of the service itself', async t => {
  const inEurope = { Condition: { StringEquals: { 's3:LocationConstraint': 'eu-west-1' } } }
  const users = {
    none: [policyText(allow('s3:GetObject'))],
    lister: [policyText(allow('s3:ListAllMyBuckets', 'arn:aws:s3:::*'))],
    maker: [policyText(allow('s3:CreateBucket', 'arn:aws:s3:::b-new*'))],
    eu: [policyText(allow('s3:CreateBucket', '*', inEurope))],
  }
  const app = await startApp(t, { world: worldOf({ users }) })
  const ask = (who: string, line: string, more: Ask = {}) => app.ask(line, { as: keyOf(who), ...more })
  isRefusal(t, await ask('none', 'GET /'), denied, 'ListBuckets')
  t.strictSame(textsOf((await ask('lister', 'GET /')).text, 'Name'), ['b-usw2'])
  isRefusal(t, await ask('lister', 'PUT /b-new'), denied, 'CreateBucket')
  t.equal((await ask('maker', 'PUT /b-new')).status, 200)
  isRefusal(t, await ask('maker', 'PUT /c-new'), denied, 'another name')
  const objectLock = { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } }
  const locked = await ask('maker', 'PUT /b-new-locked', objectLock)
  isRefusal(t, locked, denied, 'with Object Lock')
  t.match(locked.header('x-mrap-hint'), /s3:PutBucketObjectLockConfiguration/)
  const body =
    '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'
  t.equal((await ask('eu', 'PUT /d-new', { body })).status, 200)
  isRefusal(t, await ask('eu', 'PUT /d-newer'), denied, 'in another Region')
  t.equal((await app.ask('HEAD /d-newer', { as: keyOf(`root-${account}`) })).status, 404, 'nothing was made')
})

test('a policy of the bucket is no matter for users alone', async t => {
  const users = { ann: [policyText(allow('s3:GetObject'))], adm: [policyText(allow('s3:*BucketPolicy'))] }
  const denyAll = policyText({ ...deny('s3:*', [bucketArn, inBucket]), Principal: '*' })
  const app = await startApp(t, { world: worldOf({ users }) })
  const put = (as: Ask['as']) => app.ask('PUT /b-usw2?policy', { ...west, ...(as && { as }), body: denyAll })
  isRefusal(t, await put(keyOf('ann')), denied, 'without the action')
  t.equal((await put(keyOf('adm'))).status, 204)
  const remove = (as: Ask['as']) => app.ask('DELETE /b-usw2?policy', { ...west, ...(as && { as }) })
  isRefusal(t, await remove(keyOf('adm')), denied, 'a Deny holds for users')
  t.equal((await remove(keyOf(`root-${account}`))).status, 204, 'the root can always put it right')
})

test('each decision is traced', async t => {
  const users = { ann: [policyText(allow('s3:PutObject'), { Sid: 'Mine', ...allow('s3:GetObject', inMrap) })] }
  const app = await startApp(t, { world: worldOf({ users, mrapPolicy: get(inMrap, '*') }) })
  await app.ask('GET /k', { host: mrapHost, sign: 'v4a', as: keyOf('ann') })
  const log = app.lines.join('')
  const id = /trace (\w{16}) allowed: s3:GetObject on arn:aws:s3::000000000000:accesspoint/.exec(log)?.[1]
  t.ok(id, log)
  t.match(log, new RegExp(`trace ${id} allowed: s3:GetObject on arn:aws:s3:::b-usw2/k for user ann of account`))
  t.match(log, /identity policy 1 of user ann: statement 2 \(Mine\) allows/)
  t.match(log, /policy of the Multi-Region Access Point mfzwi23gnjvgw.mrap: statement 1 allows/)
  t.match(log, /policy of bucket b-usw2: there is none/)
  t.match(log, new RegExp(`debug ${id} GET `), 'the same id as the request')
})
