import t from 'tap'
import deleteBlock from '../../../src/control/operations/delete-public-access-block.ts'
import { AwsError } from '../../../src/protocol/errors.ts'
import { call, controlWorld, partner, prod } from '../world.ts'

const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }

t.test('does the work', async t => {
  const world = await controlWorld(t)
  for (const accountId of [prod, partner]) await world.store.putAccountBlock(accountId, block)
  t.strictSame(await call(deleteBlock, {}, world.context()), {})
  t.strictSame(world.store.findAccountBlock(prod), { block: undefined })
  t.strictSame(world.store.findAccountBlock(partner), { block }, 'each account has its own')
  t.strictSame(await call(deleteBlock, {}, world.context()), {}, 'again')
})

t.test('reads and writes the wire', async t => {
  t.equal(deleteBlock.http, 'DELETE /v20180820/configuration/publicAccessBlock')
  t.equal(deleteBlock.status, 204)
})

t.test('refuses', async t => {
  const world = await controlWorld(t)
  await world.store.putAccountBlock(prod, block)
  const refuse = () => {
    throw new AwsError('AccessDenied', 403, 'Access Denied', {}, {})
  }
  await t.rejects(call(deleteBlock, {}, { ...world.context(), authorize: refuse }), { code: 'AccessDenied' })
  t.strictSame(world.store.findAccountBlock(prod), { block }, 'nothing was removed')
})
