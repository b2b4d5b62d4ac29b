import t from 'tap'
import getBucketWebsite from '../../../src/data/operations/get-bucket-website.ts'
import putBucketWebsite from '../../../src/data/operations/put-bucket-website.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const body =
    '<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ErrorDocument><Key>e.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><HostName>example.com</HostName><Protocol>https</Protocol></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>'
  await exchange(putBucketWebsite, world, '', { body })
  t.strictSame(await exchange(getBucketWebsite, world, ''), {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: '<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ErrorDocument><Key>e.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><HostName>example.com</HostName><Protocol>https</Protocol></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>',
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refusedExchange(getBucketWebsite, world, ''), {
    code: 'NoSuchWebsiteConfiguration',
    status: 404,
    message: 'The specified bucket does not have a website configuration',
    fields: { BucketName: 'orders-usw2' },
  })
})
