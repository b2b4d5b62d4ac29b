import fc from 'fast-check'
import t from 'tap'
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

t.test('versions are listed by key, newest first, and go on inside a key', async t => {
  const { store, bucket } = await storeWorld(t)
  await fc.assert(
    fc.asyncProperty(
      fc.array(key, { maxLength: 25 }),
      text(1),
      fc.constantFrom(undefined, '/'),
      fc.integer({ min: 1, max: 5 }),
      async (keys, prefix, delimiter, limit) => {
        const repeated = [...keys, ...keys.slice(0, 8), ...keys.slice(0, 3)]
        const bucketId = await bucket({ versioning: 'Enabled' })
        const written = await fill(store, bucketId, repeated)
        const expected = entriesOf(keys, { prefix, delimiter }).flatMap(entry => {
          if (entry.startsWith('prefix ')) return [entry]
          return written
            .filter(({ key }) => `key ${key}` === entry)
            .map(({ versionId }) => `${entry} ${versionId}`)
            .reverse()
        })
        const all: string[] = []
        let after: string | undefined
        let afterVersionId: string | undefined
        for (let page = 0; page < 200; page++) {
          const { entries, isTruncated } = store.listVersions({
            bucketId,
            prefix,
            delimiter,
            limit,
            after,
            afterVersionId,
          })
          all.push(
            ...entries.map(entry => (entry.kind === 'row' ? `${shown(entry)} ${entry.row.versionId}` : shown(entry))),
          )
          const last = entries.at(-1)
          if (!isTruncated || !last) break
          after = last.kind === 'row' ? last.row.key : last.prefix
          afterVersionId = last.kind === 'row' ? last.row.versionId : undefined
        }
        return JSON.stringify(all) === JSON.stringify(expected)
      },
    ),
    { numRuns: 80 },
  )
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
  const list = (bucketId: number) => store.listObjects({ bucketId, prefix: '', delimiter: '/', limit: 1000 })
  t.strictSame(list(small).entries, list(large).entries)
  const best = (bucketId: number) => Math.min(...Array.from({ length: 40 }, () => timed(() => list(bucketId))))
  list(small)
  list(large)
  const [few, many] = [best(small), best(large)]
  t.ok(many < 4 * few, `${many} ms for 10,000 keys, ${few} ms for 100`)
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
