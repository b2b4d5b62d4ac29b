import t from 'tap'
import getBucketLogging from '../../../src/data/operations/get-bucket-logging.ts'
import putBucketLogging from '../../../src/data/operations/put-bucket-logging.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  const body =
    '<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LoggingEnabled><TargetBucket>orders-usw2</TargetBucket><TargetGrants><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>READ_ACP</Permission></Grant></TargetGrants><TargetPrefix>log</TargetPrefix></LoggingEnabled></BucketLoggingStatus>'
  await exchange(putBucketLogging, world, '', { body })
  t.strictSame(await exchange(getBucketLogging, world, ''), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: '<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LoggingEnabled><TargetBucket>orders-usw2</TargetBucket><TargetGrants><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>READ_ACP</Permission></Grant></TargetGrants><TargetPrefix>log</TargetPrefix></LoggingEnabled></BucketLoggingStatus>',
  })
})
