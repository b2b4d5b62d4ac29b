import type { Delay } from '../option-values.ts'
import type { Notes } from './notes.ts'

/** How long submitted routes of one MRAP take, in place of the option; a Region by itself before all of them. */
export interface RoutesLag {
  readonly lag?: Delay | undefined
  readonly perRegion?: Readonly<Record<string, Delay>> | undefined
}

export interface RoutesLags {
  /** undefined: the option holds. */
  of(alias: string, region: string): Delay | undefined
  get(alias: string): RoutesLag | undefined
  put(alias: string, lag: RoutesLag): Promise<void>
  /** Forgets what was set, after a reset or restore has changed the store. */
  reload(): void
}

/** By alias, kept over restarts in `notes`. */
export function createRoutesLags(notes: Notes): RoutesLags {
  let lags = load()

  function load(): Map<string, RoutesLag> {
    const kept = notes.find('routes-lag')
    return new Map(kept === undefined ? [] : (JSON.parse(kept) as [string, RoutesLag][]))
  }

  return {
    of(alias, region) {
      const set = lags.get(alias)
      return set?.perRegion?.[region] ?? set?.lag
    },
    get: alias => lags.get(alias),
    async put(alias, lag) {
      lags.set(alias, lag)
      await notes.put('routes-lag', JSON.stringify([...lags]))
    },
    reload() {
      lags = load()
    },
  }
}
