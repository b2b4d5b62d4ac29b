import t from 'tap'
import getBlock from '../../../src/control/operations/get-public-access-block.ts'
import { exchange } from '../wire.ts'
import { call, controlWorld, prod, refusal } from '../world.ts'

const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }

t.test('does the work', async t => {
  const world = await controlWorld(t)
  await world.store.putAccountBlock(prod, { ...block, ignorePublicAcls: false })
  t.strictSame((await call(getBlock, {}, world.context())).PublicAccessBlockConfiguration, {
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  })
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  await world.store.putAccountBlock(prod, block)
  t.equal(
    await exchange(getBlock, {}, world.context()),
    '<PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">' +
      '<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>' +
      '<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>' +
      '</PublicAccessBlockConfiguration>',
  )
})

t.test('refuses', async t => {
  const world = await controlWorld(t)
  t.match(await refusal(getBlock, {}, world.context()), {
    code: 'NoSuchPublicAccessBlockConfiguration',
    status: 404,
    message: 'The public access block configuration was not found',
    fields: { AccountId: prod },
  })
})
