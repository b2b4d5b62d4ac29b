import { join } from 'node:path'
import t from 'tap'
import { bodyFilesIn } from '../../../src/store/bodies/files.ts'
import { configure, type Durability, openFile } from '../../../src/store/database.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createCommands } from '../../../src/store/writer/commands.ts'
import { createStaging } from '../../../src/store/writer/staging.ts'
import { newBucket } from '../fixture.ts'

t.test('what a commit waits for', async t => {
  const cases: [Durability, commit: number, chunk: number][] = [
    ['ephemeral', 0, 0],
    ['process', 1, 1],
    ['power', 2, 1],
  ]
  for (const [durability, atCommit, atChunk] of cases) {
    const db = openFile(join(t.testdir({ [durability]: {} }), durability, 'store.sqlite'), 0)
    t.teardown(() => db.close())
    configure(db, durability)
    migrate(db)
    const { runGroup } = createCommands(db, createStaging(bodyFilesIn('unused')), durability)
    const synchronous = () => db.pragma('synchronous', { simple: true })
    t.equal(synchronous(), atChunk, `${durability}: chunks`)
    db.exec('CREATE TEMP TABLE seen (value)')
    db.exec(
      'CREATE TEMP TRIGGER watch AFTER INSERT ON main.buckets BEGIN INSERT INTO seen SELECT synchronous FROM pragma_synchronous; END',
    )
    const command = { kind: 'command', id: 1, name: 'insertBucket', parameters: [newBucket({})] } as const
    t.match(runGroup([command]), [{ kind: 'done', id: 1, value: { outcome: 'created' } }])
    t.equal(db.prepare('SELECT value FROM seen').pluck().get(), atCommit, `${durability}: commands`)
    t.equal(synchronous(), atChunk)
  }
})
