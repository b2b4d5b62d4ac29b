import type { PolicyRequest } from '../policy/evaluate.ts'
import type { Caller, Credential } from '../protocol/caller.ts'
import type { Clock } from '../protocol/clock.ts'
import type { World } from '../world/world.ts'
import { constraint } from './errors.ts'
import type { Sessions } from './sessions.ts'

/** Elements of an answer, in wire order; undefined ones are left out. */
export interface Elements {
  readonly [name: string]: string | Elements | undefined
}

/** What an action of STS works with. One per request. */
export interface StsContext {
  readonly credential: Credential
  readonly caller: Exclude<Caller, { kind: 'anonymous' }>
  readonly world: Pick<World, 'accounts'>
  readonly clock: Clock
  readonly sessions: Sessions
  /** Which endpoint is asked: what it issues is marked so. */
  readonly endpoint: 'regional' | 'global'
  /** What the identity policies of the caller are asked about an action. */
  readonly asking: (action: string, resource: string) => PolicyRequest
  readonly trace?: ((lines: readonly string[]) => void) | undefined
}

/** An action of STS. Parameters that are not among `parameters` are refused. */
export interface StsOperation {
  readonly name: string
  readonly parameters: readonly string[]
  /** Accepted without effect. */
  readonly ignores?: readonly string[]
  /** Codes it may answer beyond those of every action. */
  readonly errors: readonly string[]
  handle(parameters: ReadonlyMap<string, string>, context: StsContext): Elements
}

/** `DurationSeconds`: a whole number within bounds. Throws ValidationError. */
export function readDuration(
  text: string | undefined,
  { least, most, fallback }: { readonly least: number; readonly most: number; readonly fallback: number },
): number {
  if (text === undefined) return fallback
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds >= least))
    throw constraint('durationSeconds', text, `Member must have value greater than or equal to ${least}`)
  if (seconds > most) throw constraint('durationSeconds', text, `Member must have value less than or equal to ${most}`)
  return seconds
}

/** The credentials of a new session, as every action that makes one shows them. */
export function credentialsElement(issued: ReturnType<Sessions['issue']>, expiresAt: number): Elements {
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
  }
}

/** When a session of so many seconds ends, in whole seconds as answers show it. */
export function endOf(seconds: number, clock: Clock): number {
  return Math.floor(clock.wall() / 1000 + seconds) * 1000
}
