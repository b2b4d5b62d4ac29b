import type { Clock } from '../../protocol/clock.ts'
import type { Random } from '../../protocol/random.ts'
import type { Notes } from './notes.ts'
import { type Fault, type FaultRule, type Struck, strikes } from './rules.ts'

/** The faults that are set (world-model 4). */
export interface Faults {
  /** True while there is any: the common case of a request asks nothing else. */
  readonly isAny: boolean
  /** By name. */
  list(): readonly Fault[]
  /** A fault of the same name is replaced, and begins to count anew. */
  put(name: string, rule: FaultRule): Promise<Fault>
  /** Harmless when it is not there. */
  delete(name: string): Promise<void>
  clear(): Promise<void>
  /** Forgets what was set, after a reset or restore has changed the store. */
  reload(): void
  /** Those that strike this request, in the order of their names. Counts it. */
  strike(request: Struck): readonly Fault[]
}

/** Faults and their counters, kept over restarts in `notes`. */
export function createFaults(clock: Clock, notes: Notes, random: Random): Faults {
  let faults = load()
  let isDirty = false
  let isSaving = false
  const buckets = new Map<string, { tokens: number; at: number }>()

  function load(): Map<string, Fault> {
    const kept = notes.find('faults')
    return new Map(kept === undefined ? [] : (JSON.parse(kept) as Fault[]).map(fault => [fault.name, fault]))
  }

  async function save(): Promise<void> {
    const sorted = [...faults.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    faults = new Map(sorted.map(fault => [fault.name, fault]))
    await notes.put('faults', sorted.length === 0 ? undefined : JSON.stringify(sorted))
  }

  /** Counters follow behind the answer, one write at a time. */
  function saveSoon(): void {
    isDirty = true
    if (isSaving) return
    isSaving = true
    const run = async () => {
      while (isDirty) {
        isDirty = false
        // A disk that is full or a store that closes loses counters, never a request.
        await save().catch(() => undefined)
      }
      isSaving = false
    }
    void run()
  }

  /** Whether a request is above the rate: a bucket of tokens that fills in wall time. */
  function isThrottled(name: string, perSecond: number): boolean {
    const now = performance.now()
    const most = Math.max(1, perSecond)
    const { tokens, at } = buckets.get(name) ?? { tokens: most, at: now }
    const filled = Math.min(most, tokens + ((now - at) / 1000) * perSecond)
    const isFree = filled >= 1
    buckets.set(name, { tokens: isFree ? filled - 1 : filled, at: now })
    return !isFree
  }

  return {
    get isAny() {
      return faults.size > 0
    },
    list: () => [...faults.values()],
    async put(name, rule) {
      const fault: Fault = { name, rule, seen: 0, hits: 0 }
      buckets.delete(name)
      faults.set(name, fault)
      await save()
      return fault
    },
    async delete(name) {
      if (faults.delete(name)) await save()
    },
    async clear() {
      faults = new Map()
      await save()
    },
    reload() {
      faults = load()
      buckets.clear()
    },
    strike(request) {
      const now = clock.now()
      const struck: Fault[] = []
      let isCounted = false
      for (const fault of faults.values()) {
        const { seen } = fault
        const isStruck = strikes(fault, request, now, random) && isOverRate(fault)
        isCounted ||= fault.seen !== seen
        if (!isStruck) continue
        fault.hits += 1
        struck.push(fault)
        if (endsRequest(fault)) break
      }
      if (isCounted) saveSoon()
      return struck
    },
  }

  function isOverRate({ name, rule: { fault } }: Fault): boolean {
    return fault.kind !== 'throttle' || isThrottled(name, fault.perSecond)
  }
}

/** The first error, reset or silence ends a request; delays add up. */
function endsRequest({ rule: { fault } }: Fault): boolean {
  return fault.kind !== 'latency' && fault.kind !== 'slow' && !(fault.kind === 'reset' && fault.at !== 'before')
}
