import { type Test, test } from 'tap'
import { accountWith, allow, keyOf, policyText } from '../helpers/accounts.ts'
import { account, bucket, keys as root, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { requestBytes } from '../helpers/http.ts'
import { type Keys, signQuery } from '../helpers/sts.ts'

interface Ask {
  readonly region?: string
  readonly host?: string
  readonly keys?: Keys
  readonly headers?: Readonly<Record<string, string>>
  readonly service?: string
}

/** Calls an operation of KMS as SDKs do. */
async function kms(app: TestApp, operation: string, input: object, ask: Ask = {}) {
  const { region = 'us-west-2', host = `kms.${region}.amazonaws.com`, keys = root, service = 'kms' } = ask
  const body = JSON.stringify(input)
  const headers = {
    'Content-Type': 'application/x-amz-json-1.1',
    'X-Amz-Target': `TrentService.${operation}`,
    ...ask.headers,
  }
  const signed = signQuery({ body, host, region, service, keys, headers, now: app.clock.now() })
  const answer = await app.send(requestBytes('POST / HTTP/1.1', signed, body))
  return { ...answer, output: JSON.parse(answer.text) }
}

const isRefused = (
  t: Test,
  { status, output, header }: Awaited<ReturnType<typeof kms>>,
  code: string,
  message?: string | RegExp,
) => {
  t.strictSame([status, output.__type, header('content-type')], [400, code, 'application/x-amz-json-1.1'])
  if (message !== undefined) t.match(output.message, message)
}

test('the key that AWS manages for S3 is the one that objects name', async t => {
  const app = await startApp(t, { world: twoRegions })
  const headers = { 'x-amz-server-side-encryption': 'aws:kms' }
  const put = await app.ask('PUT /orders-usw2/k', { region: 'us-west-2', headers, body: 'x' })
  const arn = put.header('x-amz-server-side-encryption-aws-kms-key-id')
  const { status, header, output } = await kms(app, 'DescribeKey', { KeyId: 'alias/aws/s3' })
  t.equal(status, 200)
  t.equal(header('content-type'), 'application/x-amz-json-1.1')
  t.match(header('x-amzn-requestid'), /^[0-9a-f-]{36}$/)
  t.match(output.KeyMetadata, {
    AWSAccountId: account,
    Arn: arn,
    KeyId: arn?.split('/')[1],
    KeyManager: 'AWS',
    KeyState: 'Enabled',
    Enabled: true,
    KeyUsage: 'ENCRYPT_DECRYPT',
    MultiRegion: false,
  })
  t.type(output.KeyMetadata.CreationDate, 'number')
  const aliasArn = `arn:aws:kms:us-west-2:${account}:alias/aws/s3`
  for (const KeyId of [arn ?? '', arn?.split('/')[1] ?? '', aliasArn]) {
    t.equal((await kms(app, 'DescribeKey', { KeyId })).output.KeyMetadata.Arn, arn, KeyId)
  }
  const listed = await kms(app, 'ListAliases', {})
  t.match(listed.output, { Truncated: false })
  t.match(listed.output.Aliases, [{ AliasName: 'alias/aws/s3', AliasArn: aliasArn, TargetKeyId: arn?.split('/')[1] }])
  for (const host of [app.host, `kms.us-west-2.localhost:${app.port}`, `kms.localhost:${app.port}`]) {
    t.equal((await kms(app, 'DescribeKey', { KeyId: 'alias/aws/s3' }, { host })).output.KeyMetadata.Arn, arn, host)
  }
})

test('keys of the world file', async t => {
  const keyId = '11111111-2222-3333-4444-555555555555'
  const kmsKeys = [
    { region: 'us-west-2', keyId, alias: 'alias/orders', description: 'orders' },
    { region: 'us-west-2', alias: 'alias/unnamed' },
    { region: 'eu-west-1', keyId: `mrk-${'a'.repeat(32)}` },
  ]
  const users = { ann: [policyText(allow('kms:DescribeKey'))], bob: [policyText(allow('s3:*'))] }
  const accounts = [{ ...accountWith(account, { users }), kmsKeys }]
  const world = { accounts, buckets: [bucket('orders-usw2', 'us-west-2', { account })] }
  const app = await startApp(t, { world })
  const keys = keyOf(`root-${account}`)
  const arn = `arn:aws:kms:us-west-2:${account}:key/${keyId}`
  const describe = (KeyId: string, ask: Ask = { keys }) => kms(app, 'DescribeKey', { KeyId }, ask)
  for (const name of [keyId, 'alias/orders', arn, `arn:aws:kms:us-west-2:${account}:alias/orders`]) {
    const { output } = await describe(name)
    t.match(output.KeyMetadata, { Arn: arn, KeyId: keyId, KeyManager: 'CUSTOMER', Description: 'orders' }, name)
  }
  const [{ output: first }, { output: second }] = [await describe('alias/unnamed'), await describe('alias/unnamed')]
  t.equal(first.KeyMetadata.KeyId, second.KeyMetadata.KeyId)
  const west = { keys, region: 'eu-west-1' }
  t.match((await describe(`mrk-${'a'.repeat(32)}`, west)).output.KeyMetadata, { MultiRegion: true })
  const aliases = await kms(app, 'ListAliases', {}, { keys })
  t.strictSame(
    aliases.output.Aliases.map((row: { AliasName: string }) => row.AliasName),
    ['alias/aws/s3', 'alias/orders', 'alias/unnamed'],
  )
  const one = await kms(app, 'ListAliases', { KeyId: keyId }, { keys })
  t.equal(one.output.Aliases.length, 1)
  isRefused(
    t,
    await describe('alias/orders', west),
    'NotFoundException',
    /^Alias arn:aws:kms:eu-west-1:.* is not found\.$/,
  )
  isRefused(t, await describe(arn, west), 'NotFoundException', 'Invalid arn us-west-2')

  t.equal((await describe(keyId, { keys: keyOf('ann') })).status, 200)
  const denied = /^User: arn:aws:iam::\d{12}:user\/(ann|bob) is not authorized to perform: kms:/
  isRefused(t, await describe(keyId, { keys: keyOf('bob') }), 'AccessDeniedException', denied)
  isRefused(t, await kms(app, 'ListAliases', {}, { keys: keyOf('ann') }), 'AccessDeniedException', denied)
})

test('everything else is refused for good: SDKs repeat none of these', async t => {
  const app = await startApp(t, { world: twoRegions })
  const KeyId = 'alias/aws/s3'
  for (const operation of ['Encrypt', 'GenerateDataKey', 'CreateKey', 'ListKeys', 'GetKeyPolicy']) {
    isRefused(t, await kms(app, operation, { KeyId }), 'UnsupportedOperationException', operation)
  }
  isRefused(t, await kms(app, 'no such', {}), 'UnknownOperationException')
  isRefused(t, await kms(app, 'DescribeKey', {}), 'ValidationException')
  isRefused(t, await kms(app, 'DescribeKey', []), 'SerializationException')
  isRefused(t, await kms(app, 'DescribeKey', { KeyId: 'nonsense' }), 'NotFoundException', 'Invalid keyId nonsense')
  const unknown = '99999999-2222-3333-4444-555555555555'
  isRefused(t, await kms(app, 'DescribeKey', { KeyId: unknown }), 'NotFoundException', /^Key 'arn:.*' does not exist$/)
  const wrong = { accessKeyId: 'test', secretAccessKey: 'wrong' }
  isRefused(t, await kms(app, 'DescribeKey', { KeyId }, { keys: wrong }), 'InvalidSignatureException')
  const nobody = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }
  isRefused(t, await kms(app, 'DescribeKey', { KeyId }, { keys: nobody }), 'UnrecognizedClientException')
  const elsewhere = { host: 'kms.eu-west-1.amazonaws.com' }
  isRefused(t, await kms(app, 'DescribeKey', { KeyId }, elsewhere), 'InvalidSignatureException', /valid region/)
  const s3 = { service: 's3' }
  isRefused(t, await kms(app, 'DescribeKey', { KeyId }, s3), 'InvalidSignatureException', /correct service: 'kms'/)
  const page = { headers: { Origin: 'http://localhost:3000' } }
  isRefused(t, await kms(app, 'DescribeKey', { KeyId }, page), 'AccessDeniedException')
  const unsigned = await app.ask('POST /', { host: 'kms.us-west-2.amazonaws.com', sign: 'none', body: '{}' })
  t.match(JSON.parse(unsigned.text), { __type: 'MissingAuthenticationTokenException' })
})
