import { createHash } from 'node:crypto'
import { errors } from './errors.ts'

/*
 * token = base64url( check name )     check: 6 bytes of the SHA-256 of the name, so that a token that was not given out is noticed
 *
 * A token holds nothing but the name after which the listing goes on, so it works in every bucket that has the same keys: the pages of one
 * listing through an MRAP may come from several Regions.
 */
const checkBytes = 6
/** A key of 1,024 bytes fits. */
const longestToken = 1400

/** The token of a page that ended with `name`: a key, a common prefix or a bucket. */
export function writeToken(name: string): string {
  return Buffer.concat([checkOf(name), Buffer.from(name)]).toString('base64url')
}

/** The name in a `continuation-token`. Throws InvalidArgument for a text that `writeToken` never made. */
export function readToken(token: string): string {
  const bytes = Buffer.from(token.slice(0, longestToken), 'base64url')
  const name = bytes.subarray(checkBytes).toString()
  if (writeToken(name) === token) return name
  throw errors.InvalidArgument({
    Message: 'The continuation token provided is incorrect',
    ArgumentName: 'continuation-token',
  })
}

function checkOf(name: string): Buffer {
  return createHash('sha256').update(`page after ${name}`).digest().subarray(0, checkBytes)
}
