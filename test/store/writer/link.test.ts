import { join } from 'node:path'
import t from 'tap'
import { openStore } from '../../../src/store/open-store.ts'
import { startWriter } from '../../../src/store/writer/link.ts'

const ignored = { committed: () => undefined, stored: () => undefined, released: () => undefined }

t.test('when the writer dies, what waits for it is rejected, and so is what comes later', async t => {
  const failures: Error[] = []
  // A directory is no file to write to.
  const data = { file: t.testdir(), bodies: 'none', durability: 'ephemeral' } as const
  const link = startWriter(data, { ...ignored, failed: error => failures.push(error) })
  const waiting = [link.call('updateBucket', [1, {}]), link.request('seal', 1)].map(asked =>
    t.rejects(asked, /cannot write any more/),
  )
  link.open()
  await Promise.all(waiting)
  t.equal(failures.length, 1)
  t.ok(failures[0]?.cause, 'the reason is kept')
  await t.rejects(link.call('updateBucket', [1, {}]), /cannot write any more/)
  t.doesNotThrow(() => link.post({ kind: 'delete', bodyIds: [1] }))
  await t.resolves(link.close())
})

t.test('a command of a broken kind fails alone', async t => {
  const directory = t.testdir()
  await (await openStore({ directory, durability: 'ephemeral' })).close()
  const data = {
    file: join(directory, 'store.sqlite'),
    bodies: join(directory, 'bodies'),
    durability: 'ephemeral',
  } as const
  const link = startWriter(data, { ...ignored, failed: error => t.fail(error.message) })
  link.open()
  const outcomes = await Promise.allSettled([
    link.call('updateBucket', [1, {}]),
    link.call('nonsense' as 'reset', []),
    link.request('seal', 99),
    link.request('discard', 99),
    link.call('updateBucket', [1, {}]),
  ])
  t.strictSame(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
  )
  await link.close()
})
