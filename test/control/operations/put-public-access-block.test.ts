import t from 'tap'
import getBlock from '../../../src/control/operations/get-public-access-block.ts'
import putBlock from '../../../src/control/operations/put-public-access-block.ts'
import { exchange } from '../wire.ts'
import { call, controlWorld, partner, refusal } from '../world.ts'

t.test('does the work', async t => {
  const world = await controlWorld(t)
  const put = (sent: object, accountId?: string) =>
    call(putBlock, { PublicAccessBlockConfiguration: sent }, world.context(accountId))
  const get = async (accountId?: string) =>
    (await call(getBlock, {}, world.context(accountId))).PublicAccessBlockConfiguration
  await put({ BlockPublicAcls: true, RestrictPublicBuckets: true })
  t.strictSame(await get(), {
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: true,
  })
  await put({ IgnorePublicAcls: true })
  t.match(await get(), { BlockPublicAcls: false, IgnorePublicAcls: true }, 'the whole is replaced')
  await t.rejects(get(partner), { code: 'NoSuchPublicAccessBlockConfiguration' }, 'each account has its own')
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  const body =
    '<PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">' +
    '<BlockPublicPolicy>true</BlockPublicPolicy></PublicAccessBlockConfiguration>'
  const document = { PublicAccessBlockConfiguration: { BlockPublicPolicy: true } }
  t.strictSame(await putBlock.handle(document, world.context()), {})
  t.match(
    await exchange(getBlock, {}, world.context()),
    body
      .replace(
        '<BlockPublicPolicy>',
        '<BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>',
      )
      .replace('</BlockPublicPolicy>', '</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets>'),
  )
})

t.test('refuses', async t => {
  const world = await controlWorld(t)
  t.match(await refusal(putBlock, { PublicAccessBlockConfiguration: {} }, world.context()), {
    code: 'InvalidRequest',
    status: 400,
    message: 'Must specify at least one configuration.',
  })
  t.equal(world.store.findAccountBlock('111122223333'), undefined, 'nothing was stored')
})
