import t from 'tap'
import deleteMrap from '../../../src/control/operations/delete-multi-region-access-point.ts'
import getMrap from '../../../src/control/operations/get-multi-region-access-point.ts'
import listMraps from '../../../src/control/operations/list-multi-region-access-points.ts'
import putPolicy from '../../../src/control/operations/put-multi-region-access-point-policy.ts'
import { exchange } from '../wire.ts'
import {
  call,
  controlWorld,
  createOrders,
  denyAll,
  describe,
  failureOf,
  readyMrap,
  refusal,
  tokenOf,
} from '../world.ts'

const input = (ClientToken: string, Name = 'orders-global') => ({ Request: { ClientToken, Details: { Name } } })

t.test('does the work', async t => {
  t.test('DELETING until it is gone; buckets stay', async t => {
    const world = await readyMrap(t)
    const { store, clock, context } = world
    const token = tokenOf(await call(deleteMrap, input('one'), context()))
    t.match(token, /^arn:aws:s3:us-west-2:111122223333:async-request\/mrap\/delete\/[\w-]{90,92}$/)
    t.equal((await call(getMrap, { Name: 'orders-global' }, context())).AccessPoint?.Status, 'DELETING')

    clock.advance(59_999)
    t.equal((await describe(world, token)).RequestStatus, 'INPROGRESS')
    t.equal((await call(getMrap, { Name: 'orders-global' }, context())).AccessPoint?.Status, 'DELETING')
    const bucket = store.findBucket('orders-usw2')
    t.equal(await store.deleteBucket(bucket?.id ?? 0, clock.now()), 'attached')

    clock.advance(1)
    t.equal((await describe(world, token)).RequestStatus, 'SUCCEEDED')
    t.match(await refusal(getMrap, { Name: 'orders-global' }, context()), { code: 'NoSuchMultiRegionAccessPoint' })
    t.strictSame((await call(listMraps, {}, context())).AccessPoints, [])
    t.equal(await store.deleteBucket(bucket?.id ?? 0, clock.now()), 'deleted')
    t.ok(store.findBucket('orders-euw1'))
  })

  t.test('the name is free again, the alias is not', async t => {
    const world = await readyMrap(t)
    const alias = async () => (await call(getMrap, { Name: 'orders-global' }, world.context())).AccessPoint?.Alias
    const first = await alias()
    await call(deleteMrap, input('one'), world.context())
    t.equal(
      await failureOf(world, await createOrders(world, 'orders-global', ['orders-usw2'], 'too early')),
      'MultiRegionAccessPointAlreadyOwnedByYou',
    )
    const token = await createOrders(world, 'orders-global', ['orders-usw2'], 'again')
    t.equal((await describe(world, token)).RequestStatus, 'NEW')
    t.ok(await alias())
    t.not(await alias(), first)
    t.equal(world.store.findMrapByAlias(first ?? '', world.clock.now()), undefined)
  })

  t.test('the same ClientToken answers the same, even when the MRAP is gone', async t => {
    const world = await readyMrap(t)
    const first = await call(deleteMrap, input('one'), world.context())
    world.clock.advance(60_000)
    t.strictSame(await call(deleteMrap, input('one'), world.context()), first)
  })

  t.test('an operation that is bound to fail is in nobody’s way', async t => {
    const world = await readyMrap(t)
    await createOrders(world, 'orders-global', ['orders-usw2'], 'duplicate')
    t.equal(await failureOf(world, tokenOf(await call(deleteMrap, input('one'), world.context()))), undefined)
  })
})

t.test('reads and writes the wire', async t => {
  const world = await readyMrap(t)
  const body = `<?xml version="1.0" encoding="UTF-8"?>
    <DeleteMultiRegionAccessPointRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
      <Details><Name>orders-global</Name></Details><ClientToken>one</ClientToken>
    </DeleteMultiRegionAccessPointRequest>`
  t.match(
    await exchange(deleteMrap, { body }, world.context()),
    /^<DeleteMultiRegionAccessPointResult xmlns="http:\/\/awss3control\.amazonaws\.com\/doc\/2018-08-20\/"><RequestTokenARN>arn:aws:s3:us-west-2:111122223333:async-request\/mrap\/delete\/[\w-]+<\/RequestTokenARN><\/DeleteMultiRegionAccessPointResult>$/,
  )
  t.equal((await call(getMrap, { Name: 'orders-global' }, world.context())).AccessPoint?.Status, 'DELETING')
})

t.test('refuses', async t => {
  const world = await readyMrap(t)
  t.match(await refusal(deleteMrap, input('one', 'unknown'), world.context()), {
    code: 'NoSuchMultiRegionAccessPoint',
    status: 404,
    fields: { Name: 'unknown' },
    hint: /orders-global/,
  })
  t.match(await refusal(deleteMrap, input('one', 'mfzwi23gnjvgw.mrap'), world.context()), {
    code: 'InvalidRequest',
    status: 400,
    hint: /not its alias/,
  })
  await call(deleteMrap, input('one'), world.context())
  t.match(await refusal(deleteMrap, input('one', 'unknown'), world.context()), {
    code: 'ClientTokenConflict',
    status: 409,
  })
  t.match(await refusal(deleteMrap, input('two'), world.context('210987654321')), {
    code: 'NoSuchMultiRegionAccessPoint',
  })
})

t.test('fails in the background', async t => {
  t.test('while CREATING', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    await createOrders(world, 'orders-global', ['orders-usw2'])
    const token = tokenOf(await call(deleteMrap, input('one'), world.context()))
    t.equal(await failureOf(world, token), 'MultiRegionAccessPointNotReady')
    t.equal((await call(getMrap, { Name: 'orders-global' }, world.context())).AccessPoint?.Status, 'READY')
  })

  t.test('while DELETING', async t => {
    const world = await readyMrap(t)
    await call(deleteMrap, input('one'), world.context())
    const token = tokenOf(await call(deleteMrap, input('two'), world.context()))
    t.equal(await failureOf(world, token), 'MultiRegionAccessPointModifiedByAnotherRequest')
  })

  t.test('while a policy is on its way', async t => {
    const world = await readyMrap(t)
    const mrap = (await call(getMrap, { Name: 'orders-global' }, world.context())).AccessPoint
    const Policy = denyAll(`arn:aws:s3::111122223333:accesspoint/${mrap?.Alias}`)
    await call(
      putPolicy,
      { Request: { ClientToken: 'p', Details: { Name: 'orders-global', Policy } } },
      world.context(),
    )
    const token = tokenOf(await call(deleteMrap, input('one'), world.context()))
    t.equal(await failureOf(world, token), 'MultiRegionAccessPointModifiedByAnotherRequest')
    t.equal(await failureOf(world, tokenOf(await call(deleteMrap, input('two'), world.context()))), undefined)
  })
})
