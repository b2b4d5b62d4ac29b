// @aws-sdk/lib-storage: the SDK's Upload, of streams, on the bucket and on the access point's ARN through `mrap-local/client`.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import '@aws-sdk/signature-v4a'
import { GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { mrapLocal } from '../../../dist/client.js'
import {
  alias,
  arn,
  bucket,
  createReport,
  credentials,
  endpoint,
  eventually,
  region,
  wrongCredentials,
} from './place.mjs'

const report = createReport('lib-storage')
const body = randomBytes(11 * 1024 * 1024)
const partSize = 5 * 1024 * 1024
const byAddress = { endpoint, forcePathStyle: true }
const client = (way, keys = credentials) => new S3Client({ region, credentials: keys, maxAttempts: 1, ...way })

for (const [target, name, way] of [
  ['bucket', bucket, byAddress],
  ['alias', alias, byAddress],
  ['arn', arn, mrapLocal({ endpoint })],
]) {
  const s3 = client(way)
  const upload = (key, content, options) =>
    new Upload({ client: s3, params: { Bucket: name, Key: `${target}/${key}`, Body: content }, partSize, ...options })
  const got = async key => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key: `${target}/${key}` }))
    return Buffer.from(await Body.transformToByteArray())
  }

  await report.check(target, 'a stream in parts, with its progress and location', async () => {
    const running = upload('stream ü+.bin', Readable.from(body))
    let loaded = 0
    running.on('httpUploadProgress', progress => {
      loaded = Math.max(loaded, progress.loaded)
    })
    const { Location, ETag } = await running.done()
    assert.ok(body.equals(await got('stream ü+.bin')))
    assert.equal(loaded, body.length)
    assert.match(ETag, /-3"$/)
    assert.equal(decodeURIComponent(new URL(Location).pathname).endsWith(`${target}/stream ü+.bin`), true)
  })
  await report.check(target, 'a small body in one request', async () => {
    await upload('small.txt', Readable.from(Buffer.from('hello'))).done()
    assert.equal(String(await got('small.txt')), 'hello')
  })
  await report.check(target, 'a whole checksum over the parts', async () => {
    const params = { Bucket: name, Key: `${target}/summed`, Body: body, ChecksumAlgorithm: 'CRC64NVME' }
    await new Upload({ client: s3, params, partSize }).done()
    const head = new HeadObjectCommand({ Bucket: name, Key: `${target}/summed`, ChecksumMode: 'ENABLED' })
    assert.equal((await s3.send(head)).ChecksumType, 'FULL_OBJECT')
  })
  await report.check(target, 'aborted: nothing stays', async () => {
    const running = upload('aborted', Readable.from(body), { queueSize: 1 })
    running.on('httpUploadProgress', () => running.abort())
    await assert.rejects(running.done(), { name: 'AbortError' })
    await eventually('no upload is left', async () => {
      const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: name, Prefix: `${target}/` }))
      return Uploads === undefined || undefined
    })
  })
  await report.check(target, 'a wrong secret is refused', () => {
    const params = { Bucket: name, Key: 'no', Body: 'x' }
    const running = new Upload({ client: client(way, wrongCredentials), params })
    return assert.rejects(running.done(), { name: 'SignatureDoesNotMatch' })
  })
}
