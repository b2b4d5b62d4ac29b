import { type Database, query } from './database.ts'
import type { Keep } from './kept-reads.ts'
import type { MrapPolicy, MrapRegion, MultiRegionAccessPoint, RouteSetting } from './rows.ts'
import type { StoreReads } from './store.ts'
import type { Writer } from './writer/writer.ts'

interface MrapRow {
  readonly id: number
  readonly account_id: string
  readonly name: string
  readonly alias: string
  readonly created_at: number
  readonly ready_at: number
  readonly deleting_at: number | null
  readonly gone_at: number | null
  readonly public_access_block: string
}

type MrapReads =
  | 'listMraps'
  | 'listMrapsOfAllAccounts'
  | 'findMrapByName'
  | 'findMrapByAlias'
  | 'isAliasTaken'
  | 'listMrapsOfBucket'
  | 'listRouteSettings'
  | 'listMrapPolicies'
  | 'listNextDueRoutes'

/** Lookups of MRAPs, their routes and policies. */
export function mrapReads(db: Database, keep: Keep): Pick<StoreReads, MrapReads> {
  const alive = '(gone_at IS NULL OR gone_at > ?)'
  const select = 'SELECT * FROM multi_region_access_points'
  const all = query<[string, number], MrapRow>(db, `${select} WHERE account_id = ? AND ${alive} ORDER BY id`)
  const ofAllAccounts = query<[number], MrapRow>(db, `${select} WHERE ${alive} ORDER BY id`)
  const byName = query<[string, string, number], MrapRow>(
    db,
    `${select} WHERE account_id = ? AND name = ? AND ${alive} ORDER BY id DESC LIMIT 1`,
  )
  const byAlias = query<[string], MrapRow>(db, `${select} WHERE alias = ?`)
  const anyAlias = query<[string], unknown>(db, 'SELECT 1 FROM multi_region_access_points WHERE alias = ?')
  const ofBucket = query<[string, string, number], MrapRow>(
    db,
    `${select} WHERE id IN (SELECT mrap_id FROM mrap_regions WHERE bucket = ? AND bucket_account_id = ?) AND ${alive} ORDER BY id`,
  )
  const regions = query<[number], MrapRegion>(
    db,
    `SELECT bucket, region, bucket_account_id AS bucketAccountId FROM mrap_regions WHERE mrap_id = ? ORDER BY position`,
  )
  const routes = query<[number], RouteSetting>(
    db,
    `SELECT region, traffic_dial_percentage AS trafficDialPercentage, submitted_at AS submittedAt, effective_at AS effectiveAt
     FROM route_settings WHERE mrap_id = ? ORDER BY id`,
  )
  const nextDueRoutes = query<[number], RouteSetting & { readonly mrap: string }>(
    db,
    `SELECT m.name AS mrap, region, traffic_dial_percentage AS trafficDialPercentage, submitted_at AS submittedAt,
       effective_at AS effectiveAt
     FROM route_settings r JOIN multi_region_access_points m ON m.id = r.mrap_id
     WHERE effective_at = (SELECT min(effective_at) FROM route_settings WHERE effective_at > ?) ORDER BY r.id`,
  )
  const policies = query<[number], MrapPolicy>(
    db,
    `SELECT policy, submitted_at AS submittedAt, established_at AS establishedAt
     FROM mrap_policies WHERE mrap_id = ? ORDER BY id`,
  )
  const toMrap = (row: MrapRow): MultiRegionAccessPoint => ({
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    alias: row.alias,
    createdAt: row.created_at,
    readyAt: row.ready_at,
    deletingAt: row.deleting_at ?? undefined,
    goneAt: row.gone_at ?? undefined,
    publicAccessBlock: JSON.parse(row.public_access_block),
    regions: regions.all(row.id),
  })
  const orUndefined = (row: MrapRow | undefined) => row && toMrap(row)
  const ofAlias = keep((alias: string) => orUndefined(byAlias.get(alias)))
  return {
    listMraps: (accountId, now) => all.all(accountId, now).map(toMrap),
    listMrapsOfAllAccounts: now => ofAllAccounts.all(now).map(toMrap),
    findMrapByName: (accountId, name, now) => orUndefined(byName.get(accountId, name, now)),
    findMrapByAlias(alias, now) {
      const mrap = ofAlias(alias)
      return mrap?.goneAt === undefined || mrap.goneAt > now ? mrap : undefined
    },
    isAliasTaken: alias => anyAlias.get(alias) !== undefined,
    listMrapsOfBucket: (bucket, accountId, now) => ofBucket.all(bucket, accountId, now).map(toMrap),
    listRouteSettings: keep((mrapId: number) => routes.all(mrapId)),
    listNextDueRoutes: after => nextDueRoutes.all(after),
    listMrapPolicies: keep((mrapId: number) => policies.all(mrapId)),
  }
}

/** Row writes of MRAPs, for the commands that record an asynchronous operation with what it changes. */
export interface MrapRows {
  insert(
    mrap: Omit<MultiRegionAccessPoint, 'id' | 'deletingAt' | 'goneAt'>,
    routes: readonly RouteSetting[],
    policy: MrapPolicy | undefined,
  ): void
  setGone(mrapId: number, deletingAt: number, goneAt: number): void
  insertRoutes(mrapId: number, settings: readonly RouteSetting[]): void
  insertPolicy(mrapId: number, policy: MrapPolicy): void
}

/** Prepares the statements for a writer. */
export function mrapRows({ db }: Writer): MrapRows {
  const insert = query<(string | number)[]>(
    db,
    `INSERT INTO multi_region_access_points (account_id, name, alias, created_at, ready_at, public_access_block)
     VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const insertRegion = query<(string | number)[]>(
    db,
    'INSERT INTO mrap_regions (mrap_id, position, bucket, region, bucket_account_id) VALUES (?, ?, ?, ?, ?)',
  )
  const setGone = query<[number, number, number]>(
    db,
    'UPDATE multi_region_access_points SET deleting_at = ?, gone_at = ? WHERE id = ?',
  )
  const insertRoute = query<(string | number)[]>(
    db,
    `INSERT INTO route_settings (mrap_id, region, traffic_dial_percentage, submitted_at, effective_at) VALUES (?, ?, ?, ?, ?)`,
  )
  const insertPolicy = query<(string | number)[]>(
    db,
    'INSERT INTO mrap_policies (mrap_id, policy, submitted_at, established_at) VALUES (?, ?, ?, ?)',
  )
  const rows: MrapRows = {
    insert(mrap, routes, policy) {
      const block = JSON.stringify(mrap.publicAccessBlock)
      const { insertedId: id } = insert.run(mrap.accountId, mrap.name, mrap.alias, mrap.createdAt, mrap.readyAt, block)
      for (const [position, { bucket, region, bucketAccountId }] of mrap.regions.entries()) {
        insertRegion.run(id, position, bucket, region, bucketAccountId)
      }
      rows.insertRoutes(id, routes)
      if (policy) rows.insertPolicy(id, policy)
    },
    setGone: (mrapId, deletingAt, goneAt) => {
      setGone.run(deletingAt, goneAt, mrapId)
    },
    insertRoutes(mrapId, settings) {
      for (const { region, trafficDialPercentage, submittedAt, effectiveAt } of settings) {
        insertRoute.run(mrapId, region, trafficDialPercentage, submittedAt, effectiveAt)
      }
    },
    insertPolicy: (mrapId, { policy, submittedAt, establishedAt }) => {
      insertPolicy.run(mrapId, policy, submittedAt, establishedAt)
    },
  }
  return rows
}
