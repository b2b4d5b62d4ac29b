import { boolean, payload, structure } from '../../server/xml/shape.ts'
import { bucketLabel } from '../bucket-configuration.ts'
import { readBucketPolicy } from '../bucket-policy.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { storedPolicy } from '../stored-policies.ts'

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
