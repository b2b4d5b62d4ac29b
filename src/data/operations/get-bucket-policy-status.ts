import { boolean, payload, structure } from '../../protocol/xml/shape.ts'
import { readBucketPolicy } from '../access/bucket-policy.ts'
import { storedPolicy } from '../access/stored-policies.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'

const PolicyStatus = structure({ IsPublic: boolean() }, { xmlName: 'PolicyStatus' })

/** Says whether the policy of a bucket is public; its ACL is not looked at. Source: API_GetBucketPolicyStatus. */
export default defineOperation({
  name: 'GetBucketPolicyStatus',
  http: 'GET /{Bucket}?policyStatus',
  action: 's3:GetBucketPolicyStatus',
  input: structure(bucketLabel),
  output: structure({ PolicyStatus: payload(PolicyStatus) }),
  errors: ['NoSuchBucketPolicy'],
  handle(_input, { bucket: { name, policy } }) {
    if (policy === undefined) throw errors.NoSuchBucketPolicy({ BucketName: name })
    const { isPublic } = storedPolicy(policy, name, 'bucket', readBucketPolicy)
    return { PolicyStatus: { IsPublic: isPublic } }
  },
})
