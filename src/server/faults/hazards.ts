import { AwsError, errors } from '../../protocol/errors.ts'
import type { Random } from '../../protocol/random.ts'
import type { Response } from '../../protocol/response.ts'
import { type Delay, drawn } from '../option-values.ts'
import type { Faults } from './faults.ts'
import { cutAfter, slowed } from './hurt-body.ts'
import type { DownAnswer, RegionConditions, RegionState } from './regions.ts'
import type { Fault, FaultEffect, Struck } from './rules.ts'

/**
 * What goes wrong on purpose: Regions that are down or slow, and faults. Acts where `dispatch.ts` knows what a request is and which Region
 * it reaches, before it is authenticated; nothing of it is on the way of a request while nothing is set.
 */
export interface Hazards {
  readonly isAny: boolean
  /** What hits this request; undefined: nothing. */
  of(request: Struck): Hit | undefined
}

export interface Hit {
  /** Names of faults, in the order in which they act. */
  readonly names: readonly string[]
  /** Waits as long as the request is delayed. Then: an answer in place of the service's, or undefined. Throws AwsError to refuse it. */
  before(): Promise<Response | undefined>
  /** The service's answer, as the client is to see it. */
  after(response: Response): Response
}

/** An answer that is none: the connection is closed. */
const cut: Response = { status: 0, headers: [], isCut: true }

export function createHazards(
  regions: RegionConditions,
  faults: Faults,
  random: Random,
  wait: (milliseconds: number) => Promise<void>,
): Hazards {
  return {
    get isAny() {
      return regions.isAnySpecial || faults.isAny
    },
    of(request) {
      const state = request.region === undefined ? undefined : regions.get(request.region)
      const down = state && downAnswer(state, request)
      if (down !== undefined) return downHit(down, request)
      const struck = faults.strike(request)
      const latency = request.plane === 'data' ? state?.latency : undefined
      if (struck.length === 0 && !latency) return undefined
      return faultHit(struck, latency, random, wait)
    },
  }
}

/** How this request fails because its Region is down; undefined: it is up. */
function downAnswer(state: RegionState, { plane, operation }: Struck): DownAnswer | undefined {
  if (plane === 'sts' || operation === 'ListBuckets') return undefined
  const part = state[plane]
  return part.condition === 'down' ? part.answer : undefined
}

function downHit(answer: DownAnswer, { region = '', plane }: Struck): Hit {
  return {
    names: [],
    before: async () => {
      if (answer === 'reset') return cut
      if (answer === 'hang') return silence()
      const hint =
        `The ${plane} plane of ${region} is down, as was asked for. ` +
        `PUT /_mrap/v1/regions/${region} {"condition":"up"} brings it back.`
      throw errors.ServiceUnavailable(
        { Message: 'Service is unable to handle request.' },
        { headers: { 'Retry-After': '1' }, hint },
      )
    },
    after: response => response,
  }
}

function faultHit(
  struck: readonly Fault[],
  latency: Delay | undefined,
  random: Random,
  wait: (milliseconds: number) => Promise<void>,
): Hit {
  const names = struck.map(({ name }) => name)
  const effects = struck.map(({ rule }) => rule.fault)
  return {
    names,
    async before() {
      const spans = effects.flatMap(effect => (effect.kind === 'latency' ? [effect.delay] : []))
      const delay = [...(latency ? [latency] : []), ...spans].reduce((sum, span) => sum + drawn(span, random), 0)
      if (delay > 0) await wait(delay)
      for (const { name, rule } of struck) {
        const answer = await answerOf(name, rule.fault)
        if (answer) return answer
      }
      return undefined
    },
    after(response) {
      const marked = names.length === 0 ? response : withHeader(response, 'x-mrap-fault', names.join(','))
      return effects.reduce((answer, effect) => hurt(answer, effect, wait), marked)
    },
  }
}

/** What a fault puts in place of the operation; undefined: it runs. */
async function answerOf(name: string, effect: FaultEffect): Promise<Response | undefined> {
  const hint = `The fault "${name}" made this answer. DELETE /_mrap/v1/faults/${name} ends it.`
  switch (effect.kind) {
    case 'error': {
      const { code, status, message = defaultMessage(code), retryAfter } = effect
      const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }
      throw new AwsError(code, status, message, {}, { headers, hint })
    }
    case 'throttle':
      throw new AwsError('SlowDown', 503, defaultMessage('SlowDown'), {}, { hint })
    case 'error-in-200':
      throw new AwsError('InternalError', 200, defaultMessage('InternalError'), {}, { hint })
    case 'hang':
      return silence()
    case 'reset':
      return effect.at === 'before' ? cut : undefined
    default:
      return undefined
  }
}

const messages: Readonly<Record<string, string>> = {
  SlowDown: 'Please reduce your request rate.',
  ServiceUnavailable: 'Service is unable to handle request.',
}

function defaultMessage(code: string): string {
  const known = (errors as Readonly<Record<string, ((fields?: object) => AwsError) | undefined>>)[code]
  return messages[code] ?? known?.().message ?? code
}

/** Never answers. The client, or the end of the server, closes the connection. */
function silence(): Promise<never> {
  return new Promise(() => undefined)
}

/** An answer after what a fault does to it on its way out. */
function hurt(response: Response, effect: FaultEffect, wait: (milliseconds: number) => Promise<void>): Response {
  if (effect.kind === 'slow') return slowed(response, effect.bytesPerSecond, wait)
  if (effect.kind !== 'reset') return response
  if (effect.at === 'after-commit') return cut
  return effect.at === 'mid-body' ? cutAfter(response, effect.afterBytes) : response
}

function withHeader(response: Response, name: string, value: string): Response {
  return { ...response, headers: [...response.headers, [name, value]] }
}

/** Nothing ever goes wrong. */
export const noHazards: Hazards = { isAny: false, of: () => undefined }
