import t from 'tap'
import putBucketRequestPayment from '../../../src/data/operations/put-bucket-request-payment.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</RequestPaymentConfiguration>`

t.test('does the work', async t => {
  const world = await dataWorld(t)
  for (const payer of ['Requester', 'BucketOwner'] as const) {
    const answer = await exchange(putBucketRequestPayment, world, '', { body: document(`<Payer>${payer}</Payer>`) })
    t.strictSame(answer, { status: 200, headers: {}, body: '' })
    t.equal(world.store.findBucket('orders-usw2')?.requestPayer, payer)
  }
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  for (const content of ['<Payer>Random</Payer>', '', '<Payer>Requester</Payer><Payer>Requester</Payer>']) {
    const refused = await refusedExchange(putBucketRequestPayment, world, '', { body: document(content) })
    t.match(refused, { code: 'MalformedXML', status: 400 }, content)
  }
})
