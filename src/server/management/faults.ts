import Type, { type Static } from 'typebox'
import { isRegion } from '../../protocol/endpoint/regions.ts'
import type { Fault, FaultEffect, FaultRule } from '../faults/rules.ts'
import { ManagementError } from './errors.ts'
import { type Endpoint, json } from './resource.ts'
import {
  badMember,
  checked,
  count,
  duration,
  formatInstant,
  formatSpan,
  instant,
  milliseconds,
  oneOf,
  optional,
  readInstant,
  readSpan,
  span,
  strict,
  text,
} from './schema.ts'
import type { ManagementServices } from './services.ts'

/** `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`: names of faults, snapshots and drills. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const match = strict({
  region: optional(text('a Region')),
  mrap: optional(text('the name, alias or ARN of an MRAP')),
  bucket: optional(text('the name of a bucket')),
  keyPrefix: optional(Type.String({ title: 'what a key begins with' })),
  operation: optional(
    Type.Union([text('an operation'), Type.Array(text('an operation'), { minItems: 1 })], {
      title: 'the name of an operation, or a list of names',
    }),
  ),
  method: optional(Type.String({ title: 'a method such as GET', pattern: '^[A-Za-z]+$' })),
  accessKeyId: optional(text('an access key id')),
  userAgent: optional(text('a part of the User-Agent header')),
  plane: optional(oneOf('data', 'control', 'sts')),
  door: optional(oneOf('mrap', 'bucket')),
})

const positive = (title: string) => Type.Number({ exclusiveMinimum: 0, maximum: 1e12, title })

/** What a fault does, by kind. */
const effects = {
  error: strict({
    kind: oneOf('error'),
    status: Type.Integer({ minimum: 400, maximum: 599, title: 'a status from 400 to 599' }),
    code: Type.String({ pattern: '^[A-Za-z0-9.]{1,100}$', title: 'a code such as SlowDown' }),
    message: optional(Type.String({ title: 'a sentence', maxLength: 1024 })),
    retryAfter: optional(Type.Union([duration, count(0, 'seconds')], { title: 'seconds, or a duration' })),
  }),
  latency: strict({ kind: oneOf('latency'), delay: span }),
  reset: strict({
    kind: oneOf('reset'),
    at: oneOf('before', 'after-commit', 'mid-body'),
    afterBytes: optional(count(0, 'a number of bytes')),
  }),
  hang: strict({ kind: oneOf('hang') }),
  slow: strict({ kind: oneOf('slow'), bytesPerSecond: positive('bytes per second, more than 0') }),
  throttle: strict({ kind: oneOf('throttle'), perSecond: positive('requests per second, more than 0') }),
  'error-in-200': strict({ kind: oneOf('error-in-200') }),
} as const
type Kind = keyof typeof effects

const when = strict({
  probability: optional(Type.Number({ minimum: 0, maximum: 1, title: 'a number from 0 to 1' })),
  times: optional(count(1, 'a number of requests')),
  after: optional(count(0, 'a number of requests')),
  every: optional(count(1, 'a number of requests')),
  from: optional(instant),
  until: optional(instant),
  duration: optional(duration),
})

const anyEffect = Type.Object({ kind: oneOf(...(Object.keys(effects) as Kind[])) })
const outline = strict({ match: optional(match), fault: anyEffect, when: optional(when) })

/** The whole, for the OpenAPI document; a body is checked by the kind that it names, so that messages speak of that one. */
const rule = strict({ match: optional(match), fault: Type.Union(Object.values(effects)), when: optional(when) })

/** Faults: what strikes which requests, and when. */
export const faults: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/faults',
    summary: 'The faults that are set, and how often they have struck',
    answer: (_call, services) => json(200, list(services)),
  },
  {
    route: 'PUT /_mrap/v1/faults/{name}',
    summary: 'Sets a fault; one of the same name is replaced and counts anew',
    body: rule,
    examples: [
      {
        match: { region: 'eu-west-1', operation: 'PutObject' },
        fault: { kind: 'error', status: 503, code: 'SlowDown' },
        when: { times: 3 },
      },
      { match: {}, fault: { kind: 'latency', delay: '80ms' }, when: { probability: 0.5 } },
    ],
    async answer({ labels: { name = '' }, json: body }, services) {
      if (!namePattern.test(name)) throw new ManagementError('BadRequest', `the name must match ${namePattern.source}`)
      const fault = await services.faults.put(name, readRule(await body(), services.clock.now()))
      services.log.info(`fault ${name}: ${JSON.stringify(fault.rule)}`)
      return json(200, shown(fault))
    },
  },
  {
    route: 'DELETE /_mrap/v1/faults/{name}',
    summary: 'Ends a fault; harmless when it is not there',
    async answer({ labels: { name = '' } }, services) {
      await services.faults.delete(name)
      services.log.info(`fault ${name} ended`)
      return json(200, list(services))
    },
  },
  {
    route: 'DELETE /_mrap/v1/faults',
    summary: 'Ends all faults',
    async answer(_call, services) {
      await services.faults.clear()
      services.log.info('all faults ended')
      return json(200, list(services))
    },
  },
]

/** A rule from its JSON. Throws BadRequest with the member that cannot be. `now`: what `duration` counts from. */
function readRule(body: unknown, now: number): FaultRule {
  const { kind } = checked(outline, body).fault as { kind: Kind }
  const full = strict({ match: optional(match), fault: effects[kind], when: optional(when) })
  const given = checked(full, body)
  const region = given.match?.region
  if (region !== undefined && !isRegion(region)) throw badMember('/match/region', 'must be a Region such as eu-west-1')
  return {
    match: (given.match ?? {}) as FaultRule['match'],
    fault: readEffect(given.fault),
    when: readWhen(given.when, now),
  }
}

function readEffect(given: Static<(typeof effects)[Kind]>): FaultEffect {
  if (given.kind === 'latency')
    return { kind: 'latency', delay: readSpan((given as Static<typeof effects.latency>).delay, '/fault/delay') }
  if (given.kind !== 'error') return given as FaultEffect
  const { retryAfter, ...error } = given as Static<typeof effects.error>
  const seconds =
    typeof retryAfter === 'string' ? Math.ceil(milliseconds(retryAfter, '/fault/retryAfter') / 1000) : retryAfter
  return { ...error, kind: 'error', retryAfter: seconds }
}

function readWhen(given: Static<typeof when> | undefined, now: number): FaultRule['when'] {
  if (!given) return {}
  const { from, until, duration: length, ...counts } = given
  if (until !== undefined && length !== undefined) throw badMember('/when/duration', 'and until exclude each other')
  const start = from === undefined ? undefined : readInstant(from, '/when/from')
  const end =
    length === undefined
      ? until && readInstant(until, '/when/until')
      : (start ?? now) + milliseconds(length, '/when/duration')
  if (typeof end === 'number' && start !== undefined && end < start)
    throw badMember('/when/until', 'must not be before from')
  return { ...counts, from: start, until: typeof end === 'number' ? end : undefined }
}

function list({ faults: all }: ManagementServices) {
  return { faults: all.list().map(shown) }
}

function shown(fault: Fault) {
  const {
    name,
    rule: { match: matched, fault: effect, when: at },
    hits,
  } = fault
  const { from, until, times, ...counts } = at
  return {
    name,
    match: matched,
    fault: effect.kind === 'latency' ? { ...effect, delay: formatSpan(effect.delay) } : effect,
    when: {
      ...counts,
      times,
      from: from === undefined ? undefined : formatInstant(from),
      until: until === undefined ? undefined : formatInstant(until),
    },
    hits,
    remaining: times === undefined ? null : Math.max(0, times - hits),
    until: until === undefined ? null : formatInstant(until),
  }
}
