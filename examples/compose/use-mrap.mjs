// An application's test against the emulator: an unmodified SDK client, the MRAP ARN as bucket, one line of connection.
import assert from 'node:assert/strict'
import '@aws-sdk/signature-v4a'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { S3ControlClient, SubmitMultiRegionAccessPointRoutesCommand } from '@aws-sdk/client-s3-control'
import { mrapLocal } from 'mrap-local/client'

const connection = mrapLocal({ endpoint: process.env.MRAP_ENDPOINT })
const s3 = new S3Client({ region: 'us-west-2', ...connection })
const control = new S3ControlClient({ region: 'us-west-2', ...connection })
const AccountId = '111122223333'
const arn = `arn:aws:s3::${AccountId}:accesspoint/mfzwi23gnjvgw.mrap`

const setDials = dials =>
  control.send(
    new SubmitMultiRegionAccessPointRoutesCommand({
      AccountId,
      Mrap: arn,
      RouteUpdates: Object.entries(dials).map(([Region, TrafficDialPercentage]) => ({ Region, TrafficDialPercentage })),
    }),
  )

await setDials({ 'us-west-2': 100, 'eu-west-1': 0 })
await s3.send(new PutObjectCommand({ Bucket: arn, Key: 'order-1', Body: 'one' }))
const got = await s3.send(new GetObjectCommand({ Bucket: arn, Key: 'order-1' }))
assert.equal(await got.Body.transformToString(), 'one')
console.log('put and got through the access point')

await setDials({ 'us-west-2': 0, 'eu-west-1': 100 })
await assert.rejects(s3.send(new GetObjectCommand({ Bucket: arn, Key: 'order-1' })), { name: 'NoSuchKey' })
console.log('failed over: eu-west-1 does not have the object')

await setDials({ 'us-west-2': 100 })
console.log('failed back')
process.exit()
