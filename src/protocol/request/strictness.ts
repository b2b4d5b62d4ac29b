import { errors } from '../errors.ts'
import type { AnyOperation } from '../operation.ts'
import type { Headers } from './headers.ts'

/** Headers that mean the same on every operation and are read by the toolkit or by a plane. */
const everywhere = new Set([
  'x-amz-account-id',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-region-set',
  'x-amz-request-payer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-te',
  'x-amz-trailer',
  'x-amz-user-agent',
])

interface Accepted {
  readonly names: ReadonlySet<string>
  readonly prefixes: readonly string[]
}

const acceptedBy = new WeakMap<object, Accepted>()

/**
 * Refuses an `x-amz-*` header that the operation does not know: an emulator that ignores what it does not know teaches its users
 * bugs. Throws NotImplemented with the header's name, as S3 does for headers it does not implement.
 */
export function refuseUnknownHeaders(operation: AnyOperation<never>, headers: Headers): void {
  const accepted = acceptedBy.get(operation) ?? remember(operation)
  for (const name of headers.names()) {
    if (!name.startsWith('x-amz-') || everywhere.has(name) || accepted.names.has(name)) continue
    if (name.startsWith('x-amz-checksum-') || accepted.prefixes.some(prefix => name.startsWith(prefix))) continue
    throw errors.NotImplemented(
      { Header: name },
      { hint: `${operation.name} does not take the header ${name} here. Leave it out, or see docs/coverage.md.` },
    )
  }
}

function remember(operation: AnyOperation<never>): Accepted {
  const names = new Set(operation.ignores?.map(name => name.toLowerCase()))
  const prefixes: string[] = []
  const members: Record<string, { at?: { in: string; name?: string; prefix?: string } }> = operation.input.members
  for (const { at } of Object.values(members)) {
    if (at?.in === 'header' && at.name) names.add(at.name.toLowerCase())
    if (at?.in === 'prefix-headers' && at.prefix) prefixes.push(at.prefix.toLowerCase())
  }
  const accepted = { names, prefixes }
  acceptedBy.set(operation, accepted)
  return accepted
}
