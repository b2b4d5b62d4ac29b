import type { ObjectVersion } from '../../src/store/rows.ts'

/** The id of a version that is nowhere, though it may once have been given out. */
export const unknownVersionId = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaFuJF'

/** A row as the store would give it: five bytes, current, never versioned. */
export function objectVersion(members: Partial<ObjectVersion> = {}): ObjectVersion {
  return {
    id: 1,
    revision: 0,
    bucketId: 1,
    key: 'key',
    versionId: 'null',
    isCurrent: true,
    isDeleteMarker: false,
    size: 5,
    etag: '5d41402abc4b2a76b9719d911017c592',
    lastModified: Date.UTC(2026, 0, 1),
    counter: 0,
    isReplica: false,
    replication: undefined,
    ownerId: '111122223333',
    storageClass: 'STANDARD',
    partCount: undefined,
    details: {},
    ...members,
  }
}
