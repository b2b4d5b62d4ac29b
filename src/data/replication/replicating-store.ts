import type { Admitted, Store } from '../../store/store.ts'

/**
 * A store whose writes wait for the replicas that are due at once, and that otherwise says when the first one is: what the operations of
 * the plane write through. Queueing itself is part of the write.
 */
export function replicatingStore(store: Store, admitted: (at: number | undefined) => Promise<void>): Store {
  const follow = async <Outcome extends object>(write: Promise<Outcome>): Promise<Outcome> => {
    const outcome: Outcome & Admitted = await write
    if (outcome.replicateAt !== undefined) await admitted(outcome.replicateAt)
    return outcome
  }
  return {
    ...store,
    putObject: (...parameters) => follow(store.putObject(...parameters)),
    linkObject: (...parameters) => follow(store.linkObject(...parameters)),
    deleteObject: (...parameters) => follow(store.deleteObject(...parameters)),
    async deleteObjects(requests) {
      const outcomes = await store.deleteObjects(requests)
      const times = outcomes.flatMap(outcome => ('replicateAt' in outcome ? (outcome.replicateAt ?? []) : []))
      if (times.length > 0) await admitted(Math.min(...times))
      return outcomes
    },
    updateVersion: (...parameters) => follow(store.updateVersion(...parameters)),
    completeUpload: (...parameters) => follow(store.completeUpload(...parameters)),
  }
}
