/** s3fs-fuse: buckets as file systems. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReport, eventually } from '../report.ts'
import { accessKeyId, alias, bucket, directoryWith, endpoint, region, secretAccessKey, toolOf } from './command.ts'

const report = createReport('s3fs-fuse')
const body = randomBytes(25 * 1024 * 1024)

/** Mounts a bucket for the time of `use`. Rejects with what s3fs said when it does not come up. */
async function mounted(
  name: string,
  use: (root: string) => Promise<unknown>,
  options: string[] = [],
  secret = secretAccessKey,
) {
  const directory = await directoryWith({ passwd: `${accessKeyId}:${secret}\n` })
  const root = join(directory, 'mount')
  await mkdir(root)
  const settings = ['use_path_request_style', `url=${endpoint}`, `endpoint=${region}`, 'retries=1', ...options]
  const args = [name, root, '-f', '-o', `passwd_file=${join(directory, 'passwd')}`, ...settings.flatMap(o => ['-o', o])]
  const child = spawn('s3fs', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (said += text))
  const ended = once(child, 'exit')
  const device = (await stat(directory)).dev
  try {
    await eventually('s3fs is up', async () => {
      if (child.exitCode !== null) throw new Error(said.trim())
      return (await stat(root)).dev === device ? undefined : true
    })
    await use(root)
  } finally {
    if (child.exitCode === null) {
      await toolOf('fusermount')
        .run('-u', root)
        .catch(() => child.kill())
      await ended
    }
  }
}

/** Files written, read, renamed and removed, as on any disk. */
async function asOnDisk(root: string): Promise<void> {
  await mkdir(join(root, 'dir'))
  await writeFile(join(root, 'dir', 'ü small'), 'hello')
  await rename(join(root, 'dir', 'ü small'), join(root, 'dir', 'renamed'))
  assert.equal(await readFile(join(root, 'dir', 'renamed'), 'utf8'), 'hello')
  await writeFile(join(root, 'dir', 'big'), body)
  await rename(join(root, 'dir', 'big'), join(root, 'dir', 'big renamed'))
  assert.ok(body.equals(await readFile(join(root, 'dir', 'big renamed'))))
  const file = await open(join(root, 'dir', 'renamed'), 'a')
  await file.write(' again').finally(() => file.close())
  assert.equal(await readFile(join(root, 'dir', 'renamed'), 'utf8'), 'hello again')
  assert.deepEqual((await readdir(join(root, 'dir'))).sort(), ['big renamed', 'renamed'])
}

await report.check('bucket', 'files written, renamed, appended to', () => mounted(bucket, asOnDisk))
await report.check('bucket', 'seen by the next mount, and removed', () =>
  mounted(bucket, async root => {
    assert.equal((await stat(join(root, 'dir', 'big renamed'))).size, body.length)
    await rm(join(root, 'dir'), { recursive: true })
    assert.deepEqual(await readdir(root), [])
  }),
)
await report.check('alias', 'files written, renamed, appended to, without the copy calls', () =>
  mounted(alias, asOnDisk, ['nocopyapi']),
)
await report.check('alias', 'a rename is refused where it is a copy', () =>
  mounted(alias, async root => {
    await writeFile(join(root, 'one'), 'x')
    await assert.rejects(rename(join(root, 'one'), join(root, 'two')), { code: 'EIO' })
  }),
)
await report.check('bucket', 'a wrong secret is refused', () =>
  assert.rejects(
    mounted(bucket, async () => {}, [], 'wrong'),
    /invalid credentials/,
  ),
)
