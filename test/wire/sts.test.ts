import { type Test, test } from 'tap'
import { accountWith, allow, deny, keyOf, policyText } from '../helpers/accounts.ts'
import { type Ask, account, alias, bucket, keys, mrapHost, startApp, type TestApp } from '../helpers/app.ts'
import { type Answer, exchange, requestBytes } from '../helpers/http.ts'
import { presignV4a } from '../helpers/sign.ts'
import { type Keys, signQuery } from '../helpers/sts.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

const other = '111122223333'
const appArn = `arn:aws:iam::${account}:role/app`
const assume = { Action: 'AssumeRole', RoleArn: appArn, RoleSessionName: 'drill' }
const west = { region: 'us-west-2' } as const

function world() {
  const users = {
    ann: [policyText(allow('sts:AssumeRole', appArn))],
    bob: [policyText(allow('s3:*'))],
    own: [policyText(allow('s3:GetObject'))],
  }
  const roles = { app: [policyText(allow('s3:*'))], chain: [policyText(allow('sts:AssumeRole'))] }
  return {
    accounts: [
      accountWith(account, { users, roles }),
      accountWith(other, { users: { eve: [policyText(allow('*'))] } }),
    ],
    buckets: [
      bucket('b-usw2', 'us-west-2', { objects: [{ key: 'k', content: { body: 'hello' }, metadata: {}, tags: {} }] }),
    ],
    multiRegionAccessPoints: [{ name: 'one', alias, buckets: [{ name: 'b-usw2' }], routes: {} }],
  }
}

interface StsAsk {
  readonly as?: Keys
  readonly host?: string
  readonly region?: string
  readonly service?: string
}

async function sts(
  t: Test,
  app: TestApp,
  parameters: Readonly<Record<string, string>>,
  ask: StsAsk = {},
): Promise<Answer> {
  const body = new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString()
  const { as = keyOf('ann'), host = app.host, region = 'us-east-1', service = 'sts' } = ask
  const headers = signQuery({ body, host, region, service, keys: as, now: app.clock.now() })
  const answer = await exchange(t, app.port, requestBytes('POST / HTTP/1.1', headers, body), 'POST')
  app.checkCodes()
  return answer
}

function credentialsOf(answer: Answer): Keys & { readonly sessionToken: string } {
  const [accessKeyId = '', secretAccessKey = '', sessionToken = ''] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
  ].map(name => textOf(answer.text, name))
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text} ${answer.header('x-mrap-hint')}`)
  return { accessKeyId, secretAccessKey, sessionToken }
}

function refusal(t: Test, answer: Answer, status: number, code: string, message: string | RegExp, name: string = code) {
  t.strictSame([answer.status, textOf(answer.text, 'Code')], [status, code], `${name}: ${answer.text}`)
  t.match(textOf(answer.text, 'Message'), message, name)
  t.match(
    answer.text,
    /^<ErrorResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/">\s*<Error>\s*<Type>Sender<\/Type>/,
  )
  t.match(textOf(answer.text, 'RequestId'), /^[0-9a-f-]{36}$/)
}

test('AssumeRole, and what the session may do', async t => {
  const app = await startApp(t, { world: world() })
  const answer = await sts(t, app, assume)
  t.equal(answer.header('content-type'), 'text/xml')
  t.equal(answer.header('x-amzn-requestid'), textOf(answer.text, 'RequestId'))
  t.match(
    answer.text,
    /^<AssumeRoleResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/">\s*<AssumeRoleResult>/,
  )
  t.equal(textOf(answer.text, 'Arn'), `arn:aws:sts::${account}:assumed-role/app/drill`)
  t.equal(textOf(answer.text, 'Expiration'), `${new Date(app.clock.now() + 3_600_000).toISOString().slice(0, 19)}Z`)
  t.equal(textOf(answer.text, 'PackedPolicySize'), undefined)
  const as = credentialsOf(answer)
  const through: Ask = { host: mrapHost, sign: 'v4a', as }
  t.equal((await app.ask('GET /b-usw2/k', { ...west, as })).text, 'hello')
  t.equal((await app.ask('GET /k', through)).text, 'hello', 'through the MRAP')
  const { sessionToken: _, ...bare } = as
  isRefusal(
    t,
    await app.ask('GET /k', { ...through, as: bare }),
    { status: 403, code: 'InvalidAccessKeyId' },
    'no token',
  )
  const bad = { ...as, sessionToken: `${as.sessionToken}x` }
  isRefusal(t, await app.ask('GET /k', { ...through, as: bad }), { status: 400, code: 'InvalidToken' }, 'a bad token')
  const identity = await sts(t, app, { Action: 'GetCallerIdentity' }, { as })
  t.equal(textOf(identity.text, 'Arn'), `arn:aws:sts::${account}:assumed-role/app/drill`)
  t.equal(textOf(identity.text, 'UserId'), 'app:drill')
  t.equal(textOf(identity.text, 'Account'), account)
  app.clock.advance(3_600_001)
  isRefusal(t, await app.ask('GET /k', through), { status: 400, code: 'ExpiredToken' }, 'expired')
  refusal(
    t,
    await sts(t, app, assume, { as }),
    403,
    'ExpiredToken',
    'The security token included in the request is expired',
  )
})

test('a URL that a session presigned with SigV4A lives as long as the session', async t => {
  const app = await startApp(t, { world: world() })
  const as = credentialsOf(await sts(t, app, { ...assume, DurationSeconds: '900' }))
  const scope = { keys: as, region: '*', now: app.clock.now() }
  const url = presignV4a({ method: 'GET', target: '/k', host: mrapHost, headers: {} }, scope, 3600)
  const get = () => app.ask(`GET ${url}`, { host: mrapHost, sign: 'none' })
  t.equal((await get()).text, 'hello')
  app.clock.advance(899_000)
  t.equal((await get()).text, 'hello')
  app.clock.advance(2000)
  isRefusal(t, await get(), { status: 400, code: 'ExpiredToken' }, 'before the URL has expired')
})

test('a session policy narrows the session', async t => {
  const app = await startApp(t, { world: world() })
  const Policy = policyText(allow('s3:GetObject'), deny('s3:GetObject', 'arn:aws:s3:::*/secret'))
  const answer = await sts(t, app, { ...assume, Policy })
  t.match(textOf(answer.text, 'PackedPolicySize'), /^\d+$/)
  const as = credentialsOf(answer)
  t.equal((await app.ask('GET /b-usw2/k', { ...west, as })).status, 200)
  const put = await app.ask('PUT /b-usw2/k', { ...west, as, body: 'x' })
  isRefusal(t, put, { status: 403, code: 'AccessDenied' }, 'PUT')
  t.match(put.header('x-mrap-hint'), /^No session policy allows s3:PutObject on /)
  const secret = await app.ask('GET /b-usw2/secret', { ...west, as })
  t.match(secret.header('x-mrap-hint'), /^Statement 2 of session policy 1 of app\/drill denies s3:GetObject on /)
})

test('the global endpoint, and sessions of users', async t => {
  const app = await startApp(t, { world: world() })
  const host = 'sts.amazonaws.com'
  const global = credentialsOf(await sts(t, app, assume, { host }))
  const refused = await app.ask('GET /k', { host: mrapHost, sign: 'v4a', as: global })
  isRefusal(t, refused, { status: 400, code: 'UnsupportedSignature' }, 'through the MRAP')
  t.match(refused.header('x-mrap-hint'), /global STS endpoint/)
  t.equal((await app.ask('GET /b-usw2/k', { ...west, as: global })).status, 200, 'to the bucket')
  const regional = { host: 'sts.eu-west-1.amazonaws.com', region: 'eu-west-1' }
  const as = credentialsOf(await sts(t, app, { Action: 'GetSessionToken' }, { ...regional, as: keyOf('own') }))
  t.equal((await app.ask('GET /k', { host: mrapHost, sign: 'v4a', as })).status, 200, 'from a Regional one')
  isRefusal(
    t,
    await app.ask('PUT /k', { host: mrapHost, sign: 'v4a', as, body: 'x' }),
    { status: 403, code: 'AccessDenied' },
    'the rights of the user',
  )
  const wrong = await sts(t, app, assume, { ...regional, region: 'us-east-1' })
  refusal(t, wrong, 403, 'SignatureDoesNotMatch', 'Credential should be scoped to a valid region. ', 'region')
  refusal(
    t,
    await sts(t, app, assume, { service: 's3', host }),
    403,
    'SignatureDoesNotMatch',
    /correct service: 'sts'/,
    'service',
  )
})

test('GetSessionToken', async t => {
  const app = await startApp(t, { world: world() })
  const lasts = async (parameters: Record<string, string>, as: Keys) => {
    const text = textOf((await sts(t, app, { Action: 'GetSessionToken', ...parameters }, { as })).text, 'Expiration')
    return (Date.parse(text ?? '') - app.clock.now()) / 1000
  }
  t.equal(await lasts({}, keyOf('ann')), 43_200)
  t.equal(await lasts({ DurationSeconds: '900' }, keyOf('ann')), 900)
  t.equal(await lasts({}, keyOf(`root-${account}`)), 3600, 'a root has an hour')
  const as = credentialsOf(await sts(t, app, { Action: 'GetSessionToken' }))
  refusal(
    t,
    await sts(t, app, { Action: 'GetSessionToken' }, { as }),
    403,
    'AccessDenied',
    'Cannot call GetSessionToken with session credentials',
  )
  t.equal(
    textOf((await sts(t, app, { Action: 'GetCallerIdentity' }, { as })).text, 'Arn'),
    `arn:aws:iam::${account}:user/ann`,
  )
})

test('without accounts the default keys have sessions too', async t => {
  const app = await startApp(t, { world: { buckets: world().buckets } })
  const as = credentialsOf(await sts(t, app, { Action: 'GetSessionToken' }, { as: keys }))
  t.equal((await app.ask('GET /b-usw2/k', { ...west, as })).status, 200)
  t.equal(
    textOf((await sts(t, app, { Action: 'GetCallerIdentity' }, { as: keys })).text, 'Arn'),
    `arn:aws:iam::${account}:root`,
  )
})

test('refusals of AssumeRole', async t => {
  const app = await startApp(t, { world: world() })
  const value = (shown: string, name: string) =>
    `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: Member must `
  const notAllowed = (who: string, arn: string) =>
    `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${arn}`
  const ann = `arn:aws:iam::${account}:user/ann`
  const noRole = `arn:aws:iam::${account}:role/nobody`
  const rows: [
    name: string,
    parameters: Record<string, string>,
    ask: StsAsk,
    status: number,
    code: string,
    message: string,
  ][] = [
    [
      'no name',
      { RoleSessionName: '' },
      {},
      400,
      'ValidationError',
      `${value("''", 'roleSessionName')}have length greater than or equal to 2`,
    ],
    [
      'a bad name',
      { RoleSessionName: 'a b' },
      {},
      400,
      'ValidationError',
      `${value("'a b'", 'roleSessionName')}satisfy regular expression pattern: [\\w+=,.@-]*`,
    ],
    [
      'too short',
      { DurationSeconds: '899' },
      {},
      400,
      'ValidationError',
      `${value("'899'", 'durationSeconds')}have value greater than or equal to 900`,
    ],
    [
      'too long',
      { DurationSeconds: '43201' },
      {},
      400,
      'ValidationError',
      `${value("'43201'", 'durationSeconds')}have value less than or equal to 43200`,
    ],
    [
      'no ARN',
      { RoleArn: 'this-is-no-arn-but-long-enough' },
      {},
      400,
      'ValidationError',
      'this-is-no-arn-but-long-enough is invalid',
    ],
    ['a bad policy', { Policy: '{}' }, {}, 400, 'MalformedPolicyDocument', 'Missing required field Statement'],
    ['no such role', { RoleArn: noRole }, {}, 403, 'AccessDenied', notAllowed(ann, noRole)],
    [
      'without the right',
      {},
      { as: keyOf('bob') },
      403,
      'AccessDenied',
      notAllowed(`arn:aws:iam::${account}:user/bob`, appArn),
    ],
    ['a root', {}, { as: keyOf(`root-${account}`) }, 403, 'AccessDenied', 'Roles may not be assumed by root accounts.'],
    [
      'a chain for long',
      { DurationSeconds: '3601' },
      { as: keyOf('chain', true) },
      400,
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    ],
    [
      'an unknown key',
      {},
      { as: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } },
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ],
    [
      'a wrong secret',
      {},
      { as: { ...keyOf('ann'), secretAccessKey: 'x' } },
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    ],
    [
      'an unknown action',
      { Action: 'AssumeRoles' },
      {},
      400,
      'InvalidAction',
      'Could not find operation AssumeRoles for version 2011-06-15',
    ],
    [
      'an old version',
      { Version: '2010-01-01' },
      {},
      400,
      'InvalidAction',
      'Could not find operation AssumeRole for version 2010-01-01',
    ],
  ]
  for (const [name, parameters, ask, status, code, message] of rows) {
    refusal(t, await sts(t, app, { ...assume, ...parameters }, ask), status, code, message, name)
  }
  const unbuilt = await sts(t, app, { Action: 'GetFederationToken', Name: 'x' })
  t.strictSame([unbuilt.status, textOf(unbuilt.text, 'Code')], [501, 'NotImplemented'])
  const tagged = await sts(t, app, { ...assume, 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'blue' })
  t.strictSame(
    [tagged.status, textOf(tagged.text, 'Code')],
    [501, 'NotImplemented'],
    'what would change the session is refused',
  )
  const unsigned = await app.ask('POST /', {
    sign: 'none',
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  refusal(t, unsigned, 403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
  const eve = await sts(t, app, assume, { as: keyOf('eve') })
  t.equal(eve.status, 200, 'a user of another account, whose policies allow it')
  const chained = await sts(t, app, assume, { as: keyOf('chain', true) })
  t.equal(chained.status, 200, 'from role to role')
})
