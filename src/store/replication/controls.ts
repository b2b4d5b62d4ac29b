/** How replication is held back or hurried by hand. Kept as the note `replication`, so that it outlives the process. */
export interface ReplicationControls {
  readonly lags: readonly LagRule[]
  readonly pauses: readonly Pause[]
  readonly failures: readonly Failure[]
}

/** Which work is meant: all that is left out means any. */
export interface ReplicationSelector {
  readonly source?: string | undefined
  readonly destination?: string | undefined
  readonly sourceRegion?: string | undefined
  readonly destinationRegion?: string | undefined
  readonly prefix?: string | undefined
}

/** Milliseconds from a write to its replica, drawn evenly. */
export interface Lag {
  readonly min: number
  readonly max: number
}

/** What holds where nothing was set. */
export interface ReplicationDefaults {
  readonly lag: Lag
  /** Decides what is drawn. */
  readonly seed: string
}

/** Copied before the write is answered. */
export const atOnce: ReplicationDefaults = { lag: { min: 0, max: 0 }, seed: '' }

export interface LagRule extends ReplicationSelector {
  readonly lag: Lag
  /** What is due at the same time is done in a drawn order. */
  readonly shuffle?: boolean | undefined
}

export interface Pause extends Omit<ReplicationSelector, 'prefix' | 'destination'> {
  readonly id: string
  readonly destinations?: readonly string[] | undefined
  readonly prefixes?: readonly string[] | undefined
  /** World time at which it ends by itself. */
  readonly until?: number | undefined
}

/** The next `count` pieces of work of this kind fail. */
export interface Failure extends ReplicationSelector {
  readonly reason: string
  readonly count: number
  readonly kind?: string | undefined
}

/** Where a piece of work goes from and to. */
export interface Way {
  readonly source: string
  readonly destination: string
  readonly sourceRegion: string
  readonly destinationRegion: string
}

/** Name of the note. */
export const controlsNote = 'replication'

const noControls: ReplicationControls = { lags: [], pauses: [], failures: [] }

/** Controls from their note. */
export function readControls(text: string | undefined): ReplicationControls {
  return text === undefined ? noControls : { ...noControls, ...JSON.parse(text) }
}

/** Whether a selector means this way, and this key where one is given. */
export function isSelected({ prefix, ...ends }: ReplicationSelector, way: Way, key?: string): boolean {
  if (prefix !== undefined && key !== undefined && !key.startsWith(prefix)) return false
  return (
    (ends.source ?? way.source) === way.source &&
    (ends.destination ?? way.destination) === way.destination &&
    (ends.sourceRegion ?? way.sourceRegion) === way.sourceRegion &&
    (ends.destinationRegion ?? way.destinationRegion) === way.destinationRegion
  )
}

/** The lag that holds: buckets before Regions before all, then the longest prefix, then the one set last. undefined: none was set. */
export function lagFor(lags: readonly LagRule[], way: Way, key?: string): LagRule | undefined {
  const rank = (rule: LagRule) => {
    if (rule.source !== undefined || rule.destination !== undefined) return 2
    return rule.sourceRegion !== undefined || rule.destinationRegion !== undefined ? 1 : 0
  }
  return lags
    .filter(rule => isSelected(rule, way, key) && (key !== undefined || !rule.prefix))
    .reduce<LagRule | undefined>((best, rule) => {
      if (!best || rank(rule) > rank(best)) return rule
      const isLonger = (rule.prefix ?? '').length >= (best.prefix ?? '').length
      return rank(rule) === rank(best) && isLonger ? rule : best
    }, undefined)
}

/** A number in [0, 1) that the seed and a name decide. FNV-1a, mixed. */
export function drawn(seed: string, name: string): number {
  const text = `${seed}:${name}`
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
