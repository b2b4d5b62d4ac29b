import t from 'tap'
import { readPolicy } from '../../../src/server/policy/document.ts'
import { isOfBucket, isOfMrap } from '../../../src/server/policy/resources.ts'

const bucketArn = 'arn:aws:s3:::b'
const rules = { isOwnResource: (pattern: string) => isOfBucket(pattern, bucketArn) }
const plain = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }

const read = (policy: unknown) => readPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), rules)
const withStatement = (changes: object) => ({ Version: '2012-10-17', Statement: [{ ...plain, ...changes }] })

t.test('reads what the user guide writes', async t => {
  const policy = read({
    Version: '2012-10-17',
    Id: 'x',
    Statement: [
      {
        Sid: 'delegate',
        Effect: 'Allow',
        Principal: { AWS: ['*', '111122223333', 'arn:aws:iam::111122223333:user/path/ann'] },
        Action: ['s3:*'],
        Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
        Condition: {
          StringEquals: { 's3:DataAccessPointAccount': '123456789012' },
          Bool: { 'aws:SecureTransport': false },
        },
      },
      {
        Effect: 'Deny',
        NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' },
        NotAction: 's3:Get*',
        NotResource: bucketArn,
      },
    ],
  })
  t.strictSame(policy, {
    ok: true,
    statements: [
      {
        sid: 'delegate',
        effect: 'Allow',
        principals: {
          except: false,
          list: [
            { kind: 'everyone' },
            { kind: 'account', accountId: '111122223333' },
            { kind: 'user', accountId: '111122223333', name: 'ann' },
          ],
        },
        actions: { except: false, patterns: ['s3:*'] },
        resources: { except: false, patterns: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] },
        conditions: [
          { operator: 'StringEquals', key: 's3:DataAccessPointAccount', values: ['123456789012'] },
          { operator: 'Bool', key: 'aws:SecureTransport', values: ['false'] },
        ],
      },
      {
        sid: undefined,
        effect: 'Deny',
        principals: { except: true, list: [{ kind: 'account', accountId: '111122223333' }] },
        actions: { except: true, patterns: ['s3:Get*'] },
        resources: { except: true, patterns: [bucketArn] },
        conditions: [],
      },
    ],
  })
  t.ok(read({ Statement: plain }).ok, 'one statement, no version')
  t.ok(read(withStatement({ Principal: { Service: 'logging.s3.amazonaws.com' } })).ok)
  t.ok(read(withStatement({ Principal: { CanonicalUser: 'a'.repeat(64) } })).ok)
})

t.test('refuses', async t => {
  const json = "Policies must be valid JSON and the first byte must be '{'"
  for (const [name, policy, problem] of [
    ['nothing', '', json],
    ['no JSON', '{', json],
    ['a blank first', ` ${JSON.stringify(withStatement({}))}`, json],
    ['a list', '[]', json],
    ['a number', '1', json],
    ['no statement', { Version: '2012-10-17' }, 'Missing required field Statement'],
    ['an empty object', {}, 'Missing required field Statement'],
    ['an empty list', { Statement: [] }, 'Could not parse the policy: Statement is empty!'],
    ['a statement that is none', { Statement: ['x'] }, 'Invalid policy syntax.'],
    ['a bad version', { Version: '2013-01-01', Statement: plain }, 'The policy must contain a valid version string'],
    ['an unknown member', { Statement: plain, Foo: 1 }, 'Unknown field Foo'],
    ['an unknown member of a statement', withStatement({ Foo: 1 }), 'Unknown field Foo'],
    ['an inherited name', '{"Statement":[],"__proto__":{}}', 'Unknown field __proto__'],
    ['no effect', withStatement({ Effect: undefined }), 'Missing required field Effect'],
    ['a bad effect', withStatement({ Effect: 'allow' }), 'Invalid effect: allow'],
    ['no principal', withStatement({ Principal: undefined }), 'Missing required field Principal'],
    ['both principals', withStatement({ NotPrincipal: '*' }), 'Invalid policy syntax.'],
    ['a bad account', withStatement({ Principal: { AWS: '123' } }), 'Invalid principal in policy'],
    [
      'a wildcard in a principal',
      withStatement({ Principal: { AWS: 'arn:aws:iam::111122223333:user/*' } }),
      'Invalid principal in policy',
    ],
    ['a principal as text', withStatement({ Principal: '111122223333' }), 'Invalid principal in policy'],
    ['an unknown kind of principal', withStatement({ Principal: { Foo: '*' } }), 'Invalid principal in policy'],
    ['an empty principal', withStatement({ Principal: {} }), 'Invalid principal in policy'],
    ['an empty list of principals', withStatement({ Principal: { AWS: [] } }), 'Invalid principal in policy'],
    ['no action', withStatement({ Action: undefined }), 'Missing required field Action'],
    ['an action of another service', withStatement({ Action: 'ec2:RunInstances' }), 'Policy has invalid action'],
    ['an action that is no text', withStatement({ Action: [1] }), 'Policy has invalid action'],
    ['no resource', withStatement({ Resource: undefined }), 'Missing required field Resource'],
    ['another bucket', withStatement({ Resource: 'arn:aws:s3:::c/*' }), 'Policy has invalid resource'],
    ['a bucket with the same beginning', withStatement({ Resource: 'arn:aws:s3:::bc' }), 'Policy has invalid resource'],
    [
      'an access point in a bucket policy',
      withStatement({ Resource: 'arn:aws:s3::123456789012:accesspoint/x.mrap/object/*' }),
      'Policy has invalid resource',
    ],
    ['every resource', withStatement({ Resource: '*' }), 'Policy has invalid resource'],
    ['a condition that is none', withStatement({ Condition: 'x' }), 'Invalid policy syntax.'],
    ['a condition without key', withStatement({ Condition: { StringEquals: 'x' } }), 'Invalid policy syntax.'],
    [
      'a condition value that is none',
      withStatement({ Condition: { StringEquals: { a: {} } } }),
      'Invalid policy syntax.',
    ],
    [
      'an Allow with NotPrincipal',
      { Statement: { ...plain, Principal: undefined, NotPrincipal: '*' } },
      'Allow with NotPrincipal is not allowed.',
    ],
    ['a second statement', { Statement: [plain, {}] }, 'Missing required field Effect'],
  ] as const) {
    t.strictSame(read(policy), { ok: false, problem }, name)
  }
})

t.test('resources of an MRAP', async t => {
  const arn = 'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap'
  for (const pattern of [arn, `${arn}/object/*`, `${arn}/object/a/?`]) t.ok(isOfMrap(pattern, arn), pattern)
  for (const pattern of ['*', `${arn}/*`, `${arn}x`, 'arn:aws:s3:::b/*']) t.notOk(isOfMrap(pattern, arn), pattern)
})
