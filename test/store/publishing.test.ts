import fc from 'fast-check'
import t from 'tap'
import type { Store } from '../../src/store/store.ts'
import { deletion, newVersion, read, seal, storeWorld } from './fixture.ts'

// What S3 documents of versions, as plainly as possible: a list per key, the last one is current, whatever the clock says.
interface ModelVersion {
  readonly versionId: string
  readonly isDeleteMarker: boolean
  readonly body: string
}

class Model {
  versioning: 'Enabled' | 'Suspended' | undefined
  readonly keys = new Map<string, ModelVersion[]>()

  of(key: string): ModelVersion[] {
    return this.keys.get(key) ?? []
  }

  add(key: string, version: ModelVersion): void {
    const isNull = this.versioning !== 'Enabled'
    const kept = this.of(key).filter(({ versionId }) => !isNull || versionId !== 'null')
    this.keys.set(key, [...kept, isNull ? { ...version, versionId: 'null' } : version])
  }

  delete(key: string, markerVersionId: string): void {
    if (this.versioning === undefined) this.keys.set(key, [])
    else this.add(key, { versionId: markerVersionId, isDeleteMarker: true, body: '' })
  }

  deleteVersion(key: string, versionId: string): void {
    this.keys.set(
      key,
      this.of(key).filter(version => version.versionId !== versionId),
    )
  }
}

type Step =
  | { readonly kind: 'put'; readonly key: string; readonly at: number }
  | { readonly kind: 'delete'; readonly key: string; readonly at: number }
  | { readonly kind: 'link'; readonly key: string; readonly at: number }
  | { readonly kind: 'deleteVersion'; readonly key: string; readonly index: number }
  | { readonly kind: 'versioning'; readonly state: 'Enabled' | 'Suspended' }

const key = fc.constantFrom('a', 'b')
const at = fc.nat(5)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('put' as const), key, at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key, at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), key, at }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deleteVersion' as const), key, index: fc.nat(6) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('versioning' as const),
      state: fc.constantFrom('Enabled' as const, 'Suspended' as const),
    }),
  },
)

t.test('histories of versions are those of the model', async t => {
  const { store, bucket } = await storeWorld(t)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
      const bucketId = await bucket()
      const model = new Model()
      for (const [index, taken] of steps.entries()) {
        await take(taken, index, { store, bucketId, model })
        if (!(await agrees(store, bucketId, model))) return false
      }
      return true
    }),
    { numRuns: 150 },
  )
})

async function take(
  step: Step,
  index: number,
  { store, bucketId, model }: { store: Store; bucketId: number; model: Model },
) {
  if (step.kind === 'versioning') {
    model.versioning = step.state
    await store.updateBucket(bucketId, { versioning: step.state })
  } else if (step.kind === 'put') {
    const version = newVersion(bucketId, step.key, { lastModified: step.at })
    const body = `body ${index}`
    await store.putObject(version, await seal(store, Buffer.from(body)))
    model.add(step.key, { versionId: version.versionId, isDeleteMarker: false, body })
  } else if (step.kind === 'delete') {
    const request = { ...deletion(bucketId, step.key), now: step.at }
    await store.deleteObject(request)
    model.delete(step.key, request.markerVersionId)
  } else if (step.kind === 'link') {
    const source = store.findCurrentVersion(bucketId, 'a')
    const last = model.of('a').at(-1)
    if (!source || !last || last.isDeleteMarker) return
    const version = newVersion(bucketId, step.key, { lastModified: step.at })
    await store.linkObject(version, source.id)
    model.add(step.key, { versionId: version.versionId, isDeleteMarker: false, body: last.body })
  } else {
    const versions = model.of(step.key)
    const { versionId } = versions[step.index % (versions.length || 1)] ?? { versionId: 'unknown' }
    await store.deleteObject(deletion(bucketId, step.key, versionId))
    model.deleteVersion(step.key, versionId)
  }
}

async function agrees(store: Store, bucketId: number, model: Model): Promise<boolean> {
  const { entries } = store.listVersions({ bucketId, prefix: '', limit: 1000 })
  const listed = entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
  const actual = await Promise.all(
    listed.map(async row => ({
      key: row.key,
      versionId: row.versionId,
      isDeleteMarker: row.isDeleteMarker,
      isCurrent: row.isCurrent,
      body: row.isDeleteMarker ? '' : String(await read(store, row)),
    })),
  )
  const expected = ['a', 'b'].flatMap(key =>
    model
      .of(key)
      .toReversed()
      .map((version, index) => ({ key, ...version, isCurrent: index === 0 })),
  )
  const current = ['a', 'b'].every(
    key => store.findCurrentVersion(bucketId, key)?.versionId === model.of(key).at(-1)?.versionId,
  )
  const objects = store
    .listObjects({ bucketId, prefix: '', limit: 10 })
    .entries.map(entry => entry.kind === 'row' && entry.row.key)
  const alive = ['a', 'b'].filter(key => model.of(key).at(-1)?.isDeleteMarker === false)
  const sorted = (rows: typeof actual) => JSON.stringify(rows.map(row => Object.entries(row).sort()))
  return current && sorted(actual) === sorted(expected) && JSON.stringify(objects) === JSON.stringify(alive)
}
