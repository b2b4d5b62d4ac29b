import { readFileSync } from 'node:fs'
import t from 'tap'
import { manualClock } from '../../../src/protocol/clock.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { readFormClaim } from '../../../src/protocol/signature/form-signature.ts'
import { type VerifyOptions, verifyClaim } from '../../../src/protocol/signature/verify.ts'
import { signingFixtures } from './recorded.ts'
import { credential, rawRequest, refusal } from './requests.ts'

interface Vector {
  readonly id: string
  readonly fields: readonly (readonly [string, string])[]
  readonly session_token: string | null
}
type Changes = Readonly<Record<string, string | undefined>>

// boto3 is the independent signer; see fixtures/signing/README.md.
const vectors: readonly Vector[] = JSON.parse(readFileSync(`${signingFixtures}forms/boto3-1.44.json`, 'utf8'))
const [v2, , v4] = vectors
if (!v2 || !v4) throw new Error('no vectors')

const claimOf = (vector: Vector, changes: Changes = {}) => {
  const fields = new Map(vector.fields.map(([name, value]) => [name.toLowerCase(), value]))
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) fields.delete(name)
    else fields.set(name, value)
  }
  return readFormClaim(name => fields.get(name))
}

function verify(vector: Vector, changes: Changes = {}, options: Partial<VerifyOptions> = {}) {
  return refusal(() => {
    const claim = claimOf(vector, changes)
    if (!claim) throw new Error('the form is not signed')
    const known = credential({ sessionToken: vector.session_token ?? undefined })
    verifyClaim(claim, rawRequest({}), readQuery(''), known, {
      clock: manualClock(0),
      region: 'us-east-1',
      acceptAnyRegion: false,
      service: ['s3'],
      takesVersion2: true,
      ...options,
    })
  })
}

t.test('the forms of boto3 verify, changed ones do not', async t => {
  for (const vector of vectors) {
    t.equal(verify(vector), undefined, vector.id)
    const error = verify(vector, { policy: 'e30=' })
    t.match(error, {
      code: 'SignatureDoesNotMatch',
      status: 403,
      fields: { StringToSign: 'e30=', StringToSignBytes: '65 33 30 3d' },
    })
    t.strictSame(Object.keys(error?.fields ?? {}), [
      'AWSAccessKeyId',
      'StringToSign',
      'SignatureProvided',
      'StringToSignBytes',
    ])
    const token = vector.session_token === null ? 'tok' : 'other'
    t.equal(verify(vector, { 'x-amz-security-token': token })?.code, 'InvalidToken')
  }
  t.equal(claimOf(v4, Object.fromEntries(v4.fields.map(([name]) => [name.toLowerCase(), undefined]))), undefined)
})

t.test('fields that are missing or cannot be read', async t => {
  const credentialOf = (text: string) => ({ 'x-amz-credential': text })
  const missing = (name: string) =>
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`
  const scope = (changes: (text: string) => string) =>
    credentialOf(changes(v4.fields.find(([name]) => name === 'x-amz-credential')?.[1] ?? ''))
  const rows: readonly (readonly [string, Vector, Changes, name: string, message: string])[] = [
    ['v4 without a signature', v4, { 'x-amz-signature': undefined }, 'X-Amz-Signature', missing('X-Amz-Signature')],
    [
      'v4 without most',
      v4,
      { 'x-amz-algorithm': undefined, 'x-amz-credential': undefined },
      'X-Amz-Algorithm',
      missing('X-Amz-Algorithm'),
    ],
    ['v4 without a policy', v4, { policy: undefined }, 'Policy', missing('Policy')],
    ['v2 without a signature', v2, { signature: undefined }, 'Signature', missing('Signature')],
    ['v2 without a key', v2, { awsaccesskeyid: undefined }, 'AWSAccessKeyId', missing('AWSAccessKeyId')],
    [
      'another algorithm',
      v4,
      { 'x-amz-algorithm': 'AWS4-ECDSA-P256-SHA256' },
      'X-Amz-Algorithm',
      'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"',
    ],
    [
      'a credential of another form',
      v4,
      credentialOf('A/B'),
      'X-Amz-Credential',
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    ],
    [
      'a date of another form',
      v4,
      { 'x-amz-date': 'today' },
      'X-Amz-Date',
      `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
    ],
    [
      'another Region',
      v4,
      scope(text => text.replace('us-east-1', 'eu-west-1')),
      'X-Amz-Credential',
      "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
    ],
    [
      'another service',
      v4,
      scope(text => text.replace('/s3/', '/ec2/')),
      'X-Amz-Credential',
      'incorrect service "ec2". This endpoint belongs to "s3".',
    ],
    [
      'another day',
      v4,
      scope(text => text.replace(/\/\d{8}\//, '/20260101/')),
      'X-Amz-Credential',
      'Invalid credential date "20260101". This date is not the same as X-Amz-Date: "20261125".',
    ],
  ]
  for (const [name, vector, changes, ArgumentName, message] of rows) {
    t.match(verify(vector, changes), { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName } }, name)
  }
  t.match(verify(v2, {}, { takesVersion2: false }), { code: 'InvalidRequest', status: 400 })
})
