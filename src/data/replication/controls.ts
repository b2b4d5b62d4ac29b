import {
  controlsNote,
  type Failure,
  isSelected,
  type LagRule,
  type Pause,
  type ReplicationControls,
  readControls,
} from '../../store/replication/controls.ts'
import type { ReplicationWork } from '../../store/replication/rows.ts'
import type { Store } from '../../store/store.ts'

/** The controls of replication, durable: read from their note, changed in it. */
export interface ControlSettings {
  current(): ReplicationControls
  addLag(rule: LagRule): Promise<void>
  addPause(pause: Pause): Promise<void>
  /** Returns how many there were. */
  removePauses(isMeant: (pause: Pause) => boolean): Promise<number>
  /** Removes the pauses that are over; whether there were any. */
  endPauses(now: number): Promise<boolean>
  addFailure(failure: Failure): Promise<void>
  /** The reason why this piece of work fails, if one was asked for; counted, and kept by `save`. */
  takeFailure(work: ReplicationWork, key: string): string | undefined
  /** Keeps what was counted. */
  save(): Promise<void>
}

/** Later lags of the same selector replace earlier ones, so the list does not grow. */
export function controlSettings(store: Store): ControlSettings {
  let text: string | undefined
  let controls = readControls(undefined)
  let isCounted = false

  function current(): ReplicationControls {
    // What was counted and is not kept yet counts.
    if (isCounted) return controls
    const found = store.findNote(controlsNote)
    if (found !== text) {
      text = found
      controls = readControls(found)
    }
    return controls
  }

  async function put(change: Partial<ReplicationControls>): Promise<void> {
    const next = { ...current(), ...change }
    isCounted = false
    const isEmpty = next.lags.length + next.pauses.length + next.failures.length === 0
    await store.putNote(controlsNote, isEmpty ? undefined : JSON.stringify(next))
  }

  return {
    current,
    addLag(rule) {
      const selector = ({ lag: _, shuffle: _s, ...rest }: LagRule) => JSON.stringify(rest, Object.keys(rest).sort())
      const others = current().lags.filter(other => selector(other) !== selector(rule))
      return put({ lags: [...others, rule] })
    },
    addPause: pause => put({ pauses: [...current().pauses, pause] }),
    async removePauses(isMeant) {
      const { pauses } = current()
      const kept = pauses.filter(pause => !isMeant(pause))
      if (kept.length < pauses.length) await put({ pauses: kept })
      return pauses.length - kept.length
    },
    async endPauses(now) {
      const { pauses } = current()
      const kept = pauses.filter(({ until }) => until === undefined || until > now)
      if (kept.length === pauses.length) return false
      await put({ pauses: kept })
      return true
    },
    addFailure: failure => put({ failures: [...current().failures, failure] }),
    takeFailure({ rule, kind }, key) {
      const { failures } = current()
      const index = failures.findIndex(
        failure => (failure.kind === undefined || failure.kind === kind) && isSelected(failure, rule, key),
      )
      const found = failures[index]
      if (!found) return undefined
      const rest = { ...found, count: found.count - 1 }
      controls = { ...controls, failures: failures.with(index, rest).filter(({ count }) => count > 0) }
      isCounted = true
      return found.reason
    },
    save: async () => {
      if (isCounted) await put({})
    },
  }
}
