import t from 'tap'
import getBucketLogging from '../../../src/data/operations/get-bucket-logging.ts'
import putBucketLogging from '../../../src/data/operations/put-bucket-logging.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</BucketLoggingStatus>`
const put = (world: DataWorld, content: string) => exchange(putBucketLogging, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(
    await put(
      world,
      '<LoggingEnabled><TargetBucket>orders-usw2</TargetBucket><TargetGrants><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>READ_ACP</Permission></Grant></TargetGrants><TargetPrefix>log</TargetPrefix></LoggingEnabled>',
    ),
    { status: 200, body: '' },
  )
  t.equal(
    (await exchange(getBucketLogging, world, '')).body,
    '<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LoggingEnabled><TargetBucket>orders-usw2</TargetBucket><TargetGrants><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>READ_ACP</Permission></Grant></TargetGrants><TargetPrefix>log</TargetPrefix></LoggingEnabled></BucketLoggingStatus>',
  )
  t.match(await put(world, ''), { status: 200 })
  t.match((await exchange(getBucketLogging, world, '')).body, /^<BucketLoggingStatus [^>]*\/>$/, 'turned off')
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases: [content: string, expected: object][] = [
    [
      '<LoggingEnabled><TargetBucket>nowhere</TargetBucket><TargetPrefix>log</TargetPrefix></LoggingEnabled>',
      { code: 'InvalidTargetBucketForLogging', status: 400, fields: { TargetBucket: 'nowhere' } },
    ],
    [
      '<LoggingEnabled><TargetBucket>orders-usw2</TargetBucket><TargetGrants><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee><Permission>READ_ACP</Permission></Grant></TargetGrants><TargetPrefix>log</TargetPrefix></LoggingEnabled>',
      { code: 'InvalidArgument', fields: { ArgumentName: 'TargetGrants' } },
    ],
    [
      '<LoggingEnabled><TargetBucket>orders-usw2</TargetBucket></LoggingEnabled>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<LoggingEnabled><TargetBucket>orders-usw2</TargetBucket><TargetPrefix>log</TargetPrefix><TargetObjectKeyFormat/></LoggingEnabled>',
      { code: 'MalformedXML', status: 400 },
    ],
  ]
  for (const [content, expected] of cases) {
    t.match(await refusedExchange(putBucketLogging, world, '', { body: document(content) }), expected, content)
  }
  t.strictSame(world.store.findBucketConfiguration(world.bucket.id, 'logging'), undefined)
})

t.test('refuses a target elsewhere', async t => {
  const world = await dataWorld(t)
  const there = await world.addBucket({ name: 'virginia', region: 'us-east-1' })
  await world.addBucket({ name: 'foreign', accountId: '210987654321' })
  const to = (name: string) =>
    document(`<LoggingEnabled><TargetBucket>${name}</TargetBucket><TargetPrefix/></LoggingEnabled>`)
  t.match(await refusedExchange(putBucketLogging, world, '', { body: to('virginia') }), {
    code: 'CrossLocationLoggingProhibitted',
    status: 403,
    fields: { SourceBucketLocation: 'us-west-2', TargetBucketLocation: 'us-east-1' },
  })
  const backwards = await refusedExchange(putBucketLogging, world, '', { body: to('orders-usw2'), bucket: there })
  t.strictSame(backwards.fields, { TargetBucketLocation: 'us-west-2' }, 'us-east-1 does not name itself')
  t.match(await refusedExchange(putBucketLogging, world, '', { body: to('foreign') }), {
    code: 'InvalidTargetBucketForLogging',
  })
})
