import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel, RequestPaymentConfiguration } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'

/** Shows who pays for requests. Source: API_GetBucketRequestPayment. */
export default defineOperation({
  name: 'GetBucketRequestPayment',
  http: 'GET /{Bucket}?requestPayment',
  action: 's3:GetBucketRequestPayment',
  input: structure(bucketLabel),
  output: RequestPaymentConfiguration,
  handle: (_input, { bucket }) => ({ Payer: bucket.requestPayer }),
})
