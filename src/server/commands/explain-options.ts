import { isIP } from 'node:net'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { isRegion } from '../../protocol/endpoint/regions.ts'
import { OptionError } from '../config.ts'

/** A request that is described on the command line. */
export interface Described {
  readonly world: string
  /** An access key id, the ARN of a root, user, role or session, or `anonymous`. */
  readonly as: string
  /** E.g. `s3:GetObject`. */
  readonly action: string
  readonly bucket: string | undefined
  /** Alias or ARN. */
  readonly mrap: string | undefined
  readonly key: string | undefined
  /** ARN, or `*`, for what the identity policies alone decide. */
  readonly resource: string | undefined
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly sourceIp: string
  readonly clientRegion: string
  readonly accountId: string
}

interface Flag {
  readonly name: string
  readonly value: string
  readonly meaning: string
}

const flags: readonly Flag[] = [
  { name: 'world', value: '<file>', meaning: 'the world file; default MRAP_WORLD' },
  { name: 'as', value: '<who>', meaning: 'an access key id, the ARN of a root, user or role, or anonymous' },
  { name: 'action', value: '<action>', meaning: 'what is asked, such as s3:GetObject' },
  { name: 'bucket', value: '<name>', meaning: 'the bucket that is asked directly' },
  { name: 'mrap', value: '<alias or ARN>', meaning: 'or the Multi-Region Access Point that is asked' },
  { name: 'key', value: '<key>', meaning: 'the object; none for what is asked of the bucket itself' },
  {
    name: 'resource',
    value: '<ARN>',
    meaning: 'instead of both, for actions that identity policies alone decide; * for any',
  },
  { name: 'header', value: '<name>=<value>', meaning: 'a header of the request; may be repeated' },
  {
    name: 'query',
    value: '<name>=<value>',
    meaning: 'a query parameter, such as prefix=a/ or versionId=..; may be repeated',
  },
  { name: 'source-ip', value: '<address>', meaning: 'where the request comes from; default 127.0.0.1' },
  { name: 'client-region', value: '<Region>', meaning: 'where an MRAP routes from; default us-east-1' },
  { name: 'account-id', value: '<id>', meaning: 'owner of what the world gives to no account; default 000000000000' },
]

/** The text of `mrap-local explain --help`. Ends with a newline. */
export function explainHelp(): string {
  return [
    'Usage: mrap-local explain --world <file> --as <who> --action <action> [--bucket <name> | --mrap <alias>] [--key <key>] ...',
    '',
    'Evaluates one request against a world file, without a server: which documents were looked at, what each says, what decides.',
    'The request is one over TLS, signed a moment ago. Exit code: 0 allowed, 1 refused, 2 a mistake in the options or the world.',
    '',
    ...flags.flatMap(({ name, value, meaning }) => [`  --${name} ${value}`, `      ${meaning}`]),
    '  --help',
    '      this text',
    '',
    'Example:',
    '  mrap-local explain --world world.yaml --as arn:aws:iam::111122223333:role/app --action s3:GetObject \\',
    '    --mrap mfzwi23gnjvgw.mrap --key reports/2026.csv --source-ip 198.51.100.7',
    '',
  ].join('\n')
}

/** Reads what stands after `explain`; 'help' when that is asked for. Throws OptionError. */
export function readDescribed(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Described | 'help' {
  const values = readFlags(argv)
  if (values.has('help')) return 'help'
  const last = (name: string) => values.get(name)?.at(-1)
  const required = (name: string, value = last(name)) => {
    if (value === undefined) throw new OptionError(`explain: --${name} is missing; see mrap-local explain --help`)
    return value
  }
  const { bucket, mrap, resource } = { bucket: last('bucket'), mrap: last('mrap'), resource: last('resource') }
  if ([bucket, mrap, resource].filter(target => target !== undefined).length !== 1) {
    throw new OptionError('explain: give one of --bucket, --mrap and --resource')
  }
  return {
    world: required('world', last('world') ?? (env.MRAP_WORLD || undefined)),
    as: required('as'),
    action: checked('action', required('action'), /^[a-z0-9-]+:[A-Za-z0-9]+$/, 'an action such as s3:GetObject'),
    bucket,
    mrap,
    key: last('key'),
    resource,
    headers: pairs('header', values.get('header') ?? []),
    query: pairs('query', values.get('query') ?? []),
    sourceIp: checkedBy('source-ip', last('source-ip') ?? '127.0.0.1', text => isIP(text) !== 0, 'an IP address'),
    clientRegion: checkedBy('client-region', last('client-region') ?? 'us-east-1', isRegion, 'an AWS Region'),
    accountId: checked(
      'account-id',
      last('account-id') ?? (env.MRAP_ACCOUNT_ID || '000000000000'),
      /^\d{12}$/,
      'twelve digits',
    ),
  }
}

function readFlags(argv: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const known: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } }
  for (const { name } of flags) known[name] = { type: 'string', multiple: true }
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: known,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    if (!Object.hasOwn(known, token.name))
      throw new OptionError(`explain: unknown option ${token.rawName.slice(0, 80)}; see mrap-local explain --help`)
    if (token.name !== 'help' && !token.value) throw new OptionError(`explain: --${token.name} needs a value`)
    values.set(token.name, [...(values.get(token.name) ?? []), token.value ?? ''])
  }
  const [extra] = positionals
  if (extra !== undefined) throw new OptionError(`explain: unexpected argument ${JSON.stringify(extra.slice(0, 80))}`)
  return values
}

function pairs(name: string, texts: readonly string[]): readonly (readonly [string, string])[] {
  return texts.map(text => {
    const equals = text.indexOf('=')
    if (equals < 1)
      throw new OptionError(`explain: --${name} must be <name>=<value>, not ${JSON.stringify(text.slice(0, 80))}`)
    return [text.slice(0, equals), text.slice(equals + 1)]
  })
}

function checked(name: string, text: string, form: RegExp, allowed: string): string {
  return checkedBy(name, text, value => form.test(value), allowed)
}

function checkedBy(name: string, text: string, isAllowed: (text: string) => boolean, allowed: string): string {
  if (isAllowed(text)) return text
  throw new OptionError(`explain: --${name} must be ${allowed}, not ${JSON.stringify(text.slice(0, 80))}`)
}
