/** rclone: by the emulator's address, and on the access point's ARN (its colon form) through the proxy. Argument: the program. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createReport } from '../report.ts'
import { alias, bucket, directoryWith, endpoint, region, toolOf } from './command.ts'

const report = createReport('rclone')
const program = process.argv[2] ?? 'rclone'
const settings = {
  RCLONE_CONFIG: '/dev/null',
  RCLONE_RETRIES: '1',
  RCLONE_LOW_LEVEL_RETRIES: '1',
  RCLONE_CONFIG_S3_TYPE: 's3',
  RCLONE_CONFIG_S3_ENV_AUTH: 'true',
  RCLONE_CONFIG_S3_REGION: region,
  // It would make the bucket before it writes.
  RCLONE_S3_NO_CHECK_BUCKET: 'true',
  RCLONE_S3_UPLOAD_CUTOFF: '5M',
  RCLONE_S3_CHUNK_SIZE: '5M',
}
const byAddress = { ...settings, RCLONE_CONFIG_S3_PROVIDER: 'Other', RCLONE_CONFIG_S3_ENDPOINT: endpoint }
const byProxy = {
  ...settings,
  RCLONE_CONFIG_S3_PROVIDER: 'AWS',
  HTTPS_PROXY: endpoint,
  SSL_CERT_FILE: process.env.MRAP_CA ?? '',
}
const arn = `arn:aws:s3::111122223333:accesspoint:${alias}`
const files = { 'big.bin': randomBytes(11 * 1024 * 1024), 'ü +.txt': 'small', 'b.txt': 'b' }
const local = await directoryWith(files)
const listed = ['b.txt', 'big.bin', 'ü +.txt']

for (const [target, name, way] of [
  ['bucket', bucket, byAddress],
  ['alias', alias, byAddress],
  ['arn', arn, byProxy],
] as const) {
  const { run, refused } = toolOf(program, way)
  const root = `s3:${name}/${target}`
  await report.check(target, 'a folder copied, listed, compared', async () => {
    await run('copy', local, root)
    assert.deepEqual((await run('lsf', root)).trim().split('\n').sort(), listed)
    await run('check', '--download', local, root)
  })
  await report.check(target, 'a file written, read, deleted', async () => {
    await run('copyto', `${local}/b.txt`, `${root}/c.txt`)
    assert.equal(await run('cat', `${root}/c.txt`), 'b')
    await run('deletefile', `${root}/c.txt`)
    assert.deepEqual((await run('lsf', root)).trim().split('\n').sort(), listed)
  })
  if (target === 'bucket') {
    await report.check(target, 'a file moved within the bucket', async () => {
      await run('moveto', `${root}/b.txt`, `${root}/moved.txt`)
      assert.equal(await run('cat', `${root}/moved.txt`), 'b')
    })
  } else {
    await report.check(target, 'a move is refused, as copies are', () =>
      refused('MethodNotAllowed', 'moveto', `${root}/b.txt`, `${root}/moved.txt`),
    )
  }
  await report.check(target, 'a folder synchronised and purged', async () => {
    await run('sync', local, root)
    assert.deepEqual((await run('lsf', root)).trim().split('\n').sort(), listed)
    await run('purge', root)
    assert.equal(await run('lsf', '--max-depth', '1', `s3:${name}`, '--include', `/${target}/**`), '')
  })
  await report.check(target, 'a wrong secret is refused', () =>
    toolOf(program, { ...way, AWS_SECRET_ACCESS_KEY: 'wrong' }).refused(
      'Forbidden',
      'copyto',
      `${local}/b.txt`,
      `${root}/no`,
    ),
  )
}

await report.check('bucket', 'buckets made, listed, removed', async () => {
  const { run } = toolOf(program, {
    ...byAddress,
    RCLONE_CONFIG_S3_LOCATION_CONSTRAINT: region,
    RCLONE_S3_NO_CHECK_BUCKET: 'false',
  })
  await run('mkdir', 's3:tools-made')
  assert.match(await run('lsf', 's3:'), /tools-made\//)
  await run('purge', 's3:tools-made')
})
