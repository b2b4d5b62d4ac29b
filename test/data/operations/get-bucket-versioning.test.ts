import t from 'tap'
import getBucketVersioning from '../../../src/data/operations/get-bucket-versioning.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const root = '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  for (const [versioning, expected] of [
    [undefined, `${root}/>`],
    ['Enabled', `${root}><Status>Enabled</Status></VersioningConfiguration>`],
    ['Suspended', `${root}><Status>Suspended</Status></VersioningConfiguration>`],
  ] as const) {
    const world = await dataWorld(t, { versioning })
    t.equal((await exchange(getBucketVersioning, world, '')).body, expected)
  }
})
