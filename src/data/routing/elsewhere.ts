import type { Clock } from '../../protocol/clock.ts'
import type { Bucket } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { MrapAccess } from '../context.ts'
import { routesOf } from './resolve-bucket.ts'

/** What was looked for where the request was routed to, and is not there. */
export interface Missing {
  readonly key: string
  /** undefined: the current version. */
  readonly versionId: string | undefined
  readonly bucket: Bucket
  readonly mrap: MrapAccess
}

/**
 * Names another bucket of the MRAP that holds the key, as a hint: the event that failovers are rehearsed for. undefined: none does, or
 * none that the caller may list. Asked only when the answer is 404.
 */
export function hintOfElsewhere(
  { key, versionId, bucket, mrap }: Missing,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  mayList: (other: Bucket) => boolean,
): string | undefined {
  const now = clock.now()
  const found = store.findMrapByAlias(mrap.alias, now)
  for (const route of found ? routesOf(found, store, now) : []) {
    const other = store.findBucket(route.bucket)
    if (!other || other.id === bucket.id || other.region !== route.region) continue
    const version =
      versionId === undefined ? store.findCurrentVersion(other.id, key) : store.findVersion(other.id, key, versionId)
    if (!version || version.isDeleteMarker || !mayList(other)) continue
    const dial = route.trafficDialPercentage > 0 ? 'active' : 'passive'
    const what = versionId === undefined ? 'this key' : 'this version'
    return `${other.name} (${other.region}, ${dial}) has ${what}; nothing has replicated it`
  }
  return undefined
}
