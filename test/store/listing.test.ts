import fc from 'fast-check'
import t from 'tap'
import { type ListSource, listPage, startOf } from '../../src/store/listing.ts'
import type { ObjectVersion } from '../../src/store/rows.ts'
import type { ListEntry, ListPage, ListQuery, Store } from '../../src/store/store.ts'
import { deletion, newVersion, put, seal, storeWorld } from './fixture.ts'

// Few characters, so that keys share prefixes; the odd ones are where orders and bounds go wrong.
const character = fc.constantFrom('a', 'b', '/', '//', '\0', '%', '\ud7ff', '\ue000', '\uffff', '💩', '\u{10ffff}')
const text = (maxLength: number) => fc.array(character, { maxLength }).map(characters => characters.join(''))
const key = text(6).filter(key => key !== '')
const question = fc.record({
  prefix: text(2),
  delimiter: fc.option(fc.oneof(fc.constant('/'), text(2)), { nil: undefined }),
  after: fc.option(text(4), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 8 }),
})

const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** What S3 documents of a listing, done slowly: all entries of all keys, in order. */
function entriesOf(
  keys: readonly string[],
  { prefix, delimiter, after }: Omit<ListQuery, 'bucketId' | 'limit'>,
): string[] {
  const entries = new Set<string>()
  for (const key of [...keys].sort(bytewise)) {
    if (!key.startsWith(prefix)) continue
    const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1
    const name = at < 0 ? key : key.slice(0, at + (delimiter?.length ?? 0))
    // A common prefix stands where its own name does, so it is behind nothing that lies in it.
    if (after === undefined || bytewise(name, after) > 0) entries.add(`${at < 0 ? 'key' : 'prefix'} ${name}`)
  }
  return [...entries]
}

const shown = (entry: ListEntry<{ readonly key: string }>) =>
  entry.kind === 'row' ? `key ${entry.row.key}` : `prefix ${entry.prefix}`

/** All pages, each beginning after the last entry of the one before. */
function allPages(
  list: (after: string | undefined) => ListPage<{ readonly key: string }>,
  first: string | undefined,
): string[] {
  const all: string[] = []
  let after = first
  for (let page = 0; page < 200; page++) {
    const { entries, isTruncated } = list(after)
    all.push(...entries.map(shown))
    const last = entries.at(-1)
    if (!isTruncated || !last) return all
    after = last.kind === 'row' ? last.row.key : last.prefix
  }
  throw new Error('the listing has no end')
}

t.test('objects are listed like the model, page by page', async t => {
  const { store, bucket } = await storeWorld(t)
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 30 }),
      fc.array(question, { minLength: 8, maxLength: 8 }),
      async (keys, asked) => {
        const bucketId = await bucket({ versioning: 'Enabled' })
        await fill(store, bucketId, keys)
        // A key whose current version is a delete marker is not there.
        const marked = keys.filter((_, index) => index % 7 === 6)
        await Promise.all(marked.map(key => store.deleteObject(deletion(bucketId, key))))
        const there = keys.filter(key => !marked.includes(key))
        for (const query of asked) {
          const page = store.listObjects({ ...query, bucketId })
          const expected = entriesOf(there, query)
          if (JSON.stringify(page.entries.map(shown)) !== JSON.stringify(expected.slice(0, query.limit))) return false
          if (page.isTruncated !== expected.length > query.limit) return false
          const pages = allPages(after => store.listObjects({ ...query, bucketId, after }), query.after)
          if (JSON.stringify(pages) !== JSON.stringify(expected)) return false
        }
        return true
      },
    ),
    { numRuns: 120 },
  )
})

type Step =
  | { readonly do: 'put'; readonly key: string }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'remove'; readonly key: string; readonly nth: number }
  | { readonly do: 'configure'; readonly versioning: 'Enabled' | 'Suspended' }

const fewKeys = fc.constantFrom('a', 'a/b', 'a/b/c', 'b/💩', 'b/\uffff', 'b//')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('put' as const), key: fewKeys }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key: fewKeys }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), key: fewKeys, nth: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('configure' as const),
      versioning: fc.constantFrom('Enabled' as const, 'Suspended' as const),
    }),
  },
)

interface ModelVersion {
  readonly id: string
  readonly isMarker: boolean
}

/** What the user guide says of versioning, done slowly: versions by key, the newest first. */
function historyModel() {
  const keys = new Map<string, ModelVersion[]>()
  let versioning: 'Enabled' | 'Suspended' | undefined
  const add = (key: string, version: ModelVersion) => {
    const kept = (keys.get(key) ?? []).filter(({ id }) => id !== version.id)
    keys.set(key, [version, ...kept])
  }
  const idOf = (versionId: string) => (versioning === 'Enabled' ? versionId : 'null')
  return {
    keys,
    configure: (to: 'Enabled' | 'Suspended') => {
      versioning = to
    },
    put: (key: string, versionId: string) => add(key, { id: idOf(versionId), isMarker: false }),
    delete: (key: string, markerId: string) => {
      if (versioning) add(key, { id: idOf(markerId), isMarker: true })
      else keys.delete(key)
    },
    remove: (key: string, versionId: string) => {
      keys.set(key, keys.get(key)?.filter(({ id }) => id !== versionId) ?? [])
    },
    current: () => [...keys].filter(([, [newest]]) => newest && !newest.isMarker).map(([key]) => key),
  }
}

/** Every entry of a listing of versions as text, after a key and, within it, a version. */
function versionEntries(
  keys: ReadonlyMap<string, readonly ModelVersion[]>,
  { prefix, delimiter, after }: Omit<ListQuery, 'bucketId' | 'limit'>,
  afterVersionId: string | undefined,
): string[] {
  const there = [...keys].filter(([, versions]) => versions.length > 0).map(([key]) => key)
  interface Entry {
    readonly name: string
    readonly text: string
    readonly id?: string
  }
  const all = entriesOf(there, { prefix, delimiter }).flatMap((entry): Entry[] => {
    if (entry.startsWith('prefix ')) return [{ name: entry.slice(7), text: entry }]
    const name = entry.slice(4)
    return (keys.get(name) ?? []).map(({ id, isMarker }, index) => {
      const text = `${isMarker ? 'marker' : 'version'} ${name} ${id}${index === 0 ? ' latest' : ''}`
      return { name, text, id }
    })
  })
  if (after === undefined) return all.map(({ text }) => text)
  const within = all.findIndex(({ name, id }) => name === after && id !== undefined && id === afterVersionId)
  const rest = within < 0 ? all.filter(({ name }) => bytewise(name, after) > 0) : all.slice(within + 1)
  return rest.map(({ text }) => text)
}

const shownVersion = (entry: ListEntry<ObjectVersion>) => {
  if (entry.kind === 'prefix') return shown(entry)
  const { key, versionId, isCurrent, isDeleteMarker } = entry.row
  return `${isDeleteMarker ? 'marker' : 'version'} ${key} ${versionId}${isCurrent ? ' latest' : ''}`
}

t.test('any history of versions is listed like the model, from any marker, page by page', async t => {
  const { store, bucket } = await storeWorld(t)
  const asked = fc.record({
    prefix: fc.constantFrom('', 'a', 'a/', 'b'),
    delimiter: fc.constantFrom(undefined, '/', 'b', '//'),
    limit: fc.integer({ min: 1, max: 5 }),
    marker: fc.option(fc.record({ key: fewKeys, nth: fc.nat(3) }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 60 }),
      fc.array(asked, { minLength: 6, maxLength: 6 }),
      async (steps, questions) => {
        const bucketId = await bucket()
        const model = historyModel()
        for (const one of steps) await take(store, bucketId, one, model)
        for (const { prefix, delimiter, limit, marker } of questions) {
          const versionId = marker && model.keys.get(marker.key)?.[marker.nth]?.id
          const expected = versionEntries(model.keys, { prefix, delimiter, after: marker?.key }, versionId)
          const found: string[] = []
          let after: string | undefined = marker?.key
          let afterVersionId = versionId
          for (let page = 0; page < 100; page++) {
            const query = { bucketId, prefix, delimiter, limit, after, afterVersionId }
            const { entries, isTruncated } = store.listVersions(query)
            found.push(...entries.map(shownVersion))
            const last = entries.at(-1)
            if (isTruncated !== found.length < expected.length) return false
            if (!isTruncated || !last) break
            after = last.kind === 'row' ? last.row.key : last.prefix
            afterVersionId = last.kind === 'row' ? last.row.versionId : undefined
          }
          if (JSON.stringify(found) !== JSON.stringify(expected)) return false
          const objects = allPages(after => store.listObjects({ bucketId, prefix, delimiter, limit, after }), undefined)
          if (JSON.stringify(objects) !== JSON.stringify(entriesOf(model.current(), { prefix, delimiter })))
            return false
        }
        return true
      },
    ),
    { numRuns: 100 },
  )
})

let written = 0

/** Takes a step in the store and in the model. */
async function take(store: Store, bucketId: number, one: Step, model: ReturnType<typeof historyModel>): Promise<void> {
  if (one.do === 'configure') {
    model.configure(one.versioning)
    await store.updateBucket(bucketId, { versioning: one.versioning })
    return
  }
  const id = `id${++written}`
  if (one.do === 'put') {
    model.put(one.key, id)
    await store.putObject(newVersion(bucketId, one.key, { versionId: id }), await seal(store, Buffer.from('x')))
  } else if (one.do === 'delete') {
    model.delete(one.key, id)
    await store.deleteObject({ ...deletion(bucketId, one.key), markerVersionId: id })
  } else {
    const versionId = model.keys.get(one.key)?.[one.nth]?.id ?? 'null'
    model.remove(one.key, versionId)
    await store.deleteObject(deletion(bucketId, one.key, versionId))
  }
}

t.test('a page costs what it shows, not what the bucket holds', async t => {
  // A million keys in a hundred levels that nobody has to store.
  const [levels, perLevel] = [100, 10_000]
  const keyAt = (n: number) =>
    `${String(Math.floor(n / perLevel)).padStart(3, '0')}/${String(n % perLevel).padStart(5, '0')}`
  const first = (holds: (key: string) => boolean) => {
    let [low, high] = [0, levels * perLevel]
    while (low < high) {
      const middle = (low + high) >> 1
      if (holds(keyAt(middle))) high = middle
      else low = middle + 1
    }
    return low
  }
  let read = 0
  const source: ListSource<string> = {
    rows({ key, past }, end, limit) {
      const from = first(one => (past === undefined ? one >= key : one > key))
      const to = end === undefined ? levels * perLevel : first(one => one >= end)
      const rows = Array.from({ length: Math.min(limit, to - from) }, (_, n) => keyAt(from + n))
      read += rows.length
      return rows
    },
    keyOf: key => key,
  }
  const cost = (query: Omit<ListQuery, 'bucketId'>) => {
    read = 0
    const asked = { bucketId: 1, ...query }
    const { entries } = listPage(asked, startOf<string>(asked), source)
    return [entries.length, read]
  }
  t.strictSame(cost({ prefix: '', limit: 1000 }), [1000, 1001], 'the first page')
  t.strictSame(cost({ prefix: '', limit: 1000, after: keyAt(998_000) }), [1000, 1001], 'the last but one')
  t.strictSame(cost({ prefix: '050/', limit: 10 }), [10, 11], 'below a prefix')
  t.strictSame(cost({ prefix: '', delimiter: '/', limit: 1000 }), [100, 32 + 99], 'a hundred common prefixes')
  t.strictSame(cost({ prefix: '', delimiter: '/', limit: 5, after: '040/' }), [5, 6 + 5], 'five of them')
  t.strictSame(cost({ prefix: '', delimiter: '|', limit: 1000 }), [1000, 32 + 64 + 128 + 256 + 512 + 512], 'none there')
})

t.test('whoever deletes versions page by page misses none', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket({ versioning: 'Enabled' })
  await fill(store, bucketId, ['a', 'b', 'b', 'b', 'b', 'b', 'c'])
  let after: string | undefined
  let afterVersionId: string | undefined
  for (let page = 0; page < 200; page++) {
    const { entries, isTruncated } = store.listVersions({ bucketId, prefix: '', limit: 2, after, afterVersionId })
    for (const entry of entries) {
      if (entry.kind !== 'row') continue
      after = entry.row.key
      afterVersionId = entry.row.versionId
      await store.deleteObject(deletion(bucketId, after, afterVersionId))
    }
    if (!isTruncated) break
  }
  t.strictSame(store.listVersions({ bucketId, prefix: '', limit: 2 }), { entries: [], isTruncated: false })
})

t.test('a page of no entries', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  await fill(store, bucketId, ['a', 'b'])
  t.strictSame(store.listObjects({ bucketId, prefix: '', limit: 0 }), { entries: [], isTruncated: false })
  t.strictSame(store.listObjects({ bucketId: bucketId + 1, prefix: '', limit: 9 }), { entries: [], isTruncated: false })
})

t.test('nothing behind the last possible prefix', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  await fill(store, bucketId, ['\u{10ffff}a', '\u{10ffff}b'])
  const page = store.listObjects({ bucketId, prefix: '', delimiter: '\u{10ffff}', limit: 1 })
  t.strictSame(page, { entries: [{ kind: 'prefix', prefix: '\u{10ffff}' }], isTruncated: false })
  t.strictSame(
    store.listObjects({ bucketId, prefix: '', delimiter: '\u{10ffff}', limit: 1, after: '\u{10ffff}' }).entries,
    [],
  )
})

t.test('a level with few prefixes is found among many keys without reading them', async t => {
  const { store, bucket } = await storeWorld(t)
  const [small, large] = [await bucket(), await bucket()]
  const names = (perLevel: number) =>
    Array.from({ length: 20 * perLevel }, (_, n) => `${String(n % 20).padStart(2, '0')}/${String(n).padStart(6, '0')}`)
  await fill(store, small, names(5))
  await fill(store, large, names(500))
  const best = (action: () => unknown) => Math.min(...Array.from({ length: 40 }, () => timed(action)))
  for (const list of [store.listObjects, store.listVersions]) {
    const level = (bucketId: number) => list({ bucketId, prefix: '', delimiter: '/', limit: 1000 })
    t.strictSame(level(small).entries, level(large).entries)
    const [few, many] = [best(() => level(small)), best(() => level(large))]
    t.ok(many < 4 * few, `${many} ms for 10,000 keys, ${few} ms for 100`)
    const page = (after: string) => list({ bucketId: large, prefix: '', limit: 500, after })
    const [first, last] = [best(() => page('')), best(() => page('18/009998'))]
    t.ok(last < 4 * first, `${last} ms for the last page, ${first} ms for the first`)
  }
})

function timed(action: () => unknown): number {
  const start = performance.now()
  action()
  return performance.now() - start
}

async function fill(store: Store, bucketId: number, keys: readonly string[]) {
  const body = await seal(store, Buffer.from('x'))
  const versions = keys.map(key => newVersion(bucketId, key))
  await Promise.all(versions.map(version => store.putObject(version, body)))
  return versions
}

t.test('what a listing shows is what was stored last', async t => {
  const { store, bucket } = await storeWorld(t)
  const bucketId = await bucket()
  await put(store, bucketId, 'k')
  const last = await put(store, bucketId, 'k', Buffer.from('longer'))
  t.strictSame(store.listObjects({ bucketId, prefix: '', limit: 9 }).entries, [{ kind: 'row', row: last }])
})
