import { createHash, createHmac, generateKeyPairSync, sign, verify } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SignatureV4a } from '@aws-sdk/signature-v4a'
import aws4 from 'aws4'
import { bytesOf, flood } from './flood.mjs'
import { startServer } from './server.mjs'

const BARE = fileURLToPath(new URL('bare.mjs', import.meta.url))
const BUCKET = 'bench-small'
const ALIAS = 'mfzwi23gnjvgw.mrap'
const SIZE = 1024
const KEYS = 100

const keys = { accessKeyId: 'test', secretAccessKey: 'test' }
const sha256 = body => createHash('sha256').update(body).digest('hex')

/** SHA-256 and HMAC-SHA256 as the SDK's signer wants them. */
class Sha256 {
  #hash
  constructor(secret) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }
  update(data) {
    this.#hash.update(data)
  }
  async digest() {
    return this.#hash.digest()
  }
}

/** A signed request with its body, as bytes. `SigV4`: path style; the hash of the body is signed, as over plain HTTP. */
function requestV4(port, method, key, body = '') {
  const headers = { 'x-amz-content-sha256': sha256(body), ...(body && { 'content-length': String(body.length) }) }
  const host = `127.0.0.1:${port}`
  const path = `/${BUCKET}/${key}`
  const signed = aws4.sign({ service: 's3', region: 'us-east-1', host, method, path, headers }, keys)
  return bytesOf({ method, path, headers: signed.headers }, body)
}

/** A GET through the MRAP by its true name, SigV4A for every Region. */
async function requestV4a(key) {
  const signer = new SignatureV4a({
    service: 's3',
    region: '*',
    credentials: keys,
    sha256: Sha256,
    uriEscapePath: false,
  })
  const host = `${ALIAS}.accesspoint.s3-global.amazonaws.com`
  const path = `/${key}`
  const { headers } = await signer.sign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path,
      query: {},
      headers: { host, 'x-amz-content-sha256': sha256('') },
    },
    { signingDate: new Date() },
  )
  return bytesOf({ method: 'GET', path, headers })
}

/** CPU time of one P-256 verification with a key that is ready, in ms. */
function cpuPerVerify(count) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const text = Buffer.from('AWS4-ECDSA-P256-SHA256')
  const signature = sign('sha256', text, privateKey)
  const before = process.cpuUsage()
  for (let n = 0; n < count; n++) verify('sha256', text, publicKey, signature)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}

const keysOf = make => Promise.all(Array.from({ length: KEYS }, (_, n) => make(`small-${n}`, n)))

/**
 * CPU of all threads per small request, in ms, in each of `turns` rounds: of our server and of node:http alone in the same round, and what
 * one P-256 verification takes. Sides change places from round to round.
 */
export async function smallRounds(turns, count) {
  const directory = await mkdtemp(join(tmpdir(), 'mrap-bench-small-'))
  const servers = []
  try {
    const world = join(directory, 'world.json')
    const multiRegionAccessPoints = [{ name: 'bench', alias: ALIAS, buckets: [BUCKET] }]
    await writeFile(
      world,
      JSON.stringify({ buckets: [{ name: BUCKET, region: 'us-east-1' }], multiRegionAccessPoints }),
    )
    const ours = await startServer(undefined, { MRAP_WORLD: world })
    servers.push(ours)
    const bare = await startServer(BARE)
    servers.push(bare)
    const sides = [
      ['put', ours, await keysOf((key, n) => requestV4(ours.port, 'PUT', key, String(n).padEnd(SIZE, '.'))), 0],
      ['get', ours, await keysOf(key => requestV4(ours.port, 'GET', key)), SIZE],
      ['mrap', ours, await keysOf(requestV4a), SIZE],
      ['barePut', bare, await keysOf((key, n) => requestV4(bare.port, 'PUT', key, String(n).padEnd(SIZE, '.'))), 0],
      ['bareGet', bare, await keysOf(key => requestV4(bare.port, 'GET', key)), SIZE],
    ]
    for (const [, { port }, requests, length] of sides) await flood(port, requests, count, length)
    const rounds = []
    for (let turn = 0; turn < turns; turn++) {
      const round = { verify: cpuPerVerify(2000) }
      for (const [name, server, requests, length] of turn % 2 === 0 ? sides : sides.toReversed()) {
        const before = server.cpuMs()
        await flood(server.port, requests, count, length)
        round[name] = (server.cpuMs() - before) / count
      }
      rounds.push(round)
    }
    return rounds
  } finally {
    for (const server of servers) await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
