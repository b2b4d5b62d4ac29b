/** The AWS CLI with the CRT: the ten control operations and the data operations people type. Argument: the Python that has it. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { cliOf } from './aws-cli-run.ts'
import { createReport, eventually } from './report.ts'

const { check } = createReport('cli')
const { aws, json, refused } = cliOf(process.argv[2] ?? 'python3')
const account = ['--account-id', '111122223333']
const buckets = { west: 'cli-usw2', ireland: 'cli-euw1' }
const control = (command: string, ...args: string[]) => json('s3control', command, ...account, ...args)

interface Operation {
  RequestStatus: string
  Operation: string
}

async function finished(token: unknown): Promise<void> {
  assert.equal(typeof token, 'string')
  const ended = await eventually('the operation ends', async () => {
    const answer = await control('describe-multi-region-access-point-operation', '--request-token-arn', String(token))
    const operation = answer.AsyncOperation as Operation
    return ['NEW', 'INPROGRESS'].includes(operation.RequestStatus) ? undefined : operation
  })
  assert.equal(ended.RequestStatus, 'SUCCEEDED')
}

await check('CreateBucket', 'in two Regions', async () => {
  for (const [bucket, region] of [
    [buckets.west, 'us-west-2'],
    [buckets.ireland, 'eu-west-1'],
  ] as const) {
    const configuration = ['--create-bucket-configuration', `LocationConstraint=${region}`]
    await aws('s3api', 'create-bucket', '--bucket', bucket, '--region', region, ...configuration)
  }
})
await check('CreateMultiRegionAccessPoint+DescribeMultiRegionAccessPointOperation', 'until SUCCEEDED', async () => {
  const details = `Name=cli-global,Regions=[{Bucket=${buckets.west}},{Bucket=${buckets.ireland}}]`
  const created = await control('create-multi-region-access-point', '--details', details)
  await finished(created.RequestTokenARN)
})
let arn = ''
await check('GetMultiRegionAccessPoint', 'is READY', async () => {
  const { AccessPoint } = await control('get-multi-region-access-point', '--name', 'cli-global')
  const { Status, Alias } = AccessPoint as { Status: string; Alias: string }
  assert.equal(Status, 'READY')
  arn = `arn:aws:s3::111122223333:accesspoint/${Alias}`
})
await check('ListMultiRegionAccessPoints', 'has it', async () => {
  const { AccessPoints } = await control('list-multi-region-access-points')
  assert((AccessPoints as { Name: string }[]).some(point => point.Name === 'cli-global'))
})
await check('ListMultiRegionAccessPoints', 'outside us-west-2 is refused', () =>
  refused('PermanentRedirect', 's3control', 'list-multi-region-access-points', ...account, '--region', 'eu-central-1'),
)
await check('PutMultiRegionAccessPointPolicy+GetMultiRegionAccessPointPolicy', 'is established', async () => {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 's3:GetObject', Resource: `${arn}/object/*` },
    ],
  })
  const details = JSON.stringify({ Name: 'cli-global', Policy: policy })
  const put = await control('put-multi-region-access-point-policy', '--details', details)
  await finished(put.RequestTokenARN)
  const got = await control('get-multi-region-access-point-policy', '--name', 'cli-global')
  assert.deepEqual(got.Policy, { Established: { Policy: policy }, Proposed: { Policy: policy } })
})
await check('GetMultiRegionAccessPointPolicyStatus', 'is not public', async () => {
  const got = await control('get-multi-region-access-point-policy-status', '--name', 'cli-global')
  assert.deepEqual(got.Established, { IsPublic: false })
})

const body = randomBytes(1_500_000)
await writeFile('body.bin', body)
const object = ['--bucket', arn, '--key', 'dir/body one.bin']
await check('PutObject', 'put-object', () => aws('s3api', 'put-object', ...object, '--body', 'body.bin'))
await check('GetObject', 'get-object', async () => {
  await aws('s3api', 'get-object', ...object, 'copy.bin')
  assert(body.equals(await readFile('copy.bin')))
})
await check('HeadObject', 'head-object', async () => {
  assert.equal((await json('s3api', 'head-object', ...object)).ContentLength, body.length)
})
await check('ListObjectsV2', 'list-objects-v2', async () => {
  const { Contents } = await json('s3api', 'list-objects-v2', '--bucket', arn)
  assert.deepEqual(
    (Contents as { Key: string }[]).map(entry => entry.Key),
    ['dir/body one.bin'],
  )
})
await check('PutObjectTagging+GetObjectTagging+DeleteObjectTagging', 'tags', async () => {
  await aws('s3api', 'put-object-tagging', ...object, '--tagging', 'TagSet=[{Key=team,Value=blue}]')
  const { TagSet } = await json('s3api', 'get-object-tagging', ...object)
  assert.deepEqual(TagSet, [{ Key: 'team', Value: 'blue' }])
  await aws('s3api', 'delete-object-tagging', ...object)
})
await check('CreateMultipartUpload+UploadPart+CompleteMultipartUpload', 's3 cp of 9 MB', async () => {
  const big = randomBytes(9 * 1024 * 1024)
  await writeFile('big.bin', big)
  await aws('s3', 'cp', 'big.bin', `s3://${arn}/big.bin`)
  await aws('s3', 'cp', `s3://${arn}/big.bin`, 'big-copy.bin')
  assert(big.equals(await readFile('big-copy.bin')))
})
await check('CopyObject', 'through an access point is refused, with a hint', async () => {
  const copy = ['--bucket', arn, '--key', 'copy', '--copy-source', `${buckets.west}/big.bin`]
  assert.match(await refused('MethodNotAllowed', 's3api', 'copy-object', ...copy), /x-mrap-hint/)
})
await check('CopyObject', 'directly', () =>
  aws('s3api', 'copy-object', '--bucket', buckets.west, '--key', 'copy', '--copy-source', `${buckets.west}/big.bin`),
)

const routes = async () => {
  const { Routes } = await control('get-multi-region-access-point-routes', '--mrap', arn, '--region', 'us-east-1')
  return (Routes as { TrafficDialPercentage: number }[]).map(route => route.TrafficDialPercentage)
}
const submit = (west: number, ireland: number) =>
  control(
    'submit-multi-region-access-point-routes',
    '--mrap',
    arn,
    '--region',
    'eu-west-1',
    '--route-updates',
    `Region=us-west-2,TrafficDialPercentage=${west}`,
    `Region=eu-west-1,TrafficDialPercentage=${ireland}`,
  )
await check('SubmitMultiRegionAccessPointRoutes+GetMultiRegionAccessPointRoutes', 'fail over and back', async () => {
  assert.deepEqual(await routes(), [100, 100])
  await submit(0, 100)
  assert.deepEqual(await routes(), [0, 100])
  await refused('NoSuchKey', 's3api', 'get-object', ...object, 'nothing.bin')
  await submit(100, 100)
  await aws('s3api', 'get-object', ...object, 'copy.bin')
})
await check('DeleteObject', 'delete-object', async () => {
  await aws('s3api', 'delete-object', ...object)
  await refused('404', 's3api', 'head-object', ...object)
})
await check('DeleteMultiRegionAccessPoint', 'then the buckets go', async () => {
  const deleted = await control('delete-multi-region-access-point', '--details', 'Name=cli-global')
  await finished(deleted.RequestTokenARN)
  await aws('s3', 'rb', `s3://${buckets.west}`, '--force')
  await aws('s3api', 'delete-bucket', '--bucket', buckets.ireland, '--region', 'eu-west-1')
})
