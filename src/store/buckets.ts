import { bit, type Database, query } from './database.ts'
import type { Keep } from './kept-reads.ts'
import { ruleRows } from './replication/rule-rows.ts'
import type { Bucket } from './rows.ts'
import type { BucketChange, StoreReads } from './store.ts'
import type { SyncWrites, Writer } from './writer/writer.ts'

interface BucketRow {
  readonly id: number
  readonly name: string
  readonly region: string
  readonly account_id: string
  readonly created_at: number
  readonly versioning: 'Enabled' | 'Suspended' | null
  readonly object_lock: 0 | 1
  readonly request_payer: Bucket['requestPayer']
  readonly object_ownership: Exclude<Bucket['objectOwnership'], undefined> | null
  readonly public_access_block: string | null
  readonly policy: string | null
  readonly revision: number
}

/** Lookups of buckets and their configurations. */
export function bucketReads(
  db: Database,
  keep: Keep,
): Pick<
  StoreReads,
  | 'findBucket'
  | 'listBuckets'
  | 'listBucketsOfAllAccounts'
  | 'findBucketConfiguration'
  | 'listBucketConfigurations'
  | 'isEmpty'
  | 'countObjects'
> {
  const byName = query<[string], BucketRow>(db, 'SELECT * FROM buckets WHERE name = ?')
  const byAccount = query<[string], BucketRow>(db, 'SELECT * FROM buckets WHERE account_id = ? ORDER BY name')
  const all = query<[], BucketRow>(db, 'SELECT * FROM buckets ORDER BY name')
  const configuration = query<[number, string], { value: string }>(
    db,
    'SELECT value FROM bucket_configurations WHERE bucket_id = ? AND name = ?',
  )
  // '0' follows '/'.
  const named = query<[number, string, string, number], { value: string }>(
    db,
    'SELECT value FROM bucket_configurations WHERE bucket_id = ? AND name > ? AND name < ? ORDER BY name LIMIT ?',
  )
  const counted = query<[number], { objects: number; bytes: number }>(
    db,
    `SELECT count(*) AS objects, coalesce(sum(size), 0) AS bytes FROM object_versions
     WHERE bucket_id = ? AND is_current = 1 AND is_delete_marker = 0`,
  )
  const anything = query<[], unknown>(
    db,
    'SELECT 1 FROM buckets UNION ALL SELECT 1 FROM multi_region_access_points LIMIT 1',
  )
  return {
    findBucket: keep((name: string) => {
      const row = byName.get(name)
      return row && toBucket(row)
    }),
    listBuckets: accountId => byAccount.all(accountId).map(toBucket),
    listBucketsOfAllAccounts: () => all.all().map(toBucket),
    findBucketConfiguration: keep((bucketId: number, name: string) => configuration.get(bucketId, name)?.value),
    listBucketConfigurations: (bucketId, kind, after, limit) =>
      named.all(bucketId, `${kind}/${after}`, `${kind}0`, limit).map(({ value }) => value),
    isEmpty: () => anything.get() === undefined,
    countObjects: bucketId => counted.get(bucketId) ?? { objects: 0, bytes: 0 },
  }
}

/** Commands on buckets and their configurations. */
export function bucketWrites({
  db,
  releaseManifest,
}: Writer): SyncWrites<'insertBucket' | 'deleteBucket' | 'updateBucket' | 'putBucketConfiguration'> {
  const insert = query<(string | number | null)[]>(
    db,
    `INSERT INTO buckets (name, region, account_id, created_at, versioning, object_lock, request_payer, object_ownership,
       public_access_block, policy)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING`,
  )
  const byId = query<[number], BucketRow>(db, 'SELECT * FROM buckets WHERE id = ?')
  const update = query<(string | number | null)[]>(
    db,
    `UPDATE buckets SET versioning = ?, object_lock = ?, request_payer = ?, object_ownership = ?, public_access_block = ?,
       policy = ?, revision = revision + 1 WHERE id = ?`,
  )
  const anyVersion = query<[number], unknown>(db, 'SELECT 1 FROM object_versions WHERE bucket_id = ? LIMIT 1')
  const anyMrap = query<[string, string, string, number], unknown>(
    db,
    `SELECT 1 FROM mrap_regions r JOIN multi_region_access_points m ON m.id = r.mrap_id
     WHERE r.bucket = ? AND r.bucket_account_id = ? AND m.account_id = ? AND (m.gone_at IS NULL OR m.gone_at > ?) LIMIT 1`,
  )
  const openUploads = query<[number], { id: number }>(
    db,
    'SELECT id FROM uploads WHERE bucket_id = ? AND completed IS NULL',
  )
  const deleteUploads = query<[number]>(db, 'DELETE FROM uploads WHERE bucket_id = ?')
  const remove = query<[number]>(db, 'DELETE FROM buckets WHERE id = ?')
  const putConfiguration = query<[number, string, string]>(
    db,
    `INSERT INTO bucket_configurations (bucket_id, name, value) VALUES (?, ?, ?)
     ON CONFLICT (bucket_id, name) DO UPDATE SET value = excluded.value`,
  )
  const deleteConfiguration = query<[number, string]>(
    db,
    'DELETE FROM bucket_configurations WHERE bucket_id = ? AND name = ?',
  )

  const rules = ruleRows(db)

  function change(
    bucketId: number,
    { configurations = {}, replicationRules = [], ...settings }: BucketChange,
    revision?: number,
  ): 'updated' | 'changed' | 'no-bucket' {
    const row = byId.get(bucketId)
    if (!row) return 'no-bucket'
    if (revision !== undefined && row.revision !== revision) return 'changed'
    update.run(...settingsOf({ ...toBucket(row), ...settings }), bucketId)
    for (const [name, value] of Object.entries(configurations)) {
      if (value === undefined) deleteConfiguration.run(bucketId, name)
      else putConfiguration.run(bucketId, name, value)
    }
    if ('replication' in configurations) rules.replace(bucketId, replicationRules)
    return 'updated'
  }

  return {
    insertBucket({ configurations = {}, ...bucket }) {
      const { name, region, accountId, createdAt } = bucket
      const { changes, insertedId } = insert.run(name, region, accountId, createdAt, ...settingsOf(bucket))
      if (changes === 0) return { outcome: 'exists' }
      for (const [configuration, value] of Object.entries(configurations)) {
        if (value !== undefined) putConfiguration.run(insertedId, configuration, value)
      }
      return { outcome: 'created', id: insertedId }
    },
    deleteBucket(bucketId, now) {
      const bucket = byId.get(bucketId)
      if (!bucket) return 'absent'
      const { name, account_id: accountId } = bucket
      if (anyVersion.get(bucketId)) return 'not-empty'
      if (anyMrap.get(name, accountId, accountId, now)) return 'attached'
      for (const { id } of openUploads.all(bucketId)) releaseManifest(id)
      deleteUploads.run(bucketId)
      remove.run(bucketId)
      return 'deleted'
    },
    updateBucket: change,
    putBucketConfiguration: (bucketId, name, value) => change(bucketId, { configurations: { [name]: value } }),
  }
}

/** The columns that UpdateBucket may change, in the order of the statements. */
function settingsOf(bucket: Omit<Bucket, 'id' | 'revision'>): (string | number | null)[] {
  return [
    bucket.versioning ?? null,
    bit(bucket.objectLock),
    bucket.requestPayer,
    bucket.objectOwnership ?? null,
    bucket.publicAccessBlock ? JSON.stringify(bucket.publicAccessBlock) : null,
    bucket.policy ?? null,
  ]
}

function toBucket(row: BucketRow): Bucket {
  return {
    id: row.id,
    revision: row.revision,
    name: row.name,
    region: row.region,
    accountId: row.account_id,
    createdAt: row.created_at,
    versioning: row.versioning ?? undefined,
    objectLock: row.object_lock === 1,
    requestPayer: row.request_payer,
    objectOwnership: row.object_ownership ?? undefined,
    publicAccessBlock: row.public_access_block === null ? undefined : JSON.parse(row.public_access_block),
    policy: row.policy ?? undefined,
  }
}
