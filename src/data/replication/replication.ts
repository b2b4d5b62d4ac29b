import { randomUUID } from 'node:crypto'
import type { Clock, Delay } from '../../protocol/clock.ts'
import {
  isSelected,
  type Lag,
  lagFor,
  type Pause,
  type ReplicationDefaults,
  type ReplicationSelector,
} from '../../store/replication/controls.ts'
import type { ReplicationKind } from '../../store/replication/rows.ts'
import type { ReplicationStatus } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { controlSettings } from './controls.ts'
import type { DeliveryServices } from './delivery.ts'
import type { ReplicationEvent } from './events.ts'
import { type BucketDifference, differenceOf, type VersionState, versionsOf } from './inspection.ts'
import { createRunner, type Runner } from './runner.ts'
import { applyTemplate, type ReplicationTemplate } from './templates.ts'

export interface ReplicationServices {
  readonly store: Store
  readonly clock: Clock
  readonly delay: Delay
  readonly defaults: ReplicationDefaults
  /** Whether replication of a Region works, to it and from it. Default: it does. */
  readonly isRegionUp?: ((region: string) => boolean) | undefined
  /** Default: a role is only text. */
  readonly judgeRole?: DeliveryServices['judgeRole']
  readonly observe?: ((event: ReplicationEvent) => void) | undefined
  /** A run could not write; what it would have done stays queued. */
  readonly failed?: ((error: unknown) => void) | undefined
}

/** The work of one rule from one bucket to another. Bytes, milliseconds. */
export interface ReplicationEntry {
  readonly source: string
  readonly destination: string
  readonly rule: string
  readonly pendingOperations: number
  readonly pendingBytes: number
  /** 0 where nothing is pending. */
  readonly oldestAgeMs: number
  /** Part of `pendingOperations`: held by a pause or a Region. */
  readonly held: number
  readonly failed: number
  readonly done: number
  readonly lag: Lag
  readonly paused: boolean
}

/** What a settle left behind. */
export interface Settled {
  readonly done: number
  readonly failed: number
  /** Entries that still have work: held, or not reached in time. */
  readonly left: readonly ReplicationEntry[]
}

/** What a pause holds. `duration` in milliseconds of world time. */
export interface PauseRequest extends Omit<Pause, 'id' | 'until'> {
  readonly duration?: number | undefined
}

export type StatusFilter = ReplicationStatus | 'NONE'

/** Replication as tests and the management API steer it. Buckets and Regions by name; times are milliseconds. */
export interface Replication extends Pick<Runner, 'admitted' | 'run' | 'nextDue' | 'dueWork' | 'stop'> {
  list(selector?: ReplicationSelector): ReplicationEntry[]
  pauses(): readonly Pause[]
  /** For what is admitted from now on; with `existing` also for what is pending. */
  setLag(
    selector: ReplicationSelector,
    lag: Lag,
    options?: { readonly existing?: boolean | undefined; readonly shuffle?: boolean | undefined },
  ): Promise<ReplicationEntry[]>
  pause(request: PauseRequest): Promise<Pause>
  /** By id, or by the selectors they were paused with; none: all. Returns how many ended. */
  resume(which: { readonly id: string } | Omit<PauseRequest, 'duration'>): Promise<number>
  failNext(
    selector: ReplicationSelector,
    failure: { readonly reason: string; readonly count: number; readonly kind?: ReplicationKind | undefined },
  ): Promise<void>
  /** Does all that is not held, whatever its due time. `timeoutMs` of real time. */
  settle(options?: { readonly timeoutMs?: number | undefined }): Promise<Settled>
  /** Queues versions of a bucket by its present rules; statuses: FAILED by default. */
  retry(request: {
    readonly bucket: string
    readonly prefix?: string | undefined
    readonly statuses?: readonly StatusFilter[] | undefined
  }): Promise<{ readonly matched: number; readonly admitted: number }>
  /** The same for versions that no rule took when they were written: statuses NONE by default. */
  backfill(request: Parameters<Replication['retry']>[0]): ReturnType<Replication['retry']>
  template(template: ReplicationTemplate): Promise<readonly string[]>
  /** Newest first; undefined: no such bucket. */
  versions(bucket: string, key: string): VersionState[] | undefined
  /** undefined: one of the buckets is not there. */
  diff(a: string, b: string, prefix?: string): Promise<BucketDifference | undefined>
}

const settleMs = 30_000
const admitBatch = 200

/** One per emulator. */
export function createReplication(services: ReplicationServices): Replication {
  const { store, clock, defaults } = services
  const settings = controlSettings(store)
  const runner = createRunner({
    store,
    clock,
    delay: services.delay,
    settings,
    seed: defaults.seed,
    isRegionUp: services.isRegionUp ?? (() => true),
    judgeRole: services.judgeRole,
    observe: event => services.observe?.(event),
    failed: error => services.failed?.(error),
  })

  function list(selector: ReplicationSelector = {}): ReplicationEntry[] {
    const { lags, pauses } = settings.current()
    const entries = new Map<string, ReplicationEntry>()
    for (const { rule, isActive, ...sums } of store.listReplicationTotals()) {
      if (!isSelected(selector, rule)) continue
      const name = `${rule.source} ${rule.destination} ${rule.id}`
      const before = entries.get(name)
      if (!isActive && !before && sums.pendingOperations + sums.failed + sums.done === 0) continue
      const oldest = sums.pendingOperations > 0 ? store.findOldestReplication(rule.row) : undefined
      const isHeld = runner.isHeld(rule)
      entries.set(name, {
        source: rule.source,
        destination: rule.destination,
        rule: rule.id,
        pendingOperations: sums.pendingOperations + (before?.pendingOperations ?? 0),
        pendingBytes: sums.pendingBytes + (before?.pendingBytes ?? 0),
        oldestAgeMs: Math.max(oldest === undefined ? 0 : clock.now() - oldest, before?.oldestAgeMs ?? 0),
        held: (isHeld ? sums.pendingOperations : heldByPrefix(rule.row, pauses, rule)) + (before?.held ?? 0),
        failed: sums.failed + (before?.failed ?? 0),
        done: sums.done + (before?.done ?? 0),
        lag: lagFor(lags, rule)?.lag ?? defaults.lag,
        paused: pauses.some(pause => isPaused(pause, rule)),
      })
    }
    return [...entries.values()]
  }

  function isPaused(
    { destinations, prefixes: _, ...ends }: Pause,
    rule: { destination: string } & Parameters<typeof isSelected>[1],
  ) {
    return isSelected(ends, rule) && (destinations === undefined || destinations.includes(rule.destination))
  }

  function heldByPrefix(ruleRow: number, pauses: readonly Pause[], rule: Parameters<typeof isPaused>[1]): number {
    const prefixes = pauses.filter(pause => isPaused(pause, rule)).flatMap(({ prefixes: held }) => held ?? [])
    return prefixes.reduce((sum, prefix) => sum + store.countReplicationWork(ruleRow, prefix), 0)
  }

  async function admit(
    { bucket: name, prefix = '', statuses }: Parameters<Replication['retry']>[0],
    usual: StatusFilter,
  ) {
    const bucket = store.findBucket(name)
    const wanted = new Set<string>(statuses ?? [usual])
    let matched = 0
    let admitted = 0
    let first: number | undefined
    let position: { after: string; afterVersionId: string } | undefined
    for (let isMore = bucket !== undefined; bucket && isMore; ) {
      const page = store.listVersions({ bucketId: bucket.id, prefix, limit: admitBatch, ...position })
      const rows = page.entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
      const last = rows.at(-1)
      const meant = rows.filter(({ replication }) => wanted.has(replication ?? 'NONE'))
      const outcome = await store.admitVersions(
        meant.map(({ id }) => id),
        clock.now(),
      )
      matched += meant.length
      admitted += outcome.admitted
      first = Math.min(first ?? Infinity, outcome.replicateAt ?? Infinity)
      isMore = page.isTruncated && last !== undefined
      if (last) position = { after: last.key, afterVersionId: last.versionId }
    }
    await runner.admitted(first === Infinity ? undefined : first)
    return { matched, admitted }
  }

  return {
    ...runner,
    list,
    pauses: () => settings.current().pauses,
    async setLag(selector, lag, { existing = false, shuffle } = {}) {
      await settings.addLag({ ...selector, lag, ...(shuffle !== undefined && { shuffle }) })
      for (let after: number | undefined = existing ? 0 : undefined; after !== undefined; ) {
        after = await store.redateReplications(after, admitBatch)
      }
      await runner.run()
      return list(selector)
    },
    async pause({ duration, ...request }) {
      const pause = { id: randomUUID(), ...request, ...(duration !== undefined && { until: clock.now() + duration }) }
      await settings.addPause(pause)
      return pause
    },
    async resume(which) {
      const same = (pause: Pause) => {
        if ('id' in which) return pause.id === which.id
        const { id: _, until: _u, ...paused } = pause
        const asked = Object.entries(which).filter(([, value]) => value !== undefined)
        return asked.length === 0 || canonical(Object.fromEntries(asked)) === canonical(paused)
      }
      const ended = await settings.removePauses(same)
      if (ended > 0) {
        await runner.release()
        await runner.run()
      }
      return ended
    },
    failNext: (selector, failure) => settings.addFailure({ ...selector, ...failure }),
    async settle({ timeoutMs = settleMs } = {}) {
      const end = performance.now() + timeoutMs
      const counts = await runner.run({ ahead: true, isOver: () => performance.now() > end })
      return { ...counts, left: list().filter(({ pendingOperations }) => pendingOperations > 0) }
    },
    retry: request => admit(request, 'FAILED'),
    backfill: request => admit(request, 'NONE'),
    template: template => applyTemplate(template, store),
    versions: (bucket, key) => versionsOf(store, bucket, key),
    diff: (a, b, prefix) => differenceOf(store, a, b, prefix),
  }
}

function canonical(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
