import t from 'tap'
import getBucketNotificationConfiguration from '../../../src/data/operations/get-bucket-notification-configuration.ts'
import putBucketNotificationConfiguration from '../../../src/data/operations/put-bucket-notification-configuration.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>x</Value></FilterRule></S3Key></Filter></QueueConfiguration><EventBridgeConfiguration/></NotificationConfiguration>'
  await exchange(putBucketNotificationConfiguration, world, '', { body })
  t.strictSame(await exchange(getBucketNotificationConfiguration, world, ''), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>x</Value></FilterRule></S3Key></Filter></QueueConfiguration><EventBridgeConfiguration/></NotificationConfiguration>',
  })
})
