/** The 21 data-plane operations of AWS SDK for JavaScript v3 through an MRAP ARN, part of the `js` client. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import * as S3 from '@aws-sdk/client-s3'
import { accountId, refused, s3Client } from './js-client.ts'
import { createReport } from './report.ts'

const { check } = createReport('js')

export async function objects(arn: string): Promise<void> {
  const { s3, seen } = s3Client('us-east-1', 'us-west-1')
  const Bucket = arn
  const body = randomBytes(300_000)
  await check('PutObject', 'a buffer, signed hash', async () => {
    await s3.send(
      new S3.PutObjectCommand({
        Bucket,
        Key: 'a/ü é+&=%?#.txt',
        Body: 'Hello S3!',
        ContentType: 'text/plain',
        Metadata: { k: 'v' },
      }),
    )
    assert.equal(seen.headers['x-mrap-served-by'], 'us-west-2')
    assert.equal(typeof seen.headers['x-mrap-route-reason'], 'string')
  })
  await check('PutObject', 'a stream, CRC32 trailer in aws-chunked', async () => {
    const put = await s3.send(
      new S3.PutObjectCommand({
        Bucket,
        Key: 'a/stream.bin',
        Body: Readable.from(pieces(body)),
        ContentLength: body.length,
      }),
    )
    assert.equal(put.ETag, `"${createHash('md5').update(body).digest('hex')}"`)
  })
  await check('PutObject', 'with CRC64NVME, SHA256, CRC32C', async () => {
    for (const ChecksumAlgorithm of ['CRC64NVME', 'SHA256', 'CRC32C'] as const) {
      await s3.send(new S3.PutObjectCommand({ Bucket, Key: `a/${ChecksumAlgorithm}`, Body: body, ChecksumAlgorithm }))
      const got = await s3.send(new S3.GetObjectCommand({ Bucket, Key: `a/${ChecksumAlgorithm}` }))
      assert(body.equals((await got.Body?.transformToByteArray().then(bytes => Buffer.from(bytes))) ?? Buffer.alloc(0)))
    }
  })
  await check('PutObject', 'If-None-Match: * on an existing key', () =>
    refused(
      'PreconditionFailed',
      412,
      s3.send(new S3.PutObjectCommand({ Bucket, Key: 'a/stream.bin', Body: 'x', IfNoneMatch: '*' })),
    ),
  )
  await check('GetObject', 'whole, metadata kept', async () => {
    const got = await s3.send(new S3.GetObjectCommand({ Bucket, Key: 'a/ü é+&=%?#.txt' }))
    assert.equal(await got.Body?.transformToString(), 'Hello S3!')
    assert.equal(got.ContentType, 'text/plain')
    assert.deepEqual(got.Metadata, { k: 'v' })
  })
  await check('GetObject', 'a range', async () => {
    const got = await s3.send(new S3.GetObjectCommand({ Bucket, Key: 'a/stream.bin', Range: 'bytes=100-299' }))
    assert.equal(got.ContentRange, `bytes 100-299/${body.length}`)
    assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), body.subarray(100, 300))
  })
  await check('GetObject', 'a missing key', () =>
    refused('NoSuchKey', 404, s3.send(new S3.GetObjectCommand({ Bucket, Key: 'missing' }))),
  )
  await check('HeadObject', 'length and ETag', async () => {
    const head = await s3.send(new S3.HeadObjectCommand({ Bucket, Key: 'a/stream.bin' }))
    assert.equal(head.ContentLength, body.length)
    assert.equal(head.ETag, `"${createHash('md5').update(body).digest('hex')}"`)
  })
  await check('ListObjectsV2', 'prefix, delimiter, pages', async () => {
    const page = await s3.send(new S3.ListObjectsV2Command({ Bucket, Delimiter: '/' }))
    assert.deepEqual(page.CommonPrefixes, [{ Prefix: 'a/' }])
    const first = await s3.send(new S3.ListObjectsV2Command({ Bucket, Prefix: 'a/', MaxKeys: 2 }))
    assert.equal(first.IsTruncated, true)
    const rest = await s3.send(
      new S3.ListObjectsV2Command({ Bucket, Prefix: 'a/', ContinuationToken: first.NextContinuationToken }),
    )
    const keys = [...(first.Contents ?? []), ...(rest.Contents ?? [])].map(entry => entry.Key)
    assert.deepEqual(keys, ['a/CRC32C', 'a/CRC64NVME', 'a/SHA256', 'a/stream.bin', 'a/ü é+&=%?#.txt'])
  })
}

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
}

export async function properties(arn: string): Promise<void> {
  const { s3 } = s3Client('us-east-1', 'us-west-1')
  const at = { Bucket: arn, Key: 'properties.txt' }
  await s3.send(new S3.PutObjectCommand({ ...at, Body: 'x' }))
  const tags = { TagSet: [{ Key: 'team', Value: 'blue' }] }
  await check('PutObjectTagging', 'sets tags', () => s3.send(new S3.PutObjectTaggingCommand({ ...at, Tagging: tags })))
  await check('GetObjectTagging', 'gives them', async () => {
    assert.deepEqual((await s3.send(new S3.GetObjectTaggingCommand(at))).TagSet, tags.TagSet)
  })
  await check('DeleteObjectTagging', 'removes them', async () => {
    await s3.send(new S3.DeleteObjectTaggingCommand(at))
    assert.deepEqual((await s3.send(new S3.GetObjectTaggingCommand(at))).TagSet, [])
  })
  await check('PutObjectAcl', 'a canned ACL', () =>
    s3.send(new S3.PutObjectAclCommand({ ...at, ACL: 'bucket-owner-full-control' })),
  )
  await check('GetObjectAcl', 'owner has FULL_CONTROL', async () => {
    const acl = await s3.send(new S3.GetObjectAclCommand(at))
    assert.equal(acl.Owner?.ID, createHash('sha256').update(`mrap-local:${accountId}`).digest('hex'))
    assert.equal(acl.Grants?.[0]?.Permission, 'FULL_CONTROL')
  })
  const RetainUntilDate = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000)
  await check('PutObjectRetention', 'GOVERNANCE', () =>
    s3.send(new S3.PutObjectRetentionCommand({ ...at, Retention: { Mode: 'GOVERNANCE', RetainUntilDate } })),
  )
  await check('GetObjectRetention', 'gives it', async () => {
    const { Retention } = await s3.send(new S3.GetObjectRetentionCommand(at))
    assert.equal(Retention?.Mode, 'GOVERNANCE')
    assert.equal(Retention?.RetainUntilDate?.getTime(), RetainUntilDate.getTime())
  })
  await check('PutObjectLegalHold', 'ON, then OFF', async () => {
    for (const Status of ['ON', 'OFF'] as const) {
      await s3.send(new S3.PutObjectLegalHoldCommand({ ...at, LegalHold: { Status } }))
      assert.equal((await s3.send(new S3.GetObjectLegalHoldCommand(at))).LegalHold?.Status, Status)
    }
  })
  await check('GetObjectLegalHold', 'none was ever set', async () => {
    const Key = 'no-hold.txt'
    await s3.send(new S3.PutObjectCommand({ Bucket: arn, Key, Body: 'x' }))
    await refused('NoSuchObjectLockConfiguration', 404, s3.send(new S3.GetObjectLegalHoldCommand({ Bucket: arn, Key })))
  })
  await check('DeleteObject', 'a locked version is kept, bypass removes it', async () => {
    const { VersionId } = await s3.send(new S3.HeadObjectCommand(at))
    await refused('AccessDenied', 403, s3.send(new S3.DeleteObjectCommand({ ...at, VersionId })))
    await s3.send(new S3.DeleteObjectCommand({ ...at, VersionId, BypassGovernanceRetention: true }))
    await refused('NoSuchKey', 404, s3.send(new S3.GetObjectCommand(at)))
  })
  await check('DeleteObject', 'without a version puts a delete marker', async () => {
    const deleted = await s3.send(new S3.DeleteObjectCommand({ Bucket: arn, Key: 'no-hold.txt' }))
    assert.equal(deleted.DeleteMarker, true)
  })
  await check('RestoreObject', 'an archived object', async () => {
    const Key = 'archived.bin'
    await s3.send(new S3.PutObjectCommand({ Bucket: arn, Key, Body: 'x', StorageClass: 'GLACIER' }))
    await refused('InvalidObjectState', 403, s3.send(new S3.GetObjectCommand({ Bucket: arn, Key })))
    const restored = await s3.send(
      new S3.RestoreObjectCommand({
        Bucket: arn,
        Key,
        RestoreRequest: { Days: 1, GlacierJobParameters: { Tier: 'Standard' } },
      }),
    )
    assert.equal(restored.$metadata.httpStatusCode, 202)
  })
}

export async function multipart(arn: string, realBucket: string): Promise<void> {
  const { s3 } = s3Client('us-east-1', 'us-west-1')
  const at = { Bucket: arn, Key: 'big.bin' }
  const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)]
  let UploadId: string | undefined
  const completed: S3.CompletedPart[] = []
  await check('CreateMultipartUpload', 'names the real bucket', async () => {
    const created = await s3.send(new S3.CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'CRC32' }))
    assert.equal(created.Bucket, realBucket)
    UploadId = created.UploadId
  })
  await check('UploadPart', 'two parts', async () => {
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1
      const part = await s3.send(new S3.UploadPartCommand({ ...at, UploadId, PartNumber, Body }))
      completed.push({ PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 })
    }
  })
  await check('ListParts', 'lists them', async () => {
    const listed = await s3.send(new S3.ListPartsCommand({ ...at, UploadId }))
    assert.deepEqual(
      listed.Parts?.map(part => part.Size),
      parts.map(part => part.length),
    )
  })
  await check('ListMultipartUploads', 'lists the upload', async () => {
    const listed = await s3.send(new S3.ListMultipartUploadsCommand({ Bucket: arn }))
    assert.deepEqual(
      listed.Uploads?.map(upload => [upload.Key, upload.UploadId]),
      [['big.bin', UploadId]],
    )
  })
  await check('UploadPart', 'in another Region there is no such upload', () =>
    refused(
      'NoSuchUpload',
      404,
      s3Client('us-east-1', 'eu-west-2').s3.send(
        new S3.UploadPartCommand({ ...at, UploadId, PartNumber: 3, Body: 'x' }),
      ),
    ),
  )
  await check('CompleteMultipartUpload', 'joins the parts', async () => {
    const done = await s3.send(
      new S3.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: completed } }),
    )
    const md5s = parts.map(part => createHash('md5').update(part).digest())
    assert.equal(done.ETag, `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`)
    assert.equal(done.Bucket, realBucket)
    const got = await s3.send(new S3.GetObjectCommand(at))
    assert(Buffer.concat(parts).equals(Buffer.from((await got.Body?.transformToByteArray()) ?? [])))
  })
  await check('AbortMultipartUpload', 'ends an upload', async () => {
    const { UploadId: other } = await s3.send(new S3.CreateMultipartUploadCommand(at))
    await s3.send(new S3.AbortMultipartUploadCommand({ ...at, UploadId: other }))
    await refused('NoSuchUpload', 404, s3.send(new S3.ListPartsCommand({ ...at, UploadId: other })))
  })
}
