import type { InferMembers } from '../../protocol/xml/shape.ts'
import { header, required, string } from '../../protocol/xml/shape.ts'
import type { Bucket, ObjectVersion } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { type CustomerKeyHeaders, requireCustomerKey } from './encryption.ts'
import { maxBodyBytes } from './objects.ts'
import { failedCondition } from './preconditions.ts'
import { requireReadable } from './storage-class.ts'
import { checkVersionId } from './versions.ts'

/** The headers by which a copy names its source and says under which conditions it is taken. */
export const copySourceHeaders = {
  CopySource: header('x-amz-copy-source', required(string())),
  CopySourceIfMatch: header('x-amz-copy-source-if-match', string()),
  CopySourceIfModifiedSince: header('x-amz-copy-source-if-modified-since', string()),
  CopySourceIfNoneMatch: header('x-amz-copy-source-if-none-match', string()),
  CopySourceIfUnmodifiedSince: header('x-amz-copy-source-if-unmodified-since', string()),
  CopySourceSSECustomerAlgorithm: header('x-amz-copy-source-server-side-encryption-customer-algorithm', string()),
  CopySourceSSECustomerKey: header('x-amz-copy-source-server-side-encryption-customer-key', string()),
  CopySourceSSECustomerKeyMD5: header('x-amz-copy-source-server-side-encryption-customer-key-MD5', string()),
  ExpectedSourceBucketOwner: header('x-amz-source-expected-bucket-owner', string()),
}
type CopySourceHeaders = InferMembers<typeof copySourceHeaders>

export interface CopySource {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

const conditionNames = {
  IfMatch: 'x-amz-copy-source-If-Match',
  IfNoneMatch: 'x-amz-copy-source-If-None-Match',
  IfModifiedSince: 'x-amz-copy-source-If-Modified-Since',
  IfUnmodifiedSince: 'x-amz-copy-source-If-Unmodified-Since',
} as const

/**
 * Reads `x-amz-copy-source`: `[/]bucket/key[?versionId=id]`, also as the path of a URL (recorded); percent-encoded, a
 * blank as `+` or `%20`. Throws InvalidArgument,
 * and InvalidRequest for an access point: an MRAP is never a source (user guide, "Multi-Region Access Point
 * restrictions").
 */
export function readCopySource(header: string): CopySource {
  const mark = header.lastIndexOf('?versionId=')
  const path = decode(mark < 0 ? header : header.slice(0, mark))
  const versionId = mark < 0 ? undefined : decode(header.slice(mark + '?versionId='.length))
  const plain = path.replace(/^(https?:\/\/[^/]*)?\//, '')
  refuseAccessPoint(plain)
  const slash = plain.indexOf('/')
  const key = slash < 0 ? '' : plain.slice(slash + 1)
  if (slash < 1 || key === '') throw badCopySource()
  return { bucket: plain.slice(0, slash), key, versionId }
}

/** The version to copy, with its bucket. Throws what a read of it would, in the words of a copy. */
export function requireSource(
  source: CopySource,
  input: CopySourceHeaders,
  context: DataContext,
  /** `isRanged`: bytes of it are taken, so it may be of any size. */
  { isRanged = false }: { readonly isRanged?: boolean } = {},
): { readonly version: ObjectVersion; readonly bucket: Bucket } {
  const bucket = context.sourceBucket(source.bucket, source.key, source.versionId)
  const { ExpectedSourceBucketOwner: expectedOwner } = input
  if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) throw errors.AccessDenied()
  const version = findSource(source, bucket, context)
  requireCustomerKey(sourceKey(input), version.details.encryption)
  const now = context.clock.now()
  const failed = failedCondition(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    version,
    now,
  )
  if (failed) throw errors.PreconditionFailed({ Condition: conditionNames[failed] })
  requireReadable(version, now, "Operation is not valid for the source object's storage class")
  if (!isRanged && version.size > maxBodyBytes) {
    throw errors.InvalidRequest({
      Message: `The specified copy source is larger than the maximum allowable size for a copy source: ${maxBodyBytes}`,
    })
  }
  return { version, bucket }
}

function findSource({ key, versionId }: CopySource, bucket: Bucket, { store }: DataContext): ObjectVersion {
  const checked = checkVersionId({ Key: key, VersionId: versionId }, { bucket, store })
  const version =
    checked === undefined ? store.findCurrentVersion(bucket.id, key) : store.findVersion(bucket.id, key, checked)
  if (!version) {
    if (checked === undefined) throw errors.NoSuchKey({ Key: key })
    throw errors.NoSuchVersion({ Key: key, VersionId: checked })
  }
  if (!version.isDeleteMarker) return version
  if (checked === undefined) throw errors.NoSuchKey({ Key: key })
  throw errors.InvalidRequest({
    Message: 'The source of a copy request may not specifically refer to a delete marker by version id.',
  })
}

function sourceKey(input: CopySourceHeaders): CustomerKeyHeaders {
  return {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  }
}

function refuseAccessPoint(path: string): void {
  const isAccessPoint = path.startsWith('arn:') || /^[a-z0-9]+\.mrap\//.test(path)
  if (!isAccessPoint) return
  throw errors.InvalidRequest(
    { Message: 'The copy source cannot be an access point.' },
    {
      hint:
        'x-amz-copy-source names an access point or Multi-Region Access Point, which cannot be the source of a copy. ' +
        'Name the bucket itself: x-amz-copy-source: <bucket>/<key>.',
    },
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    throw badCopySource()
  }
}

function badCopySource() {
  return errors.InvalidArgument({
    Message: 'Invalid copy source object key',
    ArgumentName: 'x-amz-copy-source',
    ArgumentValue: 'x-amz-copy-source',
  })
}
