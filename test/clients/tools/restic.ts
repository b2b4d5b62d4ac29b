/** restic, which keeps its repository by minio-go, by the emulator's address. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReport } from '../report.ts'
import { alias, bucket, directoryWith, endpoint, toolOf } from './command.ts'

const report = createReport('restic')
const body = randomBytes(20 * 1024 * 1024)
const local = await directoryWith({ 'big.bin': body, 'small.txt': 'small' })
const restored = await directoryWith({})

for (const [target, name] of [
  ['bucket', bucket],
  ['alias', alias],
] as const) {
  const repository = `s3:${endpoint}/${name}/restic-${target}`
  const { run } = toolOf('restic', { RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: 'x', RESTIC_CACHE_DIR: restored })
  await report.check(target, 'a repository made, a backup, a check', async () => {
    await run('init')
    await run('backup', local)
    await run('check', '--read-data')
  })
  await report.check(target, 'restored', async () => {
    await run('restore', 'latest', '--target', join(restored, target))
    assert.ok(body.equals(await readFile(join(restored, target, local, 'big.bin'))))
  })
  await report.check(target, 'forgotten and pruned', async () => {
    await run('forget', '--prune', '--keep-last', '1', '--group-by', '')
    assert.match(await run('snapshots'), /1 snapshots/)
  })
}
await report.check('bucket', 'a wrong secret is refused', () =>
  toolOf('restic', { RESTIC_PASSWORD: 'x', AWS_SECRET_ACCESS_KEY: 'wrong' }).refused(
    'Access Denied',
    'init',
    '-r',
    `s3:${endpoint}/${bucket}/no`,
  ),
)
