import type { DueItem, DueWork } from '../protocol/due-work.ts'
import type { Logger } from '../protocol/logger.ts'
import type { WorldClock } from '../protocol/world-clock.ts'

/** Says in the log, at its time, what has become of operations and routes. */
export interface DueNews {
  /** Says what is due by now, and waits for the next. `operation`: what S3 Control has just done. */
  look(operation?: string): void
  /** World time began anew. */
  restart(): void
  close(): void
}

/** A frozen clock does not come nearer to what is due. */
const leastWaitMs = 1000
const mostWaitMs = 2 ** 31 - 1

/** No state depends on the timer: it only looks. */
export function createDueNews(works: readonly DueWork[], clock: Pick<WorldClock, 'now'>, log: Logger): DueNews {
  /** Of the last item that was told. */
  let told = clock.now()
  let timer: NodeJS.Timeout | undefined

  const next = () => works.flatMap(work => work.nextDue(told)).sort((a, b) => a.at - b.at)
  const tell = ({ kind, what, failure }: DueItem) =>
    log.info(
      kind === 'route'
        ? `routes ${what} in effect`
        : `${kind} ${what} ${failure === undefined ? 'succeeded' : `failed: ${failure}`}`,
    )

  function look(operation?: string): void {
    clearTimeout(timer)
    const now = clock.now()
    let items = next()
    while (items[0] && items[0].at <= now) {
      const { at } = items[0]
      for (const item of items) if (item.at === at) tell(item)
      told = at
      items = next()
    }
    if (operation === 'SubmitMultiRegionAccessPointRoutes') items.forEach(tellSubmitted)
    const first = items[0]
    if (first) timer = setTimeout(() => look(), Math.min(Math.max(first.at - now, leastWaitMs), mostWaitMs)).unref()
  }

  function tellSubmitted({ kind, what, at }: DueItem): void {
    if (kind === 'route') log.info(`routes ${what} submitted, in effect at ${new Date(at).toISOString()}`)
  }

  return {
    look,
    restart() {
      told = clock.now()
    },
    close: () => clearTimeout(timer),
  }
}
