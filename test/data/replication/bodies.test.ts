import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createReplication } from '../../../src/data/replication/replication.ts'
import { manualClock } from '../../../src/protocol/clock.ts'
import { newVersion, read, seal, someBytes, storeWorld } from '../../store/fixture.ts'

t.test('a replica has the bytes of its source, not a copy, and keeps them when the source goes', async t => {
  const { store, directory, bucket } = await storeWorld(t)
  const ends = { versioning: 'Enabled' as const, accountId: '111122223333' }
  const source = await bucket({ name: 'source', region: 'us-east-1', ...ends })
  const destination = await bucket({ name: 'destination', region: 'eu-west-1', ...ends })
  const replication = createReplication({
    store,
    clock: manualClock(),
    delay: () => () => undefined,
    defaults: { lag: { min: 0, max: 0 }, seed: '' },
  })
  t.teardown(() => replication.stop())
  await replication.template({ kind: 'one-way', sources: ['source'], destinations: ['destination'] })
  const bytes = someBytes(3 * 1024 * 1024 + 1)
  await store.putObject(newVersion(source, 'large', { versionId: 'one' }), await seal(store, bytes))
  const files = () => readdirSync(join(directory, 'bodies'), { recursive: true, withFileTypes: true })
  const before = files().filter(entry => entry.isFile()).length
  t.ok(before > 0, 'a large body is a file')
  t.match(await replication.settle(), { done: 1 })
  t.equal(files().filter(entry => entry.isFile()).length, before)
  const gone = { bucketId: source, key: 'large', versionId: 'one', markerVersionId: '-', ownerId: ends.accountId }
  await store.deleteObject({ ...gone, now: 0 })
  const replica = store.findVersion(destination, 'large', 'one')
  t.ok(replica?.isReplica)
  if (replica) t.ok(bytes.equals(await read(store, replica)))
})
