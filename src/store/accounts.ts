import { type Database, query } from './database.ts'
import type { StoreReads } from './store.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

/** Lookups of what accounts have set. */
export function accountReads(db: Database): Pick<StoreReads, 'findAccountBlock'> {
  const byId = query<[string], { block: string | null }>(
    db,
    'SELECT public_access_block AS block FROM accounts WHERE account_id = ?',
  )
  return {
    findAccountBlock(accountId) {
      const row = byId.get(accountId)
      return row && { block: row.block === null ? undefined : JSON.parse(row.block) }
    },
  }
}

/** Commands on what accounts set. */
export function accountWrites({ db }: Writer): SyncWrites<'putAccountBlock'> {
  const put = query<[string, string | null]>(
    db,
    `INSERT INTO accounts (account_id, public_access_block) VALUES (?, ?)
     ON CONFLICT (account_id) DO UPDATE SET public_access_block = excluded.public_access_block`,
  )
  return {
    putAccountBlock(accountId, block) {
      put.run(accountId, block ? JSON.stringify(block) : null)
    },
  }
}
