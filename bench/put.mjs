/** A client process of its own: `node bench/put.mjs <port> <key> <bytes>` streams one object. */
import { putStream } from './client.mjs'

const [port, key, size] = process.argv.slice(2)
await putStream(Number(port), key, Number(size))
