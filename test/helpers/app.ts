import { join } from 'node:path'
import type { Test } from 'tap'
import { controlOperations } from '../../src/control/operations/index.ts'
import { preflight } from '../../src/data/buckets/cors.ts'
import { dataOperations } from '../../src/data/operations/index.ts'
import type { Replication } from '../../src/data/replication/replication.ts'
import { errors as kmsErrors } from '../../src/kms/errors.ts'
import { kmsOperations } from '../../src/kms/table.ts'
import { errorAnswer } from '../../src/protocol/answer.ts'
import { type Delay, type ManualClock, manualClock } from '../../src/protocol/clock.ts'
import { isServedHost } from '../../src/protocol/endpoint/host.ts'
import { errors as commonErrors } from '../../src/protocol/errors.ts'
import { createLogger } from '../../src/protocol/logger.ts'
import { createWorldClock } from '../../src/protocol/world-clock.ts'
import { openApp } from '../../src/server/app.ts'
import type { Config } from '../../src/server/config.ts'
import { newHostId, newRequestId } from '../../src/server/dispatch.ts'
import { openCertificates } from '../../src/server/listeners/certificates.ts'
import { openDoors } from '../../src/server/listeners/doors.ts'
import { explainMissedDoors } from '../../src/server/listeners/missed-door.ts'
import { always } from '../../src/server/option-values.ts'
import { errors as stsErrors } from '../../src/sts/errors.ts'
import { stsOperations } from '../../src/sts/table.ts'
import type { World, WorldBucket } from '../../src/world/world.ts'
import { type Answer, exchange, requestBytes } from './http.ts'
import { type HeaderPair, type Keys, sha256, signV4, signV4a } from './sign.ts'

/** The default account. */
export const account = '000000000000'
export const alias = 'mfzwi23gnjvgw.mrap'
export const mrapArn = `arn:aws:s3::${account}:accesspoint/${alias}`
export const mrapHost = `${alias}.accesspoint.s3-global.amazonaws.com`
/** Of the default account's root. */
export const keys: Keys = { accessKeyId: 'test', secretAccessKey: 'test' }

/** The root of another account. */
export function rootOf(accountId: string): Keys {
  return { accessKeyId: accountId, secretAccessKey: 'test' }
}

/** How a request is sent and signed. Default: SigV4 of the default root for us-east-1, to the address of the emulator. */
export interface Ask {
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly sign?: 'v4' | 'v4a' | 'none'
  readonly as?: Keys
  /** Region; of SigV4A: the Region set, default `*`. */
  readonly region?: string
  /** Time of signing. Default: the emulator's. */
  readonly now?: number
  /** `x-amz-content-sha256`. Default: the hash of the body. */
  readonly payload?: string
}

/** An emulator that listens. */
export interface TestApp {
  readonly port: number
  /** `127.0.0.1:<port>` */
  readonly host: string
  readonly url: string
  readonly clock: ManualClock
  readonly replication: Replication
  /** Log lines so far. */
  readonly lines: readonly string[]
  /** Sends `METHOD target`, signed, on a connection of its own. */
  ask(line: string, ask?: Ask): Promise<Answer>
  /** The headers of a signed request, `Content-Length` included where there is a body. */
  sign(line: string, ask?: Ask): Promise<HeaderPair[]>
  /** Sends bytes as they are on a connection of their own; the first answer. */
  send(bytes: string | Buffer, method?: string): Promise<Answer>
  /** Throws when an operation has answered with what it does not declare, or with an internal error. */
  checkCodes(): void
}

export interface AppSetup {
  readonly world?: Partial<World>
  readonly config?: Partial<Config>
  readonly delay?: Delay
}

const defaultConfig: Config = {
  hosts: ['127.0.0.1'],
  port: 0,
  dataDir: undefined,
  world: undefined,
  accountId: account,
  timing: 'fast',
  operationDelayMs: always(1000),
  routesDelayMs: always(0),
  replicationLagMs: always(0),
  rerouteDelayMs: always(0),
  seed: undefined,
  clock: undefined,
  clockScope: 'state',
  durability: 'process',
  clientRegion: 'us-east-1',
  domains: ['localhost', 'mrap-local'],
  allow: [],
  allowOrigins: [],
  bucketDefaults: 'current',
  caDir: undefined,
  dnsPort: undefined,
  dnsUpstreams: [],
  dnsAnswerIp: undefined,
  managementToken: undefined,
  log: 'trace',
}

/** A bucket of a world with nothing but a name, a Region and what the test is about. */
export function bucket(name: string, region: string, rest: Partial<WorldBucket> = {}): WorldBucket {
  return { name, region, objects: [], ...rest }
}

/** Two buckets in us-west-2 and eu-west-1 and an MRAP over them. */
export const twoRegions: Partial<World> = {
  buckets: [bucket('orders-usw2', 'us-west-2'), bucket('orders-euw1', 'eu-west-1')],
  multiRegionAccessPoints: [
    { name: 'orders-global', alias, buckets: [{ name: 'orders-usw2' }, { name: 'orders-euw1' }], routes: {} },
  ],
}

/** Opens an emulator on a free loopback port, with a clock that stands still; closed in teardown. */
export async function startApp(t: Test, { world = {}, config = {}, delay }: AppSetup = {}): Promise<TestApp> {
  const dataDir = t.testdir()
  const clock = manualClock()
  const lines: string[] = []
  const faults = new Set<string>()
  const log = createLogger('trace', line => {
    lines.push(line)
    const fault = faultOf(line)
    if (fault !== undefined) faults.add(fault)
  })
  const settings = { ...defaultConfig, ...config }
  const certificates = openCertificates({
    dataDir,
    caDir: join(dataDir, 'ca'),
    domains: settings.domains,
    // Clients judge certificates by the true time.
    clock: manualClock(Date.now()),
    log,
  })
  const app = await openApp({
    config: settings,
    ...(delay && { delay }),
    world: { accounts: [], buckets: [], multiRegionAccessPoints: [], ...world },
    log,
    clock: createWorldClock({ scope: 'everything', machine: clock.now }),
    dataDir,
    durability: 'ephemeral',
    certificates,
    onFailure: reason => {
      faults.add(`the store failed: ${reason.stack}`)
    },
  })
  const isOurHost = (host: string) => isServedHost(host, settings.domains)
  const doors = await openDoors({
    hosts: settings.hosts,
    port: 0,
    log,
    certificates,
    dispatch: explainMissedDoors(app.dispatch, { isOurHost, log }),
    isOurHost,
    refuse: (error, method) =>
      errorAnswer(error, 'flat', method, { requestId: newRequestId(), hostId: newHostId(), clock, headers: [] }),
  })
  t.teardown(async () => {
    await doors.close(0)
    await app.close()
  })
  const { port } = doors
  const host = `127.0.0.1:${port}`
  const checkCodes = () => {
    if (faults.size === 0) return
    const text = [...faults].join('\n')
    faults.clear()
    throw new Error(text)
  }
  const checked = (answer: Answer) => {
    checkCodes()
    return answer
  }
  const sign = async (line: string, ask: Ask = {}) => {
    const { body = '', as = keys, now = clock.now() } = ask
    const [method = '', target = ''] = line.split(' ')
    const length = body.length > 0 ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}
    const headers = { ...length, ...ask.headers }
    const unsigned = {
      method,
      target: isDecodable(target) ? target : '/',
      host: ask.host ?? host,
      headers,
      payload: ask.payload ?? sha256(body),
    }
    if (ask.sign === 'none') return [['Host', unsigned.host], ...Object.entries(headers)] satisfies HeaderPair[]
    if (ask.sign === 'v4a') return signV4a(unsigned, { keys: as, region: ask.region ?? '*', now })
    return signV4(unsigned, { keys: as, region: ask.region ?? 'us-east-1', now })
  }
  return {
    port,
    host,
    url: `http://${host}`,
    clock,
    replication: app.replication,
    lines,
    sign,
    checkCodes,
    send: async (bytes, method) => checked(await exchange(t, port, bytes, method)),
    async ask(line, ask = {}) {
      const headers = await sign(line, ask)
      const [method = ''] = line.split(' ')
      return checked(await exchange(t, port, requestBytes(`${line} HTTP/1.1`, headers, ask.body), method))
    },
  }
}

/** A target that no signer can read is sent with the signature of another. */
function isDecodable(target: string): boolean {
  try {
    decodeURIComponent(target)
    return true
  } catch {
    return false
  }
}

/** Refusals that any request to a bucket, or through an MRAP, may meet before its operation runs. */
const everywhere = new Set([
  ...Object.keys(commonErrors),
  'InvalidBucketName',
  'InvalidBucketOwnerAWSAccountID',
  'NoSuchBucket',
  'NoSuchMultiRegionAccessPoint',
])

/** Where the service itself is recorded to fail. */
const recordedFailures = new Set(['CreateBucket InternalError'])

/** Both planes have operations of the same name; the log does not tell them apart. */
const declared = new Set(
  [...dataOperations, preflight, ...controlOperations].flatMap(({ name, errors = [] }) =>
    errors.map(code => `${name} ${code}`),
  ),
)

for (const { name, errors } of stsOperations) {
  for (const code of [...errors, ...Object.keys(stsErrors)]) declared.add(`sts:${name} ${code}`)
}

for (const { name } of kmsOperations) {
  for (const code of Object.keys(kmsErrors)) declared.add(`kms:${name} ${code}`)
}

const requestLine = / -> (\d{3}) (\S+) region=\S+ caller=\S+ code=(\S+) [\d.]+ ms$/

/** What is wrong with an answer, judged by its line in the log. */
function faultOf(line: string): string | undefined {
  if (line.startsWith('error')) return line
  // Made on purpose.
  if (line.includes(' faults=')) return undefined
  const [, status = '', operation = '', code = ''] = requestLine.exec(line.trimEnd()) ?? []
  if (code === '-' || code === '') return undefined
  if (recordedFailures.has(`${operation} ${code}`)) return undefined
  if (status.startsWith('5') && status !== '501' && code !== 'ServiceUnavailable') return line
  if (everywhere.has(code) || operation === '-' || declared.has(`${operation} ${code}`)) return undefined
  return `${operation} answers ${code}, which it does not declare: ${line}`
}
