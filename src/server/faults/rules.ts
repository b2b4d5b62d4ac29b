import type { Random } from '../../protocol/random.ts'
import type { Delay } from '../option-values.ts'

/** Which requests a fault is for: all members must fit (world-model 4). An empty match is every request of the three planes. */
export interface FaultMatch {
  readonly region?: string
  /** Name, alias or ARN. */
  readonly mrap?: string
  readonly bucket?: string
  readonly keyPrefix?: string
  readonly operation?: string | readonly string[]
  readonly method?: string
  readonly accessKeyId?: string
  /** A part of the header. */
  readonly userAgent?: string
  readonly plane?: 'data' | 'control' | 'sts'
  readonly door?: 'mrap' | 'bucket'
}

/** What happens to a request that is struck. Times in milliseconds. */
export type FaultEffect =
  | {
      readonly kind: 'error'
      readonly status: number
      readonly code: string
      readonly message?: string | undefined
      /** Seconds, for `Retry-After`. */
      readonly retryAfter?: number | undefined
    }
  | { readonly kind: 'latency'; readonly delay: Delay }
  | {
      readonly kind: 'reset'
      readonly at: 'before' | 'after-commit' | 'mid-body'
      readonly afterBytes?: number | undefined
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'throttle'; readonly perSecond: number }
  | { readonly kind: 'error-in-200' }

/** When a fault strikes. `times`, `after` and `every` count matching requests; the instants are world time. */
export interface FaultWhen {
  readonly probability?: number | undefined
  /** Ends after so many hits. */
  readonly times?: number | undefined
  /** The first so many matching requests pass. */
  readonly after?: number | undefined
  /** The n-th, 2n-th, … matching request. */
  readonly every?: number | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
}

export interface FaultRule {
  readonly match: FaultMatch
  readonly fault: FaultEffect
  readonly when: FaultWhen
}

/** A rule at work. */
export interface Fault {
  readonly name: string
  readonly rule: FaultRule
  /** Matching requests so far. */
  seen: number
  /** Those that were struck. */
  hits: number
}

/** A request, as far as it is known when faults strike: before it is authenticated. */
export interface Struck {
  readonly plane: 'data' | 'control' | 'sts'
  readonly operation: string
  readonly method: string
  readonly region: string | undefined
  readonly bucket: string | undefined
  readonly key: string | undefined
  readonly mrap: { readonly name: string; readonly alias: string; readonly arn: string } | undefined
  readonly accessKeyId: string | undefined
  readonly userAgent: string | undefined
}

/** Whether a fault is for this request. */
function matches(match: FaultMatch, request: Struck): boolean {
  const { operation, mrap } = match
  if (match.plane !== undefined && match.plane !== request.plane) return false
  if (match.region !== undefined && match.region !== request.region) return false
  if (match.bucket !== undefined && match.bucket !== request.bucket) return false
  if (match.keyPrefix !== undefined && !request.key?.startsWith(match.keyPrefix)) return false
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false
  if (match.accessKeyId !== undefined && match.accessKeyId !== request.accessKeyId) return false
  if (match.userAgent !== undefined && !request.userAgent?.includes(match.userAgent)) return false
  if (match.door !== undefined && match.door !== (request.mrap ? 'mrap' : 'bucket')) return false
  if (operation !== undefined && !(typeof operation === 'string' ? [operation] : operation).includes(request.operation))
    return false
  return mrap === undefined || isNamed(mrap, request.mrap)
}

function isNamed(name: string, mrap: Struck['mrap']): boolean {
  return mrap !== undefined && (mrap.name === name || mrap.alias === name || mrap.arn === name)
}

/** Operations whose service is known to answer 200 and then an error. */
const answersEarly = new Set(['CopyObject', 'CompleteMultipartUpload', 'UploadPartCopy'])

/** Counts a matching request; true when the fault strikes it. */
export function strikes(fault: Fault, request: Struck, now: number, random: Random): boolean {
  const { match, when, fault: effect } = fault.rule
  if (isOver(fault, now) || (when.from !== undefined && now < when.from)) return false
  if (effect.kind === 'error-in-200' && !answersEarly.has(request.operation)) return false
  if (!matches(match, request)) return false
  fault.seen += 1
  const counted = fault.seen - (when.after ?? 0)
  if (counted <= 0 || counted % (when.every ?? 1) !== 0) return false
  if (when.probability !== undefined && random() >= when.probability) return false
  return true
}

/** Whether a fault will never strike again. */
function isOver({ rule: { when }, hits }: Fault, now: number): boolean {
  return (when.times !== undefined && hits >= when.times) || (when.until !== undefined && now >= when.until)
}
