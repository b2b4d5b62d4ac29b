import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, RequestPaymentConfiguration } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Makes requesters of other accounts pay, or the owner again. Source: API_PutBucketRequestPayment. */
export default defineOperation({
  name: 'PutBucketRequestPayment',
  http: 'PUT /{Bucket}?requestPayment',
  action: 's3:PutBucketRequestPayment',
  input: structure({ ...bucketLabel, RequestPaymentConfiguration: payload(required(RequestPaymentConfiguration)) }),
  output: structure({}),
  errors: ['NoSuchBucket'],
  async handle({ RequestPaymentConfiguration: { Payer: requestPayer } }, context) {
    await changeBucket(context, () => ({ requestPayer }))
    return {}
  },
})
