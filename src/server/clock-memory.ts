import type { ClockMemory, KeptClock } from '../protocol/world-clock.ts'
import type { Store } from '../store/store.ts'

const note = 'clock'

/** Where the world's clock outlives the process. */
export function clockMemory(store: Pick<Store, 'findNote' | 'putNote'>): ClockMemory {
  return {
    load() {
      const text = store.findNote(note)
      return text === undefined ? undefined : (JSON.parse(text) as KeptClock)
    },
    save: kept => store.putNote(note, JSON.stringify(kept)),
  }
}
