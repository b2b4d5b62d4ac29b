// `npm run test:package`: packs the package, installs the tarball into an empty project, and uses it from the test runners people have.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const project = mkdtempSync(join(tmpdir(), 'mrap-local-package-'))
let passed = 0
let failed = 0

function check(name, passes, detail = '') {
  if (passes) passed += 1
  else failed += 1
  console.log(`${passes ? 'ok' : 'FAILED'} ${name}${passes ? '' : `\n${detail}`}`)
}

function run(name, command, args, cwd = project) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 300_000 })
  check(name, status === 0, `${error ?? ''}${stdout}${stderr}`)
  return `${stdout}${stderr}`
}

function sizeOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return files.reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0)
}

try {
  // What prepack builds is what is packed.
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  const tarball = join(project, filename)
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  for (const file of [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/server/main.js',
    'fixtures/worlds/demo.yaml',
  ])
    check(`the tarball has ${file}`, files.includes(`package/${file}\n`))

  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true }))
  const installed = run('it installs', 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball])
  check('without a warning of engines', !/EBADENGINE/.test(installed), installed)
  const names = JSON.parse(
    execFileSync('npm', ['ls', '--all', '--json', '--omit=dev'], { cwd: project, encoding: 'utf8' }),
  )
  const packages = new Set()
  const walk = ({ dependencies = {} }) => {
    for (const [name, node] of Object.entries(dependencies)) {
      packages.add(name)
      walk(node)
    }
  }
  walk(names)
  const ofAddon = sizeOf(join(project, 'node_modules', 'better-sqlite3'))
  const bytes = sizeOf(join(project, 'node_modules')) - ofAddon
  console.log(
    `${packages.size} packages, ${(bytes / 1e6).toFixed(1)} MB without the addon's sources (${(ofAddon / 1e6).toFixed(1)} MB)`,
  )
  check('at most 45 packages', packages.size <= 45, [...packages].join(' '))
  check('at most 25 MB', bytes <= 25e6)

  // The addon as this checkout has compiled it; compiling it anew would take longer than everything else here.
  const addon = join('node_modules', 'better-sqlite3', 'build')
  cpSync(join(root, addon), join(project, addon), { recursive: true })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const said = run('npx mrap-local --version', 'npx', ['--no', '--', 'mrap-local', '--version'])
  check('which is ours', said === `${version}\n`, said)
  run('npx mrap-local env --help', 'npx', ['--no', '--', 'mrap-local', 'env', '--help'])

  // The runners stand beside the package, as in a project that uses it.
  run('the runners install', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], here)
  const tools = join(here, 'node_modules')
  mkdirSync(join(project, 'test'))
  cpSync(join(here, 'runners'), join(project, 'test'), { recursive: true })
  const bin = name => join(tools, name)
  for (const jest of ['jest-29', 'jest-30'])
    run(`${jest}, CommonJS`, process.execPath, [
      bin(`${jest}/bin/jest.js`),
      '--rootDir',
      project,
      '--testMatch',
      '**/*.test.cjs',
      '--watchman=false',
    ])
  run('mocha, CommonJS', process.execPath, [bin('mocha/bin/mocha.js'), 'test/commonjs.test.cjs'])
  run('node:test, CommonJS and module', process.execPath, ['--test', 'test/commonjs.test.cjs', 'test/module.test.mjs'])
  run('vitest, module', process.execPath, [bin('vitest/vitest.mjs'), 'run', '--root', project, 'test/module.test.mjs'])
  run('publint', process.execPath, [bin('publint/src/cli.js'), 'run', tarball, '--strict'])
  run('attw', process.execPath, [bin('@arethetypeswrong/cli/dist/index.js'), tarball, '--no-color'])
} finally {
  rmSync(project, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
