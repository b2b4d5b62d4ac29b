import { payload, string, structure } from '../../protocol/xml/shape.ts'
import { checkBucketPolicy } from '../access/bucket-policy.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { changeBucket } from '../stored-configuration.ts'

/** Replaces the policy of a bucket; it is in force at once. Source: API_PutBucketPolicy. */
export default defineOperation({
  name: 'PutBucketPolicy',
  http: 'PUT /{Bucket}?policy',
  status: 204,
  action: 's3:PutBucketPolicy',
  input: structure({
    ...bucketLabel,
    Policy: payload(string({ invalid: { code: 'MalformedPolicy' } })),
  }),
  output: structure({}),
  errors: ['MalformedPolicy', 'NoSuchBucket'],
  // The owner's root can never lose access to the policy, so there is nothing to confirm.
  ignores: ['x-amz-confirm-remove-self-bucket-access'],
  // Nothing at all is a policy that is no JSON (recorded).
  async handle({ Policy: policy = '' }, context) {
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
    await changeBucket(context, () => ({ policy }))
    return {}
  },
})
