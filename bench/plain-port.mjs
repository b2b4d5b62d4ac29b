import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Takes the place of `src/server/listeners/one-port.ts`: every connection is plain HTTP, and nobody looks at its first byte. */
const PLAIN = `
import { directOrigin, openConnection } from './connection.ts'
export function openOnePort(server) {
  const [listener] = server.listeners('connection')
  server.removeAllListeners('connection')
  const sockets = new Set()
  const accept = socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    openConnection(socket, directOrigin)
    listener.call(server, socket)
  }
  server.on('connection', accept)
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return { accept, speakHttp: () => {}, dropSilent: () => {}, dropAll: drop }
}`

/** Builds the server twice in the same way, with and without the look at the first byte; gives the files to run. */
export async function buildBothPorts() {
  const plugin = {
    name: 'plain-port',
    setup: bundle =>
      bundle.onLoad({ filter: /[\\/]one-port\.ts$/ }, ({ path }) => ({
        contents: PLAIN,
        loader: 'js',
        resolveDir: fileURLToPath(new URL('.', `file://${path}`)),
      })),
  }
  const [sniffing, plain] = await Promise.all(
    [[], [plugin]].map(async (plugins, index) => {
      const outdir = `${ROOT}build/bench-${index}`
      await build({
        absWorkingDir: ROOT,
        entryPoints: [
          { in: 'src/server/main.ts', out: 'main' },
          { in: 'src/store/writer/worker.ts', out: 'worker' },
        ],
        outdir,
        plugins,
        bundle: true,
        splitting: true,
        format: 'esm',
        platform: 'node',
        target: 'node20.19',
        external: ['better-sqlite3'],
        banner: {
          js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url)",
        },
        logLevel: 'warning',
      })
      return `${outdir}/main.js`
    }),
  )
  return { sniffing, plain }
}
