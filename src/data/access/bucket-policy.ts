import { bucketRules, type ReadPolicy, readPolicy } from '../../policy/document.ts'
import { isPublicPolicy } from '../../policy/is-public.ts'
import { formatBucketArn } from '../../protocol/endpoint/arn.ts'
import { errors } from '../errors.ts'

/** Without the blanks between its members. Source: user guide, "Adding a bucket policy". */
const limitBytes = 20 * 1024

/** Reads a policy for the bucket of this name. A problem is S3's sentence for it. */
export function readBucketPolicy(policy: string, bucketName: string): ReadPolicy {
  return readPolicy(policy, bucketRules(formatBucketArn(bucketName)))
}

/** Throws MalformedPolicy unless the bucket of this name can have this policy. Returns whether it is public. */
export function checkBucketPolicy(policy: string, bucketName: string): { readonly isPublic: boolean } {
  const read = readBucketPolicy(policy, bucketName)
  if (!read.ok) {
    const { problem, detail, hint = hintFor(problem, bucketName) } = read
    throw errors.MalformedPolicy({ Message: problem, ...(detail === undefined ? {} : { Detail: detail }) }, { hint })
  }
  const compact: unknown = JSON.parse(policy)
  if (Buffer.byteLength(JSON.stringify(compact)) > limitBytes) {
    throw errors.MalformedPolicy({
      Message: `Normalized policy document exceeds the maximum allowed size of ${limitBytes} bytes`,
    })
  }
  return { isPublic: isPublicPolicy(read.statements, 'bucket') }
}

function hintFor(problem: string, bucketName: string): string | undefined {
  if (problem !== 'Policy has invalid resource') return undefined
  const bucketArn = formatBucketArn(bucketName)
  return (
    `The policy of ${bucketName} may name ${bucketArn} and ${bucketArn}/<key pattern> only: no other bucket and no access point. ` +
    'To delegate to an access point, put its ARN into a Condition on s3:DataAccessPointArn.'
  )
}
