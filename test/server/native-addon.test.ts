import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Test, test } from 'tap'
import { addonFault } from '../../src/server/native-addon.ts'

const here = `Node ${process.versions.node} with ABI ${process.versions.modules}`
const cure = 'run "npm rebuild better-sqlite3" where mrap-local is installed'

/** The built server beside a package of this text in place of the addon; undefined: beside none. */
function started(t: Test, addon: string | undefined) {
  // Not below this repository, whose packages would be found.
  const dir = mkdtempSync(join(tmpdir(), 'mrap-local-test-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  cpSync(resolve('dist'), join(dir, 'dist'), { recursive: true })
  writeFileSync(
    join(dir, 'package.json'),
    JSON.stringify({ name: 'mrap-local', type: 'module', exports: { './package.json': './package.json' } }),
  )
  if (addon !== undefined) {
    const place = join(dir, 'node_modules', 'better-sqlite3')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'index.js'), addon)
  }
  return spawnSync(process.execPath, [join(dir, 'dist/server/main.js'), '--port', '0'], { encoding: 'utf8' })
}

test('not installed, not built, built for another Node: no fault of the data directory', t => {
  const loading = (message: string, code?: string) =>
    `module.exports = class { constructor() { throw Object.assign(new Error(${JSON.stringify(message)}), { code: ${JSON.stringify(code)} }) } }`
  for (const [addon, reason] of [
    [undefined, 'it is not installed'],
    [loading('Could not locate the bindings file. Tried:\n -> /a'), 'it has not been built'],
    [
      loading(
        'x.node was compiled against a different Node.js version using\nNODE_MODULE_VERSION 93.',
        'ERR_DLOPEN_FAILED',
      ),
      'it was built for a Node with ABI 93',
    ],
    [loading('x.node: invalid ELF header', 'ERR_DLOPEN_FAILED'), 'x.node: invalid ELF header'],
  ] as const) {
    const { status, stderr } = started(t, addon)
    t.equal(status, 78, reason)
    t.match(stderr, `mrap-local: better-sqlite3, a native addon, cannot be loaded: ${reason}; this is ${here} on`)
    t.match(stderr, `${cure}\n`)
    t.notMatch(stderr, 'MRAP_DATA_DIR')
    t.equal(stderr.split('\n').length, 2, 'one line')
  }
  t.end()
})

test('other errors are none of it', t => {
  t.equal(addonFault(new Error('disk I/O error')), undefined)
  t.equal(
    addonFault(Object.assign(new Error("Cannot find package 'yaml'"), { code: 'ERR_MODULE_NOT_FOUND' })),
    undefined,
  )
  t.equal(addonFault(undefined), undefined)
  t.end()
})
