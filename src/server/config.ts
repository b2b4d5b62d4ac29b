import { type ParseArgsConfig, parseArgs } from 'node:util'
import { isRegion } from '../protocol/endpoint/regions.ts'
import { StartError } from '../protocol/start-error.ts'
import {
  oneOf,
  readDelay,
  readDnsPort,
  readDomains,
  readHosts,
  readIpv4,
  readOperationNames,
  readOrigins,
  readPath,
  readPort,
  readUpstreams,
  type Upstream,
} from './option-values.ts'

/** The settings of one server, read once from flags and environment (design 2.2). Frozen. Delays are milliseconds. */
export interface Config {
  /** Addresses to listen on, the first one is shown in the ready line. */
  readonly hosts: readonly string[]
  /** 0: any free one. */
  readonly port: number
  /** undefined: a private temporary directory, removed at exit. */
  readonly dataDir: string | undefined
  readonly world: string | undefined
  readonly accountId: string
  readonly operationDelayMs: number
  readonly routesDelayMs: number
  readonly replicationLagMs: number
  readonly clientRegion: string
  readonly domains: readonly string[]
  /** Operations accepted through an MRAP beyond the 21. */
  readonly allow: readonly string[]
  /** Web origins as browsers send them, whose pages may act on the doors of S3 and S3 Control. */
  readonly allowOrigins: readonly string[]
  readonly bucketDefaults: 'current' | 'before-2023'
  readonly caDir: string | undefined
  /** undefined: there is no DNS door. */
  readonly dnsPort: number | undefined
  /** Where names that are not served here are asked for, in this order. Empty: they are refused. */
  readonly dnsUpstreams: readonly Upstream[]
  /** IPv4. undefined: the own address in the client's network. */
  readonly dnsAnswerIp: string | undefined
  /** What callers of the management paths must bear; undefined: nothing. A secret: never logged. */
  readonly managementToken: string | undefined
  readonly log: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}

/** An option, or the command, cannot be used as given. The message is one line: option, value, what is allowed. */
export class OptionError extends StartError {
  constructor(message: string) {
    super(message, 2)
    this.name = 'OptionError'
  }
}

/** One option. The flag is the variable without `MRAP_`, in kebab case. */
interface Option<T> {
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

const presets = {
  instant: { operation: 0, routes: 0, replication: 0 },
  fast: { operation: 1000, routes: 0, replication: 0 },
  realistic: { operation: 300_000, routes: 120_000, replication: 15_000 },
}

const options = {
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
    meaning: 'delays: instant (all 0), fast (operations 1s), realistic (operations 5m, routes 2m, replication 15s)',
    read: oneOf(['instant', 'fast', 'realistic']),
  }),
  operationDelayMs: delay('MRAP_OPERATION_DELAY', 'how long an asynchronous operation takes'),
  routesDelayMs: delay('MRAP_ROUTES_DELAY', 'from a change of routes to its effect on traffic'),
  replicationLagMs: delay('MRAP_REPLICATION_LAG', 'from a write to its replica'),
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
    allowed: 'silent, error, warn, info or debug',
    meaning: 'how much is logged to stderr; debug has a line per request',
    read: oneOf(['silent', 'error', 'warn', 'info', 'debug']),
  }),
}

/** What to do instead of starting a server. */
export type OtherCommand =
  | { readonly kind: 'help' | 'version' }
  /** `mrap-local env`: what connects a shell, or with `isCompose` a compose file, to the emulator that these options describe. */
  | { readonly kind: 'env'; readonly isCompose: boolean; readonly config: Config }

/**
 * Reads the command line (without node and script) and the environment. A flag wins over its variable; an empty variable counts
 * as not set. `isOperation` judges the names in `MRAP_ALLOW`. Throws OptionError for what is unknown or not allowed.
 */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isOperation: (name: string) => boolean = () => true,
): Config | OtherCommand {
  const { command, flags } = readCommand(argv)
  if (flags.has('help')) return { kind: 'help' }
  if (flags.has('version')) return { kind: 'version' }
  const config = configOf(flags, env, isOperation)
  return command === 'env' ? { kind: 'env', isCompose: flags.has('compose'), config } : config
}

function configOf(
  flags: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
  isOperation: (name: string) => boolean,
): Config {
  const value = <T>(asked: Option<T>) => readValue(asked, flags, env)
  const preset = presets[value(options.timing)]
  const allow = value(options.allow)
  for (const name of allow) {
    if (!isOperation(name))
      throw notAllowed(sourceOf(options.allow, flags), name, 'names of operations in docs/coverage.md')
  }
  const dnsPort = value(options.dnsPort)
  const dnsUpstreams = value(options.dnsUpstreams)
  const dnsAnswerIp = value(options.dnsAnswerIp)
  if (dnsPort === 'none' && dnsUpstreams.length > 0) throw needsDnsPort(options.dnsUpstreams, flags)
  if (dnsPort === 'none' && dnsAnswerIp !== undefined) throw needsDnsPort(options.dnsAnswerIp, flags)
  return Object.freeze({
    hosts: value(options.hosts),
    port: value(options.port),
    dataDir: value(options.dataDir),
    world: value(options.world),
    accountId: value(options.accountId),
    operationDelayMs: value(options.operationDelayMs) ?? preset.operation,
    routesDelayMs: value(options.routesDelayMs) ?? preset.routes,
    replicationLagMs: value(options.replicationLagMs) ?? preset.replication,
    clientRegion: value(options.clientRegion),
    domains: value(options.domains),
    allow,
    allowOrigins: value(options.allowOrigins),
    bucketDefaults: value(options.bucketDefaults),
    caDir: value(options.caDir),
    dnsPort: dnsPort === 'none' ? undefined : dnsPort,
    dnsUpstreams,
    dnsAnswerIp,
    managementToken: value(options.managementToken),
    log: value(options.log),
  })
}

/** The text of `--help`: every flag with its variable, default and meaning. Ends with a newline. */
export function helpText(): string {
  const lines = [
    'mrap-local: a local emulator of Amazon S3 Multi-Region Access Points',
    '',
    'Usage: mrap-local [start] [options]            starts the emulator',
    '       mrap-local env [--compose] [options]    what connects a shell, or a compose file, to the one that runs:',
    '                                               eval "$(mrap-local env)"',
    '       mrap-local explain --help               who may do what in a world, and why',
    '',
    'Options (a flag wins over its variable):',
  ]
  for (const { env, fallback, meaning, allowed } of tableOf(options)) {
    lines.push(
      `  --${flagOf(env)} <value>`,
      `      ${meaning}`,
      `      ${env}; default ${fallback}; allowed: ${allowed}`,
    )
  }
  lines.push('  --help', '      this text', '  --version', '      the version')
  return `${lines.join('\n')}\n`
}

/** Variables that look like options but are none, most likely misspelt. In order of the environment. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(tableOf(options).map(({ env: name }) => name))
  return Object.keys(env).filter(name => name.startsWith('MRAP_') && !known.has(name))
}

function option<const T>(row: Option<T>): Option<T> {
  return row
}

function delay(env: string, meaning: string): Option<number | undefined> {
  const allowed = '0, or a number with ms, s, m or h such as 250ms, at most 24h'
  return { env, fallback: 'by MRAP_TIMING', unset: () => undefined, allowed, meaning, read: readDelay }
}

function tableOf(rows: Readonly<Record<string, AnyOption>>): readonly AnyOption[] {
  return Object.values(rows)
}

function flagOf(env: string): string {
  return env.slice('MRAP_'.length).toLowerCase().replaceAll('_', '-')
}

function readValue<T>(
  asked: Option<T>,
  flags: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
): T {
  const given = flags.get(flagOf(asked.env)) ?? (env[asked.env] || undefined)
  if (given === undefined && asked.unset) return asked.unset()
  const text = given ?? asked.fallback
  const value = asked.read(text)
  if (value === undefined) throw notAllowed(sourceOf(asked, flags), asked.isSecret ? undefined : text, asked.allowed)
  return value
}

function sourceOf({ env }: { readonly env: string }, flags: ReadonlyMap<string, string>): string {
  return flags.has(flagOf(env)) ? `--${flagOf(env)}` : env
}

/** `value` undefined: it must not be shown. */
function notAllowed(source: string, value: string | undefined, allowed: string): OptionError {
  const shown = value === undefined ? 'the value that is set' : quote(value)
  return new OptionError(`${source}: ${shown} is not allowed; allowed: ${allowed}`)
}

function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value)
}

function needsDnsPort(option: AnyOption, flags: ReadonlyMap<string, string>): OptionError {
  return new OptionError(`${sourceOf(option, flags)}: has no effect without the DNS door; set MRAP_DNS_PORT as well`)
}

interface Command {
  readonly command: 'start' | 'env'
  /** Flag name -> value; those without a value have ''. The last of several wins. */
  readonly flags: ReadonlyMap<string, string>
}

const switches = ['help', 'version', 'compose']

function readCommand(argv: readonly string[]): Command {
  const known = new Set(tableOf(options).map(({ env }) => flagOf(env)))
  const parsed: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } }
  for (const name of switches) parsed[name] ??= { type: 'boolean' }
  for (const flag of known) parsed[flag] = { type: 'string' }
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: parsed,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const flags = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    flags.set(token.name, readFlag(token, known))
  }
  const [command = 'start', extra] = positionals
  if (command !== 'start' && command !== 'env')
    throw new OptionError(`unknown command ${quote(command)}; allowed: start, env, explain (see --help)`)
  if (extra !== undefined) throw new OptionError(`unexpected argument ${quote(extra)}; see --help`)
  if (command === 'start' && flags.has('compose')) throw new OptionError('--compose goes with mrap-local env alone')
  return { command, flags }
}

function readFlag(
  token: { name: string; rawName: string; value: string | undefined },
  known: ReadonlySet<string>,
): string {
  if (switches.includes(token.name)) {
    if (token.value !== undefined) throw new OptionError(`--${token.name} takes no value; see --help`)
    return ''
  }
  if (!known.has(token.name)) throw new OptionError(`unknown option ${quote(token.rawName)}; see --help`)
  if (!token.value) throw new OptionError(`--${token.name} needs a value; see --help`)
  return token.value
}
