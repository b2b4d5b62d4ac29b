// The user guide's examples for a Multi-Region Access Point and a failover, with the AWS SDK for JavaScript v3. Against AWS it runs as it
// is; with EMULATOR set, `mrap-local/client` leads the SDK there, and through the DNS door nothing at all is needed.
import assert from 'node:assert/strict'
import http from 'node:http'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  GetMultiRegionAccessPointRoutesCommand,
  S3ControlClient,
  SubmitMultiRegionAccessPointRoutesCommand,
} from '@aws-sdk/client-s3-control'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

// SigV4A, which Multi-Region Access Points need, comes in two packages: JavaScript alone, or the AWS Common Runtime, which can presign.
const signer = process.env.SIGNER ?? 'signature-v4a'
await import(`@aws-sdk/${signer}`)

const emulator = process.env.EMULATOR
const way = emulator === undefined ? {} : (await import('mrap-local/client')).mrapLocal({ endpoint: emulator })

const AccountId = '111122223333'
const arn = 'arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap'
const paidArn = 'arn:aws:s3::111122223333:accesspoint/mrequesterpay.mrap'
const name = signer === 'signature-v4a' ? 'js' : 'js-crt'

// Runs one step and prints its result: `ok <client> <Operation> - <what>`.
async function check(operation, what, step) {
  try {
    await step()
    console.log(`ok ${name} ${operation} - ${what}`)
  } catch (error) {
    process.exitCode = 1
    console.log(`not ok ${name} ${operation} - ${what}: ${String(error).replaceAll('\n', ' | ')}`)
  }
}

const refused = (code, call) => assert.rejects(call, error => error.name === code)
const controlIn = region => new S3ControlClient({ region, ...way })
const s3 = new S3Client(way)

const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: arn, Key, Body }))
const get = async (Key, Bucket = arn, client = s3) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Body.transformToString()
}
// Dials by Region.
const submit = dials =>
  controlIn('ap-southeast-2').send(
    new SubmitMultiRegionAccessPointRoutesCommand({
      AccountId,
      Mrap: arn,
      RouteUpdates: Object.entries(dials).map(([Region, dial]) => ({ Region, TrafficDialPercentage: dial })),
    }),
  )

await check('GetMultiRegionAccessPointRoutes', 'view the routing configuration', async () => {
  const request = new GetMultiRegionAccessPointRoutesCommand({ AccountId, Mrap: arn })
  const { Routes } = await controlIn('us-east-1').send(request)
  const dials = Object.fromEntries(Routes.map(route => [route.Region, route.TrafficDialPercentage]))
  assert.deepEqual(dials, { 'ca-central-1': 100, 'eu-west-1': 100, 'ap-southeast-2': 100 })
})
await check('SubmitMultiRegionAccessPointRoutes', 'a dial of 10 is refused', () =>
  refused('InvalidRequest', submit({ 'ap-southeast-2': 10 })),
)

await check('PutObject', 'add an object', () => put('example.txt', 'Hello S3!'))
await check('GetObject', 'retrieve it', async () => assert.equal(await get('example.txt'), 'Hello S3!'))
await check('ListObjectsV2', 'list objects', async () => {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: arn }))
  assert.deepEqual(
    Contents.map(object => object.Key),
    ['example.txt'],
  )
})
if (name === 'js-crt') {
  await check('GetObject', 'presign: a presigned GET', async () => {
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: arn, Key: 'example.txt' }))
    assert.equal(await fetched(new URL(url)), 'Hello S3!')
  })
}
await check('GetObject', 'Requester Pays', async () => {
  const reader = new S3Client({ credentials: { accessKeyId: '444455556666', secretAccessKey: 'test' }, ...way })
  const request = { Bucket: paidArn, Key: 'example-file-in-bucket.txt' }
  await refused('AccessDenied', reader.send(new GetObjectCommand(request)))
  const { RequestCharged } = await reader.send(new GetObjectCommand({ ...request, RequestPayer: 'requester' }))
  assert.equal(RequestCharged, 'requester')
})

// Closes the Region that requests from us-east-1 go to: what is written then stands in the bucket of another one.
await check('SubmitMultiRegionAccessPointRoutes', 'failover: ca-central-1 and ap-southeast-2 to passive', () =>
  submit({ 'ca-central-1': 0, 'ap-southeast-2': 0, 'eu-west-1': 100 }),
)
await check('GetObject', 'failover: what was written before is not there', () =>
  refused('NoSuchKey', get('example.txt')),
)
await check('PutObject', 'failover: writes land in eu-west-1', async () => {
  await put('after.txt', 'from eu-west-1')
  const ireland = new S3Client({ region: 'eu-west-1', ...way })
  assert.equal(await get('after.txt', 'doc-example-bucket2', ireland), 'from eu-west-1')
})
await check('SubmitMultiRegionAccessPointRoutes', 'failback', async () => {
  await submit({ 'ca-central-1': 100, 'eu-west-1': 0 })
  assert.equal(await get('example.txt'), 'Hello S3!')
})
process.exit()

// A presigned URL is fetched by anyone who has it: at its own address, or at the emulator's with the URL's Host.
async function fetched(url) {
  if (emulator === undefined) return (await fetch(url)).text()
  const { hostname, port } = new URL(emulator)
  const request = http.get({ hostname, port, path: url.pathname + url.search, headers: { host: url.host } })
  const [answer] = await new Promise((resolve, reject) => {
    request.on('response', (...args) => resolve(args)).on('error', reject)
  })
  let body = ''
  for await (const text of answer.setEncoding('utf8')) body += text
  return body
}
