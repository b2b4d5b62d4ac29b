import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { DamagedBodyError } from '../../src/store/damage.ts'
import { DataDirectoryError } from '../../src/store/database.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { ObjectVersion } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import { bodyFiles, collect, current, newBucket, newVersion, put, seal, someBytes } from './fixture.ts'

interface Stored {
  readonly key: string
  readonly bytes: Buffer
}

/** A closed data directory with a body of every kind: in its row, in a file, of small and of large parts. */
async function closedDirectory(t: Test) {
  const directory = t.testdir()
  const store = await openStore({ directory, durability: 'process' })
  const made = await store.insertBucket(newBucket({ name: 'orders' }))
  if (made.outcome !== 'created') throw new Error('the bucket exists')
  const bucketId = made.id
  const stored: Stored[] = []
  for (const size of [10, 1500, 40_000, 70_000, 300_000, 600_000]) {
    const bytes = someBytes(size)
    await put(store, bucketId, `key-${size}`, bytes)
    stored.push({ key: `key-${size}`, bytes })
  }
  const parts = [1000, 2000, 300_000, 500].map(someBytes)
  await store.insertUpload({
    uploadId: 'u',
    bucketId,
    key: 'parts',
    initiatedAt: 1,
    initiatorId: 'a',
    ownerId: 'a',
    storageClass: 'STANDARD',
    checksumAlgorithm: undefined,
    checksumType: undefined,
    details: {},
  })
  const upload = store.findUpload('u')
  for (const [index, bytes] of parts.entries()) {
    const partNumber = index + 1
    const part = { partNumber, size: bytes.length, etag: `e${partNumber}`, lastModified: 1, checksum: undefined }
    await store.putPart(upload?.id ?? 0, part, await seal(store, bytes))
  }
  const list = { numbers: [1, 2, 3, 4], etags: ['e1', 'e2', 'e3', 'e4'] }
  await store.completeUpload(upload?.id ?? 0, newVersion(bucketId, 'parts'), list)
  stored.push({ key: 'parts', bytes: Buffer.concat(parts) })
  await store.close()
  return { directory, bucketId, stored }
}

function change(directory: string, sql: string): void {
  const db = new Sqlite(join(directory, 'store.sqlite'))
  db.exec(sql)
  db.close()
}

function flip(file: string, bit: number): void {
  const opened = openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  readSync(opened, byte, 0, 1, bit >> 3)
  byte.writeUInt8(byte.readUInt8(0) ^ (1 << (bit & 7)))
  writeSync(opened, byte, 0, 1, bit >> 3)
  closeSync(opened)
}

async function withStore<Value>(directory: string, use: (store: Store) => Promise<Value>): Promise<Value> {
  const store = await openStore({ directory, durability: 'process' })
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

const reading = (store: Store, version: ObjectVersion) => (async () => collect(store.bodies.read(version)))()

/** Whether the body of a key is refused, by name; every other body must be what it was. */
async function isRefused(t: Test, directory: string, bucketId: number, stored: readonly Stored[], damaged: string) {
  await withStore(directory, async store => {
    for (const { key, bytes } of stored) {
      const read = reading(store, current(store, bucketId, key))
      if (key === damaged)
        await t.rejects(read, { name: 'DamagedBodyError', message: `orders/${key}, version null, is damaged` })
      else t.ok((await read).equals(bytes), `${key} is as it was`)
    }
  })
}

t.test('bytes that are not those that were written are refused by name', async t => {
  const { directory, bucketId, stored } = await closedDirectory(t)
  const fileOf = (size: number) => {
    const file = bodyFiles(directory).find(path => statSync(path).size === size)
    if (file === undefined) throw new Error(`no file of ${size} bytes`)
    return file
  }
  const idOf = (size: number) => Number(/\d+$/.exec(fileOf(size))?.[0])
  const versions = "UPDATE object_versions SET %s WHERE key = 'key-%k'"
  const version = (key: number, what: string) => versions.replace('%s', what).replace('%k', String(key))
  const damages: readonly (readonly [damaged: string, what: string, damage: () => void])[] = [
    ['key-1500', 'a body in its row', () => change(directory, version(1500, 'body = zeroblob(1500)'))],
    ['key-300000', 'the first chunk of a file', () => flip(fileOf(300_000), 5)],
    ['key-600000', 'the last chunk of a file', () => flip(fileOf(600_000), 599_999 * 8)],
    ['key-70000', 'a file that was cut', () => truncateSync(fileOf(70_000), 69_999)],
    ['key-300000', 'a file that is gone', () => rmSync(fileOf(300_000))],
    ['key-70000', 'another body', () => change(directory, version(70_000, `body_id = ${idOf(300_000)}`))],
    ['key-70000', 'another length', () => change(directory, version(70_000, 'size = 69999'))],
    [
      'parts',
      'a part in a row',
      () => change(directory, 'UPDATE body_chunks SET data = zeroblob(length(data)) WHERE length(data) = 2000'),
    ],
    [
      'parts',
      'a part that is another',
      () => change(directory, `UPDATE parts SET body_id = ${idOf(70_000)} WHERE part_number = 3`),
    ],
    ['parts', 'parts in another order', () => change(directory, 'UPDATE parts SET start = 0 WHERE part_number = 2')],
    [
      'parts',
      'parts of another object',
      () => change(directory, "UPDATE object_versions SET manifest_id = 77 WHERE key = 'parts'"),
    ],
    ['parts', 'a part less', () => change(directory, 'DELETE FROM parts WHERE part_number = 4')],
  ]
  const before = new Map(everyFile(directory).map(file => [file, readFileSync(file)]))
  for (const [damaged, what, damage] of damages) {
    damage()
    t.comment(what)
    await isRefused(t, directory, bucketId, stored, damaged)
    for (const [file, content] of before) writeFileSync(file, content)
  }
})

t.test('what can be answered is answered: the first chunk tells at once, a later one breaks off', async t => {
  const { directory, bucketId } = await closedDirectory(t)
  const file = bodyFiles(directory).find(path => statSync(path).size === 600_000) ?? ''
  flip(file, 300_000 * 8)
  await withStore(directory, async store => {
    const version = current(store, bucketId, 'key-600000')
    const pieces = store.bodies.read(version)[Symbol.asyncIterator]()
    t.equal((await pieces.next()).value?.length, 262_144)
    await t.rejects(pieces.next(), DamagedBodyError)
    t.throws(() => store.bodies.read(version, { start: 262_144, end: 262_145 }), DamagedBodyError)
    const sound = await collect(store.bodies.read(version, { start: 0, end: 9 }))
    t.equal(sound.length, 10, 'a range that has nothing of it is served')
  })
})

t.test('bodies of before there were digests are read as before', async t => {
  const { directory, bucketId, stored } = await closedDirectory(t)
  change(directory, 'UPDATE object_versions SET digest = NULL; UPDATE parts SET digest = NULL')
  const large = someBytes(600_000)
  const db = new Sqlite(join(directory, 'store.sqlite'))
  const insert = db.prepare('INSERT INTO body_chunks (position, data) VALUES (?, ?)')
  for (let n = 0; n < 3; n++) insert.run(900 * 2 ** 20 + n, large.subarray(n * 262_144, (n + 1) * 262_144))
  db.exec("UPDATE object_versions SET body_id = 900 WHERE key = 'key-600000'")
  db.close()
  await withStore(directory, async store => {
    for (const { key, bytes } of stored) {
      const expected = key === 'key-600000' ? large : bytes
      t.ok((await reading(store, current(store, bucketId, key))).equals(expected), key)
    }
  })
})

t.test('no bit that flips in a closed data directory gives wrong bytes', async t => {
  const { directory, bucketId, stored } = await closedDirectory(t)
  const before = new Map(everyFile(directory).map(file => [file, readFileSync(file)]))
  let refusals = 0
  const place = fc.tuple(fc.nat(before.size - 1), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 4 }), async places => {
      for (const [index, at] of places) {
        const [file, content] = [...before][index] ?? ['', Buffer.alloc(0)]
        if (content.length > 0) flip(file, Math.floor(at * content.length * 8))
      }
      try {
        const { wrong, refused } = await audit(directory, bucketId, stored)
        refusals += refused
        return wrong.length === 0
      } finally {
        for (const [file, content] of before) writeFileSync(file, content)
      }
    }),
    { numRuns: 25 },
  )
  t.ok(refusals > 0, `${refusals} refusals`)
})

/** Reads everything: the keys whose bytes are not what was stored, and how many were refused or not found. */
async function audit(directory: string, bucketId: number, stored: readonly Stored[]) {
  const wrong: string[] = []
  let refused = 0
  const reads = withStore(directory, async store => {
    for (const { key, bytes } of stored) {
      const read = (async () => {
        const version = store.findCurrentVersion(bucketId, key)
        return version && collect(store.bodies.read(version))
      })()
      const got = await read.catch(() => undefined)
      if (!got) refused++
      else if (!got.equals(bytes)) wrong.push(key)
    }
  })
  await reads.catch(() => refused++)
  return { wrong, refused }
}

t.test('a database that was cut, zeroed or emptied is named at the start', async t => {
  const { directory, bucketId, stored } = await closedDirectory(t)
  const file = join(directory, 'store.sqlite')
  const sound = readFileSync(file)
  const page = 16_384
  const damages: readonly (readonly [what: string, content: Buffer])[] = [
    ['cut in the middle', sound.subarray(0, Math.floor(sound.length / page / 2) * page)],
    ['cut within a page', sound.subarray(0, sound.length - 1000)],
    ['zeroed', Buffer.alloc(sound.length)],
    ['emptied', Buffer.alloc(0)],
    ...Array.from({ length: sound.length / page }, (_, n) => {
      const content = Buffer.from(sound)
      content.fill(0, n * page, (n + 1) * page)
      return [`page ${n} zeroed`, content] as const
    }),
  ]
  for (const [what, content] of damages) {
    writeFileSync(file, content)
    // A page may be free, or have nothing but bytes of a body.
    if (what.startsWith('page')) t.strictSame((await audit(directory, bucketId, stored)).wrong, [], what)
    else t.ok(await isNamed(directory, file), what)
  }
  rmSync(file)
  t.ok(await isNamed(directory, file), 'gone')
  writeFileSync(file, sound)
  await openAndClose(directory)
})

const openAndClose = (directory: string) => withStore(directory, async () => undefined)

async function isNamed(directory: string, file: string): Promise<boolean> {
  try {
    await openAndClose(directory)
    return false
  } catch (error) {
    return error instanceof DataDirectoryError && error.kind === 'unusable' && error.file === file
  }
}

t.test('nobody else can read the files', { skip: process.platform === 'win32' }, async t => {
  const { directory } = await closedDirectory(t)
  const store = await openStore({ directory, durability: 'process' })
  await put(store, 1, 'more', someBytes(100_000))
  for (const file of everyFile(directory)) t.equal(statSync(file).mode & 0o777, 0o600, file)
  await store.close()
})

function everyFile(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map(path => join(directory, path))
    .filter(path => statSync(path).isFile())
}
