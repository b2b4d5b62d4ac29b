import t from 'tap'
import deleteBucketWebsite from '../../../src/data/operations/delete-bucket-website.ts'
import putBucketWebsite from '../../../src/data/operations/put-bucket-website.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ErrorDocument><Key>e.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><HostName>example.com</HostName><Protocol>https</Protocol></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>'
  await exchange(putBucketWebsite, world, '', { body })
  t.strictSame(await exchange(deleteBucketWebsite, world, ''), { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'website'), undefined)
  t.equal((await exchange(deleteBucketWebsite, world, '')).status, 204, 'nothing there is no error')
})
