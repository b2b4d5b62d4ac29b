import type { Clock } from '../../protocol/clock.ts'
import type { Delay } from '../option-values.ts'
import type { Notes } from './notes.ts'

/** A part of a Region that can be down by itself (world-model 4). */
export const regionParts = ['data', 'control', 'replication'] as const
export type RegionPart = (typeof regionParts)[number]

/** How requests to what is down fail: 503 ServiceUnavailable, a connection that is cut, or no answer. */
export type DownAnswer = '503' | 'reset' | 'hang'

export type PartCondition = { readonly condition: 'up' } | { readonly condition: 'down'; readonly answer: DownAnswer }

/** What holds for a Region at present. */
export interface RegionState extends Readonly<Record<RegionPart, PartCondition>> {
  /** Added to every request that its data plane answers. */
  readonly latency: Delay | undefined
  /** Added to the times that its data plane writes, in milliseconds. */
  readonly skew: number
  /** World time from which requests through an MRAP go round it; undefined: its data plane is up. */
  readonly avoidedFrom: number | undefined
}

/** What is to change; what is left out stays. */
export interface RegionChange extends Partial<Readonly<Record<RegionPart, PartCondition>>> {
  readonly latency?: Delay | undefined
  readonly skew?: number
}

export interface RegionConditions {
  /** True while any Region is not as it should be: the common case of a request asks nothing else. */
  readonly isAnySpecial: boolean
  get(region: string): RegionState
  /** Regions that are not up in every part, slow or skewed. */
  special(): readonly string[]
  set(region: string, change: RegionChange): Promise<RegionState>
  /** All up. */
  clear(): Promise<void>
  /** Forgets what was set, after a reset or restore has emptied the store. */
  reload(): void
  /**
   * Whether requests through an MRAP go round this Region: its data plane is down, and has been for as long as it takes until that is
   * noticed. ASSUMED: they return at once when it is up again.
   */
  isAvoided(region: string): boolean
  /** What is added to the times that its data plane writes, in milliseconds. */
  skewOf(region: string): number
}

const up: PartCondition = { condition: 'up' }
const healthy: RegionState = {
  data: up,
  control: up,
  replication: up,
  latency: undefined,
  skew: 0,
  avoidedFrom: undefined,
}

/** The conditions of Regions, kept over restarts in `notes`. `rerouteDelayMs` is drawn whenever a Region goes down. `changed`: what waits for a Region may go on. */
export function createRegions(
  clock: Clock,
  notes: Notes,
  rerouteDelayMs: () => number,
  changed: () => void = () => undefined,
): RegionConditions {
  let states = load()

  function load(): Map<string, RegionState> {
    const kept = notes.find('regions')
    return new Map(kept === undefined ? [] : (JSON.parse(kept) as [string, RegionState][]))
  }

  async function save(): Promise<void> {
    await notes.put('regions', states.size === 0 ? undefined : JSON.stringify([...states]))
    changed()
  }

  return {
    get isAnySpecial() {
      return states.size > 0
    },
    get: region => states.get(region) ?? healthy,
    special: () => [...states.keys()].sort(),
    async set(region, change) {
      const before = states.get(region) ?? healthy
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const next: RegionState = { ...before, ...given }
      const isDown = next.data.condition === 'down'
      const state = {
        ...next,
        avoidedFrom: isDown ? (before.avoidedFrom ?? clock.now() + rerouteDelayMs()) : undefined,
      }
      if (isSpecial(state)) states.set(region, state)
      else states.delete(region)
      await save()
      return state
    },
    async clear() {
      states = new Map()
      await save()
    },
    reload() {
      states = load()
    },
    skewOf: region => states.get(region)?.skew ?? 0,
    isAvoided(region) {
      const from = states.get(region)?.avoidedFrom
      return from !== undefined && clock.now() >= from
    },
  }
}

function isSpecial(state: RegionState): boolean {
  const isDown = regionParts.some(part => state[part].condition === 'down')
  return isDown || state.latency !== undefined || state.skew !== 0
}
