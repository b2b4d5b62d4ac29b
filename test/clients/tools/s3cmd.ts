/** s3cmd, by the emulator's address. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReport } from '../report.ts'
import { accessKeyId, bucket, directoryWith, endpoint, region, secretAccessKey, targets, toolOf } from './command.ts'

const report = createReport('s3cmd')
const body = randomBytes(11 * 1024 * 1024)
const { host } = new URL(endpoint)
const local = await directoryWith({ 'big.bin': body, 'ü +.txt': 'small' })
const { run, refused } = toolOf('s3cmd')
const settings = (secret = secretAccessKey) => [
  '--config=/dev/null',
  '--no-ssl',
  `--host=${host}`,
  // Without a placeholder in it: path style.
  `--host-bucket=${host}`,
  `--region=${region}`,
  `--access_key=${accessKeyId}`,
  `--secret_key=${secret}`,
  '--multipart-chunk-size-mb=5',
]
const s3cmd = (...args: string[]) => run(...args, ...settings())

for (const [target, name] of targets) {
  const root = `s3://${name}/cmd-${target}`
  await report.check(target, 'put and got, small and in parts', async () => {
    await s3cmd('put', join(local, 'ü +.txt'), `${root}/ü +.txt`)
    await s3cmd('put', join(local, 'big.bin'), `${root}/big.bin`)
    await s3cmd('get', '--force', `${root}/big.bin`, join(local, 'copy.bin'))
    assert.ok(body.equals(await readFile(join(local, 'copy.bin'))))
  })
  await report.check(target, 'listed and deleted', async () => {
    assert.match(await s3cmd('ls', `${root}/`), /big\.bin[\s\S]*ü \+\.txt/)
    await s3cmd('del', `${root}/ü +.txt`)
    assert.doesNotMatch(await s3cmd('ls', `${root}/`), /txt/)
  })
}
await report.check('bucket', 'copied, moved, a folder deleted', async () => {
  const root = `s3://${bucket}/cmd-bucket`
  await s3cmd('cp', `${root}/big.bin`, `${root}/copy.bin`)
  await s3cmd('mv', `${root}/copy.bin`, `${root}/moved.bin`)
  await s3cmd('del', '--recursive', `${root}/`)
  assert.equal(await s3cmd('ls', `${root}/`), '')
})
await report.check('bucket', 'a wrong secret is refused', () =>
  refused('SignatureDoesNotMatch', 'put', join(local, 'ü +.txt'), `s3://${bucket}/no`, ...settings('wrong')),
)
