import t from 'tap'
import createMrap from '../../../src/control/operations/create-multi-region-access-point.ts'
import deleteMrap from '../../../src/control/operations/delete-multi-region-access-point.ts'
import describeOperation from '../../../src/control/operations/describe-multi-region-access-point-operation.ts'
import getMrap from '../../../src/control/operations/get-multi-region-access-point.ts'
import putPolicy from '../../../src/control/operations/put-multi-region-access-point-policy.ts'
import { compact, exchange } from '../wire.ts'
import {
  call,
  controlWorld,
  createOrders,
  denyAll,
  describe,
  partner,
  prod,
  readyMrap,
  refusal,
  tokenOf,
} from '../world.ts'

t.test('does the work', async t => {
  t.test('NEW, INPROGRESS, SUCCEEDED, by the clock alone', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    const submitted = world.clock.now()
    const token = await createOrders(world, 'orders', ['orders-usw2'])
    const seen: (string | undefined)[] = []
    for (const milliseconds of [0, 2999, 3000, 59_999, 60_000, 86_400_000]) {
      world.clock.set(submitted + milliseconds)
      seen.push((await describe(world, token)).RequestStatus)
    }
    t.strictSame(seen, ['NEW', 'NEW', 'INPROGRESS', 'INPROGRESS', 'SUCCEEDED', 'SUCCEEDED'])
  })

  t.test('what was asked, and one block per Region at the end', async t => {
    const world = await controlWorld(t)
    await world.bucket('orders-usw2', 'us-west-2')
    await world.bucket('orders-euw1', 'eu-west-1', partner)
    const submitted = world.clock.now()
    const Regions = [{ Bucket: 'orders-usw2' }, { Bucket: 'orders-euw1', BucketAccountId: partner }]
    const input = { Request: { ClientToken: 'secret', Details: { Name: 'orders', Regions } } }
    const token = tokenOf(await call(createMrap, input, world.context()))
    world.clock.advance(60_000)
    t.strictSame(await describe(world, token), {
      CreationTime: submitted,
      Operation: 'CreateMultiRegionAccessPoint',
      RequestTokenARN: token,
      RequestParameters: {
        CreateMultiRegionAccessPointRequest: {
          Name: 'orders',
          PublicAccessBlock: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
          Regions,
        },
      },
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
  })

  t.test('parameters of the other operations', async t => {
    const world = await readyMrap(t)
    const alias = (await call(getMrap, { Name: 'orders-global' }, world.context())).AccessPoint?.Alias
    const Policy = denyAll(`arn:aws:s3::${prod}:accesspoint/${alias}`)
    const policyInput = { Request: { ClientToken: 'p', Details: { Name: 'orders-global', Policy } } }
    const policyToken = tokenOf(await call(putPolicy, policyInput, world.context()))
    t.match(await describe(world, policyToken), {
      Operation: 'PutMultiRegionAccessPointPolicy',
      RequestParameters: { PutMultiRegionAccessPointPolicyRequest: { Name: 'orders-global', Policy } },
    })
    world.clock.advance(60_000)
    const deleteInput = { Request: { ClientToken: 'd', Details: { Name: 'orders-global' } } }
    const deleteToken = tokenOf(await call(deleteMrap, deleteInput, world.context()))
    world.clock.advance(60_000)
    const described = await describe(world, deleteToken)
    t.strictSame(described.RequestParameters, { DeleteMultiRegionAccessPointRequest: { Name: 'orders-global' } })
    t.equal(described.ResponseDetails?.MultiRegionAccessPointDetails?.Regions?.length, 2)
  })
})

t.test('reads and writes the wire', async t => {
  const world = await controlWorld(t)
  world.clock.set(Date.parse('2024-09-22T20:49:28.968Z'))
  await world.bucket('orders-usw2', 'us-west-2')
  await world.bucket('orders-euw1', 'eu-west-1')
  const labels = { RequestTokenARN: await createOrders(world, 'orders-global', ['orders-usw2', 'orders-euw1']) }
  world.clock.advance(10_000)
  const head = `
    <DescribeMultiRegionAccessPointOperationResult xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
      <AsyncOperation>
        <CreationTime>2024-09-22T20:49:28.968Z</CreationTime>
        <Operation>CreateMultiRegionAccessPoint</Operation>
        <RequestTokenARN>${labels.RequestTokenARN}</RequestTokenARN>
        <RequestParameters>
          <CreateMultiRegionAccessPointRequest>
            <Name>orders-global</Name>
            <PublicAccessBlock>
              <BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>
              <BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>
            </PublicAccessBlock>
            <Regions>
              <Region><Bucket>orders-usw2</Bucket></Region>
              <Region><Bucket>orders-euw1</Bucket></Region>
            </Regions>
          </CreateMultiRegionAccessPointRequest>
        </RequestParameters>`
  const tail = '</AsyncOperation></DescribeMultiRegionAccessPointOperationResult>'
  t.equal(
    await exchange(describeOperation, { labels }, world.context()),
    compact(`${head}<RequestStatus>INPROGRESS</RequestStatus>${tail}`),
    'as the service printed it in 2024',
  )
  world.clock.advance(60_000)
  t.equal(
    await exchange(describeOperation, { labels }, world.context()),
    compact(`${head}<RequestStatus>SUCCEEDED</RequestStatus>
      <ResponseDetails>
        <MultiRegionAccessPointDetails>
          <Regions>
            <Region><Name>us-west-2</Name><RequestStatus>SUCCEEDED</RequestStatus></Region>
            <Region><Name>eu-west-1</Name><RequestStatus>SUCCEEDED</RequestStatus></Region>
          </Regions>
        </MultiRegionAccessPointDetails>
      </ResponseDetails>${tail}`),
  )

  const RequestTokenARN = await createOrders(world, 'orders-global', ['orders-usw2'], 'again')
  world.clock.advance(60_000)
  t.match(
    await exchange(describeOperation, { labels: { RequestTokenARN } }, world.context()),
    /<RequestStatus>FAILED<\/RequestStatus><ResponseDetails><ErrorDetails><Code>MultiRegionAccessPointAlreadyOwnedByYou<\/Code><Message>[^<]+<\/Message><Resource>orders-global<\/Resource><RequestId>ABCDEF0123456789<\/RequestId><\/ErrorDetails><\/ResponseDetails><\/AsyncOperation>/,
  )
})

t.test('refuses', async t => {
  const world = await readyMrap(t)
  const token = await createOrders(world, 'orders-two', ['orders-usw2'])
  const refusals: [string, string, string, string, number][] = [
    ['a token that was never given', token.replace(/[^/]+$/, 'A'.repeat(91)), prod, 'NoSuchAsyncRequest', 404],
    ['the token of another account', token, partner, 'NoSuchAsyncRequest', 404],
    ['the token of another operation', token.replace('/create/', '/delete/'), prod, 'NoSuchAsyncRequest', 404],
    ['another Region in the ARN', token.replace('us-west-2', 'us-east-1'), prod, 'NoSuchAsyncRequest', 404],
    ['the token without its ARN', token.replace(/^.*\//, ''), prod, 'InvalidRequest', 400],
    ['an ARN of more than 1024 characters', token + 'A'.repeat(1024), prod, 'InvalidRequest', 400],
  ]
  for (const [name, RequestTokenARN, account, code, status] of refusals) {
    t.match(await refusal(describeOperation, { RequestTokenARN }, world.context(account)), { code, status }, name)
  }
  const error = await refusal(describeOperation, { RequestTokenARN: token }, world.context(partner))
  t.equal(error.message, 'The specified request was not found.')
})
