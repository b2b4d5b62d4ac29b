import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkout, findCircle, readModules } from './helpers/imports.ts'

const modules = readModules()

/**
 * The house: what the modules of a folder (or a module, where it has rules of its own) may import beside their own folder. A folder
 * stands for everything in it; the longest name that fits a module is its row. Arrows go down only.
 */
const house: readonly (readonly [of: string, mayImport: readonly string[]])[] = [
  // The ground: AWS over HTTP. Nothing of MRAP, S3 or state.
  ['protocol', []],

  // What stands on it: state, the policy language, the world file.
  ['store', ['protocol/request/digests.ts', 'protocol/wasm-module.ts', 'protocol/clock.ts']],
  ['policy', ['protocol/caller.ts', 'protocol/canonical-user.ts', 'protocol/endpoint/arn.ts']],
  ['policy/request-keys.ts', ['policy', 'protocol']],
  ['world', ['policy', 'protocol']],

  // The planes. They never import each other: they meet in the store.
  ['control', ['world', 'policy', 'store', 'protocol']],
  ['sts', ['world', 'policy', 'store', 'protocol']],
  ['kms', ['world', 'policy', 'protocol']],
  ['data', ['world', 'policy', 'store', 'protocol']],

  // Inside S3: operations use the subjects, subjects use context, shapes and errors, and of each other what stands here.
  ['data/context.ts', ['policy', 'store', 'protocol']],
  ['data/shapes.ts', ['protocol']],
  ['data/errors.ts', ['protocol']],
  ['data/paging-tokens.ts', ['data/errors.ts', 'protocol']],
  ['data/stored-configuration.ts', ['data/context.ts', 'data/errors.ts', 'store', 'protocol']],
  ['data/operations', ['data', 'policy', 'store', 'protocol']],
  ['data/objects', [...below('data')]],
  ['data/access', [...below('data'), 'data/objects']],
  ['data/multipart', [...below('data'), 'data/objects']],
  ['data/listing', [...below('data'), 'data/objects']],
  ['data/buckets', [...below('data'), 'data/objects']],
  ['data/forms', [...below('data'), 'data/objects']],
  ['data/routing', [...below('data')]],
  ['data/replication', [...below('data'), 'data/objects', 'data/buckets']],

  // The roof: composes and runs.
  ['server', ['control', 'sts', 'kms', 'data', 'world', 'policy', 'store', 'protocol']],
  ['server/listeners', ['server', 'protocol']],

  // What others import. The demo is a client like any other.
  ['index.ts', ['server', 'world', 'protocol']],
  ['client.ts', []],
  ['demo', []],
]

/** What every subject of a plane may use: what stands beside their folders, but its plane and its table. */
function below(plane: string): readonly string[] {
  const shared = ['context', 'shapes', 'errors', 'paging-tokens', 'stored-configuration']
  return [...shared.map(name => `${plane}/${name}.ts`), 'policy', 'store', 'protocol']
}

const isIn = (path: string, of: string) => path === of || path.startsWith(`${of}/`)

t.test('arrows go down only', async t => {
  t.ok(modules.length > 50, 'the sources were found')
  for (const { path, imports } of modules) {
    const rows = house.filter(([of]) => isIn(path, of)).sort(([a], [b]) => b.length - a.length)
    const [own] = rows
    if (!own) {
      t.fail(`${path} has no row in the house`)
      continue
    }
    const allowed = [...own[1], ...(own[0].endsWith('.ts') ? [] : [own[0]])]
    const strange = imports.filter(name => name.endsWith('.ts') && !allowed.some(of => isIn(name, of)))
    t.strictSame(strange, [], `${path} keeps to ${own[0]}`)
  }
})

t.test('no circles, types included', async t => {
  t.strictSame(findCircle(modules), undefined)
})

t.test('a circle would be found', async t => {
  const module = (path: string, ...imports: string[]) => ({ path, text: '', imports })
  t.strictSame(findCircle([module('a', 'b'), module('b', 'c', 'tap'), module('c', 'b')]), ['b', 'c', 'b'])
  t.strictSame(findCircle([module('a', 'b', 'c'), module('b', 'c'), module('c')]), undefined)
})

t.test('the map names every folder that there is', async t => {
  const folders = readdirSync(join(checkout, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory())
  for (const document of ['README.md', 'CONTRIBUTING.md']) {
    const [, map = ''] = readFileSync(join(checkout, document), 'utf8').match(/^```\nsrc\/\n([^`]*)```$/m) ?? []
    const named = [...map.matchAll(/^ {2}([a-z]+)\/ /gm)].map(match => match[1])
    t.strictSame([...named].sort(), folders.map(({ name }) => name).sort(), `the map of ${document}`)
    t.ok(map.split('\n').length <= 13, `${document} has a map of at most twelve lines`)
  }
})

const importing = (of: RegExp) => modules.filter(module => module.imports.some(name => of.test(name))).map(m => m.path)
const violations = (of: RegExp, allowed: RegExp) => importing(of).filter(path => !allowed.test(path))

t.test('each library stays behind its door', async t => {
  t.strictSame(violations(/^fastify$/, /^server\/(app\.ts|listeners\/)/), [])
  t.strictSame(violations(/^fast-xml-parser$/, /^protocol\/xml\//), [])
  t.strictSame(violations(/^better-sqlite3$/, /^store\/database\.ts$/), [])
  t.strictSame(violations(/^(aws4|@aws-sdk\/.*)$/, /^demo\//), [], 'independent signers stay out of the server')
  t.strictSame(
    violations(/^(@peculiar\/x509|reflect-metadata)$/, /^server\/listeners\/(certificates|name-constraints|x509)\.ts$/),
    [],
  )
  t.strictSame(violations(/^dns-packet$/, /^server\/listeners\/dns-message\.ts$/), [])
  t.strictSame(
    violations(/^(yaml|typebox.*)$/, /^server\/management\/|^world\/(document|file|form|schema|yaml)\.ts$/),
    [],
  )
})

t.test('time comes from the clock', async t => {
  // Socket timeouts and the drain at exit are no state changes (style 2.5).
  const exempt =
    /^((protocol\/clock|server\/main|server\/due-news|server\/faults\/wait)\.ts$|server\/listeners\/|demo\/|client\.ts$|store\/writer\/)/
  for (const { path, text } of modules) {
    if (exempt.test(path)) continue
    t.notMatch(text, /Date\.now\(\)|new Date\(\)|\bset(Timeout|Interval)\(/, path)
  }
})

t.test('no barrels, no default exports but operations, no escape from the types', async t => {
  for (const { path, text } of modules) {
    t.notMatch(text, /export \*/, path)
    if (!path.includes('/operations/')) t.notMatch(text, /export default/, path)
    t.notMatch(text, /@ts-(ignore|nocheck)/, path)
  }
})

t.test('every operation in the tables has its file and its test', async t => {
  const tests = new Set(readdirSync(join(checkout, 'test'), { recursive: true, encoding: 'utf8' }))
  for (const plane of ['control', 'data']) {
    const files = readdirSync(join(checkout, 'src', plane, 'operations')).filter(file => file !== 'index.ts')
    const table = modules.find(module => module.path === `${plane}/operations/index.ts`)
    for (const file of files) {
      t.ok(table?.imports.includes(`${plane}/operations/${file}`), `${plane}/operations/${file} is in the table`)
      t.ok(
        tests.has(`${plane}/operations/${file.replace('.ts', '.test.ts')}`),
        `${plane}/operations/${file} has a test`,
      )
    }
  }
})
