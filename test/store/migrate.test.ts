import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import t from 'tap'
import { DataDirectoryError } from '../../src/store/database.ts'
import { openStore } from '../../src/store/open-store.ts'
import { checkout } from '../helpers/imports.ts'

async function refusal(directory: string): Promise<DataDirectoryError> {
  try {
    const store = await openStore({ directory, durability: 'process' })
    await store.close()
  } catch (error) {
    if (error instanceof DataDirectoryError) return error
    throw error
  }
  throw new Error('the directory was accepted')
}

t.test('an empty directory becomes a store with all tables', async t => {
  const directory = join(t.testdir(), 'not', 'yet', 'there')
  const store = await openStore({ directory, durability: 'process' })
  await store.close()
  const db = new Sqlite(join(directory, 'store.sqlite'))
  t.teardown(() => db.close())
  const simple = (name: string) => db.pragma(name, { simple: true })
  t.equal(simple('user_version'), readdirSync(join(checkout, 'src/store/migrations')).length, 'every migration has run')
  t.equal(simple('page_size'), 16_384)
  t.equal(simple('auto_vacuum'), 2, 'incremental')
  t.equal(simple('journal_mode'), 'wal')
  t.equal(simple('integrity_check'), 'ok')
  const tables = db.prepare<[], { name: string; strict: number }>(
    "SELECT name, strict FROM pragma_table_list WHERE type = 'table'",
  )
  const own = tables.all().filter(({ name }) => !name.startsWith('sqlite_'))
  t.ok(own.length >= 11)
  t.strictSame(
    own.filter(({ strict }) => strict === 0),
    [],
    'every table is STRICT',
  )
})

t.test('the directory and its files are their owner’s alone', async t => {
  const directory = join(t.testdir(), 'new')
  const store = await openStore({ directory, durability: 'process' })
  t.teardown(() => store.close())
  await store.putNote('n', 'v')
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
  t.equal(modeOf(directory), '700')
  const files = readdirSync(directory)
  t.ok(files.includes('store.sqlite-wal'))
  for (const file of files) t.equal(modeOf(join(directory, file)), file === 'bodies' ? '700' : '600', file)
})

t.test('opening again changes nothing', async t => {
  const directory = t.testdir()
  const schema = async () => {
    await (await openStore({ directory, durability: 'ephemeral' })).close()
    const db = new Sqlite(join(directory, 'store.sqlite'))
    const sql = db.prepare('SELECT sql FROM sqlite_schema').pluck().all()
    db.close()
    return sql
  }
  t.strictSame(await schema(), await schema())
})

t.test('what cannot be used is refused, named, and left as it is', async t => {
  const garbage = (file: string) => writeFileSync(file, 'this is no database, whatever the name says. '.repeat(1000))
  const foreign = (file: string) => {
    const db = new Sqlite(file)
    db.exec('CREATE TABLE theirs (a)')
    db.close()
  }
  const newer = (file: string) => {
    const db = new Sqlite(file)
    db.exec('CREATE TABLE ours (a)')
    db.pragma(`application_id = ${0x4d524150}`)
    db.pragma('user_version = 99')
    db.close()
  }
  const cases: [string, (file: string) => void, RegExp][] = [
    ['garbage', garbage, /not a database/],
    ['foreign', foreign, /another program/],
    ['newer', newer, /newer version.*format 99/],
  ]
  for (const [name, make, reason] of cases) {
    const directory = t.testdir({ [name]: {} })
    const file = join(directory, name, 'store.sqlite')
    make(file)
    const before = readFileSync(file)
    const error = await refusal(join(directory, name))
    t.match(error, { kind: 'unusable', file, reason })
    t.ok(error.message.startsWith(file))
    t.ok(before.equals(readFileSync(file)), `${name}: untouched`)
    t.match(await refusal(join(directory, name)), { kind: 'unusable' }, 'the lock was given back')
  }
})

t.test('a damaged schema page is refused', async t => {
  const directory = t.testdir()
  await (await openStore({ directory, durability: 'process' })).close()
  const file = join(directory, 'store.sqlite')
  const bytes = readFileSync(file)
  bytes.fill(0xff, 100, 9000)
  writeFileSync(file, bytes)
  t.match(await refusal(directory), { kind: 'unusable', file, reason: /damaged/ })
})

t.test('a directory that is a file, or lies below one, is refused', async t => {
  const directory = t.testdir({ file: 'x' })
  t.match(await refusal(join(directory, 'file')), { kind: 'unusable', file: join(directory, 'file') })
  t.match(await refusal(join(directory, 'file', 'below')), { kind: 'unusable' })
})

t.test('a database that another program holds is in use', async t => {
  const directory = t.testdir()
  const lock = new Sqlite(join(directory, 'lock.sqlite'))
  t.teardown(() => lock.close())
  lock.exec('BEGIN EXCLUSIVE')
  t.match(await refusal(directory), { kind: 'in-use', file: join(directory, 'lock.sqlite') })
})
