import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'tap'

const isRoot = process.getuid?.() === 0

/** Only root can become another user; a user who is none is refused what is closed to itself. */
test('a directory of another user: the permission is named, and who has it', {
  skip: process.platform === 'win32',
}, t => {
  const dir = t.testdir()
  const data = join(dir, 'data')
  mkdirSync(data)
  chmodSync(data, isRoot ? 0o755 : 0o555)
  for (const dataDir of [data, join(data, 'new')]) {
    const { status, stderr } = spawnSync(
      process.execPath,
      [resolve('dist/server/main.js'), '--port', '0', '--data-dir', dataDir],
      { encoding: 'utf8', ...(isRoot && { uid: 12345, gid: 12345 }) },
    )
    t.equal(status, 78, stderr)
    const user = isRoot ? 12345 : process.getuid?.()
    t.match(
      stderr,
      `user ${user} has no permission to write ${data}, which belongs to user ${process.getuid?.()}: run as user`,
    )
  }
  chmodSync(data, 0o755)
  t.end()
})
