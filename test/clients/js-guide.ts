/** The user guide's examples for the SDK for JavaScript, with `mrap-local/client` as the only change. */
import assert from 'node:assert/strict'
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  GetMultiRegionAccessPointRoutesCommand,
  SubmitMultiRegionAccessPointRoutesCommand,
} from '@aws-sdk/client-s3-control'
import { mrapLocal, refused, s3Client, s3ControlClient } from './js-client.ts'
import { createReport } from './report.ts'

const { check } = createReport('js-guide')
const Bucket = 'arn:aws:s3::123456789012:accesspoint/abcdef0123456.mrap'
const request = { AccountId: '111122223333', Mrap: 'arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap' }

async function routes(): Promise<Record<string, number>> {
  const { Routes = [] } = await s3ControlClient('us-east-1').control.send(
    new GetMultiRegionAccessPointRoutesCommand(request),
  )
  return Object.fromEntries(Routes.map(route => [route.Region ?? '', route.TrafficDialPercentage ?? -1]))
}

await check('GetMultiRegionAccessPointRoutes', 'view the routing configuration', async () => {
  assert.deepEqual(await routes(), { 'ca-central-1': 100, 'eu-west-1': 100, 'ap-southeast-2': 100 })
})
await check('SubmitMultiRegionAccessPointRoutes', 'update routes: Region, and Region with Bucket', async () => {
  await s3ControlClient('ap-southeast-2').control.send(
    new SubmitMultiRegionAccessPointRoutesCommand({
      ...request,
      RouteUpdates: [
        { Region: 'eu-west-1', TrafficDialPercentage: 100 },
        { Region: 'ca-central-1', Bucket: 'doc-example-bucket1', TrafficDialPercentage: 0 },
      ],
    }),
  )
  assert.deepEqual(await routes(), { 'ca-central-1': 0, 'eu-west-1': 100, 'ap-southeast-2': 100 })
})
await check('SubmitMultiRegionAccessPointRoutes', 'a dial of 10 is refused, with a hint', async () => {
  const { control, seen } = s3ControlClient('ap-southeast-2')
  await refused(
    'InvalidRequest',
    400,
    control.send(
      new SubmitMultiRegionAccessPointRoutesCommand({
        ...request,
        RouteUpdates: [{ Bucket: 'doc-example-bucket3', Region: 'ap-southeast-2', TrafficDialPercentage: 10 }],
      }),
    ),
  )
  assert.match(seen.headers['x-mrap-hint'] ?? '', /100/)
})
await check('PutBucketPolicy', "another bucket's Resource is refused, with a hint", async () => {
  const { s3, seen } = s3Client('ca-central-1')
  const policy = (objects: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Principal: { AWS: '*' },
        Effect: 'Allow',
        Action: ['s3:*'],
        Resource: [objects, 'arn:aws:s3:::doc-example-bucket1'],
        Condition: { StringEquals: { 's3:DataAccessPointAccount': '444455556666' } },
      },
    })
  const put = (objects: string) =>
    s3.send(new PutBucketPolicyCommand({ Bucket: 'doc-example-bucket1', Policy: policy(objects) }))
  await refused('MalformedPolicy', 400, put('arn:aws:s3:::111122223333/*'))
  assert.notEqual(seen.headers['x-mrap-hint'] ?? '', '')
  await put('arn:aws:s3:::doc-example-bucket1/*')
})

const client = new S3Client({ ...mrapLocal({ endpoint: process.env.MRAP_ENDPOINT ?? '' }) })
await check('PutObject', 'add an object', () =>
  client.send(new PutObjectCommand({ Bucket, Key: 'example.txt', Body: 'Hello S3!' })),
)
await check('GetObject', 'retrieve it', async () => {
  const response = await client.send(new GetObjectCommand({ Bucket, Key: 'example.txt' }))
  assert.equal(await response.Body?.transformToString(), 'Hello S3!')
})
await check('ListObjectsV2', 'list objects', async () => {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
  assert.deepEqual(
    Contents.map(entry => entry.Key),
    ['example.txt'],
  )
})
await check('GetObject', 'Requester Pays', async () => {
  const reader = new S3Client({
    credentials: { accessKeyId: '444455556666', secretAccessKey: 'test' },
    ...mrapLocal({ endpoint: process.env.MRAP_ENDPOINT ?? '' }),
  })
  const at = {
    Bucket: 'arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap',
    Key: 'example-file-in-bucket.txt',
  }
  await refused('AccessDenied', 403, reader.send(new GetObjectCommand(at)))
  const got = await reader.send(new GetObjectCommand({ ...at, RequestPayer: 'requester' }))
  assert.equal(await got.Body?.transformToString(), 'paid by the reader')
  assert.equal(got.RequestCharged, 'requester')
})
process.exit()
