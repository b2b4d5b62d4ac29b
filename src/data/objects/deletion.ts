import { accountOf } from '../../protocol/caller.ts'
import type { Expectation } from '../../store/store.ts'
import type { DataContext } from '../context.ts'
import { requireKey } from './keys.ts'
import { lockedError } from './object-lock.ts'
import { unexpectedError } from './preconditions.ts'
import { checkVersionId, newVersionId, shownVersionId, type VersionName } from './versions.ts'

/** What a delete did. */
export interface Deleted {
  /** Of the new marker, or of the version named; undefined where versioning never was on or nothing was there. */
  readonly versionId: string | undefined
  /** A marker was made, or the version removed was one. */
  readonly isDeleteMarker: boolean
}

/**
 * Deletes one object or version, for DeleteObject and DeleteObjects. Throws AccessDenied for a locked version,
 * PreconditionFailed or NoSuchKey for a failed condition, InvalidArgument for a version id that never was one.
 */
export async function deleteVersion(
  name: VersionName,
  context: DataContext,
  options: { readonly bypassGovernance: boolean; readonly expect: Expectation | undefined },
): Promise<Deleted> {
  const { bucket, store, clock, caller } = context
  requireKey(name.Key)
  const versionId = checkVersionId(name, context)
  const named = versionId === undefined ? undefined : shownVersionId(versionId, bucket)
  const deleted = await store.deleteObject({
    bucketId: bucket.id,
    key: name.Key,
    versionId,
    markerVersionId: newVersionId(),
    ownerId: accountOf(caller) ?? bucket.accountId,
    now: clock.now(),
    ...options,
  })
  switch (deleted.outcome) {
    case 'locked':
      throw lockedError()
    case 'unexpected':
      throw unexpectedError(options.expect, deleted, name.Key)
    case 'marked':
      return { versionId: deleted.versionId, isDeleteMarker: true }
    case 'removed':
      return { versionId: named, isDeleteMarker: deleted.wasDeleteMarker }
    case 'absent':
      return { versionId: named, isDeleteMarker: false }
  }
}
