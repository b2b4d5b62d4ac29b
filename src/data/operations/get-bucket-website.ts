import { payload, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { WebsiteConfiguration } from '../buckets/website.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Returns the website configuration of a bucket. Source: API_GetBucketWebsite. */
export default defineOperation({
  name: 'GetBucketWebsite',
  http: 'GET /{Bucket}?website',
  action: 's3:GetBucketWebsite',
  input: structure(bucketLabel),
  output: structure({ WebsiteConfiguration: payload(WebsiteConfiguration) }),
  errors: ['NoSuchWebsiteConfiguration'],
  handle(_input, context) {
    const configuration = findConfiguration(WebsiteConfiguration, 'website', context)
    if (!configuration) throw errors.NoSuchWebsiteConfiguration({ BucketName: context.bucket.name })
    return { WebsiteConfiguration: configuration }
  },
})
