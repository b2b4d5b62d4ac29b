import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openStore } from '../../src/store/open-store.ts'

const child = fileURLToPath(new URL('./lock-child.js', import.meta.url))

t.test('one directory has one store', async t => {
  const directory = t.testdir()
  const store = await openStore({ directory, durability: 'ephemeral' })
  await t.rejects(openStore({ directory, durability: 'ephemeral' }), { name: 'DataDirectoryError', kind: 'in-use' })
  const other = spawnSync(process.execPath, [child, directory], { encoding: 'utf8' })
  t.equal(other.stdout, 'in-use', 'another process is refused')

  await store.close()
  const later = spawnSync(process.execPath, [child, directory], { encoding: 'utf8' })
  t.equal(later.stdout, 'opened', 'the lock goes with its holder')
})
