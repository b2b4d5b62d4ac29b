import t from 'tap'
import { newVersionId } from '../../../src/data/objects/versions.ts'
import putObjectTagging from '../../../src/data/operations/put-object-tagging.ts'
import { createReplication, type Replication } from '../../../src/data/replication/replication.ts'
import type { Bucket, ObjectVersion } from '../../../src/store/rows.ts'
import { call, type DataWorld, dataWorld, owner } from '../../helpers/data-context.ts'

/**
 * Two buckets that replicate to each other, against a model that knows nothing of rows and queues: a list of versions per bucket, and a list
 * of letters on their way. `MRAP_MODEL_SEEDS` runs more of them.
 */
const seeds = Number(process.env.MRAP_MODEL_SEEDS ?? 40)
const stepsPerSeed = 40

interface ModelVersion {
  readonly key: string
  readonly id: string
  readonly at: number
  readonly counter: number
  readonly isMarker: boolean
  readonly isReplica: boolean
  tags: string
  taggedAt: number
}

/** Something on its way from one bucket to the other. */
interface Letter {
  readonly id: string
  readonly from: number
  readonly dueAt: number
  readonly isWhole: boolean
}

class Model {
  readonly buckets: [ModelVersion[], ModelVersion[]] = [[], []]
  readonly paused = [false, false]
  letters: Letter[] = []
  readonly delivered = new Set<string>()
  readonly lag: number

  constructor(lag: number) {
    this.lag = lag
  }

  ordered(bucket: number): ModelVersion[] {
    const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1)
    return [...(this.buckets[bucket] ?? [])].sort(
      (a, b) => compare(a.key, b.key) || b.at - a.at || b.counter - a.counter || -compare(a.id, b.id),
    )
  }

  write(bucket: number, key: string, id: string, now: number, isMarker: boolean): void {
    const versions = this.buckets[bucket] ?? []
    const own = versions.filter(version => version.key === key)
    const at = Math.max(now, ...own.filter(({ isReplica }) => !isReplica).map(version => version.at))
    const counter = Math.max(-1, ...own.filter(version => version.at === at).map(version => version.counter)) + 1
    versions.push({ key, id, at, counter, isMarker, isReplica: false, tags: '', taggedAt: 0 })
    this.letters.push({ id, from: bucket, dueAt: now + this.lag, isWhole: true })
  }

  remove(bucket: number, id: string): void {
    this.buckets[bucket] = (this.buckets[bucket] ?? []).filter(version => version.id !== id)
    this.letters = this.letters.filter(letter => letter.id !== id || letter.from !== bucket)
  }

  tag(bucket: number, id: string, tags: string, now: number): void {
    const version = (this.buckets[bucket] ?? []).find(found => found.id === id)
    if (!version) return
    version.tags = tags
    version.taggedAt = now
    // What waits goes with the tags of the moment at which it goes.
    if (this.letters.some(letter => letter.id === id && letter.from === bucket)) return
    this.letters.push({
      id,
      from: bucket,
      dueAt: now + this.lag,
      isWhole: !version.isReplica && !this.delivered.has(id),
    })
  }

  run(now: number): void {
    const due = this.letters.filter(({ dueAt, from }) => dueAt <= now && !this.paused[from])
    this.letters = this.letters.filter(letter => !due.includes(letter))
    for (const { id, from, isWhole } of due) {
      const here = (this.buckets[from] ?? []).find(version => version.id === id)
      const there = (this.buckets[1 - from] ?? []).find(version => version.id === id)
      if (!here) continue
      if (isWhole && !there) {
        this.buckets[1 - from]?.push({ ...here, isReplica: true })
        this.delivered.add(id)
      } else if (there && here.taggedAt > there.taggedAt) {
        there.tags = here.tags
        there.taggedAt = here.taggedAt
      }
    }
  }
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Run {
  readonly world: DataWorld
  readonly buckets: readonly [Bucket, Bucket]
  readonly model: Model
  readonly random: () => number
  replication: Replication
}

const open = (world: DataWorld) =>
  createReplication({
    store: world.store,
    clock: world.clock,
    // Nothing wakes it up: what is due is a question to the clock.
    delay: () => () => undefined,
    defaults: { lag: { min: 0, max: 0 }, seed: '' },
  })

async function step(run: Run): Promise<void> {
  const { world, buckets, model, random } = run
  const { store, clock } = world
  const side = random() < 0.5 ? 0 : 1
  const bucket = buckets[side]
  const key = `k${Math.floor(random() * 3)}`
  const versions = model.buckets[side]
  const chosen = versions[Math.floor(random() * versions.length)]
  const dice = random()
  if (random() < 0.6) clock.advance(Math.floor(random() * 3000))
  if (dice < 0.35) {
    const id = newVersionId()
    model.write(side, key, id, clock.now(), false)
    const version = { bucketId: bucket.id, key, versionId: id, etag: id, ownerId: owner, storageClass: 'STANDARD' }
    const body = { size: 1, digests: {}, inline: Buffer.from('x') }
    await store.putObject({ ...version, lastModified: clock.now(), details: {} }, body)
  } else if (dice < 0.45) {
    const id = newVersionId()
    model.write(side, key, id, clock.now(), true)
    await store.deleteObject({ bucketId: bucket.id, key, markerVersionId: id, ownerId: owner, now: clock.now() })
  } else if (dice < 0.55 && chosen) {
    model.remove(side, chosen.id)
    const request = { bucketId: bucket.id, key: chosen.key, versionId: chosen.id, markerVersionId: '-' }
    await store.deleteObject({ ...request, ownerId: owner, now: clock.now() })
  } else if (dice < 0.7 && chosen && !chosen.isMarker) {
    clock.advance(1)
    const value = `${Math.floor(random() * 1000)}`
    model.tag(side, chosen.id, value, clock.now())
    const Tagging = { TagSet: [{ Key: 'k', Value: value }] }
    const input = { Bucket: bucket.name, Key: chosen.key, VersionId: chosen.id, Tagging }
    await call(putObjectTagging, input, world.context({ method: 'PUT', bucket }))
  } else if (dice < 0.78) {
    const isPaused = model.paused[side]
    model.paused[side] = !isPaused
    if (isPaused) {
      // What was held and is due is done at once.
      model.run(clock.now())
      await run.replication.resume({ source: bucket.name })
    } else await run.replication.pause({ source: bucket.name })
  } else if (dice < 0.83) {
    await run.replication.stop()
    run.replication = open(world)
  } else {
    model.run(clock.now())
    await run.replication.run()
  }
}

function shown({ key, versionId, isDeleteMarker, isCurrent, details }: ObjectVersion): string {
  return `${key} ${versionId} ${isDeleteMarker} ${isCurrent} ${details.tags?.[0]?.[1] ?? ''}`
}

function contents({ store }: DataWorld, { id: bucketId }: Bucket): string[] {
  const { entries } = store.listVersions({ bucketId, prefix: '', limit: 5000 })
  return entries.flatMap(entry => (entry.kind === 'row' ? [shown(entry.row)] : []))
}

function expected(model: Model, side: number): string[] {
  const ordered = model.ordered(side)
  return ordered.map(({ key, id, isMarker, tags }, index) => {
    const isCurrent = ordered[index - 1]?.key !== key
    return `${key} ${id} ${isMarker} ${isCurrent} ${tags}`
  })
}

t.test('any history of two buckets is that of the model', async t => {
  const world = await dataWorld(t, { name: 'never-used' })
  const first = Number(process.env.MRAP_MODEL_FIRST ?? 1)
  for (let seed = first; seed < first + seeds; seed++) {
    const random = randomOf(seed)
    const versioning = 'Enabled' as const
    const a = await world.addBucket({ name: `a-${seed}`, region: 'us-east-1', versioning })
    const b = await world.addBucket({ name: `b-${seed}`, region: 'eu-west-1', versioning })
    const model = new Model(Math.floor(random() * 5000) + 1)
    const run: Run = { world, buckets: [a, b], model, random, replication: open(world) }
    await run.replication.setLag({ source: a.name }, { min: model.lag, max: model.lag })
    await run.replication.setLag({ source: b.name }, { min: model.lag, max: model.lag })
    await run.replication.template({ kind: 'two-way', sources: [a.name, b.name] })
    for (let index = 0; index < stepsPerSeed; index++) {
      await step(run)
      if (index % 10 !== 9) continue
      for (const side of [0, 1] as const) {
        const found = contents(world, run.buckets[side])
        if (found.join('\n') !== expected(model, side).join('\n')) {
          t.strictSame(found, expected(model, side), `seed ${seed}, step ${index}, bucket ${side}`)
          return
        }
      }
    }
    // Quiet: everything arrives.
    model.paused.fill(false)
    model.run(Number.POSITIVE_INFINITY)
    await run.replication.resume({})
    const { left } = await run.replication.settle()
    const found = [a, b].map(bucket => contents(world, bucket))
    const wanted = [0, 1].map(side => expected(model, side))
    if (left.length > 0 || JSON.stringify(found) !== JSON.stringify(wanted)) {
      t.strictSame(found, wanted, `seed ${seed} after quiet`)
      return
    }
    await run.replication.stop()
    await run.replication.retry({ bucket: a.name, statuses: ['PENDING'] })
  }
  t.pass(`${seeds} histories`)
})
