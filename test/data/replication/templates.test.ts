import t from 'tap'
import { findReplication } from '../../../src/data/replication/configuration.ts'
import { applyTemplate } from '../../../src/data/replication/templates.ts'
import { dataWorld, owner } from '../../helpers/data-context.ts'

async function three(t: Parameters<typeof dataWorld>[0]) {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  const euw1 = await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', versioning: 'Enabled' })
  const apne1 = await world.addBucket({ name: 'orders-apne1', region: 'ap-northeast-1', versioning: 'Enabled' })
  const of = (bucket: typeof euw1) => findReplication({ store: world.store, bucket })
  return { ...world, euw1, apne1, of }
}

const rtc = {
  ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
  Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
}

t.test('two-way: each bucket to each other', async t => {
  const { store, bucket, euw1, apne1, of } = await three(t)
  const sources = [bucket.name, euw1.name, apne1.name]
  t.strictSame(await applyTemplate({ kind: 'two-way', sources }, store), sources)
  t.strictSame(of(bucket), {
    Role: `arn:aws:iam::${owner}:role/replication`,
    Rules: ['orders-euw1', 'orders-apne1'].map((name, Priority) => ({
      ID: `orders-usw2-to-${name}`,
      Priority,
      Filter: { Prefix: '' },
      Status: 'Enabled',
      SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } },
      Destination: { Bucket: `arn:aws:s3:::${name}`, ...rtc },
      DeleteMarkerReplication: { Status: 'Enabled' },
    })),
  })
  t.match(
    of(apne1)?.Rules.map(({ ID }) => ID),
    ['orders-apne1-to-orders-usw2', 'orders-apne1-to-orders-euw1'],
  )
})

t.test('one-way: from the sources alone, without sync; tags turn delete markers off', async t => {
  const { store, bucket, euw1, of } = await three(t)
  const ends = { sources: [bucket.name], destinations: [euw1.name] }
  await applyTemplate({ kind: 'one-way', ...ends, prefix: 'a/', role: `arn:aws:iam::${owner}:role/x` }, store)
  t.equal(of(euw1), undefined)
  t.match(of(bucket), { Role: `arn:aws:iam::${owner}:role/x`, Rules: [{ Filter: { Prefix: 'a/' } }] })
  t.equal(of(bucket)?.Rules[0]?.SourceSelectionCriteria, undefined)
  await applyTemplate({ kind: 'one-way', ...ends, tags: { a: '1' } }, store)
  t.match(of(bucket)?.Rules[0], {
    Filter: { Tag: { Key: 'a', Value: '1' } },
    DeleteMarkerReplication: { Status: 'Disabled' },
  })
  await applyTemplate({ kind: 'one-way', ...ends, prefix: '', tags: { a: '1' } }, store)
  t.match(of(bucket)?.Rules[0], { Filter: { And: { Prefix: '', Tags: [{ Key: 'a', Value: '1' }] } } })
})

t.test('refuses what PutBucketReplication refuses', async t => {
  const { store, bucket, euw1, addBucket } = await three(t)
  await addBucket({ name: 'never', region: 'eu-west-1' })
  const sources = [bucket.name]
  await t.rejects(applyTemplate({ kind: 'two-way', sources: ['missing', bucket.name] }, store), {
    code: 'NoSuchBucket',
  })
  await t.rejects(applyTemplate({ kind: 'one-way', sources, destinations: ['never'] }, store), {
    message: 'Destination bucket must have versioning enabled.',
  })
  const tagged = { tags: { a: '1' }, deleteMarkers: true }
  await t.rejects(applyTemplate({ kind: 'one-way', sources, destinations: [euw1.name], ...tagged }, store), {
    message: /^Delete marker replication is not supported/,
  })
})
