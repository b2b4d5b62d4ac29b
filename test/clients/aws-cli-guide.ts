/** The user guide's AWS CLI examples; only the proxy and the CA are set up, in the environment. Argument: the Python that has it. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { cliOf } from './aws-cli-run.ts'
import { createReport } from './report.ts'

const { check } = createReport('cli-guide')
const python = process.argv[2] ?? 'python3'
const { aws, json, refused } = cliOf(python)
const bucket = ['--bucket', 'arn:aws:s3::123456789012:accesspoint/abcdef0123456.mrap']
const mrap = ['--account-id', '111122223333', '--mrap', 'arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap']

async function routes(): Promise<Record<string, number>> {
  const { Routes } = await json('s3control', 'get-multi-region-access-point-routes', '--region', 'eu-west-1', ...mrap)
  const list = Routes as { Bucket: string; TrafficDialPercentage: number }[]
  return Object.fromEntries(list.map(route => [route.Bucket, route.TrafficDialPercentage]))
}

/** What anyone who was given a presigned URL can do without a proxy: the emulator's address, the URL's Host. */
function fetchPresigned(url: URL): Promise<{ status: number; body: string }> {
  const emulator = new URL(process.env.MRAP_ENDPOINT ?? '')
  const options = {
    host: emulator.hostname,
    port: emulator.port,
    path: url.pathname + url.search,
    headers: { host: url.host },
  }
  return new Promise((resolve, reject) => {
    const request = http.get(options, answer => {
      let body = ''
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
    })
    request.on('error', reject)
  })
}

await check('GetMultiRegionAccessPointRoutes', 'view the routing configuration', async () => {
  assert.deepEqual(await routes(), {
    'doc-example-bucket1': 100,
    'doc-example-bucket2': 100,
    'doc-example-bucket3': 100,
  })
})

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
const putPolicy = ['s3api', 'put-bucket-policy', '--bucket', 'doc-example-bucket1', '--region', 'ca-central-1']
await check('PutBucketPolicy', "another bucket's Resource is refused, with a hint", async () => {
  await writeFile('policy.json', policy('arn:aws:s3:::111122223333/*'))
  assert.match(await refused('MalformedPolicy', ...putPolicy, '--policy', 'file://policy.json'), /x-mrap-hint/)
})
await check('PutBucketPolicy', 'its own Resource is accepted', async () => {
  await writeFile('policy.json', policy('arn:aws:s3:::doc-example-bucket1/*'))
  await aws(...putPolicy, '--policy', 'file://policy.json')
})

await check('SubmitMultiRegionAccessPointRoutes', 'update routes by Bucket', async () => {
  await aws(
    's3control',
    'submit-multi-region-access-point-routes',
    '--region',
    'ap-southeast-2',
    ...mrap,
    '--route-updates',
    'Bucket=doc-example-bucket1,TrafficDialPercentage=100',
    'Bucket=doc-example-bucket2,TrafficDialPercentage=0',
  )
  assert.deepEqual(await routes(), {
    'doc-example-bucket1': 100,
    'doc-example-bucket2': 0,
    'doc-example-bucket3': 100,
  })
})

await check('PutObject', 'add an object', async () => {
  await writeFile('example.txt', 'Hello S3!')
  await aws('s3api', 'put-object', ...bucket, '--key', 'example.txt', '--body', 'example.txt')
})
await check('GetObject', 'retrieve it', async () => {
  await aws('s3api', 'get-object', ...bucket, '--key', 'example.txt', 'downloaded_example.txt')
  assert.equal(await readFile('downloaded_example.txt', 'utf8'), 'Hello S3!')
})
await check('ListObjectsV2', 'list objects', async () => {
  const { Contents } = await json('s3api', 'list-objects-v2', ...bucket)
  assert.deepEqual(
    (Contents as { Key: string }[]).map(entry => entry.Key),
    ['example.txt'],
  )
})
await check('GetObject', 'a presigned URL', async () => {
  const url = await aws('s3', 'presign', 'arn:aws:s3::123456789012:accesspoint/abcdef0123456.mrap/example.txt')
  assert.deepEqual(await fetchPresigned(new URL(url.trim())), { status: 200, body: 'Hello S3!' })
})
await check('GetObject', 'Requester Pays', async () => {
  const reader = cliOf(python, { AWS_ACCESS_KEY_ID: '444455556666' })
  const at = [
    's3api',
    'get-object',
    '--bucket',
    'arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap',
    '--key',
    'example-file-in-bucket.txt',
  ]
  await reader.refused('AccessDenied', ...at, 'refused.txt')
  await reader.aws(...at, '--request-payer', 'requester', 'paid.txt')
  assert.equal(await readFile('paid.txt', 'utf8'), 'paid by the reader')
})
