import { matchesWildcards } from './wildcards.ts'

/** Whether one of the patterns fits the ARN of a resource. Case-sensitive; the key stands in the ARN as it is. */
export function matchesResource(patterns: readonly string[], arn: string): boolean {
  return patterns.some(pattern => matchesWildcards(pattern, arn))
}

/**
 * Whether a pattern speaks of a bucket or of objects in it, and of nothing else: a bucket policy may name no other resource.
 * `bucketArn` is the bucket's own.
 */
export function isOfBucket(pattern: string, bucketArn: string): boolean {
  return pattern === bucketArn || pattern.startsWith(`${bucketArn}/`)
}

/** The same for an MRAP and the objects behind it. ASSUMED: as for buckets. */
export function isOfMrap(pattern: string, mrapArn: string): boolean {
  return pattern === mrapArn || pattern.startsWith(`${mrapArn}/object/`)
}
