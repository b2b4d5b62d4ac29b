// Bundles what runs, so that a start opens 10 files and not 400: docs/decisions.md 12. Types are checked by `npm run check`.
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: [
    { in: 'src/server/main.ts', out: 'server/main' },
    // Beside the chunk that starts it, as in the sources.
    { in: 'src/store/writer/worker.ts', out: 'server/worker' },
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
  // A native addon, and CommonJS packages whose named exports do not survive a dynamic import out of a bundle.
  external: ['better-sqlite3', 'yaml', '@peculiar/x509', 'reflect-metadata'],
  // CommonJS packages in the bundle call require.
  banner: {
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url)",
  },
  legalComments: 'eof',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
})
