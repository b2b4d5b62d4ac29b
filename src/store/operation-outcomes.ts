import { type Database, query } from './database.ts'
import type { AsyncOperation, AsyncOperationName } from './rows.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

/**
 * What a submitted operation has already written, moved to another outcome: an operation that is still running is made to end at once, as
 * it was decided, or with a failure that takes back what it would have changed.
 */
export function outcomeWrites({ db }: Writer): SyncWrites<'settleAsyncOperation'> {
  const find = query<
    [string, string],
    { readonly operation: AsyncOperationName; readonly mrap: string; readonly due_at: number }
  >(db, 'SELECT operation, mrap_name AS mrap, due_at FROM async_operations WHERE account_id = ? AND token = ?')
  const settle = query<(string | number | null)[]>(
    db,
    `UPDATE async_operations SET starts_at = min(starts_at, ?), due_at = ?, failure = coalesce(?, failure)
     WHERE account_id = ? AND token = ?`,
  )
  const change = changes(db)
  return {
    settleAsyncOperation(accountId, token, at, failure: AsyncOperation['failure']) {
      const row = find.get(accountId, token)
      if (!row || row.due_at <= at) return false
      settle.run(at, at, failure ? JSON.stringify(failure) : null, accountId, token)
      const { finish, fail } = change[row.operation]
      if (failure) fail(accountId, row.mrap, at)
      else finish(accountId, row.mrap, at)
      return true
    },
  }
}

type Change = (accountId: string, mrap: string, at: number) => void

function changes(
  db: Database,
): Readonly<Record<AsyncOperationName, { readonly finish: Change; readonly fail: Change }>> {
  const named = 'account_id = ? AND name = ?'
  const of = `mrap_id IN (SELECT id FROM multi_region_access_points WHERE ${named})`
  const run = (sql: string) => query<(string | number)[]>(db, sql)
  const ready = run(`UPDATE multi_region_access_points SET ready_at = ? WHERE ${named} AND ready_at > ?`)
  const neverMade = run(
    `UPDATE multi_region_access_points SET deleting_at = ?, gone_at = ? WHERE ${named} AND ready_at > ? AND gone_at IS NULL`,
  )
  const gone = run(
    `UPDATE multi_region_access_points SET deleting_at = min(deleting_at, ?), gone_at = ? WHERE ${named} AND gone_at > ?`,
  )
  const kept = run(
    `UPDATE multi_region_access_points SET deleting_at = NULL, gone_at = NULL WHERE ${named} AND gone_at > ?`,
  )
  const established = run(`UPDATE mrap_policies SET established_at = ? WHERE ${of} AND established_at > ?`)
  const withdrawn = run(`DELETE FROM mrap_policies WHERE ${of} AND established_at > ?`)
  return {
    CreateMultiRegionAccessPoint: {
      finish: (account, mrap, at) => void ready.run(at, account, mrap, at),
      fail: (account, mrap, at) => void neverMade.run(at, at, account, mrap, at),
    },
    DeleteMultiRegionAccessPoint: {
      finish: (account, mrap, at) => void gone.run(at, at, account, mrap, at),
      fail: (account, mrap, at) => void kept.run(account, mrap, at),
    },
    PutMultiRegionAccessPointPolicy: {
      finish: (account, mrap, at) => void established.run(at, account, mrap, at),
      fail: (account, mrap, at) => void withdrawn.run(account, mrap, at),
    },
  }
}
