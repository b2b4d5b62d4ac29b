import t from 'tap'
import deleteBucketCors from '../../../src/data/operations/delete-bucket-cors.ts'
import putBucketCors from '../../../src/data/operations/put-bucket-cors.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('does the work', async t => {
  const world = await dataWorld(t)
  const body =
    '<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>a</ID><AllowedHeader>*</AllowedHeader><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://*.example.com</AllowedOrigin><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule></CORSConfiguration>'
  await exchange(putBucketCors, world, '', { body })
  t.strictSame(await exchange(deleteBucketCors, world, ''), { status: 204, headers: {}, body: '' })
  t.equal(world.store.findBucketConfiguration(world.bucket.id, 'cors'), undefined)
  t.equal((await exchange(deleteBucketCors, world, '')).status, 204, 'nothing there is no error')
})
