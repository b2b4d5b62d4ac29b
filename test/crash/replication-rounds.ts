import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmulatorProcess } from '../helpers/emulator-process.ts'
import { account, type Client, createClient, must, region } from './client.ts'
import { between, createRandom } from './random.ts'

const source = 'crash-source'
const destination = 'crash-destination'

/** Long enough that most of the work of a round is pending when the server dies. */
const lagMs = 400
const writers = 16
const patienceMs = 60_000

async function prepare(client: Client): Promise<void> {
  const place = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
  const enabled = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  for (const bucket of [source, destination]) {
    await must(client, 200, { method: 'PUT', path: `/${bucket}`, body: Buffer.from(place) })
    await must(client, 200, { method: 'PUT', path: `/${bucket}?versioning`, body: Buffer.from(enabled) })
  }
  const rule =
    '<Rule><ID>r</ID><Priority>1</Priority><Filter/><Status>Enabled</Status><Destination>' +
    `<Bucket>arn:aws:s3:::${destination}</Bucket></Destination><DeleteMarkerReplication><Status>Enabled</Status>` +
    '</DeleteMarkerReplication></Rule>'
  const body = `<ReplicationConfiguration><Role>arn:aws:iam::${account}:role/r</Role>${rule}</ReplicationConfiguration>`
  await must(client, 200, { method: 'PUT', path: `/${source}?replication`, body: Buffer.from(body) })
}

/** Writes as fast as it can until the server is gone; every version id that was acknowledged. */
async function write(client: Client, round: number, acknowledged: Set<string>): Promise<void> {
  const write = async (writer: number) => {
    for (let n = 0; ; n++) {
      const path = `/${source}/r${round}-${writer}-${n}`
      const { status, headers } = await client({ method: 'PUT', path, body: Buffer.from(path) })
      if (status === 200) acknowledged.add(String(headers['x-amz-version-id']))
    }
  }
  await Promise.allSettled(Array.from({ length: writers }, (_, writer) => write(writer)))
}

/** All version ids of a bucket, in order. */
async function versionsOf(client: Client, bucket: string): Promise<string[]> {
  const ids: string[] = []
  let marker = ''
  for (;;) {
    const { body } = await must(client, 200, { method: 'GET', path: `/${bucket}?versions${marker}` })
    const text = body.toString()
    ids.push(...[...text.matchAll(/<VersionId>([^<]*)<\/VersionId>/g)].map(match => match[1] ?? ''))
    const [, key = ''] = /<NextKeyMarker>([^<]*)</.exec(text) ?? []
    const [, id = ''] = /<NextVersionIdMarker>([^<]*)</.exec(text) ?? []
    if (!text.includes('<IsTruncated>true')) return ids
    marker = `&key-marker=${encodeURIComponent(key)}&version-id-marker=${encodeURIComponent(id)}`
  }
}

/** Waits until nothing is pending: both buckets hold the same versions, each once. */
async function settled(client: Client): Promise<string[]> {
  for (const end = Date.now() + patienceMs; ; await sleep(100)) {
    const [here, there] = [await versionsOf(client, source), await versionsOf(client, destination)]
    if (new Set(there).size < there.length) throw new Error('a version was delivered twice')
    if (here.length === there.length && here.every((id, index) => id === there[index])) return here
    if (Date.now() > end) throw new Error(`${here.length} versions, ${there.length} replicas: some never arrived`)
  }
}

/**
 * Kills a server that replicates `rounds` times under load and restarts it on the same directory; then every version that was acknowledged
 * is in both buckets, exactly once. Returns how many there are.
 */
export async function replicationRounds(dataDir: string, rounds: number, seed: number): Promise<number> {
  const random = createRandom(seed)
  const options = { DATA_DIR: dataDir, REPLICATION_LAG: `${lagMs}ms`, LOG: 'warn' }
  const acknowledged = new Set<string>()
  let emulator = await startEmulatorProcess(options)
  try {
    for (let round = 1; round <= rounds; round++) {
      const agent = new http.Agent({ keepAlive: true })
      const client = createClient(emulator.port, agent)
      if (round === 1) await prepare(client)
      const writing = write(client, round, acknowledged)
      await sleep(between(random, 1, 2 * lagMs))
      await emulator.kill()
      await writing
      agent.destroy()
      emulator = await startEmulatorProcess(options)
    }
    const agent = new http.Agent({ keepAlive: true })
    const arrived = new Set(await settled(createClient(emulator.port, agent)))
    agent.destroy()
    const lost = [...acknowledged].filter(id => !arrived.has(id))
    if (lost.length > 0) throw new Error(`${lost.length} acknowledged versions are gone`)
    return arrived.size
  } finally {
    await emulator.stop()
  }
}
