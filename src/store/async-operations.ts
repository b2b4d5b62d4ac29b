import { type Database, query } from './database.ts'
import { mrapRows } from './multi-region-access-points.ts'
import type { AsyncOperation, AsyncOperationName } from './rows.ts'
import type { StoreReads } from './store.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

interface OperationRow {
  readonly token: string
  readonly account_id: string
  readonly client_token: string
  readonly operation: AsyncOperationName
  readonly parameters: string
  readonly submitted_at: number
  readonly starts_at: number
  readonly due_at: number
  readonly failure: string | null
  readonly regions: string
}

/** Lookups of asynchronous operations. */
export function asyncOperationReads(
  db: Database,
): Pick<
  StoreReads,
  | 'listAsyncOperations'
  | 'findAsyncOperation'
  | 'findAsyncOperationByClientToken'
  | 'listRunningAsyncOperations'
  | 'listNextDueOperations'
> {
  const select = 'SELECT * FROM async_operations WHERE account_id = ?'
  const byToken = query<[string, string], OperationRow>(db, `${select} AND token = ?`)
  const byClientToken = query<[string, string, string], OperationRow>(
    db,
    `${select} AND operation = ? AND client_token = ?`,
  )
  const running = query<[string, string, number], OperationRow>(
    db,
    `${select} AND mrap_name = ? AND due_at > ? ORDER BY id`,
  )
  const nextDue = query<[number], OperationRow>(
    db,
    `SELECT * FROM async_operations WHERE due_at = (SELECT min(due_at) FROM async_operations WHERE due_at > ?) ORDER BY id`,
  )
  const newest = query<[number], OperationRow>(db, 'SELECT * FROM async_operations ORDER BY id DESC LIMIT ?')
  const orUndefined = (row: OperationRow | undefined) => row && toOperation(row)
  return {
    listAsyncOperations: limit => newest.all(limit).map(toOperation),
    findAsyncOperation: (accountId, token) => orUndefined(byToken.get(accountId, token)),
    findAsyncOperationByClientToken: (accountId, operation, clientToken) =>
      orUndefined(byClientToken.get(accountId, operation, clientToken)),
    listNextDueOperations: after => nextDue.all(after).map(toOperation),
    listRunningAsyncOperations: (accountId, mrapName, now) => running.all(accountId, mrapName, now).map(toOperation),
  }
}

/** Commands that record an operation together with what it changes, and the change of routes, which is no operation. */
export function asyncOperationWrites(
  writer: Writer,
): SyncWrites<'submitCreateMrap' | 'submitDeleteMrap' | 'submitMrapPolicy' | 'insertRouteSettings'> {
  const mraps = mrapRows(writer)
  const insert = query<(string | number | null)[]>(
    writer.db,
    `INSERT INTO async_operations (token, account_id, client_token, operation, parameters, submitted_at, starts_at, due_at, failure, regions)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const bucket = query<[string, string, string], unknown>(
    writer.db,
    'SELECT 1 FROM buckets WHERE name = ? AND region = ? AND account_id = ?',
  )
  const record = (operation: AsyncOperation) => {
    insert.run(
      operation.token,
      operation.accountId,
      operation.clientToken,
      operation.operation,
      operation.parameters,
      operation.submittedAt,
      operation.startsAt,
      operation.dueAt,
      operation.failure ? JSON.stringify(operation.failure) : null,
      JSON.stringify(operation.regions),
    )
  }
  return {
    submitCreateMrap(operation, mrap, routes = [], policy = undefined) {
      if (mrap?.regions.some(region => !bucket.get(region.bucket, region.region, region.bucketAccountId)))
        return 'no-bucket'
      record(operation)
      if (mrap) mraps.insert(mrap, routes, policy)
      return 'submitted'
    },
    submitDeleteMrap(operation, change) {
      record(operation)
      if (change) mraps.setGone(change.mrapId, change.deletingAt, change.goneAt)
    },
    submitMrapPolicy(operation, change) {
      record(operation)
      if (change) mraps.insertPolicy(change.mrapId, change)
    },
    insertRouteSettings(mrapId, settings) {
      mraps.insertRoutes(mrapId, settings)
    },
  }
}

function toOperation(row: OperationRow): AsyncOperation {
  return {
    token: row.token,
    accountId: row.account_id,
    clientToken: row.client_token,
    operation: row.operation,
    parameters: row.parameters,
    submittedAt: row.submitted_at,
    startsAt: row.starts_at,
    dueAt: row.due_at,
    failure: row.failure === null ? undefined : JSON.parse(row.failure),
    regions: JSON.parse(row.regions),
  }
}
