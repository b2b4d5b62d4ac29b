import t from 'tap'
import { bucketRules, readPolicy } from '../../src/policy/document.ts'
import { isPublicPolicy, type PolicyKind } from '../../src/policy/is-public.ts'

const plain = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] }

function isPublic(list: readonly object[], kind: PolicyKind = 'bucket'): boolean {
  const policy = { Version: '2012-10-17', Statement: list.map(item => ({ ...plain, ...item })) }
  const read = readPolicy(JSON.stringify(policy), bucketRules('arn:aws:s3:::b'))
  if (!read.ok) throw new Error(read.problem)
  return isPublicPolicy(read.statements, kind)
}

// Source: user guide, "Blocking public access to your Amazon S3 storage", "The meaning of public".
t.test('principals', async t => {
  for (const [expected, statement] of [
    [true, {}],
    [true, { Principal: { AWS: '*' } }],
    [true, { Principal: { AWS: ['111122223333', '*'] } }],
    [false, { Principal: { AWS: '111122223333' } }],
    [false, { Principal: { AWS: 'arn:aws:iam::111122223333:role/app' } }],
    [false, { Principal: { AWS: 'arn:aws:sts::111122223333:federated-user/ann' } }],
    [false, { Principal: { Service: 'logging.s3.amazonaws.com' } }],
    [false, { Principal: { CanonicalUser: 'a'.repeat(64) } }],
    [false, { Effect: 'Deny' }],
    [false, { Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111122223333' } }],
  ] as const) {
    t.equal(isPublic([statement]), expected, JSON.stringify(statement))
  }
  t.ok(isPublic([{ Principal: { AWS: '111122223333' } }, {}]), 'one statement is enough')
  t.notOk(isPublic([{ Principal: { AWS: '111122223333' } }, { Effect: 'Deny' }]))
})

t.test('conditions', async t => {
  const accessPoints = 'arn:aws:s3:us-east-1:111122223333:accesspoint/*'
  for (const [expected, Condition] of [
    [false, { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }],
    [false, { StringEqualsIgnoreCase: { 'aws:PrincipalOrgID': 'o-1' } }],
    [true, { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    [false, { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/r-1/ou-1/' } }],
    [true, { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } }],
    [false, { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:111122223333:t' } }],
    [true, { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:t' } }],
    [false, { StringEquals: { 'aws:SourceVpc': 'vpc-91237329' } }],
    [true, { StringLike: { 'aws:SourceVpc': 'vpc-*' } }],
    [false, { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    [false, { StringEquals: { 'aws:SourceOwner': '111122223333' } }],
    [false, { StringEquals: { 'aws:SourceAccount': ['111122223333', '999999999999'] } }],
    [true, { StringLike: { 'aws:SourceAccount': ['111122223333', '9*'] } }],
    [true, { StringEquals: { 'aws:SourceAccount': `\${aws:PrincipalAccount}` } }],
    [false, { StringLike: { 'aws:userid': 'AIDAEXAMPLE' } }],
    [true, { StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } }],
    [
      false,
      {
        StringEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:us-east-1:111122223333:key/1' },
      },
    ],
    [false, { StringEquals: { 's3:DataAccessPointAccount': '111122223333' } }],
    [true, { StringLike: { 's3:DataAccessPointAccount': '1111*' } }],
    [false, { StringEquals: { 'S3:DATAACCESSPOINTACCOUNT': '111122223333' } }],
    [true, { StringNotEquals: { 'aws:SourceVpc': 'vpc-91237329' } }],
    [true, { StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-91237329' } }],
    [true, { 'ForAllValues:StringEquals': { 'aws:SourceVpc': 'vpc-91237329' } }],
    [true, { StringEquals: { 'aws:SourceVpc': [] } }],
    [true, { StringEquals: { 'aws:UserAgent': 'x' } }],
    [true, { Null: { 'aws:SourceVpc': 'false' } }],
    [false, { StringEquals: { 'aws:UserAgent': 'x', 'aws:SourceVpc': 'vpc-1' } }],
    [false, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    [false, { IpAddress: { 'aws:SourceIp': '203.0.113.7' } }],
    [false, { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } }],
    [false, { IpAddress: { 'aws:SourceIp': '203.0.0.0/8' } }],
    [true, { IpAddress: { 'aws:SourceIp': '202.0.0.0/7' } }],
    [true, { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
    [true, { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/1'] } }],
    [false, { IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }],
    [true, { IpAddress: { 'aws:SourceIp': '2001:db8::/31' } }],
    [true, { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    [false, { ArnLike: { 's3:DataAccessPointArn': accessPoints } }],
    [false, { StringLike: { 's3:DataAccessPointArn': 'arn:aws:s3:*:111122223333:accesspoint/*' } }],
    [true, { StringLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-east-1:*:accesspoint/*' } }],
    [true, { StringLike: { 's3:DataAccessPointArn': 'arn:aws:s3:us-east-1:1111222233??:accesspoint/*' } }],
  ] as const) {
    // The key of KMS comes with few actions.
    const statement = JSON.stringify(Condition).includes('kms') ? { Action: 's3:PutObject', Condition } : { Condition }
    t.equal(isPublic([statement]), expected, JSON.stringify(Condition))
  }
  t.ok(isPublic([{ Condition: { ArnLike: { 's3:DataAccessPointArn': accessPoints } } }], 'access-point'))
  const fixed = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap'
  t.notOk(isPublic([{ Condition: { StringEquals: { 's3:DataAccessPointArn': fixed } } }], 'access-point'))
})
