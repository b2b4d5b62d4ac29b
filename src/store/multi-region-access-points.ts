import { type Database, query } from './database.ts'
import type { Keep } from './kept-reads.ts'
import { establishedPolicy } from './mrap-policy.ts'
import type { Routes } from './routes.ts'
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
  | 'countMraps'
  | 'listMrapsOfAllAccounts'
  | 'findMrapByName'
  | 'findMrapByAlias'
  | 'isAliasTaken'
  | 'listMrapsOfBucket'
  | 'listRouteSettings'
  | 'findEffectiveRoutes'
  | 'listMrapPolicies'
  | 'findEstablishedPolicy'
  | 'listNextDueRoutes'

/** Routes, and the world time during which they move traffic: up to before `until`. */
interface InEffect {
  readonly routes: Routes
  readonly from: number
  readonly until: number
}

/** Lookups of MRAPs, their routes and policies. */
export function mrapReads(db: Database, keep: Keep): Pick<StoreReads, MrapReads> {
  const alive = '(gone_at IS NULL OR gone_at > ?)'
  const select = 'SELECT * FROM multi_region_access_points'
  const page = query<[string, number, number, number], MrapRow>(
    db,
    `${select} WHERE account_id = ? AND ${alive} AND id > ? ORDER BY id LIMIT ?`,
  )
  const count = query<[string, number], { count: number }>(
    db,
    `SELECT count(*) AS count FROM multi_region_access_points WHERE account_id = ? AND ${alive}`,
  )
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
  const effective = query<[number, number], readonly [region: string, dial: number | null]>(
    db,
    `SELECT region, (
       SELECT traffic_dial_percentage FROM route_settings s
       WHERE s.mrap_id = r.mrap_id AND s.region = r.region AND effective_at <= ? ORDER BY effective_at DESC LIMIT 1
     ) FROM mrap_regions r WHERE mrap_id = ? ORDER BY position`,
    { raw: true },
  )
  const nextEffect = query<[number, number], { at: number }>(
    db,
    `SELECT effective_at AS at FROM route_settings INDEXED BY route_settings_by_effect
     WHERE effective_at > ? AND mrap_id = ? ORDER BY effective_at LIMIT 1`,
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
  const listMrapPolicies = keep((mrapId: number) => policies.all(mrapId))
  // Kept until something else takes effect.
  const inEffect = keep((_mrapId: number): { found: InEffect | undefined } => ({ found: undefined }))

  function findInEffect(mrapId: number, now: number): InEffect {
    const routes = new Map<string, number>()
    for (const [region, dial] of effective.all(now, mrapId)) if (dial !== null) routes.set(region, dial)
    return { routes, from: now, until: nextEffect.get(now, mrapId)?.at ?? Number.POSITIVE_INFINITY }
  }

  const ofAlias = keep((alias: string) => orUndefined(byAlias.get(alias)))
  return {
    listMraps: (accountId, now, after = 0, limit = noLimit) => page.all(accountId, now, after, limit).map(toMrap),
    countMraps: (accountId, now) => count.get(accountId, now)?.count ?? 0,
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
    findEffectiveRoutes(mrapId, now) {
      const kept = inEffect(mrapId)
      if (!kept.found || now < kept.found.from || now >= kept.found.until) kept.found = findInEffect(mrapId, now)
      return kept.found.routes
    },
    listMrapPolicies,
    findEstablishedPolicy: (mrapId, now) => establishedPolicy(listMrapPolicies(mrapId), now),
  }
}

/** Of a query: SQLite takes a negative limit for none. */
const noLimit = -1

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
  // A setting hides for ever what was submitted before it and takes effect no sooner, and what was in effect before the one that is now.
  const deleteHiddenRoutes = query<[number, string, number, number, string, number]>(
    db,
    `DELETE FROM route_settings WHERE mrap_id = ? AND region = ? AND (effective_at >= ? OR effective_at <
       (SELECT max(effective_at) FROM route_settings WHERE mrap_id = ? AND region = ? AND effective_at <= ?))`,
  )
  const deleteHiddenPolicies = query<[number, number, number, number]>(
    db,
    `DELETE FROM mrap_policies WHERE mrap_id = ? AND (established_at >= ? OR established_at <
       (SELECT max(established_at) FROM mrap_policies WHERE mrap_id = ? AND established_at <= ?))`,
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
        deleteHiddenRoutes.run(mrapId, region, effectiveAt, mrapId, region, submittedAt)
        insertRoute.run(mrapId, region, trafficDialPercentage, submittedAt, effectiveAt)
      }
    },
    insertPolicy: (mrapId, { policy, submittedAt, establishedAt }) => {
      deleteHiddenPolicies.run(mrapId, establishedAt, mrapId, submittedAt)
      insertPolicy.run(mrapId, policy, submittedAt, establishedAt)
    },
  }
  return rows
}
