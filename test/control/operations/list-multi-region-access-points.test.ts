import t from 'tap'
import listMraps from '../../../src/control/operations/list-multi-region-access-points.ts'
import { seedMrap } from '../../helpers/seed.ts'
import { compact, exchange } from '../wire.ts'
import { call, controlWorld, createOrders, partner, prod, readyMrap } from '../world.ts'

t.test('does the work', async t => {
  const world = await readyMrap(t)
  world.clock.advance(1)
  await createOrders(world, 'a-second-one', ['orders-usw2'])
  const buckets = [{ name: 'theirs', accountId: partner, region: 'us-west-2' }]
  await seedMrap(world.store, { name: 'theirs', accountId: partner, buckets, routes: {} }, world.clock.now())
  const { AccessPoints } = await call(listMraps, {}, world.context())
  t.strictSame(
    AccessPoints?.map(({ Name, Status }) => [Name, Status]),
    [
      ['orders-global', 'READY'],
      ['a-second-one', 'CREATING'],
    ],
    'the own ones, oldest first',
  )
})

t.test('goes on where the last page ended', async t => {
  const world = await readyMrap(t)
  world.clock.advance(1)
  await createOrders(world, 'a-second-one', ['orders-usw2'])
  const first = await call(listMraps, { MaxResults: 1 }, world.context())
  t.strictSame(
    first.AccessPoints?.map(({ Name }) => Name),
    ['orders-global'],
  )
  const second = await call(listMraps, { MaxResults: 1, NextToken: first.NextToken }, world.context())
  t.strictSame(
    second.AccessPoints?.map(({ Name }) => Name),
    ['a-second-one'],
  )
  t.equal(second.NextToken, undefined)
  t.equal((await call(listMraps, { MaxResults: 0 }, world.context())).AccessPoints?.length, 2)
})

t.test('refuses', async t => {
  const world = await readyMrap(t)
  for (const query of ['nextToken=abc', 'nextToken=', 'maxResults=1001', 'maxResults=-1', 'maxResults=x']) {
    await t.rejects(exchange(listMraps, { query }, world.context()), { code: 'InvalidRequest', status: 400 }, query)
  }
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  const empty =
    '<ListMultiRegionAccessPointsResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><AccessPoints/></ListMultiRegionAccessPointsResult>'
  t.equal(await exchange(listMraps, { query: 'maxResults=1000' }, world.context()), empty)

  for (const [name, alias] of [
    ['one', 'maaaaaaaaaaaa.mrap'],
    ['two', 'mbbbbbbbbbbbb.mrap'],
  ] as const) {
    const buckets = [{ name: 'orders-usw2', accountId: prod, region: 'us-west-2' }]
    const mrap = { name, alias, accountId: prod, buckets, routes: {} }
    await seedMrap(world.store, mrap, Date.parse('2024-09-22T20:49:28.968Z'))
  }
  const item = (name: string, alias: string) => `
    <AccessPoint>
      <Name>${name}</Name>
      <Alias>${alias}</Alias>
      <CreatedAt>2024-09-22T20:49:28.968Z</CreatedAt>
      <PublicAccessBlock>
        <BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>
        <BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>
      </PublicAccessBlock>
      <Status>READY</Status>
      <Regions>
        <Region><Bucket>orders-usw2</Bucket><Region>us-west-2</Region><BucketAccountId>111122223333</BucketAccountId></Region>
      </Regions>
    </AccessPoint>`
  t.equal(
    await exchange(listMraps, {}, world.context()),
    compact(`
      <ListMultiRegionAccessPointsResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
        <AccessPoints>${item('one', 'maaaaaaaaaaaa.mrap')}${item('two', 'mbbbbbbbbbbbb.mrap')}</AccessPoints>
      </ListMultiRegionAccessPointsResult>`),
  )
})
