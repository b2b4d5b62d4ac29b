// Bundles what runs, so that a start opens 10 files and not 400: docs/decisions.md 12. Types are checked by `npm run check`.
// `--package` makes what is published: nothing but this build, the types, and the licences of what is bundled.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { licenceTexts } from './licences.mjs'

const isPackage = process.argv.includes('--package')
if (isPackage) rmSync('dist', { recursive: true, force: true })

const shared = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // A native addon.
  external: ['better-sqlite3'],
  legalComments: 'eof',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  metafile: true,
}
const modules = await build({
  ...shared,
  entryPoints: [
    { in: 'src/server/main.ts', out: 'server/main' },
    // Beside the chunk that starts it, as in the sources.
    { in: 'src/store/writer/worker.ts', out: 'server/worker' },
    { in: 'src/index.ts', out: 'index' },
    { in: 'src/client.ts', out: 'client' },
    { in: 'src/demo/main.ts', out: 'demo/main' },
  ],
  chunkNames: 'server/[name]-[hash]',
  splitting: true,
  format: 'esm',
  // CommonJS packages in the bundle call require.
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url)",
  },
})
// For require() and for test runners that load tests as CommonJS, such as Jest, whose sandbox has no door to ES modules.
const commonJs = await build({
  ...shared,
  entryPoints: [
    // Beside the worker that it starts.
    { in: 'src/index.ts', out: 'server/index' },
    { in: 'src/client.ts', out: 'client' },
  ],
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  sourcemap: false,
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href" },
  define: { 'import.meta.url': 'moduleUrl' },
})
const written = [modules, commonJs].flatMap(({ metafile }) => Object.keys(metafile.outputs))
removeOld(new Set(written))

// The modules that other packages import spell out all of their types, so that each is its own declaration and no other file is needed.
if (isPackage) {
  const [{ default: ts }, { declarationOf }] = await Promise.all([import('typescript'), import('./declarations.mjs')])
  const schema = execFileSync(process.execPath, ['dist/server/main.js', 'schema', 'world'], { encoding: 'utf8' })
  const worldDeclaration = declarationOf('WorldDocument', JSON.parse(schema))
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'))
  for (const name of ['client', 'index']) {
    const { options } = ts.convertCompilerOptionsFromJson({ ...compilerOptions, declaration: true }, '.')
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(`src/${name}.ts`, 'utf8'), {
      compilerOptions: options,
      fileName: `${name}.ts`,
    })
    for (const { messageText } of diagnostics)
      throw new Error(`src/${name}.ts: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
    // The one type that is not written out there follows from the schema of world files.
    const text = outputText.replace(/^import type \{ WorldDocument \} .*$/m, () => worldDeclaration)
    for (const extension of ['d.ts', 'd.cts']) writeFileSync(`dist/${name}.${extension}`, text)
  }
}

if (isPackage) {
  const inputs = [modules, commonJs].flatMap(({ metafile }) => Object.keys(metafile.inputs))
  writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenceTexts(inputs))
}

/** What earlier builds left. A server that was started from them may still load a chunk, so they stay for a day. */
function removeOld(kept) {
  const yesterday = Date.now() - 86_400_000
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    const path = relative('.', join(entry.parentPath, entry.name))
    if (entry.isFile() && !kept.has(path) && statSync(path).mtimeMs < yesterday) rmSync(path)
  }
}
