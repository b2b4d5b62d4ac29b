import t from 'tap'
import { wrongRegionError } from '../../../src/data/routing/wrong-region.ts'
import type { SignatureClaim } from '../../../src/protocol/signature/claim.ts'
import type { Bucket } from '../../../src/store/rows.ts'

const bucket: Bucket = {
  revision: 1,
  id: 1,
  name: 'orders-usw2',
  region: 'us-west-2',
  accountId: '111122223333',
  createdAt: 0,
  versioning: undefined,
  objectLock: false,
  requestPayer: 'BucketOwner',
  objectOwnership: undefined,
  publicAccessBlock: undefined,
  policy: undefined,
}

function signed(region: string | undefined, via: 'header' | 'query' = 'header'): SignatureClaim {
  return {
    via,
    algorithm: region === undefined ? 'AWS4-ECDSA-P256-SHA256' : 'AWS4-HMAC-SHA256',
    accessKeyId: 'test',
    scopeDate: '20260101',
    region,
    regionSet: region === undefined ? '*' : undefined,
    service: 's3',
    amzDate: '20260101T000000Z',
    signedAt: Date.UTC(2026, 0, 1),
    expiresSeconds: via === 'query' ? 60 : undefined,
    signedHeaders: ['host'],
    signature: 'x',
    sessionToken: undefined,
    payload: { kind: 'unsigned' },
    payloadHash: 'UNSIGNED-PAYLOAD',
  }
}

const named = { kind: 'bucket', bucket: bucket.name, key: 'k', style: 'path', leadsHome: false } as const
const judge = (region: string | undefined, claim: SignatureClaim | undefined, style: 'host' | 'path' = 'path') => {
  const space = region === undefined ? 'own' : 'aws'
  return wrongRegionError(bucket, { ...named, region, style, space }, claim, { host: 'localhost:4566' })
}

t.test('lets through what reached the right Region', async t => {
  t.equal(judge('us-west-2', signed('us-west-2')), undefined)
  t.equal(judge(undefined, signed('us-west-2')), undefined)
  t.equal(judge('us-west-2', undefined), undefined, 'anonymous')
  t.equal(judge(undefined, undefined), undefined)
  t.equal(judge('us-west-2', signed(undefined)), undefined, 'the Region set of SigV4A is judged with the signature')
})

t.test('301 from another Region', async t => {
  t.match(judge('eu-west-1', signed('eu-west-1'), 'host'), {
    code: 'PermanentRedirect',
    status: 301,
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    fields: { Endpoint: 'orders-usw2.s3.us-west-2.amazonaws.com', Bucket: 'orders-usw2' },
    headers: { 'x-amz-bucket-region': 'us-west-2' },
  })
  t.match(judge('eu-west-1', signed('us-west-2')), {
    status: 301,
    fields: { Endpoint: 's3.us-west-2.amazonaws.com' },
  })
  t.match(judge(undefined, signed('us-east-1')), { status: 301, hint: /us-west-2/ }, 'the scope is the Region called')
  t.match(judge('eu-west-1', undefined), { status: 301 }, 'anonymous')
})

t.test('400 when the scope alone is wrong', async t => {
  t.match(judge('us-west-2', signed('us-east-1')), {
    code: 'AuthorizationHeaderMalformed',
    status: 400,
    message: "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'us-west-2'",
    fields: { Region: 'us-west-2' },
    headers: { 'x-amz-bucket-region': 'us-west-2' },
  })
  t.match(judge('us-west-2', signed('us-east-1', 'query')), {
    code: 'AuthorizationQueryParametersError',
    status: 400,
    message: "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'us-west-2'",
    fields: { Region: 'us-west-2' },
  })
  t.match(judge(undefined, signed('aws-global')), {
    code: 'AuthorizationHeaderMalformed',
    message: "The authorization header is malformed; the region 'aws-global' is wrong; expecting 'us-west-2'",
  })
  t.match(judge(undefined, signed('')), { code: 'AuthorizationHeaderMalformed' }, 'a scope without Region')
})
