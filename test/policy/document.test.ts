import t from 'tap'
import { bucketRules, identityRules, mrapRules, readPolicy } from '../../src/policy/document.ts'

const bucketArn = 'arn:aws:s3:::b'
const rules = bucketRules(bucketArn)
const plain = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }

const read = (policy: unknown) => readPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), rules)
const originAccess = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity EH1HDMB1FH2TC'
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
  if (!policy.ok) throw new Error(policy.problem)
  const written = policy.statements.map(({ sid, effect, principals, actions, resources, conditions }) => ({
    sid,
    effect,
    principals,
    actions: [actions.except, ...actions.patterns],
    resources: [resources.except, ...resources.patterns],
    conditions: conditions.map(({ operator, key, values }) => [operator, key, ...values]),
  }))
  t.strictSame(written, [
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
      actions: [false, 's3:*'],
      resources: [false, 'arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
      conditions: [
        ['StringEquals', 's3:DataAccessPointAccount', '123456789012'],
        ['Bool', 'aws:SecureTransport', 'false'],
      ],
    },
    {
      sid: undefined,
      effect: 'Deny',
      principals: { except: true, list: [{ kind: 'account', accountId: '111122223333' }] },
      actions: [true, 's3:Get*'],
      resources: [true, bucketArn],
      conditions: [],
    },
  ])
  t.ok(read({ Statement: plain }).ok, 'one statement, no version')
  t.ok(read(withStatement({ Principal: { Service: 'logging.s3.amazonaws.com' } })).ok)
  t.ok(read(withStatement({ Principal: { CanonicalUser: 'a'.repeat(64) } })).ok)
})

t.test('takes what S3 takes', async t => {
  const condition = (Condition: object, Action = 's3:*') => withStatement({ Action, Condition })
  for (const [name, policy] of [
    ['an origin access identity', withStatement({ Principal: { AWS: originAccess } })],
    ['a federated user', withStatement({ Principal: { AWS: 'arn:aws:sts::111122223333:federated-user/ann' } })],
    ['an identity provider', withStatement({ Principal: { Federated: 'cognito-identity.amazonaws.com' } })],
    ['the bucket by a wildcard', withStatement({ Resource: 'arn:aws:s3:::*/*' })],
    [
      'bucket and objects by one pattern',
      withStatement({ Action: ['s3:GetObject', 's3:ListBucket'], Resource: 'arn:aws:s3:::b*' }),
    ],
    ['a variable in a key', withStatement({ Resource: `arn:aws:s3:::b/\${aws:username}/*` })],
    ['a variable for the bucket', withStatement({ Resource: `arn:aws:s3:::\${aws:PrincipalTag/bucket}/*` })],
    [
      'actions of both kinds with both resources',
      withStatement({ Action: ['s3:GetObject', 's3:ListBucket'], Resource: [bucketArn, `${bucketArn}/*`] }),
    ],
    ['actions of both kinds by a wildcard', withStatement({ Action: 's3:Get*', Resource: bucketArn })],
    ['a NotAction that does not apply', withStatement({ Action: undefined, NotAction: 's3:ListBucket' })],
    ['an action with a key of its own', condition({ StringLike: { 's3:prefix': 'a/*' } }, 's3:List*')],
    ['any key that begins with aws:', condition({ StringEquals: { 'aws:SomethingNew': 'x' } })],
    ['the key of another service', condition({ ArnLike: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/*' } })],
    ['a key in any case', condition({ StringEquals: { 'S3:EXISTINGOBJECTTAG/a': 'x' } }, 's3:GetObject')],
    ['no addresses', condition({ IpAddress: { 'aws:SourceIp': [] } })],
    ['an address with bits beyond its prefix', condition({ IpAddress: { 'aws:SourceIp': '192.168.1.1/24' } })],
    [
      'a number that is none',
      condition({ NumericLessThan: { 's3:object-lock-remaining-retention-days': 'x' } }, 's3:PutObjectRetention'),
    ],
    [
      'tags that are there although nobody looks',
      condition({ StringEquals: { 's3:ExistingObjectTag/a': 'b' } }, 's3:GetObjectAttributes'),
    ],
  ] as const) {
    const result = read(policy)
    t.equal(result.ok ? 'taken' : result.problem, 'taken', name)
  }
})

t.test('refuses', async t => {
  const json = "Policies must be valid JSON and the first byte must be '{'"
  const noJson = 'This policy contains invalid Json'
  const notApplying = 'Action does not apply to any resource(s) in statement'
  const notCombining = 'Conditions do not apply to combination of actions and resources in statement'
  const noAddress = 'Invalid IP address in Conditions'
  const when = (Condition: object) => withStatement({ Condition })
  for (const [name, policy, problem] of [
    ['nothing', '', json],
    ['no JSON', '{', noJson],
    ['a blank at the end', `${JSON.stringify(withStatement({}))}x`, noJson],
    ['a member twice', '{"Statement":{"Effect":"Deny","Effect":"Allow"}}', noJson],
    ['a member twice, once escaped', '{"Id":"\\"a", "\\u0049d" : "b"}', noJson],
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
    ['a principal as text', withStatement({ Principal: '111122223333' }), 'Invalid policy syntax.'],
    ['an unknown kind of principal', withStatement({ Principal: { Foo: '*' } }), 'Invalid principal in policy'],
    ['an empty principal', withStatement({ Principal: {} }), 'Invalid principal in policy'],
    ['an empty list of principals', withStatement({ Principal: { AWS: [] } }), 'Invalid principal in policy'],
    ['no action', withStatement({ Action: undefined }), 'Missing required field Action'],
    ['an action of another service', withStatement({ Action: 'ec2:RunInstances' }), 'Policy has invalid action'],
    ['an action that is no text', withStatement({ Action: [1] }), 'Invalid policy syntax.'],
    ['an action that is null', withStatement({ Action: null }), 'Invalid policy syntax.'],
    ['no actions', withStatement({ Action: [] }), 'Policy has invalid action'],
    [
      'an action S3 does not have',
      withStatement({ Action: 's3:PutObjectLockConfiguration' }),
      'Policy has invalid action',
    ],
    ['a pattern that no action fits', withStatement({ Action: 's3:Foo*' }), 'Policy has invalid action'],
    ['an unknown NotAction', withStatement({ Action: undefined, NotAction: 's3:Foo' }), 'Policy has invalid action'],
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
    ['an action of the bucket on objects', withStatement({ Action: 's3:ListBucket' }), notApplying],
    ['an action of objects on the bucket', withStatement({ Resource: bucketArn }), notApplying],
    [
      'an action of the account',
      withStatement({ Action: 's3:ListAllMyBuckets', Resource: [bucketArn, `${bucketArn}/*`] }),
      notApplying,
    ],
    ['one action of several', withStatement({ Action: ['s3:GetObject', 's3:ListBucket'] }), notApplying],
    ['a pattern of which nothing applies', withStatement({ Action: 's3:List*Versions' }), notApplying],
    [
      'an operator that is none',
      when({ StringMatches: { 'aws:UserAgent': 'x' } }),
      'Invalid Condition type : StringMatches',
    ],
    [
      'an operator in another case',
      when({ stringequals: { 'aws:UserAgent': 'x' } }),
      'Invalid Condition type : stringequals',
    ],
    ['NullIfExists', when({ NullIfExists: { 'aws:UserAgent': 'true' } }), 'Invalid Condition type : NullIfExists'],
    [
      'a set operator that is none',
      when({ 'ForSome:StringEquals': { 'aws:UserAgent': 'x' } }),
      'Invalid Condition type : ForSome:StringEquals',
    ],
    [
      'an unknown operator beside a known one',
      when({ Bool: { 'aws:SecureTransport': 'true' }, X: {} }),
      'Invalid Condition type : X',
    ],
    ['an unknown key', when({ StringEquals: { 's3:VersionStatus': 'x' } }), 'Policy has an invalid condition key'],
    ['a key without prefix', when({ StringEquals: { prefix: 'x' } }), 'Policy has an invalid condition key'],
    [
      'a tag without name',
      when({ StringEquals: { 's3:ExistingObjectTag/': 'x' } }),
      'Policy has an invalid condition key',
    ],
    ['a key of other actions', when({ StringEquals: { 's3:prefix': 'x' } }), notCombining],
    [
      'a key of some of the actions',
      withStatement({
        Action: ['s3:GetObject', 's3:PutObject'],
        Condition: { StringEquals: { 's3:x-amz-acl': 'private' } },
      }),
      notCombining,
    ],
    [
      'tags of an object that is deleted',
      withStatement({
        Action: ['s3:DeleteObject', 's3:DeleteObjectTagging'],
        Condition: { StringEquals: { 's3:ExistingObjectTag/a': 'b' } },
      }),
      notCombining,
    ],
    [
      'a key of other actions, on the wrong resource',
      withStatement({ Action: 's3:ListBucketMultipartUploads', Condition: { StringEquals: { 's3:prefix': 'x' } } }),
      notCombining,
    ],
    ['an address that is none', when({ IpAddress: { 'aws:SourceIp': '123' } }), noAddress],
    ['one address of several', when({ NotIpAddress: { 'aws:SourceIp': ['10.0.11.0/24', '10.0.0.0/33'] } }), noAddress],
    ['two double colons', when({ IpAddress: { 'aws:SourceIp': '2001::85a3::8a2e' } }), noAddress],
    ['text that is no address', when({ StringEquals: { 'aws:SourceIp': 'x' } }), noAddress],
    ['a date that is none', when({ DateLessThan: { 'aws:CurrentTime': '2020-02-30' } }), 'Invalid policy syntax.'],
    ['a truth value that is none', when({ Bool: { 'aws:SecureTransport': 'yes' } }), 'Invalid policy syntax.'],
    ['base64 that is none', when({ BinaryEquals: { 'aws:key': 'a' } }), 'Invalid policy syntax.'],
  ] as const) {
    const result = read(policy)
    t.equal(result.ok ? 'taken' : result.problem, problem, name)
  }
})

t.test('names the principal that is invalid', async t => {
  t.strictSame(read(withStatement({ Principal: { AWS: ['*', '123'] } })), {
    ok: false,
    path: ['Statement', 0, 'Principal', 'AWS', 1],
    problem: 'Invalid principal in policy',
    detail: '"AWS" : "123"',
    hint: undefined,
  })
})

t.test('says which member is at fault', async t => {
  const condition = { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '10.0.0.0/33'] } }
  for (const [policy, path] of [
    [{ ...withStatement({}), Version: '2020-01-01' }, ['Version']],
    [{ ...withStatement({}), Sid: 'x' }, ['Sid']],
    [{ Version: '2012-10-17', Statement: { ...plain, Effect: 'allow' } }, ['Statement', 'Effect']],
    [{ Version: '2012-10-17', Statement: [plain, 'x'] }, ['Statement', 1]],
    [withStatement({ Action: ['s3:GetObject', 's3:GetObjekt'] }), ['Statement', 0, 'Action', 1]],
    [withStatement({ Action: 's3:GetObjekt' }), ['Statement', 0, 'Action']],
    [withStatement({ Action: ['s3:GetObject', 7] }), ['Statement', 0, 'Action', 1]],
    [withStatement({ Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::c'] }), ['Statement', 0, 'Resource', 1]],
    [withStatement({ Action: 's3:ListBucket' }), ['Statement', 0, 'Action']],
    [withStatement({ Principle: '*' }), ['Statement', 0, 'Principle']],
    [withStatement({ Condition: condition }), ['Statement', 0, 'Condition', 'IpAddress', 'aws:SourceIp', 1]],
    [withStatement({ Condition: { StringIs: {} } }), ['Statement', 0, 'Condition', 'StringIs']],
    [
      withStatement({ Condition: { Bool: { 's3:nothing': 'true' } } }),
      ['Statement', 0, 'Condition', 'Bool', 's3:nothing'],
    ],
  ] as const) {
    const result = read(policy)
    t.strictSame(!result.ok && result.path, path, path.join('.'))
  }
})

t.test('hints are short, and fit into a header', async t => {
  for (const changes of [
    { Action: `s3:\r\n${'x'.repeat(10_000)}` },
    { Condition: { StringEquals: { [`\u00e4${'x'.repeat(10_000)}`]: 'x' } } },
    { Condition: { IpAddress: { 'aws:SourceIp': `\n${'1'.repeat(10_000)}` } } },
    { Condition: { Bool: { 'aws:SecureTransport': `\n${'1'.repeat(10_000)}` } } },
    { Action: `s3:ListBucket${'*'.repeat(10_000)}` },
  ]) {
    const result = read(withStatement(changes))
    t.match(result.ok ? 'taken' : result.hint, /^[\x20-\x7e]{20,300}$/)
  }
})

t.test('policies of an MRAP', async t => {
  const arn = 'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap'
  const result = (changes: object) => {
    const policy = readPolicy(JSON.stringify(withStatement({ Action: 's3:*', ...changes })), mrapRules(arn))
    return policy.ok ? 'taken' : policy.problem
  }
  for (const Resource of [arn, `${arn}/object/*`, `${arn}/object/a/?`, `${arn}/object/\${aws:username}/*`]) {
    t.equal(result({ Resource }), 'taken', Resource)
  }
  for (const Resource of ['*', `${arn}/*`, `${arn}x`, 'arn:aws:s3:::b/*']) {
    t.equal(result({ Resource }), 'Policy has invalid resource', Resource)
  }
  t.equal(result({ Action: 's3:ListBucket', Resource: arn }), 'taken')
  const mismatch = 'Action does not apply to any resource(s) in statement'
  t.equal(result({ Action: 's3:ListBucket', Resource: `${arn}/object/*` }), mismatch)
})

t.test('policies of users and roles', async t => {
  const result = (changes: object) => {
    const statement = { ...plain, Principal: undefined, ...changes }
    const policy = readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), identityRules)
    return policy.ok ? 'taken' : policy.problem
  }
  const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  for (const [expected, changes] of [
    ['taken', {}],
    ['taken', { Resource: '*', Action: '*' }],
    [
      'taken',
      {
        Action: ['sts:AssumeRole', 's3:SomethingNew'],
        Resource: ['arn:aws:iam::111122223333:role/x', 'arn:aws:s3:::*'],
      },
    ],
    ['taken', { Action: 's3:ListBucket', Condition: { StringEquals: { 'kms:ViaService': 'x' } } }],
    ['Policy document should not specify a principal.', { Principal: '*' }],
    ['Policy document should not specify a principal.', { NotPrincipal: '*' }],
    ['Policy statement must contain resources.', { Resource: undefined }],
    ['Policy statement must contain actions.', { Action: undefined }],
    ['Resource b/* must be in ARN format or "*".', { Resource: 'b/*' }],
    [vendor, { Action: 'GetObject' }],
    [vendor, { Condition: { StringEquals: { prefix: 'x' } } }],
    ['Invalid effect: allow', { Effect: 'allow' }],
    ['Unknown field Foo', { Foo: 1 }],
  ] as const) {
    t.equal(result(changes), expected, JSON.stringify(changes))
  }
})

t.test('a large policy is read in time', async t => {
  // Processor time, as the machine may be busy.
  const started = process.cpuUsage()
  const actions = Array.from({ length: 1600 }, (_, index) => `s3:*${index.toString(36)}*`)
  read(withStatement({ Action: actions }))
  read(withStatement({ Resource: `arn:aws:s3:::b/${'*a'.repeat(10_000)}` }))
  read(withStatement({ Resource: `arn:aws:s3:::${'*'.repeat(20_000)}` }))
  read(`{"Statement":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)
  const { user, system } = process.cpuUsage(started)
  t.comment(`${((user + system) / 1000).toFixed(0)} ms`)
  t.ok(user + system < 1_000_000)
})
