// minio-js, by the emulator's address.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { Client, CopyConditions } from 'minio'
import { alias, bucket, bytesOf, createReport, credentials, endpoint, region, wrongCredentials } from './place.mjs'

const report = createReport('minio-js')
const body = randomBytes(11 * 1024 * 1024)
const { hostname, port } = new URL(endpoint)

function client({ accessKeyId, secretAccessKey } = credentials, options = { region }) {
  const keys = { accessKey: accessKeyId, secretKey: secretAccessKey }
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    partSize: 5 * 1024 * 1024,
    ...keys,
    ...options,
  })
}
const listed = async (s3, name, prefix) => {
  const names = []
  for await (const { name: key } of s3.listObjectsV2(name, prefix, true)) names.push(key)
  return names
}

for (const [target, name] of [
  ['bucket', bucket],
  ['alias', alias],
]) {
  const s3 = client()
  await report.check(target, 'put and got, small and in parts', async () => {
    await s3.putObject(name, `${target}/small ü+.txt`, 'hello', 5, { 'Content-Type': 'text/plain' })
    await s3.putObject(name, `${target}/big.bin`, Readable.from(body), body.length)
    assert.equal(String(await bytesOf(await s3.getObject(name, `${target}/small ü+.txt`))), 'hello')
    assert.ok(body.equals(await bytesOf(await s3.getObject(name, `${target}/big.bin`))))
    assert.equal((await s3.statObject(name, `${target}/small ü+.txt`)).metaData['content-type'], 'text/plain')
  })
  await report.check(target, 'a range', async () => {
    const part = await bytesOf(await s3.getPartialObject(name, `${target}/big.bin`, 10, 20))
    assert.ok(body.subarray(10, 30).equals(part))
  })
  await report.check(target, 'listed', async () =>
    assert.deepEqual(await listed(s3, name, `${target}/`), [`${target}/big.bin`, `${target}/small ü+.txt`]),
  )
  await report.check(target, 'tags of an object', async () => {
    await s3.setObjectTagging(name, `${target}/big.bin`, { team: 'blue' })
    assert.deepEqual(await s3.getObjectTagging(name, `${target}/big.bin`), [{ Key: 'team', Value: 'blue' }])
  })
  await report.check(target, 'presigned', async () => {
    const url = await s3.presignedGetObject(name, `${target}/small ü+.txt`)
    assert.equal(await (await fetch(url)).text(), 'hello')
  })
  await report.check(target, 'one removed', async () => {
    await s3.removeObject(name, `${target}/small ü+.txt`)
    await assert.rejects(s3.statObject(name, `${target}/small ü+.txt`), { code: 'NotFound' })
  })
}

await report.check('bucket', 'made, found, listed, removed; its Region asked for', async () => {
  const s3 = client(credentials, {})
  await s3.putObject('tools-euw1', 'elsewhere', 'x')
  assert.equal(String(await bytesOf(await s3.getObject('tools-euw1', 'elsewhere'))), 'x')
  await client().makeBucket('tools-made', region)
  assert.equal(await s3.bucketExists('tools-made'), true)
  assert.ok((await s3.listBuckets()).some(found => found.name === 'tools-made'))
  await s3.removeBucket('tools-made')
})
await report.check('bucket', 'copied, many removed at once', async () => {
  const s3 = client()
  await s3.copyObject(bucket, 'bucket/copy.bin', `/${bucket}/bucket/big.bin`, new CopyConditions())
  await s3.removeObjects(bucket, ['bucket/copy.bin', 'bucket/big.bin'])
  assert.deepEqual(await listed(s3, bucket, 'bucket/'), [])
})
await report.check('alias', 'copies, DeleteObjects and bucket calls are refused', async () => {
  const s3 = client()
  const notAllowed = { code: 'MethodNotAllowed' }
  const copy = s3.copyObject(alias, 'alias/copy.bin', `/${bucket}/alias/big.bin`, new CopyConditions())
  await assert.rejects(copy, notAllowed)
  await assert.rejects(s3.removeObjects(alias, ['alias/big.bin']), notAllowed)
  await assert.rejects(s3.getBucketVersioning(alias), notAllowed)
})
await report.check('bucket', 'a wrong secret is refused', () =>
  assert.rejects(client(wrongCredentials).putObject(bucket, 'no', 'x'), { code: 'SignatureDoesNotMatch' }),
)
