import { errors } from '../errors.ts'
import type { AnyOperation } from '../operation.ts'
import type { Headers } from './headers.ts'

interface UnbuiltHeader {
  readonly name: string
  /** The operations whose result it would change; to all others it is a stranger's header and says nothing. */
  readonly operations: readonly string[]
  readonly because: string
  /** A value, lower case, that asks for what happens anyway. */
  readonly harmless?: string
}

const objectWrites = ['PutObject', 'CopyObject', 'CreateMultipartUpload', 'PostObject']
const directoryBucketsAlone = 'only directory buckets take it'
const eventHold = 'holds that end with an event are not kept'

/**
 * The headers that would change the result of an operation and are not built: all that the service model `s3` 2006-03-01 knows and no
 * shape declares. A test compares the model with this list.
 */
export const unbuiltHeaders: readonly UnbuiltHeader[] = [
  {
    name: 'x-amz-bucket-namespace',
    operations: ['CreateBucket'],
    because: 'names are global here',
    harmless: 'global',
  },
  { name: 'x-amz-grant-write', operations: objectWrites, because: 'an object has no grants of WRITE' },
  { name: 'x-amz-if-match-initiated-time', operations: ['AbortMultipartUpload'], because: directoryBucketsAlone },
  { name: 'x-amz-if-match-last-modified-time', operations: ['DeleteObject'], because: directoryBucketsAlone },
  { name: 'x-amz-if-match-size', operations: ['DeleteObject'], because: directoryBucketsAlone },
  { name: 'x-amz-object-lock-event-hold', operations: objectWrites, because: eventHold },
  { name: 'x-amz-object-lock-event-hold-duration-days', operations: objectWrites, because: eventHold },
  { name: 'x-amz-object-lock-event-hold-duration-years', operations: objectWrites, because: eventHold },
  { name: 'x-amz-write-offset-bytes', operations: ['PutObject'], because: directoryBucketsAlone },
]

const unbuiltByOperation = new Map<string, UnbuiltHeader[]>()
for (const row of unbuiltHeaders) {
  for (const operation of row.operations) {
    unbuiltByOperation.set(operation, [...(unbuiltByOperation.get(operation) ?? []), row])
  }
}

/** Asks for encryption; the service refuses it on every operation that stores no object of its own (public reports). */
const encryption = 'x-amz-server-side-encryption'

/**
 * Refuses a header that would change the result of this operation and is not built: an emulator that ignores it teaches its users bugs.
 * Every other header passes: SDKs, CDNs, gateways and proxies add their own, and clients send those of neighbouring operations.
 * Throws NotImplemented with the header's name, as S3 does for headers it does not implement, and InvalidArgument for
 * `x-amz-server-side-encryption` where S3 refuses it.
 */
export function refuseUnbuiltHeaders(operation: AnyOperation<never>, headers: Headers): void {
  for (const row of unbuiltByOperation.get(operation.name) ?? []) {
    const value = headers.get(row.name)
    if (value === undefined || value.toLowerCase() === row.harmless) continue
    throw errors.NotImplemented(
      { Header: row.name },
      { hint: `${operation.name} does not take ${row.name} here: ${row.because}. See docs/coverage.md.` },
    )
  }
  const asked = headers.get(encryption)
  if (asked !== undefined && !readsHeader(operation, encryption)) {
    throw errors.InvalidArgument({
      Message: `${encryption} header is not supported for this operation.`,
      ArgumentName: encryption,
      ArgumentValue: asked,
    })
  }
}

function readsHeader(operation: AnyOperation<never>, name: string): boolean {
  const members: Record<string, { at?: { in: string; name?: string } }> = operation.input.members
  return Object.values(members).some(({ at }) => at?.in === 'header' && at.name?.toLowerCase() === name)
}
