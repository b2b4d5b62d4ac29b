import { Readable } from 'node:stream'
import {
  CreateMultiRegionAccessPointCommand,
  DeleteMultiRegionAccessPointCommand,
  DescribeMultiRegionAccessPointOperationCommand,
  GetMultiRegionAccessPointCommand,
  GetMultiRegionAccessPointPolicyCommand,
  GetMultiRegionAccessPointPolicyStatusCommand,
  GetMultiRegionAccessPointRoutesCommand,
  ListAccessPointsCommand,
  ListMultiRegionAccessPointsCommand,
  PutMultiRegionAccessPointPolicyCommand,
  S3ControlClient,
  SubmitMultiRegionAccessPointRoutesCommand,
} from '@aws-sdk/client-s3-control'
import t, { type Test } from 'tap'
import { controlPlane } from '../../src/control/plane.ts'
import { systemDelay } from '../../src/protocol/clock.ts'
import { createLogger } from '../../src/protocol/logger.ts'
import { readHeaders } from '../../src/protocol/request/headers.ts'
import { createDispatch, type Dispatch } from '../../src/server/dispatch.ts'
import { noHazards } from '../../src/server/faults/hazards.ts'
import { type ControlWorld, controlWorld, denyAll, prod } from './world.ts'

// The AWS SDK as an independent hand: it writes the requests, signs them and reads the answers.
const AccountId = prod

async function sdkWorld(t: Test) {
  const world = await controlWorld(t)
  // The SDK signs by the machine's clock.
  world.clock.set(Date.now())
  await world.bucket('orders-usw2', 'us-west-2')
  await world.bucket('orders-euw1', 'eu-west-1')
  const { store, clock } = world
  const settings = { operationDelayMs: () => 60_000, routesDelayMs: () => 0 }
  const control = controlPlane({ store, clock, accountBlocks: () => undefined, allowOrigins: [], settings })
  const dispatch = createDispatch({
    delay: systemDelay,
    clock,
    log: createLogger('silent'),
    domains: ['localhost'],
    sts: { serve: async () => ({ status: 404, headers: [] }), refuse: control.refuse },
    kms: { serve: async () => ({ status: 404, headers: [] }), refuse: control.refuse },
    unknownKeyHint: '',
    afterControl: () => undefined,
    findCredential: accessKeyId => ({
      accessKeyId,
      secretAccessKey: 'test',
      caller: { kind: 'root', accountId: accessKeyId, accessKeyId },
    }),
    planes: { control, data: control },
    hazards: noHazards,
    manage: async () => ({ status: 404, headers: [] }),
  })
  return { ...world, client: (region: string) => clientOf(t, dispatch, region) }
}

interface SdkRequest {
  readonly method: string
  readonly path: string
  readonly hostname: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

function clientOf(t: Test, dispatch: Dispatch, region: string): S3ControlClient {
  const requestHandler = {
    async handle({ method, path, hostname, query, headers, body }: SdkRequest) {
      const answer = await dispatch({
        method,
        path,
        query: new URLSearchParams(query).toString(),
        headers: readHeaders(Object.entries(headers)),
        host: hostname,
        viaProxy: false,
        door: 'tls',
        remoteAddress: '127.0.0.1',
        body: Readable.from(body === undefined ? [] : [Buffer.from(body)]),
        sendContinue: () => {},
      })
      const lowerCase = answer.headers.map(([name, value]) => [name.toLowerCase(), value])
      const content = typeof answer.body === 'string' ? [Buffer.from(answer.body)] : []
      return {
        response: { statusCode: answer.status, headers: Object.fromEntries(lowerCase), body: Readable.from(content) },
      }
    },
  }
  const credentials = { accessKeyId: prod, secretAccessKey: 'test' }
  const client = new S3ControlClient({ region, credentials, requestHandler, maxAttempts: 1 })
  t.teardown(() => client.destroy())
  return client
}

const details = (name = 'orders-global') => ({
  Name: name,
  Regions: [{ Bucket: 'orders-usw2' }, { Bucket: 'orders-euw1', BucketAccountId: prod }],
})

async function create(s3control: S3ControlClient, { clock }: ControlWorld) {
  await s3control.send(new CreateMultiRegionAccessPointCommand({ AccountId, Details: details() }))
  clock.advance(60_000)
  const { AccessPoint } = await s3control.send(
    new GetMultiRegionAccessPointCommand({ AccountId, Name: 'orders-global' }),
  )
  return `arn:aws:s3::${prod}:accesspoint/${AccessPoint?.Alias}`
}

t.test('create, follow the operation, get, list', async t => {
  const world = await sdkWorld(t)
  const s3control = world.client('us-west-2')
  const submitted = world.clock.now()
  const { RequestTokenARN } = await s3control.send(
    new CreateMultiRegionAccessPointCommand({ AccountId, Details: details() }),
  )
  const describe = async () =>
    (await s3control.send(new DescribeMultiRegionAccessPointOperationCommand({ AccountId, RequestTokenARN })))
      .AsyncOperation
  t.match(await describe(), {
    CreationTime: new Date(submitted),
    Operation: 'CreateMultiRegionAccessPoint',
    RequestTokenARN,
    RequestStatus: 'NEW',
    ResponseDetails: undefined,
    RequestParameters: { CreateMultiRegionAccessPointRequest: details() },
  })
  world.clock.advance(60_000)
  t.match(await describe(), {
    RequestStatus: 'SUCCEEDED',
    ResponseDetails: {
      MultiRegionAccessPointDetails: {
        Regions: [
          { Name: 'us-west-2', RequestStatus: 'SUCCEEDED' },
          { Name: 'eu-west-1', RequestStatus: 'SUCCEEDED' },
        ],
      },
    },
  })
  const expected = {
    Name: 'orders-global',
    Alias: /^m[a-z0-9]{12}\.mrap$/,
    CreatedAt: new Date(submitted),
    PublicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    Status: 'READY',
    Regions: [
      { Bucket: 'orders-usw2', Region: 'us-west-2', BucketAccountId: prod },
      { Bucket: 'orders-euw1', Region: 'eu-west-1', BucketAccountId: prod },
    ],
  }
  const { AccessPoint } = await s3control.send(
    new GetMultiRegionAccessPointCommand({ AccountId, Name: 'orders-global' }),
  )
  t.match(AccessPoint, expected)
  const { AccessPoints } = await s3control.send(new ListMultiRegionAccessPointsCommand({ AccountId, MaxResults: 10 }))
  t.match(AccessPoints, [expected])
})

t.test('policy', async t => {
  const world = await sdkWorld(t)
  const s3control = world.client('us-west-2')
  const Policy = denyAll(await create(s3control, world))
  const named = { AccountId, Name: 'orders-global' }
  const none = await s3control.send(new GetMultiRegionAccessPointPolicyCommand(named))
  t.equal(none.Policy?.Established?.Policy, undefined)
  await s3control.send(
    new PutMultiRegionAccessPointPolicyCommand({ AccountId, Details: { Name: 'orders-global', Policy } }),
  )
  const proposed = await s3control.send(new GetMultiRegionAccessPointPolicyCommand(named))
  t.equal(proposed.Policy?.Established?.Policy, undefined)
  t.equal(proposed.Policy?.Proposed?.Policy, Policy)
  world.clock.advance(60_000)
  const established = await s3control.send(new GetMultiRegionAccessPointPolicyCommand(named))
  t.equal(established.Policy?.Established?.Policy, Policy)
  const status = await s3control.send(new GetMultiRegionAccessPointPolicyStatusCommand(named))
  t.equal(status.Established?.IsPublic, false)
})

t.test('routes, from each of the five Regions', async t => {
  const world = await sdkWorld(t)
  const Mrap = await create(world.client('us-west-2'), world)
  const regions = ['us-east-1', 'us-west-2', 'ap-southeast-2', 'ap-northeast-1', 'eu-west-1']
  for (const [index, region] of regions.entries()) {
    const s3control = world.client(region)
    const dial = index % 2 === 0 ? 0 : 100
    const RouteUpdates = [
      { Region: 'us-west-2', TrafficDialPercentage: dial },
      { Bucket: 'orders-euw1', Region: 'eu-west-1', TrafficDialPercentage: 100 },
    ]
    await s3control.send(new SubmitMultiRegionAccessPointRoutesCommand({ AccountId, Mrap, RouteUpdates }))
    const answer = await s3control.send(new GetMultiRegionAccessPointRoutesCommand({ AccountId, Mrap }))
    t.match(answer, {
      Mrap,
      Routes: [
        { Bucket: 'orders-usw2', Region: 'us-west-2', TrafficDialPercentage: dial },
        { Bucket: 'orders-euw1', Region: 'eu-west-1', TrafficDialPercentage: 100 },
      ],
    })
  }
  const tooFar = new GetMultiRegionAccessPointRoutesCommand({ AccountId, Mrap })
  await t.rejects(world.client('eu-central-1').send(tooFar), {
    name: 'PermanentRedirect',
    $metadata: { httpStatusCode: 301 },
    message: /us-east-1, us-west-2, ap-southeast-2, ap-northeast-1, eu-west-1\. Make sure/,
  })
})

t.test('delete', async t => {
  const world = await sdkWorld(t)
  const s3control = world.client('us-west-2')
  await create(s3control, world)
  const named = { AccountId, Name: 'orders-global' }
  await s3control.send(new DeleteMultiRegionAccessPointCommand({ AccountId, Details: { Name: 'orders-global' } }))
  t.equal((await s3control.send(new GetMultiRegionAccessPointCommand(named))).AccessPoint?.Status, 'DELETING')
  world.clock.advance(60_000)
  await t.rejects(s3control.send(new GetMultiRegionAccessPointCommand(named)), {
    name: 'NoSuchMultiRegionAccessPoint',
    message: 'The specified Multi-Region Access Point does not exist.',
    $metadata: { httpStatusCode: 404 },
  })
})

t.test('refusals as the SDK sees them', async t => {
  const world = await sdkWorld(t)
  const s3control = world.client('us-west-2')
  const elsewhere = new CreateMultiRegionAccessPointCommand({ AccountId, Details: details() })
  await t.rejects(world.client('eu-west-1').send(elsewhere), {
    name: 'PermanentRedirect',
    message:
      'This API operation is only available in the following Regions: us-west-2. Make sure to send all future requests to a supported Region.',
  })
  const ClientToken = 'the-same'
  await s3control.send(new CreateMultiRegionAccessPointCommand({ AccountId, ClientToken, Details: details() }))
  const other = new CreateMultiRegionAccessPointCommand({ AccountId, ClientToken, Details: details('another') })
  await t.rejects(s3control.send(other), { name: 'ClientTokenConflict', $metadata: { httpStatusCode: 409 } })
  const notBuilt = new ListAccessPointsCommand({ AccountId })
  await t.rejects(s3control.send(notBuilt), { name: 'NotImplemented', $metadata: { httpStatusCode: 501 } })
})
