import { accountOf } from '../../protocol/caller.ts'
import type { DeleteOutcome, DeleteRequest, Expectation } from '../../store/store.ts'
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

export interface DeleteOptions {
  readonly bypassGovernance: boolean
  readonly expect: Expectation | undefined
}

/** Deletes one object or version. Throws what `deleteRequest` and `deletedBy` throw. */
export async function deleteVersion(name: VersionName, context: DataContext, options: DeleteOptions): Promise<Deleted> {
  const outcome = await context.store.deleteObject(deleteRequest(name, context, options))
  return deletedBy(outcome, name, context, options)
}

/** What is asked of the store. Throws InvalidArgument for a version id that never was one. */
export function deleteRequest(name: VersionName, context: DataContext, options: DeleteOptions): DeleteRequest {
  const { bucket, clock, caller } = context
  requireKey(name.Key)
  return {
    bucketId: bucket.id,
    key: name.Key,
    versionId: checkVersionId(name, context),
    markerVersionId: newVersionId(),
    ownerId: accountOf(caller) ?? bucket.accountId,
    now: clock.now(),
    ...options,
  }
}

/** What came of it. Throws AccessDenied for a locked version, PreconditionFailed or NoSuchKey for a failed condition. */
export function deletedBy(
  outcome: DeleteOutcome,
  { Key, VersionId }: VersionName,
  { bucket }: DataContext,
  { expect }: DeleteOptions,
): Deleted {
  const named = VersionId === undefined ? undefined : shownVersionId(VersionId, bucket)
  switch (outcome.outcome) {
    case 'locked':
      throw lockedError()
    case 'unexpected':
      throw unexpectedError(expect, outcome, Key)
    case 'marked':
      return { versionId: outcome.versionId, isDeleteMarker: true }
    case 'removed':
      return { versionId: named, isDeleteMarker: outcome.wasDeleteMarker }
    case 'absent':
      return { versionId: named, isDeleteMarker: false }
  }
}
