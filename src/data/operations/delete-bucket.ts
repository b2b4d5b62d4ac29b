import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Deletes an empty bucket that no MRAP of its account holds. Open multipart uploads go with it. Source: API_DeleteBucket. */
export default defineOperation({
  name: 'DeleteBucket',
  http: 'DELETE /{Bucket}',
  status: 204,
  action: 's3:DeleteBucket',
  input: structure(bucketLabel),
  output: structure({}),
  errors: ['BucketHasAccessPointsAttached', 'BucketNotEmpty', 'NoSuchBucket'],
  async handle(_input, context) {
    const { store, bucket, clock } = context
    switch (await store.deleteBucket(bucket.id, clock.now())) {
      case 'deleted':
        return {}
      case 'absent':
        throw errors.NoSuchBucket({ BucketName: bucket.name })
      // ASSUMED: a bucket that is attached and not empty is told as not empty.
      case 'not-empty':
        throw notEmpty(context)
      case 'attached':
        throw attached(context)
    }
  },
})

function notEmpty({ bucket }: DataContext) {
  if (bucket.versioning === undefined) return errors.BucketNotEmpty({ BucketName: bucket.name })
  return errors.BucketNotEmpty({
    Message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    BucketName: bucket.name,
  })
}

function attached({ store, bucket, clock }: DataContext) {
  const names = store
    .listMrapsOfBucket(bucket.name, bucket.accountId, clock.now())
    .filter(({ accountId }) => accountId === bucket.accountId)
    .map(({ name }) => name)
  return errors.BucketHasAccessPointsAttached(
    {},
    {
      hint: `Attached to the Multi-Region Access Point ${names.join(', ')}. Delete it first and wait until it is gone.`,
    },
  )
}
