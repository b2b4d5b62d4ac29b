import t from 'tap'
import getBucketCors from '../../../src/data/operations/get-bucket-cors.ts'
import putBucketCors from '../../../src/data/operations/put-bucket-cors.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</CORSConfiguration>`
const put = (world: DataWorld, content: string) => exchange(putBucketCors, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(
    await put(
      world,
      '<CORSRule><ID>a</ID><AllowedHeader>*</AllowedHeader><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://*.example.com</AllowedOrigin><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule>',
    ),
    { status: 200, body: '' },
  )
  t.equal(
    (await exchange(getBucketCors, world, '')).body,
    '<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule><ID>a</ID><AllowedHeader>*</AllowedHeader><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedOrigin>https://*.example.com</AllowedOrigin><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3000</MaxAgeSeconds></CORSRule></CORSConfiguration>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases: [content: string, expected: object][] = [
    ['', { code: 'MalformedXML', status: 400 }],
    ['<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>', { code: 'MalformedXML', status: 400 }],
    [
      '<CORSRule><AllowedMethod>MYMETHOD</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule>',
      {
        code: 'InvalidRequest',
        status: 400,
        message: 'Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD',
      },
    ],
    [
      '<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*.*</AllowedOrigin></CORSRule>',
      { code: 'InvalidRequest', status: 400, message: 'AllowedOrigin "*.*" can not have more than one wildcard.' },
    ],
    [
      '<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><AllowedHeader>**</AllowedHeader></CORSRule>',
      { code: 'InvalidRequest', status: 400, message: 'AllowedHeader "**" can not have more than one wildcard.' },
    ],
    [
      '<CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin><ExposeHeader>*</ExposeHeader></CORSRule>',
      {
        code: 'InvalidRequest',
        status: 400,
        message: 'ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
      },
    ],
  ]
  for (const [content, expected] of cases) {
    t.match(await refusedExchange(putBucketCors, world, '', { body: document(content) }), expected, content)
  }
  t.strictSame(world.store.findBucketConfiguration(world.bucket.id, 'cors'), undefined)
})
