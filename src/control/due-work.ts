import type { DueWork } from '../protocol/due-work.ts'
import type { AsyncOperation } from '../store/rows.ts'
import type { Store } from '../store/store.ts'

/**
 * What of the control plane falls due: asynchronous operations end, submitted routes take effect. Both follow from rows and the clock, so
 * nothing need be done then.
 */
export function controlDueWork(store: Pick<Store, 'listNextDueOperations' | 'listNextDueRoutes'>): readonly DueWork[] {
  return [
    {
      nextDue: after =>
        store.listNextDueOperations(after).map(operation => ({
          at: operation.dueAt,
          kind: 'operation',
          what: `${operation.operation} ${nameOf(operation)}`,
          ...(operation.failure && { failure: `${operation.failure.code}: ${operation.failure.message}` }),
        })),
    },
    {
      nextDue: after =>
        store.listNextDueRoutes(after).map(({ effectiveAt, mrap, region, trafficDialPercentage }) => ({
          at: effectiveAt,
          kind: 'route',
          what: `${mrap}: ${region} ${trafficDialPercentage}`,
        })),
    },
  ]
}

function nameOf({ parameters }: AsyncOperation): string {
  const { Name }: { Name: string } = JSON.parse(parameters)
  return Name
}
