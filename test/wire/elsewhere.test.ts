import { test } from 'tap'
import { accountWith, allow, deny, keyOf, policyText } from '../helpers/accounts.ts'
import { type Ask, mrapArn, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { submitRoutes } from '../helpers/control.ts'
import { isRefusal } from '../helpers/xml.ts'

const mrap = { host: mrapHost, sign: 'v4a', headers: { 'x-mrap-client-region': 'us-west-2' } } as const
const missing = { status: 404, code: 'NoSuchKey', fields: { Key: 'k' } }

test('after a failover a 404 says which bucket has the key', async t => {
  const app = await startApp(t, { world: twoRegions })
  const hint = async (line: string, ask: Ask = mrap) => (await app.ask(line, ask)).header('x-mrap-hint')
  await app.ask('PUT /k', { ...mrap, body: 'x' })
  t.equal(await hint('GET /k'), undefined, 'found')
  await submitRoutes(app, mrapArn, { 'us-west-2': 0 })
  const sentence = 'orders-usw2 (us-west-2, passive) has this key; nothing has replicated it'
  const answer = await app.ask('GET /k', mrap)
  isRefusal(t, answer, { ...missing, headers: { 'x-mrap-hint': sentence } }, 'GET')
  t.match(app.lines.join(''), `info  GET ${mrapHost}/k refused: NoSuchKey: ${sentence}`)
  t.equal(await hint('HEAD /k'), sentence)
  t.equal(await hint('GET /k?tagging'), sentence)
  t.equal(await hint('GET /k?acl'), sentence)
  t.equal(await hint('GET /nowhere'), undefined)
  t.equal(await hint('GET /orders-euw1/k', { region: 'eu-west-1' }), undefined, 'through no MRAP')
  await submitRoutes(app, mrapArn, { 'us-west-2': 100 })
  const near = { ...mrap, headers: { 'x-mrap-client-region': 'eu-west-1' } }
  t.equal(await hint('GET /k', near), 'orders-usw2 (us-west-2, active) has this key; nothing has replicated it')
  await app.ask('DELETE /orders-usw2/k', { region: 'us-west-2' })
  t.equal(await hint('GET /k', near), undefined, 'nobody has it')
})

test('it is told to those alone who may list the other bucket', async t => {
  const id = '000000000000'
  const objects = allow(['s3:GetObject', 's3:PutObject'])
  const home = 'arn:aws:s3:::orders-usw2'
  const accounts = [
    accountWith(id, {
      users: {
        all: [policyText(allow('s3:*'))],
        some: [policyText(objects, allow('s3:ListBucket'), deny('s3:ListBucket', home))],
        none: [policyText(objects)],
      },
    }),
  ]
  const account = { account: id }
  const world = {
    accounts,
    buckets: (twoRegions.buckets ?? []).map(bucket => ({ ...bucket, ...account })),
    multiRegionAccessPoints: (twoRegions.multiRegionAccessPoints ?? []).map(mrap => ({ ...mrap, ...account })),
  }
  const app = await startApp(t, { world })
  await app.ask('PUT /k', { ...mrap, as: keyOf('all'), body: 'x' })
  const far = { ...mrap, headers: { 'x-mrap-client-region': 'eu-west-1' } }
  t.match((await app.ask('GET /k', { ...far, as: keyOf('all') })).header('x-mrap-hint'), /^orders-usw2 /)
  const some = await app.ask('GET /k', { ...far, as: keyOf('some') })
  isRefusal(t, some, { ...missing, headers: { 'x-mrap-hint': undefined } }, 'may list the bucket reached alone')
  const none = await app.ask('GET /k', { ...far, as: keyOf('none') })
  isRefusal(t, none, { status: 403, code: 'AccessDenied' }, 'may list none, so 404 is not the answer')
  t.notMatch(none.header('x-mrap-hint') ?? '', /orders-usw2/)
})
