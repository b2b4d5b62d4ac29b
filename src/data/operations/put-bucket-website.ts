import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { checkWebsite, WebsiteConfiguration } from '../buckets/website.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Sets the website configuration of a bucket; there is no website endpoint that would serve it. Source: API_PutBucketWebsite. */
export default defineOperation({
  name: 'PutBucketWebsite',
  http: 'PUT /{Bucket}?website',
  action: 's3:PutBucketWebsite',
  input: structure({ ...bucketLabel, WebsiteConfiguration: payload(required(WebsiteConfiguration)) }),
  output: structure({}),
  async handle({ WebsiteConfiguration: configuration }, context) {
    checkWebsite(configuration)
    await storeConfiguration('website', configuration, context)
    return {}
  },
})
