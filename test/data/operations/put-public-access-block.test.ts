import t from 'tap'
import putPublicAccessBlock from '../../../src/data/operations/put-public-access-block.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</PublicAccessBlockConfiguration>`

t.test('does the work: what is left out is off', async t => {
  const world = await dataWorld(t)
  const body = document('<BlockPublicPolicy>true</BlockPublicPolicy><BlockPublicAcls>TRUE</BlockPublicAcls>')
  t.strictSame(await exchange(putPublicAccessBlock, world, '', { body }), { status: 200, headers: {}, body: '' })
  t.strictSame(world.store.findBucket('orders-usw2')?.publicAccessBlock, {
    blockPublicAcls: true,
    ignorePublicAcls: false,
    blockPublicPolicy: true,
    restrictPublicBuckets: false,
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refusedExchange(putPublicAccessBlock, world, '', { body: document('') }), {
    code: 'InvalidRequest',
    status: 400,
    message: 'Must specify at least one configuration.',
  })
  const yes = document('<BlockPublicAcls>yes</BlockPublicAcls>')
  t.match(await refusedExchange(putPublicAccessBlock, world, '', { body: yes }), { code: 'MalformedXML' })
})
