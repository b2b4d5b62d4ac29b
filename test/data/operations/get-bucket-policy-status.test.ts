import t from 'tap'
import getBucketPolicyStatus from '../../../src/data/operations/get-bucket-policy-status.ts'
import { dataWorld, exchange, refusedExchange, stranger } from '../../helpers/data-context.ts'

const policyFor = (Principal: unknown) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders-usw2/*' }],
  })

t.test('reads and writes the wire', async t => {
  for (const [Principal, isPublic] of [
    ['*', true],
    [{ AWS: stranger }, false],
  ] as const) {
    const world = await dataWorld(t, { policy: policyFor(Principal) })
    t.strictSame(await exchange(getBucketPolicyStatus, world, ''), {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: `<PolicyStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsPublic>${isPublic}</IsPublic></PolicyStatus>`,
    })
  }
})

t.test('refuses', async t => {
  t.match(await refusedExchange(getBucketPolicyStatus, await dataWorld(t), ''), {
    code: 'NoSuchBucketPolicy',
    status: 404,
    message: 'The bucket policy does not exist',
    fields: { BucketName: 'orders-usw2' },
  })
})
