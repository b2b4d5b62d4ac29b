import { isRegion } from '../protocol/endpoint/regions.ts'
import type { Flag } from './command-line.ts'
import {
  always,
  type Delay,
  oneOf,
  readDelay,
  readDnsPort,
  readDomains,
  readHosts,
  readInstant,
  readIpv4,
  readOperationNames,
  readOrigins,
  readPath,
  readPort,
  readSeed,
  readUpstreams,
} from './option-values.ts'

/** One option. The flag is the variable without `MRAP_`, in kebab case. */
export interface Option<T> {
  readonly env: string
  /** As `--help` shows it; it is read like a value unless `unset` gives what its absence means. */
  readonly fallback: string
  readonly unset?: () => T
  readonly allowed: string
  readonly meaning: string
  /** Its value is never shown, not even when it is refused. */
  readonly isSecret?: true
  /** The value, or undefined when it is not allowed. */
  readonly read: (text: string) => T | undefined
}

type AnyOption = Option<unknown>

export const presets = {
  instant: { operation: always(0), routes: always(0), replication: always(0), reroute: always(0) },
  fast: { operation: always(1000), routes: always(0), replication: always(1000), reroute: always(0) },
  realistic: {
    operation: always(300_000),
    routes: always(120_000),
    replication: always(15_000),
    reroute: always(60_000),
  },
}

export const options = {
  hosts: option({
    env: 'MRAP_HOST',
    fallback: '127.0.0.1 and ::1',
    unset: () => Object.freeze(['127.0.0.1', '::1']),
    allowed: 'an IP address, or localhost for both loopback addresses',
    meaning: 'address to listen on',
    read: readHosts,
  }),
  port: option({
    env: 'MRAP_PORT',
    fallback: '4566',
    allowed: 'a whole number from 0 to 65535',
    meaning: 'the one port for HTTP, TLS and forward proxy; 0 takes any free one',
    read: readPort,
  }),
  dataDir: option({
    env: 'MRAP_DATA_DIR',
    fallback: 'none',
    unset: () => undefined,
    allowed: 'a directory',
    meaning: 'where state lives; none: a private temporary directory, removed at exit',
    read: readPath,
  }),
  world: option({
    env: 'MRAP_WORLD',
    fallback: 'none',
    unset: () => undefined,
    allowed: 'a file',
    meaning: 'YAML or JSON file with accounts, credentials, buckets, objects and Multi-Region Access Points',
    read: readPath,
  }),
  accountId: option({
    env: 'MRAP_ACCOUNT_ID',
    fallback: '000000000000',
    allowed: 'twelve digits',
    meaning: 'account of the default credentials test / test',
    read: text => (/^\d{12}$/.test(text) ? text : undefined),
  }),
  timing: option({
    env: 'MRAP_TIMING',
    fallback: 'fast',
    allowed: 'instant, fast or realistic',
    meaning:
      'delays: instant (all 0), fast (operations and replication 1s), realistic (operations 5m, routes 2m, replication 15s)',
    read: oneOf(['instant', 'fast', 'realistic']),
  }),
  operationDelayMs: delay('MRAP_OPERATION_DELAY', 'how long an asynchronous operation takes'),
  routesDelayMs: delay('MRAP_ROUTES_DELAY', 'from a change of routes to its effect on traffic'),
  replicationLagMs: delay('MRAP_REPLICATION_LAG', 'from a write to its replica'),
  rerouteDelayMs: delay('MRAP_REROUTE_DELAY', 'from the loss of a Region to the rerouting of its requests'),
  seed: option({
    env: 'MRAP_SEED',
    fallback: 'none',
    unset: () => undefined,
    allowed: 'up to 64 visible characters',
    meaning: 'ids and what is drawn (delays of a range, probabilities) differ at each start; with a seed they repeat',
    read: readSeed,
  }),
  clock: option({
    env: 'MRAP_CLOCK',
    fallback: 'none',
    unset: () => undefined,
    allowed: 'an instant in UTC such as 2030-01-01T00:00:00Z',
    meaning: 'world time starts there and stands still; none: it is the time of this machine',
    read: readInstant,
  }),
  clockScope: option({
    env: 'MRAP_CLOCK_SCOPE',
    fallback: 'state',
    allowed: 'state or everything',
    meaning: 'what follows world time: state, or signatures, presigned URLs, sessions and the Date header as well',
    read: oneOf(['state', 'everything']),
  }),
  durability: option({
    env: 'MRAP_DURABILITY',
    fallback: 'process',
    allowed: 'process or power',
    meaning: 'what an acknowledged write survives: the end of the process (kill -9), or a power cut as well (slower)',
    read: oneOf(['process', 'power']),
  }),
  clientRegion: option({
    env: 'MRAP_CLIENT_REGION',
    fallback: 'us-east-1',
    allowed: 'an AWS Region such as eu-west-1',
    meaning: 'where a client is taken to be when nothing else says so',
    read: text => (isRegion(text) ? text : undefined),
  }),
  domains: option({
    env: 'MRAP_DOMAINS',
    fallback: 'localhost,mrap-local',
    allowed: 'host names, separated by commas, without IP addresses and names of AWS',
    meaning: 'own names; any prefix of them is accepted too',
    read: readDomains,
  }),
  allow: option({
    env: 'MRAP_ALLOW',
    fallback: 'none',
    unset: () => Object.freeze([]),
    allowed: 'operation names, separated by commas, such as CopyObject,DeleteObjects',
    meaning: 'operations to accept through a Multi-Region Access Point beyond the documented ones',
    read: readOperationNames,
  }),
  allowOrigins: option({
    env: 'MRAP_ALLOW_ORIGINS',
    fallback: 'none',
    unset: () => Object.freeze([]),
    allowed: 'web origins, separated by commas, such as https://app.example.com or http://10.0.0.9:3000',
    meaning: 'web origins whose pages may act on S3 and S3 Control, as if a CORS rule allowed it',
    read: readOrigins,
  }),
  bucketDefaults: option({
    env: 'MRAP_BUCKET_DEFAULTS',
    fallback: 'current',
    allowed: 'current or before-2023',
    meaning:
      'how new buckets start: current (ACLs off, public access blocked) or before-2023 (ACLs on, nothing blocked)',
    read: oneOf(['current', 'before-2023']),
  }),
  caDir: option({
    env: 'MRAP_CA_DIR',
    fallback: '<data dir>/ca',
    unset: () => undefined,
    allowed: 'a directory',
    meaning: 'directory for ca.pem and ca-bundle.pem; the key stays in the data directory',
    read: readPath,
  }),
  dnsPort: option({
    env: 'MRAP_DNS_PORT',
    fallback: 'none',
    allowed: 'a whole number from 1 to 65535, or none',
    meaning: 'port of the DNS door, UDP and TCP; with it, the ports 80 and 443 are opened as well',
    read: readDnsPort,
  }),
  dnsUpstreams: option({
    env: 'MRAP_DNS_UPSTREAM',
    fallback: 'none',
    unset: () => Object.freeze([]),
    allowed: 'IP addresses, separated by commas, each with an optional port such as 10.0.0.2:53 or [fd00::2]:53',
    meaning: 'DNS servers that the DNS door asks for all other names; none: they are refused',
    read: readUpstreams,
  }),
  dnsAnswerIp: option({
    env: 'MRAP_DNS_ANSWER_IP',
    fallback: 'the own address in the network of the client',
    unset: () => undefined,
    allowed: 'an IPv4 address',
    meaning: 'address that the DNS door answers with',
    read: readIpv4,
  }),
  managementToken: option({
    env: 'MRAP_MANAGEMENT_TOKEN',
    fallback: 'none',
    unset: () => undefined,
    allowed: 'at most 1024 visible ASCII characters',
    meaning: 'what callers of /_mrap/ must send as Authorization: Bearer; health and certificates stay open',
    isSecret: true,
    read: text => (/^[\x21-\x7e]{1,1024}$/.test(text) ? text : undefined),
  }),
  log: option({
    env: 'MRAP_LOG',
    fallback: 'info',
    allowed: 'silent, error, warn, info, debug or trace',
    meaning:
      'how much is logged to stderr; info: control operations, routes, refusals; debug: also each request; trace: also why it was allowed',
    read: oneOf(['silent', 'error', 'warn', 'info', 'debug', 'trace']),
  }),
}

/** All of them as flags, with what `--help` says. */
export const optionFlags: readonly Flag[] = tableOf(options).map(flagOf)

/** As a flag of a command. */
export function flagOf({ env, fallback, meaning, allowed }: AnyOption): Flag {
  return {
    name: flagName(env),
    value: '<value>',
    meaning: [meaning, `${env}; default ${fallback}; allowed: ${allowed}`],
  }
}

export const optionVariables: readonly string[] = tableOf(options).map(({ env }) => env)

/** `MRAP_DATA_DIR` is `--data-dir`. */
export function flagName(env: string): string {
  return env.slice('MRAP_'.length).toLowerCase().replaceAll('_', '-')
}

function option<const T>(row: Option<T>): Option<T> {
  return row
}

function delay(env: string, meaning: string): Option<Delay | undefined> {
  const allowed = '0, or a number with ms, s, m or h such as 250ms, at most 24h, or a range of two such as 5s..60s'
  return { env, fallback: 'by MRAP_TIMING', unset: () => undefined, allowed, meaning, read: readDelay }
}

function tableOf(rows: Readonly<Record<string, AnyOption>>): readonly AnyOption[] {
  return Object.values(rows)
}
