import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

// The tests run from build/; the rules are about the sources.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const source = join(root, 'src')

interface Module {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

const modules = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map(path => readModule(path.replaceAll('\\', '/')))

function readModule(path: string): Module {
  const text = readFileSync(join(source, path), 'utf8')
  // Examples in docstrings import too.
  const code = text.replace(/^\s*(\/\*)?\*.*$/gm, '')
  const specifiers = [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '')
  const imports = specifiers.map(specifier =>
    specifier.startsWith('.')
      ? relative(source, join(source, dirname(path), specifier)).replaceAll('\\', '/')
      : specifier,
  )
  return { path, text, imports }
}

const importing = (of: RegExp) => modules.filter(module => module.imports.some(name => of.test(name))).map(m => m.path)
const violations = (of: RegExp, allowed: RegExp) => importing(of).filter(path => !allowed.test(path))

t.test('planes, toolkit and store import in one direction', async t => {
  t.ok(modules.length > 50, 'the sources were found')
  for (const { path, imports } of modules) {
    for (const name of imports) {
      if (path.startsWith('store/') && /^(server|control|data|sts|world|policy|protocol)\//.test(name)) {
        t.equal(name, 'protocol/request/digests.ts', `${path} imports ${name}: the store is a leaf`)
      }
      if (path.startsWith('protocol/')) {
        t.notMatch(
          name,
          /^(server|control|data|sts|world|policy|store)\//,
          `${path}: the toolkit gets what it needs passed in`,
        )
      }
      if (path.startsWith('control/')) t.notMatch(name, /^data\//, `${path}: the planes meet in the store`)
      if (path.startsWith('data/')) t.notMatch(name, /^control\//, `${path}: the planes meet in the store`)
    }
  }
})

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
  t.strictSame(violations(/^(yaml|typebox.*)$/, /^world\/(file|schema|yaml)\.ts$/), [])
})

t.test('time comes from the clock', async t => {
  // Socket timeouts and the drain at exit are no state changes (style 2.5).
  const exempt = /^((protocol\/clock|server\/main)\.ts$|server\/listeners\/|demo\/|client\.ts$|store\/writer\/)/
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
  const tests = new Set(readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }))
  for (const plane of ['control', 'data']) {
    const files = readdirSync(join(source, plane, 'operations')).filter(file => file !== 'index.ts')
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
