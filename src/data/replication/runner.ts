import type { Clock, Delay } from '../../protocol/clock.ts'
import type { DueWork } from '../../protocol/due-work.ts'
import { drawn, isSelected, lagFor, type Pause } from '../../store/replication/controls.ts'
import type { Delivered, Delivery, ReplicationWork } from '../../store/replication/rows.ts'
import type { Store } from '../../store/store.ts'
import type { ControlSettings } from './controls.ts'
import { type DeliveryServices, deliveryOf } from './delivery.ts'
import type { ReplicationEvent } from './events.ts'

export interface RunnerServices {
  readonly store: Store
  readonly clock: Clock
  /** Wakes the runner up. */
  readonly delay: Delay
  readonly settings: ControlSettings
  readonly seed: string
  /** Whether replication of a Region works, to it and from it. */
  readonly isRegionUp: (region: string) => boolean
  readonly judgeRole?: DeliveryServices['judgeRole']
  readonly observe: (event: ReplicationEvent) => void
  /** Work could not be written; it stays. */
  readonly failed: (error: unknown) => void
}

/** What a run did. */
export interface RunCounts {
  readonly done: number
  readonly failed: number
}

/** Does what is due. */
export interface Runner {
  /** Work was queued that is due at `at`: done before this resolves, if that is now. */
  admitted(at: number | undefined): Promise<void>
  /** All that is due by now, or, with `ahead`, all that is not held. Gives up at `isOver`. */
  run(options?: { readonly ahead?: boolean; readonly isOver?: () => boolean }): Promise<RunCounts>
  /** The earliest instant at which there is something to do; undefined: nothing is queued. */
  nextDue(): { readonly at: number; readonly kind: 'replication' | 'pause-end' | 'threshold' } | undefined
  /** The same for a clock that is moved: what falls due when. */
  readonly dueWork: readonly DueWork[]
  isHeld(rule: ReplicationWork['rule'], key?: string): boolean
  /** What was held out of the way is looked at again. */
  release(): Promise<void>
  stop(): Promise<void>
}

/** Pieces of work in one transaction: some milliseconds, between which requests are served. */
const batch = 100
const heldBatch = 1000

/** Attempts for work that is changed again and again while it is decided about. */
const mostAttempts = 50

/** Of one instant, as many are named. */
const mostDue = 10_000

/** What a timer can wait. */
const longestDelay = 2 ** 31 - 1

/** When a write failed: the disk may have room again. */
const retryMs = 1000

/** A timer only wakes the runner up; what is due is a question to the store. */
export function createRunner(services: RunnerServices): Runner {
  const { store, clock, settings, isRegionUp } = services
  let last: Promise<unknown> = Promise.resolve()
  let wakesAt: number | undefined
  let cancelWake: () => void = () => undefined
  let isStopped = false

  function pausesOf(rule: ReplicationWork['rule']): readonly Pause[] {
    return settings
      .current()
      .pauses.filter(
        ({ until, destinations, prefixes: _, ...ends }) =>
          (until === undefined || until > clock.now()) &&
          isSelected(ends, rule) &&
          (destinations === undefined || destinations.includes(rule.destination)),
      )
  }

  const isRunning = (rule: ReplicationWork['rule']) =>
    isRegionUp(rule.sourceRegion) &&
    isRegionUp(rule.destinationRegion) &&
    pausesOf(rule).every(({ prefixes }) => prefixes !== undefined)

  const isKeyHeld = (rule: ReplicationWork['rule'], key: string) =>
    pausesOf(rule).some(({ prefixes }) => prefixes?.some(prefix => key.startsWith(prefix)))

  async function pass(isAhead: boolean, isOver: () => boolean): Promise<RunCounts> {
    let done = 0
    let failed = 0
    await releaseEnded()
    for (let attempts = 0; attempts < mostAttempts && !isStopped && !isOver(); ) {
      const now = clock.now()
      const works = inOrder(store.listReplicationWork(isRunning, isAhead ? Number.MAX_SAFE_INTEGER : now, batch))
      if (works.length === 0) break
      const deliveries = works.map(work => decide(work, now))
      await settings.save()
      const outcomes = await store.deliver(deliveries)
      const finished = outcomes.filter(outcome => outcome === 'done' || outcome === 'failed')
      done += finished.filter(outcome => outcome === 'done').length
      failed += finished.filter(outcome => outcome === 'failed').length
      attempts = outcomes.some(outcome => outcome !== 'changed' && outcome !== 'gone') ? 0 : attempts + 1
      for (const [index, work] of works.entries()) tell(work, deliveries[index], outcomes[index], now)
    }
    await tellThresholds()
    return { done, failed }
  }

  /** Due work of a lag that shuffles is done in a drawn order. */
  function inOrder(works: readonly ReplicationWork[]): readonly ReplicationWork[] {
    const { lags } = settings.current()
    if (!lags.some(({ shuffle }) => shuffle)) return works
    const place = ({ id, rule }: ReplicationWork) => (lagFor(lags, rule)?.shuffle ? drawn(services.seed, `${id}`) : 0)
    return works
      .map(work => ({ work, at: place(work) }))
      .sort((a, b) => a.at - b.at)
      .map(({ work }) => work)
  }

  function decide(work: ReplicationWork, now: number): Delivery {
    const version = store.findVersionRow(work.versionRow)
    if (version && isKeyHeld(work.rule, version.key)) return { id: work.id, act: 'hold' }
    const reason = version && settings.takeFailure(work, version.key)
    if (reason !== undefined) return { id: work.id, act: 'fail', reason }
    return deliveryOf(work, { ...services, now })
  }

  function tell(
    work: ReplicationWork,
    delivery: Delivery | undefined,
    outcome: Delivered | undefined,
    at: number,
  ): void {
    if (outcome !== 'done' && outcome !== 'failed') return
    const { thresholdMs, metrics } = work.rule
    const isLate = thresholdMs !== undefined && work.kind === 'OBJECT_PUT' && at > work.admittedAt + thresholdMs
    const reason = delivery && 'reason' in delivery ? delivery.reason : undefined
    const eventName =
      outcome === 'failed' ? metrics && 'OperationFailedReplication' : isLate && 'OperationReplicatedAfterThreshold'
    emit(work, outcome === 'failed' ? 'failed' : 'replicated', at, { reason, eventName: eventName || undefined })
  }

  function emit(
    work: ReplicationWork,
    phase: ReplicationEvent['phase'],
    at: number,
    more: { readonly reason?: string | undefined; readonly eventName?: string | undefined },
  ): void {
    const version = store.findVersionRow(work.versionRow)
    if (!version) return
    const { rule, kind: operation, admittedAt } = work
    const { key, versionId } = version
    services.observe({
      phase,
      at,
      source: rule.source,
      destination: rule.destination,
      rule: rule.id,
      key,
      versionId,
      operation,
      admittedAt,
      ...(more.reason !== undefined && { reason: more.reason }),
      ...(more.eventName !== undefined && { eventName: `Replication:${more.eventName}` }),
    })
  }

  async function tellThresholds(): Promise<void> {
    for (;;) {
      const now = clock.now()
      if ((store.findNextThreshold() ?? Infinity) > now) return
      for (const id of await store.passThresholds(now, batch)) {
        const work = store.findReplicationWork(id)
        if (work) emit(work, 'missed-threshold', now, { eventName: 'OperationMissedThreshold' })
      }
    }
  }

  async function releaseEnded(): Promise<void> {
    if (await settings.endPauses(clock.now())) await release()
  }

  async function release(): Promise<void> {
    while ((await store.releaseHeld(heldBatch)) === heldBatch);
  }

  /** One after another: two passes at once would decide about the same work. */
  function inTurn<Value>(action: () => Promise<Value>): Promise<Value> {
    const next = last.then(action)
    last = next.catch(() => undefined)
    return next
  }

  function wake(at: number): void {
    if (isStopped || (wakesAt !== undefined && wakesAt <= at)) return
    cancelWake()
    wakesAt = at
    cancelWake = services.delay(Math.min(Math.max(at - clock.now(), 0), longestDelay), () => {
      wakesAt = undefined
      runner.run().catch(() => undefined)
    })
  }

  const nameOf = ({ rule, versionRow }: ReplicationWork) =>
    `${rule.source} to ${rule.destination}: ${store.findVersionRow(versionRow)?.key}`

  const runner: Runner = {
    async admitted(at) {
      if (at === undefined) return
      if (at > clock.now()) return wake(at)
      await runner.run().catch(() => undefined)
    },
    async run({ ahead = false, isOver = () => false } = {}) {
      try {
        const counts = await inTurn(() => pass(ahead, isOver))
        const next = runner.nextDue()
        if (next) wake(next.at)
        return counts
      } catch (error) {
        services.failed(error)
        if (!isStopped) wake(clock.now() + retryMs)
        throw error
      }
    },
    nextDue() {
      const [work] = store.listReplicationWork(isRunning, Number.MAX_SAFE_INTEGER, 1)
      const ends = settings.current().pauses.flatMap(({ until }) => until ?? [])
      const found = [
        work && { at: work.dueAt, kind: 'replication' as const },
        ends.length > 0 && { at: Math.min(...ends), kind: 'pause-end' as const },
        { at: store.findNextThreshold() ?? Infinity, kind: 'threshold' as const },
      ].filter(due => due !== undefined && due !== false && due.at !== Infinity)
      return found.reduce<ReturnType<Runner['nextDue']>>(
        (first, due) => (due && (!first || due.at < first.at) ? due : first),
        undefined,
      )
    },
    dueWork: [
      {
        nextDue(after) {
          const ends = settings.current().pauses.filter(({ until }) => until !== undefined && until > after)
          const at = Math.min(...ends.map(({ until = 0 }) => until))
          return ends
            .filter(({ until }) => until === at)
            .map(({ id }) => ({ at, kind: 'pause-end', what: `pause ${id}` }))
        },
      },
      {
        nextDue: after =>
          store
            .listReplicationWorkAfter(isRunning, after, mostDue)
            .map(work => ({ at: work.dueAt, kind: 'replication', what: nameOf(work) })),
        // One run does what is due of every kind.
        runDue: async () => void (await runner.run()),
      },
      {
        nextDue: after =>
          store
            .listThresholdsAfter(after, mostDue)
            .map(({ work, at }) => ({ at, kind: 'threshold', what: nameOf(work) })),
      },
    ],
    isHeld: (rule, key) => !isRunning(rule) || (key !== undefined && isKeyHeld(rule, key)),
    release: () => inTurn(release),
    async stop() {
      isStopped = true
      cancelWake()
      await last
    },
  }
  return runner
}
