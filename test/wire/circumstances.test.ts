import { test } from 'tap'
import { worldOf } from '../../src/world/file.ts'
import { startApp } from '../helpers/app.ts'

const prod = '111122223333'
const distribution = `arn:aws:cloudfront::${prod}:distribution/E1`
const secretAccessKey = 's3cret'
const anyone = (accessKeyId: string, more: object = {}) => ({ accessKeyId, secretAccessKey, ...more })
const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }
const bucket = (name: string, statement: object) => ({
  name,
  region: 'us-west-2',
  account: prod,
  objects: [{ key: 'k', body: name }],
  policy: {
    Version: '2012-10-17',
    Statement: { Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*`, ...statement },
  },
})
const unless = (operator: string, key: string, value: string) => ({
  Effect: 'Deny',
  Condition: { [operator]: { [key]: value } },
})

const world = {
  accounts: {
    [prod]: {
      organization: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/',
      credentials: [
        anyone('ROOT'),
        anyone('INVPC', { vpc: 'vpc-1', vpce: 'vpce-1' }),
        anyone('MFA', { context: { 'aws:MultiFactorAuthPresent': 'true' } }),
        anyone('CDN', { service: 'cloudfront.amazonaws.com', sourceArn: distribution }),
        anyone('OTHERCDN', { service: 'cloudfront.amazonaws.com', sourceArn: `${distribution}2` }),
        anyone('LOGS', { service: 'logging.s3.amazonaws.com' }),
      ],
      users: [
        { name: 'ann', tags: { Team: 'blue' }, policies: [everything], credentials: [anyone('ANN')] },
        { name: 'bob', policies: [everything], credentials: [anyone('BOB')] },
      ],
      roles: [
        {
          name: 'app',
          tags: { team: 'blue' },
          policies: [everything],
          sessions: [anyone('APP', { sessionToken: 'tok' })],
        },
      ],
    },
    '210987654321': { credentials: [anyone('STRANGER')] },
  },
  buckets: [
    bucket('by-vpc', unless('StringNotEquals', 'aws:SourceVpc', 'vpc-1')),
    bucket('by-vpce', unless('StringNotEquals', 'aws:SourceVpce', 'vpce-1')),
    bucket('by-org', { Effect: 'Allow', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }),
    bucket('by-path', unless('ForAllValues:StringNotLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-ab12/*')),
    bucket('by-tag', unless('StringNotEquals', 'aws:PrincipalTag/team', 'blue')),
    bucket('by-mfa', unless('Bool', 'aws:MultiFactorAuthPresent', 'false')),
    bucket('by-address', unless('IpAddress', 'aws:SourceIp', '127.0.0.1')),
    bucket('no-services', unless('Bool', 'aws:PrincipalIsAWSService', 'true')),
    bucket('own-org', unless('StringNotEquals', 'aws:ResourceOrgID', `\${aws:PrincipalOrgID}`)),
    bucket('by-cdn', {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceArn': distribution, 'aws:SourceAccount': prod } },
    }),
  ],
}

const rows: readonly (readonly [bucket: string, served: string, refused: string])[] = [
  ['by-vpc', 'INVPC', 'ROOT ANN CDN'],
  ['by-vpce', 'INVPC', 'ROOT ANN CDN'],
  ['by-org', 'ROOT ANN INVPC', 'STRANGER'],
  ['by-path', 'ROOT ANN', 'STRANGER'],
  ['by-tag', 'ANN APP', 'BOB ROOT'],
  ['by-mfa', 'ROOT ANN MFA', 'APP'],
  ['by-address', 'INVPC', 'ROOT'],
  ['no-services', 'ROOT', 'CDN'],
  ['own-org', 'ROOT', 'STRANGER'],
  ['by-cdn', 'CDN ROOT', 'OTHERCDN LOGS STRANGER'],
]

test('conditions on what no request shows', async t => {
  const app = await startApp(t, { world: await worldOf(world) })
  for (const [name, served, refused] of rows) {
    for (const [list, status] of [
      [served, 200],
      [refused, 403],
    ] as const) {
      for (const accessKeyId of list.split(' ')) {
        const headers = accessKeyId === 'APP' ? { 'x-amz-security-token': 'tok' } : {}
        const answer = await app.ask(`GET /${name}/k`, {
          as: { accessKeyId, secretAccessKey },
          headers,
          region: 'us-west-2',
        })
        t.equal(answer.status, status, `${name} ${accessKeyId}: ${answer.header('x-mrap-hint') ?? ''}`)
      }
    }
  }
})

test('a service has no account of its own', async t => {
  const app = await startApp(t, { world: await worldOf(world) })
  const as = { accessKeyId: 'CDN', secretAccessKey }
  for (const line of ['GET /', 'PUT /new-bucket', 'GET /by-cdn', 'PUT /by-cdn/k', 'DELETE /by-cdn/k'])
    t.equal((await app.ask(line, { as, region: 'us-west-2' })).status, 403, line)
})
