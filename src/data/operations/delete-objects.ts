import { setImmediate } from 'node:timers/promises'
import { AwsError } from '../../protocol/errors.ts'
import {
  boolean,
  flattened,
  type Infer,
  label,
  payload,
  required,
  string,
  structure,
} from '../../protocol/xml/shape.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { deletedBy, deleteRequest } from '../objects/deletion.ts'
import { requireKey } from '../objects/keys.ts'
import { bypassOf } from '../objects/object-lock.ts'
import { expectationOf } from '../objects/preconditions.ts'
import { bypassGovernanceHeader } from '../shapes.ts'

const maxKeys = 1000
const objectsPerSlice = 250

const ObjectIdentifier = structure({
  Key: required(string({ minLength: 1 })),
  VersionId: string(),
  ETag: string(),
  LastModifiedTime: string(),
  Size: string(),
})
const Deleted = structure({
  Key: string(),
  VersionId: string(),
  DeleteMarker: boolean(),
  DeleteMarkerVersionId: string(),
})
const Failed = structure({ Key: string(), VersionId: string(), Code: string(), Message: string() })

/**
 * Deletes up to 1,000 objects or versions, each for itself: what fails is listed, the rest is done. Source:
 * API_DeleteObjects.
 */
export default defineOperation({
  name: 'DeleteObjects',
  http: 'POST /{Bucket}?delete',
  action: 's3:DeleteObject',
  bodyLimit: 8 * 1024 * 1024,
  judgesItself: true,
  input: structure({
    Bucket: label(),
    ...bypassGovernanceHeader,
    Delete: payload(
      required(
        structure(
          { Object: required(flattened(ObjectIdentifier, { minItems: 1, maxItems: maxKeys })), Quiet: boolean() },
          { xmlName: 'Delete' },
        ),
      ),
    ),
  }),
  output: structure({
    DeleteResult: payload(
      structure({ Deleted: flattened(Deleted), Error: flattened(Failed) }, { xmlName: 'DeleteResult' }),
    ),
  }),
  ignores: ['x-amz-mfa'],
  async handle(input, context) {
    requireIntegrity(context)
    const bypassGovernance = bypassFor(input.Delete.Object, input.BypassGovernanceRetention, context)
    const results: Result[] = []
    const objects = distinct(input.Delete.Object)
    // In slices, other requests in between; a slice is one command for the writer.
    for (let from = 0; from < objects.length; from += objectsPerSlice) {
      if (from > 0) await setImmediate()
      results.push(...(await deleteSlice(objects.slice(from, from + objectsPerSlice), context, bypassGovernance)))
    }
    return {
      DeleteResult: {
        Deleted: input.Delete.Quiet ? [] : results.flatMap(result => ('deleted' in result ? result.deleted : [])),
        Error: results.flatMap(result => ('failed' in result ? result.failed : [])),
      },
    }
  },
})

/**
 * Whether the bypass header applies. Throws InvalidArgument in a bucket without Object Lock, as recorded for objects named by key alone.
 * ASSUMED: where versions are named it has no effect there; tools that empty buckets send it with every delete.
 */
function bypassFor(
  objects: readonly Infer<typeof ObjectIdentifier>[],
  header: boolean | undefined,
  context: DataContext,
): boolean {
  const namesVersions = objects.every(({ VersionId }) => VersionId !== undefined)
  return namesVersions ? header === true && context.bucket.objectLock : bypassOf(header, context)
}

/**
 * What a request names twice is deleted once, with one marker and one result. Throws MalformedXML for conditions on time or size, which are
 * for directory buckets. ASSUMED: the code; the service is only known to refuse the whole request.
 */
function distinct(objects: readonly Infer<typeof ObjectIdentifier>[]): Infer<typeof ObjectIdentifier>[] {
  const byName = new Map<string, Infer<typeof ObjectIdentifier>>()
  for (const object of objects) {
    const { Key, VersionId, ETag, LastModifiedTime, Size } = object
    if (LastModifiedTime !== undefined || Size !== undefined) throw errors.MalformedXML()
    const name = JSON.stringify([Key, VersionId, ETag])
    if (!byName.has(name)) byName.set(name, object)
  }
  return [...byName.values()]
}

interface FailedResult {
  readonly failed: Infer<typeof Failed>
}

type Result = FailedResult | { readonly deleted: Infer<typeof Deleted> }

/** Each for itself: what one refuses is no matter of the others. */
async function deleteSlice(
  objects: readonly Infer<typeof ObjectIdentifier>[],
  context: DataContext,
  bypassGovernance: boolean,
): Promise<Result[]> {
  const asked = objects.map(object => ({
    object,
    ...told(object, () => requestFor(object, context, bypassGovernance)),
  }))
  const outcomes = await context.store.deleteObjects(asked.flatMap(one => ('failed' in one ? [] : [one.request])))
  const next = outcomes.values()
  return asked.map(one => {
    if ('failed' in one) return { failed: one.failed }
    const { Key, VersionId } = one.object
    return told(one.object, () => {
      const { value: outcome } = next.next()
      if (!outcome) throw new Error('the store answered fewer deletes than it was asked for')
      const { isDeleteMarker, versionId } = deletedBy(outcome, one.object, context, one.options)
      return {
        deleted: { Key, VersionId, ...(isDeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: versionId }) },
      }
    })
  })
}

function requestFor(object: Infer<typeof ObjectIdentifier>, context: DataContext, bypassGovernance: boolean) {
  const { Key, VersionId, ETag } = object
  requireKey(Key)
  context.authorize(VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', Key)
  if (bypassGovernance) context.authorize('s3:BypassGovernanceRetention', Key)
  // An ETag tells what the object holds.
  if (ETag !== undefined && ETag !== '*') context.authorize('s3:GetObject', Key)
  const options = { bypassGovernance, expect: expectationOf({ IfMatch: ETag }, { takesStar: true }) }
  return { options, request: deleteRequest(object, context, options) }
}

/** What `step` gives, or how the list tells its refusal. */
function told<Value>({ Key, VersionId }: Infer<typeof ObjectIdentifier>, step: () => Value): Value | FailedResult {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    // In a list, an id that never was one is told as a version that does not exist.
    const { code, message } = error.fields.ArgumentName === 'versionId' ? errors.NoSuchVersion() : error
    return { failed: { Key, VersionId, Code: code, Message: message } }
  }
}

/** S3 takes this document only with a digest of it: a bit flipped on the way would delete the wrong object. */
function requireIntegrity({ request }: DataContext): void {
  const isProtected = request.headers
    .names()
    .some(name => name === 'content-md5' || name === 'x-amz-trailer' || /^x-amz-checksum-(crc|sha)/.test(name))
  if (isProtected) return
  throw errors.InvalidRequest({
    Message: 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
  })
}
