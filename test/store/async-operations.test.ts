import t, { type Test } from 'tap'
import type { AsyncOperation, MultiRegionAccessPoint, RouteSetting } from '../../src/store/rows.ts'
import { type StoreWorld, storeWorld } from './fixture.ts'

const accountId = '111122223333'

function operation(token: string, settings: Partial<AsyncOperation> = {}): AsyncOperation {
  return {
    token,
    accountId,
    clientToken: `client-${token}`,
    operation: 'CreateMultiRegionAccessPoint',
    parameters: JSON.stringify({ Name: 'orders', Regions: [{ Bucket: 'b' }] }),
    submittedAt: 100,
    startsAt: 110,
    dueAt: 200,
    failure: undefined,
    regions: ['us-west-2'],
    ...settings,
  }
}

function mrap(name: string, alias: string): Omit<MultiRegionAccessPoint, 'id' | 'deletingAt' | 'goneAt'> {
  return {
    accountId,
    name,
    alias,
    createdAt: 100,
    readyAt: 200,
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: false,
      blockPublicPolicy: true,
      restrictPublicBuckets: false,
    },
    regions: [
      { bucket: 'w', region: 'us-west-2', bucketAccountId: accountId },
      { bucket: 'e', region: 'eu-west-1', bucketAccountId: '210987654321' },
    ],
  }
}

async function worldWithBuckets(t: Test): Promise<StoreWorld> {
  const world = await storeWorld(t)
  await world.bucket({ name: 'w', region: 'us-west-2', accountId })
  await world.bucket({ name: 'e', region: 'eu-west-1', accountId: '210987654321' })
  return world
}

const route = (region: string, trafficDialPercentage: number, submittedAt: number): RouteSetting => ({
  region,
  trafficDialPercentage,
  submittedAt,
  effectiveAt: submittedAt + 50,
})

t.test('an operation comes back as it was stored, to its account alone', async t => {
  const { store } = await storeWorld(t)
  const failure = { code: 'C', message: 'm', resource: 'r', requestId: 'q' }
  const one = operation('one')
  const two = operation('two', { operation: 'DeleteMultiRegionAccessPoint', failure, regions: [] })
  await store.submitCreateMrap(one, undefined)
  await store.submitDeleteMrap(two, undefined)
  t.strictSame(store.findAsyncOperation(accountId, 'one'), one)
  t.strictSame(store.findAsyncOperation(accountId, 'two'), two)
  t.equal(store.findAsyncOperation('210987654321', 'one'), undefined)
  t.strictSame(store.findAsyncOperationByClientToken(accountId, 'CreateMultiRegionAccessPoint', 'client-one'), one)
  t.equal(store.findAsyncOperationByClientToken(accountId, 'DeleteMultiRegionAccessPoint', 'client-one'), undefined)
  t.equal(store.isEmpty(), true, 'an operation alone is nothing')
})

t.test('operations run until they are due', async t => {
  const { store } = await worldWithBuckets(t)
  await store.submitCreateMrap(operation('one'), undefined)
  await store.submitCreateMrap(operation('late', { dueAt: 300 }), undefined)
  await store.submitCreateMrap(operation('other', { parameters: '{"Name":"other"}' }), undefined)
  const running = (now: number) => store.listRunningAsyncOperations(accountId, 'orders', now).map(({ token }) => token)
  t.strictSame(running(199), ['one', 'late'])
  t.strictSame(running(200), ['late'])
  t.strictSame(running(300), [])
  t.strictSame(store.listRunningAsyncOperations('210987654321', 'orders', 0), [])
})

t.test('an MRAP lives from its creation until it is gone', async t => {
  const { store } = await worldWithBuckets(t)
  const asked = mrap('orders', 'abc.mrap')
  await store.submitCreateMrap(operation('one'), asked, [route('us-west-2', 100, 100), route('eu-west-1', 0, 100)], {
    policy: 'p',
    submittedAt: 100,
    establishedAt: 200,
  })
  t.equal(store.isEmpty(), false)
  const found = store.findMrapByName(accountId, 'orders', 100)
  const id = found?.id ?? 0
  t.strictSame(found, { id, ...asked, deletingAt: undefined, goneAt: undefined })
  t.strictSame(store.findMrapByAlias('abc.mrap', 100), found)
  t.strictSame(store.listMraps(accountId, 100), [found])
  t.strictSame(store.listMrapsOfBucket('e', '210987654321', 100), [found])
  t.strictSame(store.listMrapsOfBucket('e', accountId, 100), [], 'a bucket of that name, but another account')
  t.strictSame(store.listMraps('210987654321', 100), [])
  t.strictSame(store.listRouteSettings(id), [route('us-west-2', 100, 100), route('eu-west-1', 0, 100)])
  t.strictSame(store.listMrapPolicies(id), [{ policy: 'p', submittedAt: 100, establishedAt: 200 }])

  await store.submitDeleteMrap(operation('two', { operation: 'DeleteMultiRegionAccessPoint' }), {
    mrapId: id,
    deletingAt: 500,
    goneAt: 600,
  })
  t.match(store.findMrapByName(accountId, 'orders', 599), { deletingAt: 500, goneAt: 600 })
  t.equal(store.findMrapByName(accountId, 'orders', 600), undefined)
  t.equal(store.findMrapByAlias('abc.mrap', 600), undefined)
  t.strictSame(store.listMraps(accountId, 600), [])
  t.strictSame(store.listMrapsOfBucket('w', accountId, 600), [])
  t.equal(store.isAliasTaken('abc.mrap'), true, 'an alias never comes back')
  t.equal(store.isAliasTaken('other.mrap'), false)

  await store.submitCreateMrap(operation('three'), { ...asked, alias: 'def.mrap', createdAt: 700 })
  t.match(store.findMrapByName(accountId, 'orders', 700), { alias: 'def.mrap' })
  t.not(store.findMrapByName(accountId, 'orders', 700)?.id, id)
})

t.test('routes and policies are kept in the order they were submitted', async t => {
  const { store } = await worldWithBuckets(t)
  await store.submitCreateMrap(operation('one'), mrap('orders', 'abc.mrap'), [route('us-west-2', 100, 1)])
  const id = store.findMrapByAlias('abc.mrap', 0)?.id ?? 0
  await store.insertRouteSettings(id, [route('us-west-2', 0, 2), route('eu-west-1', 100, 2)])
  t.strictSame(store.listRouteSettings(id), [
    route('us-west-2', 100, 1),
    route('us-west-2', 0, 2),
    route('eu-west-1', 100, 2),
  ])
  const policy = operation('two', { operation: 'PutMultiRegionAccessPointPolicy' })
  await store.submitMrapPolicy(policy, { mrapId: id, policy: 'one', submittedAt: 1, establishedAt: 3 })
  await store.submitMrapPolicy(
    { ...policy, token: 'three', clientToken: 'three' },
    { mrapId: id, policy: 'two', submittedAt: 2, establishedAt: 4 },
  )
  t.strictSame(
    store.listMrapPolicies(id).map(({ policy }) => policy),
    ['one', 'two'],
  )
})

t.test('an operation and what it changes are stored together or not at all', async t => {
  const { store } = await worldWithBuckets(t)
  await store.submitCreateMrap(operation('one'), mrap('orders', 'abc.mrap'))
  await t.rejects(store.submitCreateMrap(operation('two'), mrap('orders', 'def.mrap')), /UNIQUE/, 'the name is taken')
  t.equal(store.findAsyncOperation(accountId, 'two'), undefined)
  await t.rejects(store.submitCreateMrap(operation('three'), mrap('other', 'abc.mrap')), /UNIQUE/, 'the alias is taken')
  await t.rejects(store.submitCreateMrap(operation('four', { clientToken: 'client-one' }), undefined), /UNIQUE/)
  t.equal(store.listMraps(accountId, 0).length, 1)
})
