import { isIP } from 'node:net'
import type { Circumstances } from '../../protocol/caller.ts'
import { isRegion } from '../../protocol/endpoint/regions.ts'
import type { Flag, FlagValues } from '../command-line.ts'
import { OptionError, quoted } from '../option-error.ts'
import type { Environment } from './command.ts'

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
  /** Values of condition keys, by key in lower case. */
  readonly context: Circumstances
  readonly sourceIp: string
  readonly clientRegion: string
  readonly accountId: string
}

export const explainFlags: readonly Flag[] = [
  { name: 'world', value: '<file>', meaning: ['the world file; default MRAP_WORLD'] },
  {
    name: 'as',
    value: '<who>',
    meaning: [
      'an access key id, the ARN of a root, user or role, a service such as cloudfront.amazonaws.com, or anonymous',
    ],
  },
  { name: 'action', value: '<action>', meaning: ['what is asked, such as s3:GetObject'] },
  { name: 'bucket', value: '<name>', meaning: ['the bucket that is asked directly'] },
  { name: 'mrap', value: '<alias or ARN>', meaning: ['or the Multi-Region Access Point that is asked'] },
  { name: 'key', value: '<key>', meaning: ['the object; none for what is asked of the bucket itself'] },
  {
    name: 'resource',
    value: '<ARN>',
    meaning: ['instead of both, for actions that identity policies alone decide; * for any'],
  },
  { name: 'header', value: '<name>=<value>', meaning: ['a header of the request; may be repeated'] },
  {
    name: 'query',
    value: '<name>=<value>',
    meaning: ['a query parameter, such as prefix=a/ or versionId=..; may be repeated'],
  },
  {
    name: 'context',
    value: '<key>=<value>',
    meaning: [
      'a condition key, such as aws:SourceVpc=vpc-1a2b3c4d, in place of what the world or the request says; may be repeated,',
      'for several values of one key, too',
    ],
  },
  { name: 'source-ip', value: '<address>', meaning: ['where the request comes from; default 127.0.0.1'] },
  { name: 'client-region', value: '<Region>', meaning: ['where an MRAP routes from; default us-east-1'] },
  { name: 'account-id', value: '<id>', meaning: ['owner of what the world gives to no account; default 000000000000'] },
]

/** The request that flags describe. Throws OptionError. */
export function readDescribed(values: FlagValues, env: Environment): Described {
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
    context: contextOf(pairs('context', values.get('context') ?? [])),
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

function contextOf(given: readonly (readonly [key: string, value: string])[]): Circumstances {
  const context = new Map<string, string[]>()
  for (const [key, value] of given) {
    const lower = checked('context', key, /^[a-z0-9-]+:.+$/i, 'a condition key such as aws:SourceVpc').toLowerCase()
    context.set(lower, [...(context.get(lower) ?? []), value])
  }
  return context
}

function pairs(name: string, texts: readonly string[]): readonly (readonly [string, string])[] {
  return texts.map(text => {
    const equals = text.indexOf('=')
    if (equals < 1) throw new OptionError(`explain: --${name} must be <name>=<value>, not ${quoted(text)}`)
    return [text.slice(0, equals), text.slice(equals + 1)]
  })
}

function checked(name: string, text: string, form: RegExp, allowed: string): string {
  return checkedBy(name, text, value => form.test(value), allowed)
}

function checkedBy(name: string, text: string, isAllowed: (text: string) => boolean, allowed: string): string {
  if (isAllowed(text)) return text
  throw new OptionError(`explain: --${name} must be ${allowed}, not ${quoted(text)}`)
}
