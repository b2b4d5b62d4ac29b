import { test } from 'tap'
import { accountWith, allow, deny, keyOf, policyText } from '../helpers/accounts.ts'
import { account, alias, bucket, mrapArn, startApp, type TestApp } from '../helpers/app.ts'
import { asynchronous, control, createBody, policyBody, routesBody, tokenOf } from '../helpers/control.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

const other = '111122223333'
const denied = { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {}, envelope: 'wrapped' } as const
const listBuckets = allow('s3:ListAllMyBuckets')
const buckets = [bucket('b-usw2', 'us-west-2'), bucket('b-euw1', 'eu-west-1'), bucket('c-usw2', 'us-west-2')]

function worldOf(users: Readonly<Record<string, readonly string[]>>) {
  return {
    accounts: [accountWith(account, { users }), accountWith(other)],
    buckets,
    multiRegionAccessPoints: [{ name: 'one', alias, buckets: [{ name: 'b-usw2' }, { name: 'b-euw1' }], routes: {} }],
  }
}

const denyAll = policyText({ ...deny('s3:GetObject', `${mrapArn}/object/*`), Principal: '*' })
const tokenArn = `arn:aws:s3:us-west-2:${account}:async-request/mrap/create/*`

/** Each operation: the action, a resource that is needed at least, one that does not do, and a request. */
const rows: readonly (readonly [action: string, resource: string, wrong: string, line: string, body?: string])[] = [
  [
    'CreateMultiRegionAccessPoint',
    `arn:aws:s3::${account}:accesspoint/*`,
    mrapArn,
    'POST /async-requests/mrap/create',
    createBody('new', ['c-usw2'], 'c'),
  ],
  [
    'DeleteMultiRegionAccessPoint',
    mrapArn,
    mrapArn.replace('.mrap', 'x.mrap'),
    'POST /async-requests/mrap/delete',
    asynchronous('Delete', 'd', '<Name>one</Name>'),
  ],
  [
    'PutMultiRegionAccessPointPolicy',
    mrapArn,
    `arn:aws:s3::${account}:accesspoint/one`,
    'POST /async-requests/mrap/put-policy',
    policyBody('one', JSON.parse(denyAll), 'p'),
  ],
  [
    'SubmitMultiRegionAccessPointRoutes',
    mrapArn,
    `${mrapArn}/object/*`,
    `PATCH /mrap/instances/${encodeURIComponent(mrapArn)}/routes`,
    routesBody({ 'us-west-2': 0 }),
  ],
  ['GetMultiRegionAccessPoint', mrapArn, `arn:aws:s3::${other}:*`, 'GET /mrap/instances/one'],
  ['GetMultiRegionAccessPointPolicy', mrapArn, `${mrapArn}x`, 'GET /mrap/instances/one/policy'],
  ['GetMultiRegionAccessPointPolicyStatus', mrapArn, `${mrapArn}x`, 'GET /mrap/instances/one/policystatus'],
  [
    'GetMultiRegionAccessPointRoutes',
    mrapArn,
    `${mrapArn}x`,
    `GET /mrap/instances/${encodeURIComponent(mrapArn)}/routes`,
  ],
  ['ListMultiRegionAccessPoints', '*', mrapArn, 'GET /mrap/instances'],
  ['GetAccountPublicAccessBlock', '*', 'arn:aws:s3:::*', 'GET /configuration/publicAccessBlock'],
  ['ListTagsForResource', 'arn:aws:s3:::b-usw2', 'arn:aws:s3:::b-euw1', 'GET /tags/arn%3Aaws%3As3%3A%3A%3Ab-usw2'],
]

test('each operation needs its action on its resource', async t => {
  for (const [action, resource, wrong, line, body] of rows) {
    await t.test(action, async t => {
      const users = {
        none: [policyText(allow('s3:GetObject'), listBuckets)],
        wrong: [policyText(allow(`s3:${action}`, wrong), listBuckets)],
        denied: [policyText(allow('*'), deny(`s3:${action}`))],
        right: [policyText(allow(`s3:${action}`, resource), listBuckets)],
      }
      const app = await startApp(t, { world: worldOf(users) })
      const ask = (who: string) => control(app, line, { as: keyOf(who), ...(body !== undefined && { body }) })
      for (const who of ['none', 'wrong', 'denied']) {
        const answer = await ask(who)
        isRefusal(t, answer, denied, who)
        t.match(answer.header('x-mrap-hint'), new RegExp(`s3:${action} on`), who)
      }
      const answer = await ask('right')
      const isMissing = textOf(answer.text, 'Code') === 'NoSuchPublicAccessBlockConfiguration'
      t.ok(answer.status === 200 || isMissing, `${answer.status} ${answer.text} ${answer.header('x-mrap-hint')}`)
      t.equal((await ask(`root-${account}`)).status, answer.status, 'the root, whose request is the same')
    })
  }
})

test('who manages MRAPs must be able to list buckets', async t => {
  const users = { bare: [policyText(allow('s3:*MultiRegionAccessPoint*'))] }
  const app = await startApp(t, { world: worldOf(users) })
  for (const [action, , , line, body] of rows.slice(0, 4)) {
    const answer = await control(app, line, { as: keyOf('bare'), ...(body !== undefined && { body }) })
    isRefusal(t, answer, denied, action)
    t.match(answer.header('x-mrap-hint'), /s3:ListAllMyBuckets on arn:aws:s3:::\* .* needs it beside/, action)
  }
  const read = await control(app, 'GET /mrap/instances/one', { as: keyOf('bare') })
  t.equal(read.status, 200, 'reading does not need it')
})

test('an unauthorized request gets no token, not even that of an earlier one', async t => {
  const users = { ann: [policyText(allow('s3:Get*'))] }
  const app = await startApp(t, { world: worldOf(users) })
  const ask = (who: string) =>
    control(app, 'POST /async-requests/mrap/delete', {
      as: keyOf(who),
      body: asynchronous('Delete', 'same', '<Name>one</Name>'),
    })
  const token = tokenOf(await ask(`root-${account}`))
  isRefusal(t, await ask('ann'), denied, 'the same ClientToken')
  const asRoot = { as: keyOf(`root-${account}`) }
  const seen = await control(app, `GET /async-requests/mrap/${encodeURIComponent(token)}`, asRoot)
  t.equal(seen.status, 200)
})

test('operations are described to who may', async t => {
  const users = {
    ann: [policyText(allow('s3:DescribeMultiRegionAccessPointOperation', tokenArn))],
    bob: [policyText(allow('s3:DescribeMultiRegionAccessPointOperation', tokenArn.replace('create', 'delete')))],
  }
  const app = await startApp(t, { world: worldOf(users) })
  const asRoot = { as: keyOf(`root-${account}`) }
  const body = createBody('new', ['c-usw2'], 'c')
  const token = tokenOf(await control(app, 'POST /async-requests/mrap/create', { ...asRoot, body }))
  const ask = (who: string) =>
    control(app, `GET /async-requests/mrap/${encodeURIComponent(token).replaceAll('%2F', '/')}`, { as: keyOf(who) })
  t.equal((await ask('ann')).status, 200)
  isRefusal(t, await ask('bob'), denied, 'another kind of operation')
})

const everybody = policyText({ ...allow('s3:GetObject', 'arn:aws:s3:::b-usw2/*'), Principal: '*' })
const blockBody = (members: string) =>
  `<PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">${members}</PublicAccessBlockConfiguration>`
const allFour = blockBody(
  '<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>',
)

test('what the account blocks takes effect on its buckets, and comes back with the world', async t => {
  const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }
  const object = { key: 'k', content: { body: 'hello' }, metadata: {}, tags: {} }
  const free = {
    blockPublicAcls: false,
    ignorePublicAcls: false,
    blockPublicPolicy: false,
    restrictPublicBuckets: false,
  }
  const world = {
    accounts: [{ ...accountWith(account), publicAccessBlock: block }],
    buckets: [bucket('b-usw2', 'us-west-2', { objects: [object], policy: everybody, publicAccessBlock: free })],
  }
  const app = await startApp(t, { world })
  const asRoot = { as: keyOf(`root-${account}`) }
  const anonymous = async () => (await app.ask('GET /b-usw2/k', { sign: 'none' })).status
  const path = '/configuration/publicAccessBlock'
  const putPolicy = async () =>
    (await app.ask('PUT /b-usw2?policy', { ...asRoot, region: 'us-west-2', body: everybody })).status
  t.equal(await anonymous(), 403, 'as the world file has it')
  t.match((await control(app, `GET ${path}`, asRoot)).text, '<RestrictPublicBuckets>true</RestrictPublicBuckets>')
  t.equal((await control(app, `DELETE ${path}`, asRoot)).status, 204)
  isRefusal(
    t,
    await control(app, `GET ${path}`, asRoot),
    {
      status: 404,
      code: 'NoSuchPublicAccessBlockConfiguration',
      message: 'The public access block configuration was not found',
      fields: { AccountId: account },
      envelope: 'wrapped',
    },
    'removed',
  )
  t.equal(await anonymous(), 200, 'nothing is blocked any more')
  t.equal(await putPolicy(), 204)
  t.equal((await control(app, `PUT ${path}`, { ...asRoot, body: allFour })).status, 200)
  t.equal(await anonymous(), 403)
  t.equal(await putPolicy(), 403, 'a public policy is refused')
  await reset(app)
  t.equal(await anonymous(), 403)
  t.match((await control(app, `GET ${path}`, asRoot)).text, '<BlockPublicAcls>true</BlockPublicAcls>')
})

async function reset(app: TestApp): Promise<void> {
  const answer = await app.ask('POST /_mrap/reset', { sign: 'none' })
  if (answer.status >= 300) throw new Error(`reset: ${answer.status} ${answer.text}`)
}
