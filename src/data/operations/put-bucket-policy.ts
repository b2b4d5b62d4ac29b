import { payload, required, string, structure } from '../../server/xml/shape.ts'
import { bucketLabel } from '../bucket-configuration.ts'
import { checkBucketPolicy } from '../bucket-policy.ts'
import { changeBucket } from '../buckets.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

/** Replaces the policy of a bucket; it is in force at once. Source: API_PutBucketPolicy. */
export default defineOperation({
  name: 'PutBucketPolicy',
  http: 'PUT /{Bucket}?policy',
  status: 204,
  action: 's3:PutBucketPolicy',
  input: structure({
    ...bucketLabel,
    Policy: payload(required(string({ invalid: { code: 'MalformedPolicy' } }))),
  }),
  output: structure({}),
  errors: ['MalformedPolicy', 'NoSuchBucket'],
  // The owner's root can never lose access to the policy, so there is nothing to confirm.
  ignores: ['x-amz-confirm-remove-self-bucket-access'],
  async handle({ Policy: policy }, context) {
    const { isPublic } = checkBucketPolicy(policy, context.bucket.name)
    if (isPublic && context.isBlocked('blockPublicPolicy')) {
      throw errors.AccessDenied(
        {},
        {
          hint:
            'The policy is public and Block Public Access (BlockPublicPolicy) is on. Name the principals, or limit the statement by a condition ' +
            'with fixed values, or turn the setting off with PutPublicAccessBlock.',
        },
      )
    }
    await changeBucket(context, { policy })
    return {}
  },
})
