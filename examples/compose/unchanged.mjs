// An application's test against the emulator with nothing of the emulator in it: the SDK's own endpoints, the MRAP ARN as bucket.
import assert from 'node:assert/strict'
import https from 'node:https'
import '@aws-sdk/signature-v4a'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ListMultiRegionAccessPointsCommand, S3ControlClient } from '@aws-sdk/client-s3-control'

// The SDK for JavaScript reads no HTTPS_PROXY; from Node 24.5 on, an agent can do it for it. The other doors need no option at all.
const proxied = { requestHandler: { httpsAgent: new https.Agent({ keepAlive: true, proxyEnv: process.env }) } }
const options = process.env.HTTPS_PROXY ? proxied : {}
const s3 = new S3Client({ region: 'us-west-2', ...options })
const control = new S3ControlClient({ region: 'us-west-2', ...options })
const AccountId = '111122223333'
const arn = `arn:aws:s3::${AccountId}:accesspoint/mfzwi23gnjvgw.mrap`

const { AccessPoints } = await control.send(new ListMultiRegionAccessPointsCommand({ AccountId }))
assert.deepEqual(
  AccessPoints.map(({ Name }) => Name),
  ['orders-global'],
)
await s3.send(new PutObjectCommand({ Bucket: arn, Key: 'order-1', Body: 'one' }))
const got = await s3.send(new GetObjectCommand({ Bucket: arn, Key: 'order-1' }))
assert.equal(await got.Body.transformToString(), 'one')
const listed = await s3.send(new ListObjectsV2Command({ Bucket: arn }))
assert.equal(listed.KeyCount, 1)
console.log('listed the access point; put, got and listed through it')
process.exit()
