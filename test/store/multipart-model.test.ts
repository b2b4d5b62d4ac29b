import fc from 'fast-check'
import t from 'tap'
import type { ObjectVersion, Part } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import { current, deletion, newVersion, put, read, seal, someBytes, storeWorld } from './fixture.ts'

// Any history of one upload against the plainest model there is: a map of bytes by part number. The store knows no smallest part, so the
// sizes here are those at which it behaves differently: nothing, inside a row, one chunk, more than one.

type Step =
  | { readonly kind: 'put'; readonly partNumber: number; readonly size: number }
  | { readonly kind: 'link'; readonly partNumber: number; readonly source: number }
  | { readonly kind: 'forget'; readonly source: number }

const partNumber = fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(100, 9_999, 10_000))
const size = fc.constantFrom(0, 1, 7, 65_536, 65_537, 262_144, 262_145, 600_000)
const sources = [70_000, 262_144, 300_001, 10]
const source = fc.nat(sources.length - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), partNumber, size }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('link' as const), partNumber, source }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), source }) },
)
const history = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  /** Which of the parts are listed: part n where bit n of it is set. */
  chosen: fc.nat(),
  cuts: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
    maxLength: 5,
  }),
})

t.test('an object of parts is what was listed of what was uploaded last', async t => {
  const { store, bucket, chunksBecome } = await storeWorld(t)
  const run = { count: 0 }
  await fc.assert(
    fc.asyncProperty(history, async ({ steps, chosen, cuts }) => {
      const bucketId = await bucket()
      const bodies = sources.map(someBytes)
      for (const [index, bytes] of bodies.entries()) await put(store, bucketId, `source-${index}`, bytes)
      const uploadId = `model-${++run.count}`
      const row = await begin(store, bucketId, uploadId)
      const model = new Map<number, { etag: string; bytes: Uint8Array }>()
      for (const [index, taken] of steps.entries()) await take(taken, `etag-${index}`)

      const all = [...model].sort(([a], [b]) => a - b)
      const picked = all.filter((_, index) => ((chosen >>> index) & 1) === 1)
      const listed = picked.length === 0 ? all : picked
      if (listed.length > 0) {
        const numbers = listed.map(([number]) => number)
        const etags = listed.map(([, { etag }]) => etag)
        const { outcome } = await store.completeUpload(row, newVersion(bucketId, 'k'), { numbers, etags })
        if (outcome !== 'written') return false
        if (!(await agrees(store, current(store, bucketId, 'k'), listed, cuts))) return false
      }
      for (const key of ['k', ...sources.map((_, index) => `source-${index}`)]) {
        await store.deleteObject(deletion(bucketId, key))
      }
      await store.abortUpload(row)
      await chunksBecome(0)
      return true

      async function take(step: Step, etag: string) {
        if (step.kind === 'forget') return store.deleteObject(deletion(bucketId, `source-${step.source}`))
        const bytes = step.kind === 'put' ? someBytes(step.size) : (bodies[step.source] ?? new Uint8Array())
        const part: Part = {
          partNumber: step.partNumber,
          size: bytes.length,
          etag,
          lastModified: 1,
          checksum: undefined,
        }
        const version = step.kind === 'link' && store.findCurrentVersion(bucketId, `source-${step.source}`)
        const outcome =
          step.kind === 'put'
            ? await store.putPart(row, part, await seal(store, bytes))
            : version && (await store.linkPart(row, part, version.id))
        if (outcome === 'written') model.set(step.partNumber, { etag, bytes })
        return outcome
      }
    }),
    { numRuns: 60 },
  )
})

async function begin(store: Store, bucketId: number, uploadId: string): Promise<number> {
  await store.insertUpload({
    uploadId,
    bucketId,
    key: 'k',
    initiatedAt: 1,
    initiatorId: '111122223333',
    ownerId: '111122223333',
    storageClass: 'STANDARD',
    checksumAlgorithm: undefined,
    checksumType: undefined,
    details: {},
  })
  const upload = store.findUpload(uploadId)
  if (!upload) throw new Error('the upload is not there')
  return upload.id
}

/** The whole, ranges of it, and each part by its number. */
async function agrees(
  store: Store,
  object: ObjectVersion,
  listed: readonly (readonly [partNumber: number, part: { etag: string; bytes: Uint8Array }])[],
  cuts: readonly (readonly [number, number])[],
): Promise<boolean> {
  const whole = Buffer.concat(listed.map(([, { bytes }]) => bytes))
  if (object.size !== whole.length || object.partCount !== listed.length) return false
  if (!(await read(store, object)).equals(whole)) return false
  for (const [a, b] of cuts) {
    if (whole.length === 0) break
    const [start = 0, end = 0] = [a, b].map(share => Math.floor(share * (whole.length - 1))).sort((x, y) => x - y)
    if (!(await read(store, object, { start, end })).equals(whole.subarray(start, end + 1))) return false
  }
  let offset = 0
  for (const [partNumber, { etag, bytes }] of listed) {
    const part = store.findObjectPart(object.id, partNumber)
    if (part?.offset !== offset || part.size !== bytes.length || part.etag !== etag) return false
    offset += bytes.length
  }
  return store.listObjectParts(object.id).length === listed.length
}
