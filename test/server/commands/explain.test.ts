import { join } from 'node:path'
import { type Test, test } from 'tap'
import { runCommand } from '../../../src/server/commands/command.ts'
import { explain } from '../../../src/server/commands/explain.ts'

const prod = '111122223333'
const alias = 'mfzwi23gnjvgw.mrap'
const mrapArn = `arn:aws:s3::${prod}:accesspoint/${alias}`

const world = `
accounts:
  "${prod}":
    credentials: [ { accessKeyId: AKIAROOT, secretAccessKey: s3cret } ]
    users:
      - name: ann
        policies:
          - Version: "2012-10-17"
            Statement:
              - { Sid: Office, Effect: Allow, Action: "s3:GetObject", Resource: "*", Condition: { IpAddress: { "aws:SourceIp": 198.51.100.0/24 } } }
              - { Effect: Allow, Action: "s3:ListBucket", Resource: "arn:aws:s3:::orders-usw2", Condition: { StringEquals: { "s3:prefix": a/ } } }
              - { Effect: Allow, Action: "s3:PutObject", Resource: "*", Condition: { StringEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } } }
              - { Effect: Allow, Action: "s3:ListAllMyBuckets", Resource: "*" }
        credentials: [ { accessKeyId: AKIAANN, secretAccessKey: s3cret } ]
    roles:
      - { name: app, policies: [ { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:*", Resource: "${mrapArn}/object/*" } ] } ] }
  "210987654321": { credentials: [ { accessKeyId: AKIAOTHER, secretAccessKey: s3cret } ] }
buckets:
  - name: orders-usw2
    region: us-west-2
    account: "${prod}"
    objects: [ { key: k, body: hello, tags: { team: blue } } ]
    policy:
      Version: "2012-10-17"
      Statement:
        - { Sid: NoSecrets, Effect: Deny, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::orders-usw2/secret/*" }
multiRegionAccessPoints:
  - { name: orders, account: "${prod}", alias: ${alias}, buckets: [ orders-usw2 ] }
`

async function run(t: Test, line: string, env: Record<string, string> = {}) {
  const file = join(t.testdir({ 'world.yaml': world }), 'world.yaml')
  const { text, exitCode = 0 } = await runCommand('explain', explain, line === '' ? [] : line.split(' '), {
    MRAP_WORLD: file,
    ...env,
  })
  return { text, exitCode }
}

const bucket = '--bucket orders-usw2'
const rows: readonly (readonly [name: string, line: string, exitCode: 0 | 1, text: RegExp])[] = [
  ['a root', `--as AKIAROOT --action s3:GetObject ${bucket} --key k`, 0, /\nAllowed\.\n$/],
  [
    'a user from the office',
    `--as AKIAANN --action s3:GetObject ${bucket} --key k --source-ip 198.51.100.7`,
    0,
    /identity policy 1 of user ann: statement 1 \(Office\) allows/,
  ],
  [
    'a user from elsewhere',
    `--as arn:aws:iam::${prod}:user/ann --action s3:GetObject ${bucket} --key k`,
    1,
    /IpAddress on aws:SourceIp wants 198.51.100.0\/24, the request has 127.0.0.1[\s\S]*\nRefused: No identity policy allows s3:GetObject/,
  ],
  ['a list by its prefix', `--as AKIAANN --action s3:ListBucket ${bucket} --query prefix=a/`, 0, /statement 2 allows/],
  ['another prefix', `--as AKIAANN --action s3:ListBucket ${bucket} --query prefix=b/`, 1, /Refused:/],
  [
    'a header',
    `--as AKIAANN --action s3:PutObject ${bucket} --key n --header x-amz-server-side-encryption=aws:kms`,
    0,
    /Allowed/,
  ],
  [
    'a Deny',
    `--as AKIAROOT --action s3:GetObject ${bucket} --key secret/a`,
    1,
    /Refused: Statement 1 \(NoSecrets\) of the policy of bucket orders-usw2 denies/,
  ],
  ['the way out', `--as AKIAROOT --action s3:DeleteBucketPolicy ${bucket}`, 0, /always reaches the policy/],
  [
    'a role through the MRAP',
    `--as arn:aws:iam::${prod}:role/app --action s3:GetObject --mrap ${mrapArn} --key k`,
    0,
    /judged by the Multi-Region Access Point[\s\S]*judged by bucket orders-usw2/,
  ],
  [
    'a session directly',
    `--as arn:aws:sts::${prod}:assumed-role/app/run --action s3:GetObject ${bucket} --key k`,
    1,
    /to role app/,
  ],
  [
    'another account',
    `--as AKIAOTHER --action s3:GetObject --mrap ${alias} --key k`,
    1,
    /No policy or access control list of the Multi-Region Access Point/,
  ],
  ['nobody', `--as anonymous --action s3:GetObject ${bucket} --key k`, 1, /anonymous requests/],
  ['identity policies alone', '--as AKIAANN --action s3:ListAllMyBuckets --resource *', 0, /statement 4 allows/],
  [
    'the control plane',
    `--as AKIAANN --action s3:DeleteMultiRegionAccessPoint --resource ${mrapArn}`,
    1,
    /no statement is about it/,
  ],
]

test('requests against a world', async t => {
  for (const [name, line, exitCode, text] of rows) {
    const explained = await run(t, line)
    t.equal(explained.exitCode, exitCode, `${name}: ${explained.text}`)
    t.match(explained.text, text, name)
  }
})

// Of operations that need more than one action: what the server refuses, explain does.
const severalActions = [
  [
    '--action s3:CreateMultiRegionAccessPoint --resource *',
    ['s3:CreateMultiRegionAccessPoint'],
    ['s3:ListAllMyBuckets'],
  ],
  [
    '--action s3:DeleteMultiRegionAccessPoint --resource *',
    ['s3:DeleteMultiRegionAccessPoint'],
    ['s3:ListAllMyBuckets'],
  ],
  ['--action s3:GetMultiRegionAccessPoint --resource *', ['s3:GetMultiRegionAccessPoint'], []],
  [
    `--action s3:SubmitMultiRegionAccessPointRoutes --mrap ${alias}`,
    ['s3:SubmitMultiRegionAccessPointRoutes'],
    ['s3:ListAllMyBuckets'],
  ],
  ['--action s3:CreateBucket --resource arn:aws:s3:::new-one', ['s3:CreateBucket'], []],
  [
    '--action s3:CreateBucket --resource arn:aws:s3:::new-one --header x-amz-bucket-object-lock-enabled=true',
    ['s3:CreateBucket'],
    ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
  ],
  [
    '--action s3:PutObject --bucket b-one --key n --header x-amz-copy-source=b-one/k',
    ['s3:PutObject'],
    ['s3:GetObject'],
  ],
  [
    '--action s3:PutObject --bucket b-one --key n --header x-amz-tagging=a=b',
    ['s3:PutObject'],
    ['s3:PutObjectTagging'],
  ],
  ['--action s3:PutObject --bucket b-one --key n --header x-amz-acl=private', ['s3:PutObject'], ['s3:PutObjectAcl']],
  [
    '--action s3:PutObject --bucket b-one --key n --header x-amz-object-lock-legal-hold=ON',
    ['s3:PutObject'],
    ['s3:PutObjectLegalHold'],
  ],
  ['--action s3:GetObjectAttributes --bucket b-one --key k', ['s3:GetObjectAttributes'], ['s3:GetObject']],
  ['--action s3:GetObject --bucket b-one --key missing', ['s3:GetObject'], ['s3:ListBucket']],
] as const

test('all that a server asks is asked', async t => {
  for (const [line, own, more] of severalActions) {
    for (const [actions, exitCode] of [
      [[...own, ...more], 0],
      [more.length > 0 ? own : [], 1],
    ] as const) {
      const policy = {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: [...actions, 's3:Nothing'], Resource: '*' },
      }
      const text = JSON.stringify({
        accounts: {
          [prod]: {
            users: [{ name: 'ann', policies: [policy], credentials: [{ accessKeyId: 'ANN', secretAccessKey: 's' }] }],
          },
        },
        buckets: [{ name: 'b-one', region: 'us-west-2', account: prod, objects: [{ key: 'k', body: '' }] }],
        multiRegionAccessPoints: [{ name: 'm-one', account: prod, alias, buckets: ['b-one'] }],
      })
      const file = join(t.testdir({ 'world.json': text }), 'world.json')
      const outcome = await runCommand('explain', explain, ['--as', 'ANN', ...line.split(' ')], { MRAP_WORLD: file })
      t.equal(outcome.exitCode ?? 0, exitCode, `${line} with ${actions.join(', ')}: ${outcome.text}`)
    }
  }
})

const context = [
  ['by-vpc --as AKIAROOT --context aws:SourceVpc=vpc-1', 0],
  ['by-vpc --as AKIAROOT --context aws:sourcevpc=vpc-2', 1],
  ['by-vpc --as AKIAROOT', 1],
  ['by-cdn --as cloudfront.amazonaws.com --context aws:SourceArn=arn:aws:cloudfront::1:distribution/E1', 0],
  ['by-cdn --as cloudfront.amazonaws.com', 1],
  ['by-cdn --as logs.amazonaws.com --context aws:SourceArn=arn:aws:cloudfront::1:distribution/E1', 1],
] as const

test('values of condition keys from the command line', async t => {
  const text = `
buckets:
  - { name: by-vpc, region: us-west-2, policy: { Statement: { Effect: Deny, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::by-vpc/*", Condition: { StringNotEquals: { "aws:SourceVpc": vpc-1 } } } }, account: "${prod}" }
  - { name: by-cdn, region: us-west-2, policy: { Statement: { Effect: Allow, Principal: { Service: cloudfront.amazonaws.com }, Action: "s3:*", Resource: "arn:aws:s3:::by-cdn/*", Condition: { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::1:distribution/*" } } } }, account: "${prod}" }
accounts: { "${prod}": { credentials: [ { accessKeyId: AKIAROOT, secretAccessKey: s3cret } ] } }
`
  const file = join(t.testdir({ 'world.yaml': text }), 'world.yaml')
  for (const [line, exitCode] of context) {
    const argv = ['--action', 's3:PutObject', '--key', 'k', '--bucket', ...line.split(' ')]
    const outcome = await runCommand('explain', explain, argv, { MRAP_WORLD: file })
    t.equal(outcome.exitCode, exitCode, `${line}: ${outcome.text}`)
  }
})

test('help', async t => {
  const { text, exitCode } = await run(t, '--help')
  t.equal(exitCode, 0)
  t.match(text, /--source-ip/)
})

test('what cannot be used', async t => {
  const asked = '--as AKIAANN --action s3:GetObject'
  for (const [line, message] of [
    ['', /give one of --bucket/],
    [`${asked}`, /give one of/],
    [`${asked} ${bucket} --mrap ${alias}`, /give one of/],
    [`--action s3:GetObject ${bucket}`, /--as is missing/],
    [`${asked} --bucket none`, /no bucket none/],
    [`--as nobody --action s3:GetObject ${bucket}`, /knows nobody called "nobody"/],
    [`--as AKIAANN --action GetObject ${bucket}`, /--action must be an action/],
    [`${asked} ${bucket} --source-ip here`, /--source-ip must be an IP address/],
    [`${asked} ${bucket} --header x`, /--header must be/],
    [`${asked} ${bucket} --what x`, /unknown option "--what"/],
    [`${asked} ${bucket} more`, /unexpected argument "more"/],
    [`${asked} ${bucket} --key`, /--key needs a value/],
    [`${asked} ${bucket} --world none.yaml`, /none.yaml: the world file cannot be read/],
  ] as const) {
    await t.rejects(run(t, line), { message, exitCode: 2 }, line)
  }
})
