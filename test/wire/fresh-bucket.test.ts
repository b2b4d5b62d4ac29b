import { test } from 'tap'
import { startApp, twoRegions } from '../helpers/app.ts'
import { textOf } from '../helpers/xml.ts'

/**
 * What Terraform's AWS provider (versions 5 and 6) asks of a bucket whenever it refreshes one: each must answer as the service does for a
 * bucket without that configuration.
 */
const reads: readonly (readonly [query: string, expected: string])[] = [
  ['policy', 'NoSuchBucketPolicy'],
  ['cors', 'NoSuchCORSConfiguration'],
  ['website', 'NoSuchWebsiteConfiguration'],
  ['versioning', 'VersioningConfiguration'],
  ['accelerate', 'AccelerateConfiguration'],
  ['requestPayment', 'RequestPaymentConfiguration'],
  ['logging', 'BucketLoggingStatus'],
  ['lifecycle', 'NoSuchLifecycleConfiguration'],
  ['replication', 'ReplicationConfigurationNotFoundError'],
  ['encryption', 'ServerSideEncryptionConfiguration'],
  ['object-lock', 'ObjectLockConfigurationNotFoundError'],
  ['tagging', 'NoSuchTagSet'],
  ['location', 'LocationConstraint'],
  ['notification', 'NotificationConfiguration'],
  ['ownershipControls', 'OwnershipControls'],
  ['publicAccessBlock', 'PublicAccessBlockConfiguration'],
  ['abac', 'AbacStatus'],
  ['analytics', 'ListBucketAnalyticsConfigurationResult'],
  ['intelligent-tiering', 'ListBucketIntelligentTieringConfigurationsOutput'],
  ['inventory', 'ListInventoryConfigurationsResult'],
  ['metrics', 'ListMetricsConfigurationsResult'],
  ['analytics&id=a', 'NoSuchConfiguration'],
  ['intelligent-tiering&id=a', 'NoSuchConfiguration'],
  ['inventory&id=a', 'NoSuchConfiguration'],
  ['metrics&id=a', 'NoSuchConfiguration'],
]

test('a refresh of a bucket that was only created', async t => {
  const app = await startApp(t, { world: twoRegions })
  t.equal((await app.ask('PUT /fresh-bucket')).status, 200)
  const head = await app.ask('HEAD /fresh-bucket')
  t.equal(head.status, 200)
  t.equal(head.header('x-amz-bucket-region'), 'us-east-1')
  for (const [query, expected] of reads) {
    const answer = await app.ask(`GET /fresh-bucket?${query}`)
    const isRefusal = expected.startsWith('NoSuch') || expected.endsWith('Error')
    t.equal(answer.status, isRefusal ? 404 : 200, query)
    if (isRefusal) t.equal(textOf(answer.text, 'Code'), expected, query)
    else t.match(answer.text, new RegExp(`<${expected} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/?>`), query)
  }
  const tags = await app.ask('GET /v20180820/tags/arn%3Aaws%3As3%3A%3A%3Afresh-bucket', {
    headers: { 'x-amz-account-id': '000000000000' },
  })
  t.equal(tags.status, 200, 'version 6 reads tags from S3 Control')
  t.match(tags.text, '<Tags/>')
})
