import { AwsError } from '../../protocol/errors.ts'
import { StartError } from '../../protocol/start-error.ts'
import type { Bucket } from '../../store/rows.ts'
import type { BucketChange, BucketContent, Store } from '../../store/store.ts'
import type { ReplicationConfiguration } from './configuration.ts'
import { putReplication } from './put-configuration.ts'
import { applyTemplate, type ReplicationTemplate } from './templates.ts'

/** What a world file says of replication: configurations of buckets in the words of the API (camelCase), and templates. */
export interface SeedReplication {
  readonly configurations: ReadonlyMap<string, object>
  readonly templates: readonly ReplicationTemplate[]
}

/**
 * What PutBucketReplication would have made of it in these buckets, by name of the bucket. Throws StartError for what it would have
 * refused.
 */
export async function seedReplication(
  buckets: readonly BucketContent[],
  { configurations, templates }: SeedReplication,
): Promise<ReadonlyMap<string, BucketChange>> {
  const rows = new Map(buckets.map(({ bucket }, id) => [bucket.name, { ...bucket, id, revision: 0 } satisfies Bucket]))
  const names = [...rows.keys()]
  const changes = new Map<string, BucketChange>()
  const store = {
    findBucket: name => rows.get(name),
    async updateBucket(id, change) {
      changes.set(names[id] ?? '', change)
      return 'updated'
    },
  } satisfies Pick<Store, 'findBucket' | 'updateBucket'>
  for (const [name, configuration] of configurations) {
    const bucket = rows.get(name)
    if (bucket) await asWorld(name, () => putReplication(inApiWords(configuration), { store, bucket }))
  }
  for (const template of templates) {
    await asWorld(template.sources.join(', '), () => applyTemplate(template, store))
  }
  return changes
}

async function asWorld(name: string, put: () => Promise<unknown>): Promise<void> {
  try {
    await put()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new StartError(`world: the replication of bucket ${name}: ${error.message}`, 2)
  }
}

/** `id` and `destination.bucket` become `ID` and `Destination.Bucket`. The file's schema has checked the members. */
function inApiWords(configuration: object): ReplicationConfiguration {
  return JSON.parse(JSON.stringify(configuration), function (this: unknown, _name, value: unknown) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name === 'id' ? 'ID' : `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
        member,
      ]),
    )
  })
}
