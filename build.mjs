// Bundles what runs, so that a start opens 10 files and not 400: docs/decisions.md 12. Types are checked by `npm run check`.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: [
    { in: 'src/server/main.ts', out: 'server/main' },
    // Beside the chunk that starts it, as in the sources.
    { in: 'src/store/writer/worker.ts', out: 'server/worker' },
    { in: 'src/index.ts', out: 'index' },
    { in: 'src/client.ts', out: 'client' },
    { in: 'src/demo/main.ts', out: 'demo/main' },
  ],
  chunkNames: 'server/[name]-[hash]',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // A native addon.
  external: ['better-sqlite3'],
  // CommonJS packages in the bundle call require.
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url)",
  },
  legalComments: 'eof',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
})

// For require() and for test runners that load tests as CommonJS, such as Jest: these cannot load an ES module inside their sandbox, so
// Node itself does, outside of it.
for (const [name, exported] of [
  ['index', 'start'],
  ['client', 'mrapLocal'],
]) {
  writeFileSync(
    `dist/${name}.cjs`,
    `'use strict'
const { createRequire } = process.getBuiltinModule('node:module')
module.exports = { ${exported}: options => createRequire(__filename)('./${name}.js').${exported}(options) }
`,
  )
}

// The modules that other packages import spell out all of their types, so that each is its own declaration and no other file is needed.
if (process.argv.includes('--types')) {
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
