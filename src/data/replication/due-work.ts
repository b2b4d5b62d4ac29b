import type { DueItem, DueWork } from '../../protocol/due-work.ts'
import type { Store } from '../../store/store.ts'
import type { Replication } from './replication.ts'

/** At most so many items of one instant are told apart; the rest is done all the same. */
const mostItems = 10_000

/** What of replication falls due: copies, ends of pauses, thresholds of replication time control. */
export function replicationDueWork(
  replication: Pick<Replication, 'nextDue' | 'run' | 'isHeld'>,
  store: Pick<Store, 'listReplicationWork' | 'findVersionRow'>,
): DueWork {
  return {
    nextDue(after) {
      const next = replication.nextDue()
      if (!next || next.at <= after) return []
      const { at, kind } = next
      if (kind !== 'replication')
        return [{ at, kind, what: kind === 'pause-end' ? 'a pause of replication' : 'replication time' }]
      const work = store.listReplicationWork(rule => !replication.isHeld(rule), at, mostItems)
      const items = work.map(({ rule, versionRow }): DueItem => {
        const key = store.findVersionRow(versionRow)?.key ?? ''
        return { at, kind, what: `${rule.source} to ${rule.destination}: ${key}` }
      })
      return items.length > 0 ? items : [{ at, kind, what: 'replication' }]
    },
    async runDue() {
      await replication.run()
    },
  }
}
