import { createHash } from 'node:crypto'
import { randomIdBytes } from '../../protocol/random-bytes.ts'
import type { Bucket, MetadataStamp, ObjectVersion, VersionDetails } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { requireKey } from './keys.ts'

/** Which version of which object a request names. */
export interface VersionName {
  readonly Key: string
  readonly VersionId?: string | undefined
}

type MetadataMember = (typeof replicated)[keyof typeof replicated]

type VersionContext = Pick<DataContext, 'bucket' | 'store'>

/** Each lost attempt means that somebody else's change went through, so many of them mean a bug. */
const maxAttempts = 1000

/** Version ids are base64url of random bytes and of check bytes, with a dot for the dash: 28 and 4 characters. */
const randomLength = 28

/** A new version id: 32 characters, opaque. Store rows order versions, not their ids. */
export function newVersionId(): string {
  const random = toId(randomIdBytes(21))
  return random + checkOf(random)
}

/**
 * The version id of a request. Throws InvalidArgument for one that was never given out: the service tells them from ids of versions
 * that are gone (recorded: delete_object_versioned, get_object_with_version_unversioned_bucket).
 */
export function checkVersionId({ Key, VersionId }: VersionName, { bucket, store }: VersionContext): string | undefined {
  if (VersionId === undefined || isGiven(VersionId, bucket)) return VersionId
  // What is stored was given out, by whatever rule.
  if (bucket.versioning !== undefined && store.findVersion(bucket.id, Key, VersionId)) return VersionId
  throw errors.InvalidArgument({
    Message: VersionId === '' ? 'Version id cannot be the empty string' : 'Invalid version id specified',
    ArgumentName: 'versionId',
    ArgumentValue: VersionId,
  })
}

/** Whether a version id can be one of this bucket: it was made by `newVersionId`, or is `null`. */
export function isGiven(versionId: string, { versioning }: Pick<Bucket, 'versioning'>): boolean {
  if (versionId === 'null') return true
  const random = versionId.slice(0, randomLength)
  // A bucket that was never versioned gave out no ids.
  return versioning !== undefined && versionId === random + checkOf(random)
}

function checkOf(random: string): string {
  return toId(createHash('sha256').update(`version ${random}`).digest().subarray(0, 3))
}

function toId(bytes: Buffer): string {
  return bytes.toString('base64url').replaceAll('-', '.')
}

/** The value of `x-amz-version-id`: `null` where versioning is suspended; undefined where it never was on. */
export function shownVersionId(
  versionId: string,
  { versioning }: { readonly versioning: Bucket['versioning'] },
): string | undefined {
  return versioning === undefined ? undefined : versionId
}

/** A time as lists and results show it: S3 keeps whole seconds, we keep milliseconds. */
export function shownTime(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}

/**
 * The version a request names, or the current one; never a delete marker. Throws NoSuchKey, NoSuchVersion,
 * InvalidArgument, and for delete markers what S3 answers: 405 when the marker is named or a write meets it, 404 when a
 * read meets it. `shownKey` is the `<Key>` of the answer; with `namesMarker` a read answers 405 for any marker, too.
 */
export function requireVersion(
  name: VersionName,
  context: DataContext,
  {
    shownKey = name.Key,
    namesMarker = false,
  }: { readonly shownKey?: string | undefined; readonly namesMarker?: boolean } = {},
): ObjectVersion {
  const { bucket, store } = context
  requireKey(name.Key)
  const versionId = checkVersionId(name, context)
  const version =
    versionId === undefined
      ? store.findCurrentVersion(bucket.id, name.Key)
      : store.findVersion(bucket.id, name.Key, versionId)
  if (!version) {
    const hint = context.hintOfElsewhere(name.Key, versionId)
    if (versionId === undefined) throw errors.NoSuchKey({ Key: shownKey }, { hint })
    throw errors.NoSuchVersion({ Key: name.Key, VersionId: versionId }, { hint })
  }
  if (!version.isDeleteMarker) return version
  const isRead = context.request.method === 'GET' || context.request.method === 'HEAD'
  const headers = markerHeaders(version)
  if (versionId === undefined && isRead && !namesMarker) {
    throw errors.NoSuchKey({ Key: shownKey }, { headers, hint: context.hintOfElsewhere(name.Key, versionId) })
  }
  throw errors.MethodNotAllowed(
    { Method: context.request.method, ResourceType: 'DeleteMarker' },
    {
      headers: {
        ...headers,
        Allow: 'DELETE',
        ...(isRead && { 'Last-Modified': new Date(version.lastModified).toUTCString() }),
      },
    },
  )
}

/** What of a version replication follows when it is changed, by the name of the work. */
const replicated = { TAGGING: 'tags', ACL: 'acl', RETENTION: 'retention', LEGAL_HOLD: 'legalHold' } as const

/**
 * Changes the details of the version a request names, whatever others change meanwhile: `change` sees the newest state
 * and may refuse by throwing. `kind`: what of it replicas are to follow. Returns the version as it was before. Throws like `requireVersion`.
 */
export async function changeVersion(
  name: VersionName,
  context: DataContext,
  change: (version: ObjectVersion) => VersionDetails,
  kind?: keyof typeof replicated,
): Promise<ObjectVersion> {
  const { store, bucket, clock } = context
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const version = requireVersion(name, context)
    const changed = change(version)
    const at = clock.now()
    const update =
      kind && version.replication
        ? { details: stamped(changed, replicated[kind], at, bucket.name), replicate: { kind, at } }
        : { details: changed }
    if ((await store.updateVersion(version.id, version.revision, update)).outcome === 'updated') return version
  }
  throw new Error('a version changed under every attempt to change it')
}

/** Notes when and where a member was changed: after all changes of it that are known here. */
function stamped(details: VersionDetails, member: MetadataMember, at: number, bucket: string): VersionDetails {
  const [before = 0, counter = 0] = details.changes?.[member] ?? []
  const stamp: MetadataStamp = before >= at ? [before, counter + 1, bucket] : [at, 0, bucket]
  return { ...details, changes: { ...details.changes, [member]: stamp } }
}

function markerHeaders(marker: ObjectVersion): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId }
}
