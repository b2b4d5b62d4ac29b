import t from 'tap'
import getBucketNotificationConfiguration from '../../../src/data/operations/get-bucket-notification-configuration.ts'
import putBucketNotificationConfiguration from '../../../src/data/operations/put-bucket-notification-configuration.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</NotificationConfiguration>`
const put = (world: DataWorld, content: string) =>
  exchange(putBucketNotificationConfiguration, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(
    await put(
      world,
      '<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>x</Value></FilterRule></S3Key></Filter></QueueConfiguration><EventBridgeConfiguration/>',
    ),
    { status: 200, body: '' },
  )
  t.equal(
    (await exchange(getBucketNotificationConfiguration, world, '')).body,
    '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>x</Value></FilterRule></S3Key></Filter></QueueConfiguration><EventBridgeConfiguration/></NotificationConfiguration>',
  )
  await put(
    world,
    '<TopicConfiguration><Topic>arn:aws:sns:us-west-2:111122223333:t</Topic><Event>s3:ObjectRemoved:*</Event></TopicConfiguration>',
  )
  t.match(
    (await exchange(getBucketNotificationConfiguration, world, '')).body,
    /<Id>[0-9a-f-]{36}<\/Id>/,
    'an id is made up',
  )
  await put(world, '')
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases: [content: string, expected: object][] = [
    [
      '<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule></FilterRule></S3Key></Filter></QueueConfiguration>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name></FilterRule></S3Key></Filter></QueueConfiguration>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>INVALID</Name><Value>x</Value></FilterRule></S3Key></Filter></QueueConfiguration>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'filter rule name must be either prefix or suffix',
        fields: { ArgumentName: 'FilterRule.Name', ArgumentValue: 'INVALID' },
      },
    ],
    [
      '<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-west-2:111122223333:q</Queue><Event>s3:Coffee</Event></QueueConfiguration>',
      { code: 'InvalidArgument', fields: { ArgumentName: 'Event', ArgumentValue: 's3:Coffee' } },
    ],
    [
      '<QueueConfiguration><Id>q</Id><Queue>arn:aws:sns:us-west-2:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>',
      { code: 'InvalidArgument', fields: { ArgumentName: 'ARN' } },
    ],
  ]
  for (const [content, expected] of cases) {
    t.match(
      await refusedExchange(putBucketNotificationConfiguration, world, '', { body: document(content) }),
      expected,
      content,
    )
  }
  t.strictSame(world.store.findBucketConfiguration(world.bucket.id, 'notification'), undefined)
})
