import type { FlagValues } from './command-line.ts'
import { OptionError, quoted } from './option-error.ts'
import type { Delay, Upstream } from './option-values.ts'
import { flagName, type Option, options, optionVariables, presets } from './options.ts'

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
  /** The preset that single delays stand over. */
  readonly timing: 'instant' | 'fast' | 'realistic'
  readonly operationDelayMs: Delay
  readonly routesDelayMs: Delay
  readonly replicationLagMs: Delay
  readonly rerouteDelayMs: Delay
  /** Where randomness begins; undefined: anywhere. */
  readonly seed: string | undefined
  /** Where world time starts, frozen: milliseconds since the epoch. undefined: it is the machine's. */
  readonly clock: number | undefined
  readonly clockScope: 'state' | 'everything'
  /** Of a data directory that is kept. */
  readonly durability: 'process' | 'power'
  readonly clientRegion: string
  readonly domains: readonly string[]
  /** Operations accepted through an MRAP beyond those that S3 takes there. */
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
  readonly log: 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
}

/** What was given for an option, and what that is called where it was given: `--port`, `MRAP_PORT`, or `port` of `start()`. */
export interface Given {
  readonly name: string
  readonly text: string
}

/**
 * The configuration from flags and the environment. A flag wins over its variable, the last of several over earlier ones; an empty
 * variable counts as not set. Throws OptionError for what is not allowed.
 */
export function readConfig(flags: FlagValues, env: Readonly<Record<string, string | undefined>>): Config {
  const given = new Map<string, Given>()
  for (const variable of optionVariables) {
    const flag = flags.get(flagName(variable))?.at(-1)
    const text = flag ?? (env[variable] || undefined)
    if (text !== undefined)
      given.set(variable, { text, name: flag === undefined ? variable : `--${flagName(variable)}` })
  }
  return configOf(given)
}

/** The configuration from what was given, by variable. Throws OptionError. */
export function configOf(given: ReadonlyMap<string, Given>): Config {
  const value = <T>(asked: Option<T>) => readValue(asked, given)
  const preset = presets[value(options.timing)]
  const dnsPort = value(options.dnsPort)
  const dnsUpstreams = value(options.dnsUpstreams)
  const dnsAnswerIp = value(options.dnsAnswerIp)
  if (dnsPort === 'none' && dnsUpstreams.length > 0) throw needsDnsPort(options.dnsUpstreams.env, given)
  if (dnsPort === 'none' && dnsAnswerIp !== undefined) throw needsDnsPort(options.dnsAnswerIp.env, given)
  return Object.freeze({
    hosts: value(options.hosts),
    port: value(options.port),
    dataDir: value(options.dataDir),
    world: value(options.world),
    accountId: value(options.accountId),
    timing: value(options.timing),
    operationDelayMs: value(options.operationDelayMs) ?? preset.operation,
    routesDelayMs: value(options.routesDelayMs) ?? preset.routes,
    replicationLagMs: value(options.replicationLagMs) ?? preset.replication,
    rerouteDelayMs: value(options.rerouteDelayMs) ?? preset.reroute,
    seed: value(options.seed),
    clock: value(options.clock),
    clockScope: value(options.clockScope),
    durability: value(options.durability),
    clientRegion: value(options.clientRegion),
    domains: value(options.domains),
    allow: value(options.allow),
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

/** Variables that look like options but are none, most likely misspelt. In order of the environment. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env).filter(name => name.startsWith('MRAP_') && !optionVariables.includes(name))
}

function readValue<T>(asked: Option<T>, given: ReadonlyMap<string, Given>): T {
  const own = given.get(asked.env)
  if (own === undefined && asked.unset) return asked.unset()
  const { text, name } = own ?? { text: asked.fallback, name: asked.env }
  const value = asked.read(text)
  const shown = asked.isSecret ? 'the value that is set' : quoted(text)
  if (value === undefined) throw new OptionError(`${shown} is not allowed; allowed: ${asked.allowed}`, name)
  return value
}

function needsDnsPort(variable: string, given: ReadonlyMap<string, Given>): OptionError {
  const name = given.get(variable)?.name ?? variable
  return new OptionError('has no effect without the DNS door; set MRAP_DNS_PORT as well', name)
}
