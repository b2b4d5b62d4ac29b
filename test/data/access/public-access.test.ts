import t from 'tap'
import { isBlocked } from '../../../src/data/access/public-access.ts'
import { dataWorld, everythingBlocked, nothingBlocked, owner, stranger } from '../../helpers/data-context.ts'

t.test('settings add up', async t => {
  const { bucket } = await dataWorld(t)
  const mrap = { id: 1, alias: 'm.mrap', arn: 'arn', accountId: stranger, publicAccessBlock: nothingBlocked }
  const blocked = { ...bucket, publicAccessBlock: everythingBlocked }
  const only = (accountId: string) => (asked: string) => (asked === accountId ? everythingBlocked : undefined)
  const none = () => undefined
  const rows = [
    ['nothing', { bucket, mrap: undefined }, none, false],
    ['the bucket', { bucket: blocked, mrap: undefined }, none, true],
    ['the account of the bucket', { bucket, mrap: undefined }, only(owner), true],
    ['another account', { bucket, mrap: undefined }, only(stranger), false],
    ['the MRAP does not', { bucket, mrap }, none, false],
    ['the MRAP', { bucket, mrap: { ...mrap, publicAccessBlock: everythingBlocked } }, none, true],
    ['the account of the MRAP', { bucket, mrap }, only(stranger), true],
  ] as const
  for (const [name, reached, accountBlocks, expected] of rows) {
    for (const setting of [
      'blockPublicAcls',
      'ignorePublicAcls',
      'blockPublicPolicy',
      'restrictPublicBuckets',
    ] as const) {
      t.equal(isBlocked(setting, reached, accountBlocks), expected, `${name}: ${setting}`)
    }
  }
})
