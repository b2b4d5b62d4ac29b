import { createHash } from 'node:crypto'

/** ARN of the key `aws/s3` of an account and Region, which encrypts where `aws:kms` is asked for without a key. */
export function managedKeyArn(accountId: string, region: string): string {
  const own = `arn:aws:kms:${region}:${accountId}`
  return `${own}:key/${derivedKeyId(`aws/s3:${own}`)}`
}

/** The id of a key that was given none: always the same for the same text. */
export function derivedKeyId(seed: string): string {
  const hex = createHash('sha256').update(`mrap-local:${seed}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
