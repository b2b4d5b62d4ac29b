import { type Endpoint, json } from './resource.ts'
import { formatInstant } from './schema.ts'

/** Buckets of all accounts. */
export const buckets: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/buckets',
    summary: 'All buckets of all accounts, with what they hold',
    answer: (_call, { store, replication }) =>
      json(200, {
        buckets: store.listBucketsOfAllAccounts().map(bucket => ({
          name: bucket.name,
          region: bucket.region,
          account: bucket.accountId,
          createdAt: formatInstant(bucket.createdAt),
          versioning: bucket.versioning ?? 'Disabled',
          objectLock: bucket.objectLock,
          ...store.countObjects(bucket.id),
          rules: replication.list({ source: bucket.name }).map(({ rule, destination }) => ({ rule, destination })),
        })),
      }),
  },
]
