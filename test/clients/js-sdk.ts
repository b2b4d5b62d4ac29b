/** AWS SDK for JavaScript v3 with `mrap-local/client`: every operation of the ten and the 21, direct bucket operations, refusals. */
import assert from 'node:assert/strict'
import * as S3 from '@aws-sdk/client-s3'
import * as Control from '@aws-sdk/client-s3-control'
import { accountId, refused, s3Client, s3ControlClient } from './js-client.ts'
import { multipart, objects, properties } from './js-objects.ts'
import { createReport, eventually } from './report.ts'

const { check } = createReport('js')
const west = s3Client('us-west-2')
const ireland = s3Client('eu-west-1')
const control = s3ControlClient('us-west-2')
const buckets = { west: 'js-usw2', ireland: 'js-euw1' }
const AccountId = accountId
const Name = 'js-global'

async function createBuckets(): Promise<void> {
  await check('CreateBucket', 'in two Regions, Object Lock on', async () => {
    for (const [{ s3 }, Bucket, LocationConstraint] of [
      [west, buckets.west, 'us-west-2'],
      [ireland, buckets.ireland, 'eu-west-1'],
    ] as const) {
      await s3.send(
        new S3.CreateBucketCommand({
          Bucket,
          CreateBucketConfiguration: { LocationConstraint },
          ObjectLockEnabledForBucket: true,
        }),
      )
    }
  })
  await check('CreateBucket', 'a wrong constraint is refused', () =>
    refused(
      'IllegalLocationConstraintException',
      400,
      west.s3.send(
        new S3.CreateBucketCommand({
          Bucket: 'js-nowhere',
          CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
        }),
      ),
    ),
  )
  await check('HeadBucket', 'names the Region', async () => {
    const head = await ireland.s3.send(new S3.HeadBucketCommand({ Bucket: buckets.ireland }))
    assert.equal(head.BucketRegion, 'eu-west-1')
  })
  await check('HeadBucket', 'in the wrong Region is 301', async () => {
    await assert.rejects(west.s3.send(new S3.HeadBucketCommand({ Bucket: buckets.ireland })))
    assert.equal(west.seen.status, 301)
    assert.equal(west.seen.headers['x-amz-bucket-region'], 'eu-west-1')
  })
  await check('ListBuckets', 'lists both', async () => {
    const { Buckets = [] } = await west.s3.send(new S3.ListBucketsCommand({}))
    const names = Buckets.map(bucket => bucket.Name)
    assert(names.includes(buckets.west) && names.includes(buckets.ireland), names.join())
  })
  await check('GetBucketLocation', 'is the Region', async () => {
    const location = await ireland.s3.send(new S3.GetBucketLocationCommand({ Bucket: buckets.ireland }))
    assert.equal(location.LocationConstraint, 'eu-west-1')
  })
}

async function configureBuckets(): Promise<void> {
  const Bucket = buckets.west
  await check('GetBucketVersioning', 'Object Lock turned it on', async () => {
    assert.equal((await west.s3.send(new S3.GetBucketVersioningCommand({ Bucket }))).Status, 'Enabled')
  })
  await check('PutBucketVersioning', 'cannot be suspended under Object Lock', () =>
    refused(
      'InvalidBucketState',
      409,
      west.s3.send(new S3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
    ),
  )
  await check('GetObjectLockConfiguration', 'is enabled', async () => {
    const got = await west.s3.send(new S3.GetObjectLockConfigurationCommand({ Bucket }))
    assert.equal(got.ObjectLockConfiguration?.ObjectLockEnabled, 'Enabled')
  })
  await check('PutBucketOwnershipControls', 'lets ACLs in', async () => {
    for (const [{ s3 }, name] of [
      [west, buckets.west],
      [ireland, buckets.ireland],
    ] as const) {
      await s3.send(
        new S3.PutBucketOwnershipControlsCommand({
          Bucket: name,
          OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        }),
      )
    }
    const got = await west.s3.send(new S3.GetBucketOwnershipControlsCommand({ Bucket }))
    assert.equal(got.OwnershipControls?.Rules?.[0]?.ObjectOwnership, 'ObjectWriter')
  })
  await check('GetPublicAccessBlock', 'all four are on', async () => {
    const got = await west.s3.send(new S3.GetPublicAccessBlockCommand({ Bucket }))
    assert.deepEqual(Object.values(got.PublicAccessBlockConfiguration ?? {}), [true, true, true, true])
  })
  await check('PutBucketPolicy', 'and Get, and Delete', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::444455556666:root' },
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
      ],
    })
    await west.s3.send(new S3.PutBucketPolicyCommand({ Bucket, Policy }))
    const got = await west.s3.send(new S3.GetBucketPolicyCommand({ Bucket }))
    assert.deepEqual(JSON.parse(got.Policy ?? ''), JSON.parse(Policy))
    await west.s3.send(new S3.DeleteBucketPolicyCommand({ Bucket }))
    await refused('NoSuchBucketPolicy', 404, west.s3.send(new S3.GetBucketPolicyCommand({ Bucket })))
  })
  await check('PutBucketRequestPayment', 'and Get', async () => {
    for (const Payer of ['Requester', 'BucketOwner'] as const) {
      await west.s3.send(new S3.PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer } }))
      assert.equal((await west.s3.send(new S3.GetBucketRequestPaymentCommand({ Bucket }))).Payer, Payer)
    }
  })
}

async function describe(RequestTokenARN: string | undefined): Promise<Control.AsyncOperation> {
  const { AsyncOperation } = await control.control.send(
    new Control.DescribeMultiRegionAccessPointOperationCommand({ AccountId, RequestTokenARN }),
  )
  assert(AsyncOperation)
  return AsyncOperation
}

/** Waits for the operation's end and demands this status. */
async function finished(token: string | undefined, status: string): Promise<Control.AsyncOperation> {
  const operation = await eventually('the operation ends', async () => {
    const now = await describe(token)
    return now.RequestStatus === 'NEW' || now.RequestStatus === 'INPROGRESS' ? undefined : now
  })
  assert.equal(operation.RequestStatus, status)
  return operation
}

function create(name: string, names: readonly string[], ClientToken?: string) {
  return control.control.send(
    new Control.CreateMultiRegionAccessPointCommand({
      AccountId,
      ...(ClientToken === undefined ? {} : { ClientToken }),
      Details: { Name: name, Regions: names.map(Bucket => ({ Bucket })) },
    }),
  )
}

async function createMrap(): Promise<string> {
  let alias = ''
  await check('CreateMultiRegionAccessPoint', 'is asynchronous and idempotent by ClientToken', async () => {
    const first = await create(Name, Object.values(buckets), 'js-token-1')
    assert.match(first.RequestTokenARN ?? '', /^arn:aws:s3:us-west-2:111122223333:async-request\/mrap\/create\//)
    const again = await create(Name, Object.values(buckets), 'js-token-1')
    assert.equal(again.RequestTokenARN, first.RequestTokenARN)
    await refused('ClientTokenConflict', 409, create('js-other', Object.values(buckets), 'js-token-1'))
    const begun = await describe(first.RequestTokenARN)
    assert(['NEW', 'INPROGRESS'].includes(begun.RequestStatus ?? ''), begun.RequestStatus)
    assert.equal(begun.RequestParameters?.CreateMultiRegionAccessPointRequest?.Name, Name)
    const { AccessPoint } = await control.control.send(
      new Control.GetMultiRegionAccessPointCommand({ AccountId, Name }),
    )
    assert.equal(AccessPoint?.Status, 'CREATING')
    const ended = await finished(first.RequestTokenARN, 'SUCCEEDED')
    const regions = ended.ResponseDetails?.MultiRegionAccessPointDetails?.Regions?.map(region => region.Name)
    assert.deepEqual(regions?.sort(), ['eu-west-1', 'us-west-2'])
  })
  await check('GetMultiRegionAccessPoint', 'is READY, with alias and Regions', async () => {
    const { AccessPoint } = await control.control.send(
      new Control.GetMultiRegionAccessPointCommand({ AccountId, Name }),
    )
    assert.equal(AccessPoint?.Status, 'READY')
    assert.match(AccessPoint?.Alias ?? '', /^m[a-z0-9]{12}\.mrap$/)
    alias = AccessPoint?.Alias ?? ''
    assert.deepEqual(
      AccessPoint?.Regions?.map(region => [region.Bucket, region.Region, region.BucketAccountId]),
      [
        [buckets.west, 'us-west-2', accountId],
        [buckets.ireland, 'eu-west-1', accountId],
      ],
    )
    assert.equal(AccessPoint?.PublicAccessBlock?.BlockPublicPolicy, true)
    assert(AccessPoint?.CreatedAt instanceof Date)
  })
  return alias
}

async function askControl(arn: string): Promise<void> {
  const { control: client } = control
  await check('ListMultiRegionAccessPoints', 'has it', async () => {
    const { AccessPoints = [] } = await client.send(new Control.ListMultiRegionAccessPointsCommand({ AccountId }))
    assert(AccessPoints.some(point => point.Name === Name))
  })
  await check('DescribeMultiRegionAccessPointOperation', 'an unknown token', () =>
    refused(
      'NoSuchAsyncRequest',
      404,
      describe(`arn:aws:s3:us-west-2:${AccountId}:async-request/mrap/create/${'A'.repeat(90)}`),
    ),
  )
  await check('CreateMultiRegionAccessPoint', 'a duplicate name fails in the background', async () => {
    const { RequestTokenARN } = await create(Name, [buckets.west])
    const failed = await finished(RequestTokenARN, 'FAILED')
    assert.equal(failed.ResponseDetails?.ErrorDetails?.Code, 'MultiRegionAccessPointAlreadyOwnedByYou')
  })
  await check('CreateMultiRegionAccessPoint', 'a missing bucket fails in the background', async () => {
    const { RequestTokenARN } = await create('js-nobucket', ['js-bucket-that-is-not'])
    const failed = await finished(RequestTokenARN, 'FAILED')
    assert.equal(failed.ResponseDetails?.ErrorDetails?.Code, 'NoSuchBucket')
  })
  await check('ListMultiRegionAccessPoints', 'outside us-west-2 is 301', () =>
    refused(
      'PermanentRedirect',
      301,
      s3ControlClient('eu-west-1').control.send(new Control.ListMultiRegionAccessPointsCommand({ AccountId })),
    ),
  )
  await check('GetMultiRegionAccessPoint', 'an unknown name', () =>
    refused(
      'NoSuchMultiRegionAccessPoint',
      404,
      client.send(new Control.GetMultiRegionAccessPointCommand({ AccountId, Name: 'js-unknown' })),
    ),
  )
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::444455556666:root' },
        Action: ['s3:GetObject'],
        Resource: `${arn}/object/shared/*`,
      },
    ],
  })
  await check('PutMultiRegionAccessPointPolicy', 'is proposed, then established', async () => {
    const { RequestTokenARN } = await client.send(
      new Control.PutMultiRegionAccessPointPolicyCommand({ AccountId, Details: { Name, Policy } }),
    )
    const early = await client.send(new Control.GetMultiRegionAccessPointPolicyCommand({ AccountId, Name }))
    assert.equal(early.Policy?.Proposed?.Policy, Policy)
    assert.equal(early.Policy?.Established?.Policy, undefined)
    await finished(RequestTokenARN, 'SUCCEEDED')
  })
  await check('GetMultiRegionAccessPointPolicy', 'is established, text as sent', async () => {
    const got = await client.send(new Control.GetMultiRegionAccessPointPolicyCommand({ AccountId, Name }))
    assert.equal(got.Policy?.Established?.Policy, Policy)
  })
  await check('GetMultiRegionAccessPointPolicyStatus', 'is not public', async () => {
    const got = await client.send(new Control.GetMultiRegionAccessPointPolicyStatusCommand({ AccountId, Name }))
    assert.equal(got.Established?.IsPublic, false)
  })
}

async function refusals(arn: string): Promise<void> {
  const { s3, seen } = s3Client('us-east-1', 'us-west-1')
  await check('CopyObject', 'through an access point is 405', async () => {
    await refused(
      'MethodNotAllowed',
      405,
      s3.send(new S3.CopyObjectCommand({ Bucket: arn, Key: 'copy', CopySource: `${buckets.west}/a/stream.bin` })),
    )
    assert.match(seen.headers['x-mrap-hint'] ?? '', /MRAP_ALLOW/)
  })
  await check('DeleteObjects', 'through an access point is 405', () =>
    refused(
      'MethodNotAllowed',
      405,
      s3.send(new S3.DeleteObjectsCommand({ Bucket: arn, Delete: { Objects: [{ Key: 'x' }] } })),
    ),
  )
  await check('GetObject', 'an unknown alias', () =>
    refused(
      'NoSuchMultiRegionAccessPoint',
      404,
      s3.send(new S3.GetObjectCommand({ Bucket: `arn:aws:s3::${accountId}:accesspoint/mnobody000000.mrap`, Key: 'k' })),
    ),
  )
  await check('DeleteBucket', 'while attached is refused', () =>
    refused(
      'BucketHasAccessPointsAttached',
      400,
      ireland.s3.send(new S3.DeleteBucketCommand({ Bucket: buckets.ireland })),
    ),
  )
}

async function failOver(arn: string): Promise<void> {
  const { s3, seen } = s3Client('us-east-1', 'us-west-1')
  const at = { Bucket: arn, Key: 'a/stream.bin' }
  const { control: tokyo } = s3ControlClient('ap-northeast-1')
  const submit = (RouteUpdates: Control.MultiRegionAccessPointRoute[]) =>
    tokyo.send(new Control.SubmitMultiRegionAccessPointRoutesCommand({ AccountId, Mrap: arn, RouteUpdates }))
  const dials = async () => {
    const { Routes = [] } = await tokyo.send(
      new Control.GetMultiRegionAccessPointRoutesCommand({ AccountId, Mrap: arn }),
    )
    return Object.fromEntries(Routes.map(route => [route.Region, route.TrafficDialPercentage]))
  }
  await check('GetMultiRegionAccessPointRoutes', 'all active at first', async () => {
    assert.deepEqual(await dials(), { 'us-west-2': 100, 'eu-west-1': 100 })
  })
  await check('SubmitMultiRegionAccessPointRoutes', 'moves the next request', async () => {
    await submit([{ Region: 'us-west-2', TrafficDialPercentage: 0 }])
    assert.deepEqual(await dials(), { 'us-west-2': 0, 'eu-west-1': 100 })
    await refused('NoSuchKey', 404, s3.send(new S3.GetObjectCommand(at)))
    assert.equal(seen.headers['x-mrap-served-by'], 'eu-west-1')
  })
  await check('SubmitMultiRegionAccessPointRoutes', 'all passive is refused', async () => {
    await refused('InvalidRequest', 400, submit([{ Region: 'eu-west-1', TrafficDialPercentage: 0 }]))
    assert.deepEqual(await dials(), { 'us-west-2': 0, 'eu-west-1': 100 })
  })
  await check('SubmitMultiRegionAccessPointRoutes', 'and back', async () => {
    await submit([{ Bucket: buckets.west, Region: 'us-west-2', TrafficDialPercentage: 100 }])
    await s3.send(new S3.HeadObjectCommand(at))
    assert.equal(seen.headers['x-mrap-served-by'], 'us-west-2')
  })
  await check('GetMultiRegionAccessPointRoutes', 'outside the five Regions is 301', () =>
    refused(
      'PermanentRedirect',
      301,
      s3ControlClient('eu-central-1').control.send(
        new Control.GetMultiRegionAccessPointRoutesCommand({ AccountId, Mrap: arn }),
      ),
    ),
  )
}

async function directBucket(): Promise<void> {
  const { s3 } = west
  const Bucket = buckets.west
  await check('CopyObject', 'directly, within a bucket', async () => {
    await s3.send(new S3.CopyObjectCommand({ Bucket, Key: 'copied.bin', CopySource: `${Bucket}/a/stream.bin` }))
    assert.equal((await s3.send(new S3.HeadObjectCommand({ Bucket, Key: 'copied.bin' }))).ContentLength, 300_000)
  })
  await check('ListObjects', 'directly', async () => {
    const { Contents = [] } = await s3.send(new S3.ListObjectsCommand({ Bucket, Prefix: 'a/' }))
    assert.equal(Contents.length, 5)
  })
  await check('ListObjectVersions+DeleteObjects', 'empty the buckets', async () => {
    for (const client of [west, ireland]) await empty(client.s3, client === west ? buckets.west : buckets.ireland)
    const left = await s3.send(new S3.ListObjectVersionsCommand({ Bucket }))
    assert.equal((left.Versions ?? []).length + (left.DeleteMarkers ?? []).length, 0)
  })
}

async function empty(s3: S3.S3Client, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new S3.ListObjectVersionsCommand({ Bucket }))
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }))
  if (Objects.length === 0) return
  const { Errors = [] } = await s3.send(
    new S3.DeleteObjectsCommand({ Bucket, Delete: { Objects }, BypassGovernanceRetention: true }),
  )
  assert.deepEqual(Errors, [])
}

async function deleteAll(arn: string): Promise<void> {
  await check('DeleteMultiRegionAccessPoint', 'is asynchronous', async () => {
    const { RequestTokenARN } = await control.control.send(
      new Control.DeleteMultiRegionAccessPointCommand({ AccountId, Details: { Name } }),
    )
    const { AccessPoint } = await control.control.send(
      new Control.GetMultiRegionAccessPointCommand({ AccountId, Name }),
    )
    assert.equal(AccessPoint?.Status, 'DELETING')
    await finished(RequestTokenARN, 'SUCCEEDED')
    await refused(
      'NoSuchMultiRegionAccessPoint',
      404,
      control.control.send(new Control.GetMultiRegionAccessPointCommand({ AccountId, Name })),
    )
    await refused(
      'NoSuchMultiRegionAccessPoint',
      404,
      s3Client('us-east-1').s3.send(new S3.GetObjectCommand({ Bucket: arn, Key: 'k' })),
    )
  })
  await check('DeleteBucket', 'afterwards', async () => {
    await west.s3.send(new S3.DeleteBucketCommand({ Bucket: buckets.west }))
    await ireland.s3.send(new S3.DeleteBucketCommand({ Bucket: buckets.ireland }))
    await refused('NoSuchBucket', 404, west.s3.send(new S3.ListObjectsV2Command({ Bucket: buckets.west })))
  })
}

await createBuckets()
await configureBuckets()
const alias = await createMrap()
const arn = `arn:aws:s3::${accountId}:accesspoint/${alias}`
await askControl(arn)
await objects(arn)
await properties(arn)
await multipart(arn, buckets.west)
await refusals(arn)
await failOver(arn)
await directBucket()
await deleteAll(arn)
// The SDK keeps connections alive; nothing else is under way.
process.exit()
