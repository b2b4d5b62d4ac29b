import type { Infer, StructureShape } from '../protocol/xml/shape.ts'
import type { Bucket, BucketConfigurationName } from '../store/rows.ts'
import type { BucketChange, Store } from '../store/store.ts'
import type { DataContext } from './context.ts'
import { errors } from './errors.ts'

/** A document that configures the bucket reached, as JSON in the words of the API; undefined: none was put. `shape` is what it was put as. */
export function findConfiguration<S extends StructureShape>(
  _shape: S,
  name: BucketConfigurationName,
  { store, bucket }: Pick<DataContext, 'store' | 'bucket'>,
): Infer<S> | undefined {
  const text = store.findBucketConfiguration(bucket.id, name)
  return text === undefined ? undefined : JSON.parse(text)
}

/** Stores a document that has been decoded by its shape and checked; undefined removes it, which is no error where there is none. */
export async function storeConfiguration(
  name: BucketConfigurationName,
  document: object | undefined,
  { store, bucket }: Pick<DataContext, 'store' | 'bucket'>,
): Promise<void> {
  const outcome = await store.putBucketConfiguration(bucket.id, name, document && JSON.stringify(document))
  if (outcome === 'no-bucket') throw errors.NoSuchBucket({ BucketName: bucket.name })
}

/** Each lost attempt means that somebody else's change went through, so many of them mean a bug. */
const maxAttempts = 1000

/**
 * Changes settings and configurations of the bucket reached, together. `decide` sees the bucket as it is, and may look up its configurations
 * and refuse by throwing; where the bucket is changed before the writer has its turn, it is asked again. Throws NoSuchBucket for a bucket that
 * was deleted meanwhile.
 */
export async function changeBucket(
  {
    store,
    bucket: { id, name },
  }: { readonly store: Pick<Store, 'findBucket' | 'updateBucket'>; readonly bucket: Pick<Bucket, 'id' | 'name'> },
  decide: (bucket: Bucket) => BucketChange,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const bucket = store.findBucket(name)
    if (bucket?.id !== id) throw errors.NoSuchBucket({ BucketName: name })
    const outcome = await store.updateBucket(id, decide(bucket), bucket.revision)
    if (outcome === 'updated') return
  }
  throw new Error('a bucket changed under every attempt to change it')
}
