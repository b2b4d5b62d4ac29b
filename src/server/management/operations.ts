import { tokenArn } from '../../control/async-operations.ts'
import type { AsyncOperation } from '../../store/rows.ts'
import { ManagementError } from './errors.ts'
import { type Endpoint, json } from './resource.ts'
import { checked, formatInstant, optional, strict, text } from './schema.ts'
import type { ManagementServices } from './services.ts'

const failure = strict({ code: text('an error code'), message: text('a sentence'), region: optional(text('a Region')) })

/** Asynchronous operations of S3 Control: how far they are, and their outcome. */
export const operations: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/operations',
    summary: 'Asynchronous operations, the newest first',
    answer: (_call, services) =>
      json(200, { operations: services.store.listAsyncOperations(1000).map(operation => shown(operation, services)) }),
  },
  {
    route: 'POST /_mrap/v1/operations/{token+}/finish',
    summary: 'Makes an operation due now; its outcome stays what it is',
    async answer({ labels: { token = '' } }, services) {
      const operation = running(token, services)
      await services.store.settleAsyncOperation(operation.accountId, operation.token, services.clock.now(), undefined)
      return json(200, shown(find(token, services), services))
    },
  },
  {
    route: 'POST /_mrap/v1/operations/{token+}/fail',
    summary: 'Ends an operation now, with this failure',
    body: failure,
    examples: [{ code: 'InternalError', message: 'The Region could not be reached.' }],
    async answer({ labels: { token = '' }, json: body }, services) {
      const { code, message, region } = checked(failure, await body())
      const operation = running(token, services)
      const resource = region ?? operation.regions[0] ?? ''
      const outcome = { code, message, resource, requestId: operation.token.slice(0, 16) }
      await services.store.settleAsyncOperation(operation.accountId, operation.token, services.clock.now(), outcome)
      return json(200, shown(find(token, services), services))
    },
  },
]

/** By token, which is the last part of its ARN. */
function find(id: string, { store }: ManagementServices): AsyncOperation {
  const token = id.slice(id.lastIndexOf('/') + 1)
  const found = store.listAsyncOperations(Number.MAX_SAFE_INTEGER).find(operation => operation.token === token)
  if (!found) throw new ManagementError('NotFound', 'there is no operation with this token; GET operations lists them')
  return found
}

function running(id: string, services: ManagementServices): AsyncOperation {
  const operation = find(id, services)
  if (operation.dueAt > services.clock.now()) return operation
  throw new ManagementError('Conflict', 'the operation has ended')
}

function shown(operation: AsyncOperation, { clock }: ManagementServices) {
  const { token, accountId, startsAt, dueAt, submittedAt, failure: outcome, parameters } = operation
  const now = clock.now()
  const ended = outcome ? 'FAILED' : 'SUCCEEDED'
  return {
    token,
    arn: tokenArn(operation),
    operation: operation.operation,
    account: accountId,
    mrap: (JSON.parse(parameters) as { Name?: string }).Name,
    status: now < startsAt ? 'NEW' : now < dueAt ? 'INPROGRESS' : ended,
    submittedAt: formatInstant(submittedAt),
    dueAt: formatInstant(dueAt),
    failure: outcome && now >= dueAt ? { code: outcome.code, message: outcome.message } : null,
    regions: operation.regions,
  }
}
