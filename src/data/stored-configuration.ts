import type { Infer, StructureShape } from '../protocol/xml/shape.ts'
import type { BucketConfigurationName } from '../store/rows.ts'
import type { DataContext } from './context.ts'

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
  await store.putBucketConfiguration(bucket.id, name, document && JSON.stringify(document))
}
