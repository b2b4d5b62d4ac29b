import t from 'tap'
import getBucketRequestPayment from '../../../src/data/operations/get-bucket-request-payment.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  for (const requestPayer of ['BucketOwner', 'Requester'] as const) {
    const world = await dataWorld(t, { requestPayer })
    t.equal(
      (await exchange(getBucketRequestPayment, world, '')).body,
      `<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>${requestPayer}</Payer></RequestPaymentConfiguration>`,
    )
  }
})
