import { isIP } from 'node:net'
import { errors } from '../errors.ts'

/** 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends. */
const pattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const reservedPrefix = /^(?:xn--|sthree-|amzn-s3-demo-)/
const reservedSuffix = /(?:-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$/

/** Throws InvalidBucketName unless a bucket may be called so. Source: user guide, "General purpose bucket naming rules". */
export function checkBucketName(name: string): void {
  const flaw = flawOf(name)
  if (flaw === undefined) return
  throw errors.InvalidBucketName({ BucketName: name }, { hint: `"${name.slice(0, 70)}" ${flaw}.` })
}

/** What is wrong with the name, as the rest of a sentence; undefined: nothing. */
function flawOf(name: string): string | undefined {
  if (!pattern.test(name)) {
    return 'must have 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends'
  }
  // ASSUMED: beside two dots, a dot beside a hyphen is refused as well, as DNS labels demand.
  if (/\.\.|\.-|-\./.test(name)) return 'must not have a dot beside a dot or hyphen'
  if (isIP(name) !== 0) return 'must not look like an IP address'
  const reserved = reservedPrefix.exec(name) ?? reservedSuffix.exec(name)
  return reserved ? `must not begin or end with the reserved ${reserved[0]}` : undefined
}
