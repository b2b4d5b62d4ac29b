import type { Bodies, SealedBody } from './bodies/body.ts'
import type {
  Delivered,
  Delivery,
  MetadataChange,
  ReplicationState,
  ReplicationTotals,
  ReplicationWork,
} from './replication/rows.ts'
import type { ReplicationRule } from './replication/rules.ts'
import type { Routes } from './routes.ts'
import type {
  AsyncOperation,
  Bucket,
  BucketConfigurationName,
  MrapPolicy,
  MultiRegionAccessPoint,
  NamedConfigurationKind,
  ObjectPart,
  ObjectVersion,
  Part,
  PublicAccessBlock,
  RouteSetting,
  Upload,
  VersionDetails,
} from './rows.ts'

/**
 * All state. Reads are synchronous on the main thread's reader connection and see the last commit; writes are commands that the one
 * writer thread runs, each atomic, each resolved after its commit. The store knows rows and bytes: refusals come back as outcomes,
 * never as errors; it throws only for broken invariants.
 */
export interface Store extends StoreReads, StoreWrites {
  readonly bodies: Bodies
  readonly sqliteVersion: string
  /**
   * Grows when anything but objects and uploads may have changed: buckets, their configurations, access points, accounts. What was read
   * of these may be kept for as long as it stays the same.
   */
  settingsRevision(): number
  /**
   * Empties everything, as if the data directory were new, and puts `content` in: one transaction, so that readers see the state of
   * before or all of the new one, and so does the next start of a process that was killed. Bodies of `content` belong to it afterwards.
   */
  reset(content?: StoreContent): Promise<void>
  /** Finishes running writes and closes both connections. */
  close(): Promise<void>
}

export interface StoreReads {
  findBucket(name: string): Bucket | undefined
  /** All buckets of an account, by name. */
  listBuckets(accountId: string): Bucket[]
  /** Every bucket there is, by name. */
  listBucketsOfAllAccounts(): Bucket[]
  findBucketConfiguration(bucketId: number, name: BucketConfigurationName): string | undefined
  /** The values of `<kind>/<id>` with an id after `after`, in byte order of the id, at most `limit`. */
  listBucketConfigurations(bucketId: number, kind: NamedConfigurationKind, after: string, limit: number): string[]
  /** True when nothing was ever stored: no buckets, no MRAPs. */
  isEmpty(): boolean

  /** Current objects, without delete markers, and their bytes. Reads one entry of an index for each. */
  countObjects(bucketId: number): { readonly objects: number; readonly bytes: number }

  findCurrentVersion(bucketId: number, key: string): ObjectVersion | undefined
  findVersion(bucketId: number, key: string, versionId: string): ObjectVersion | undefined
  /** Parts of a multipart object, ascending, with a number above `after` (default 0), at most `limit` (default all); [] for other objects. */
  listObjectParts(versionRow: number, after?: number, limit?: number): ObjectPart[]
  findObjectPart(versionRow: number, partNumber: number): ObjectPart | undefined
  /**
   * Current objects (no delete markers) in UTF-8 byte order, and common prefixes, together at most `limit` entries, beginning after
   * `after` (exclusive; a common prefix that it is, or lies in, is skipped as a whole). `isTruncated`: more follow.
   */
  listObjects(query: ListQuery): ListPage<ObjectVersion>
  /** Versions and delete markers: keys ascending, newest first within a key. `afterVersionId` continues inside the key `after`. */
  listVersions(query: ListQuery & { readonly afterVersionId?: string | undefined }): ListPage<ObjectVersion>

  /** A version by its row. */
  findVersionRow(versionRow: number): ObjectVersion | undefined

  /** Every rule that was ever put, with the sums of its work, in the order they were put. */
  listReplicationTotals(): ReplicationTotals[]
  /** Pending work under the rules that run, due at `until` or earlier, at most `limit`, in the order it is to be done. */
  listReplicationWork(
    isRunning: (rule: ReplicationWork['rule']) => boolean,
    until: number,
    limit: number,
  ): ReplicationWork[]
  /** All of it that is due at the earliest instant after `after`, at most `limit`, in the order of admission. */
  listReplicationWorkAfter(
    isRunning: (rule: ReplicationWork['rule']) => boolean,
    after: number,
    limit: number,
  ): ReplicationWork[]
  /** What misses its threshold at the earliest instant after `after`, at most `limit`. */
  listThresholdsAfter(after: number, limit: number): { readonly work: ReplicationWork; readonly at: number }[]
  findReplicationWork(id: number): ReplicationWork | undefined
  /** When the oldest pending work under a rule was admitted. */
  findOldestReplication(ruleRow: number): number | undefined
  /** Pending work under a rule on keys with a prefix. Reads all of it. */
  countReplicationWork(ruleRow: number, prefix: string): number
  /** What is known of a version, by destination. */
  listReplicationStates(versionRow: number): ReplicationState[]
  findNextThreshold(): number | undefined

  findUpload(uploadId: string): Upload | undefined
  /** Open uploads by key, then start time. `afterUploadId` continues inside the key `after`. */
  listUploads(query: ListQuery & { readonly afterUploadId?: string | undefined }): ListPage<Upload>
  findPart(uploadRow: number, partNumber: number): Part | undefined
  /** Ascending, at most `limit`, with a number above `after`. */
  listParts(uploadRow: number, after: number, limit: number): Part[]

  /** What an account blocks for all of its buckets, or that it has removed that; undefined: it has set nothing. */
  findAccountBlock(accountId: string): { readonly block: PublicAccessBlock | undefined } | undefined

  /** A text that was kept under this name, such as `faults`; undefined: none. */
  findNote(name: string): string | undefined

  /** MRAPs that are not gone at `now`, oldest first, with a row id above `after` (default 0), at most `limit` (default all). */
  listMraps(accountId: string, now: number, after?: number, limit?: number): MultiRegionAccessPoint[]
  /** How many there are. */
  countMraps(accountId: string, now: number): number
  /** The same of all accounts. */
  listMrapsOfAllAccounts(now: number): MultiRegionAccessPoint[]
  findMrapByName(accountId: string, name: string, now: number): MultiRegionAccessPoint | undefined
  findMrapByAlias(alias: string, now: number): MultiRegionAccessPoint | undefined
  /** Whether an alias was ever given out. */
  isAliasTaken(alias: string): boolean
  /** MRAPs, not gone at `now`, that a bucket of this name and account is attached to. */
  listMrapsOfBucket(bucket: string, accountId: string, now: number): MultiRegionAccessPoint[]
  /** Those in effect when one was last submitted, and later ones; newest last. Every Region has at least one. */
  listRouteSettings(mrapId: number): RouteSetting[]
  /** What traffic follows at `now`, for every Region that has a setting by then; as `effectiveRoutes` of all settings ever submitted. */
  findEffectiveRoutes(mrapId: number, now: number): Routes
  /** Those in effect when one was last submitted, and later ones; newest last. */
  listMrapPolicies(mrapId: number): MrapPolicy[]
  /** The policy that decides requests at `now`, as `establishedPolicy` of all ever submitted. */
  findEstablishedPolicy(mrapId: number, now: number): string | undefined
  /** Of all accounts, the newest first. */
  listAsyncOperations(limit: number): AsyncOperation[]
  findAsyncOperation(accountId: string, token: string): AsyncOperation | undefined
  findAsyncOperationByClientToken(
    accountId: string,
    operation: AsyncOperation['operation'],
    clientToken: string,
  ): AsyncOperation | undefined
  /** The operations that fall due next after `after`, all at one instant, in the order in which they were submitted. */
  listNextDueOperations(after: number): AsyncOperation[]
  /** The same for the settings of routes that take effect next. */
  listNextDueRoutes(after: number): (RouteSetting & { readonly mrap: string })[]
  /** Operations on an MRAP of this name that have not reached `dueAt` at `now`. */
  listRunningAsyncOperations(accountId: string, mrapName: string, now: number): AsyncOperation[]
}

export interface ListQuery {
  readonly bucketId: number
  readonly prefix: string
  /** '' or undefined: no delimiter. */
  readonly delimiter?: string | undefined
  readonly after?: string | undefined
  readonly limit: number
}

export type ListEntry<Row> =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'prefix'; readonly prefix: string }

export interface ListPage<Row> {
  /** In listing order, prefixes among the rows. */
  readonly entries: readonly ListEntry<Row>[]
  readonly isTruncated: boolean
}

/** What the current version must be for a conditional write to happen; judged inside the write. A delete marker counts as absent. */
export type Expectation =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present' }
  | { readonly kind: 'etag'; readonly etag: string }

/** Why a conditional write did not happen. */
export type Unexpected = { readonly outcome: 'unexpected'; readonly current: 'absent' | 'present' }

export interface NewVersion {
  readonly bucketId: number
  readonly key: string
  /** Used when the bucket's versioning is Enabled; otherwise the version becomes `null`. */
  readonly versionId: string
  readonly etag: string
  readonly lastModified: number
  /** When it is written, where that is not `lastModified`: replication counts from then. */
  readonly writtenAt?: number | undefined
  readonly ownerId: string
  readonly storageClass: string
  readonly details: VersionDetails
}

/** Parts by number, ascending, and the ETag of each. Column by column, since ten thousand of them travel to the writer at once. */
export interface PartList {
  readonly numbers: readonly number[]
  readonly etags: readonly string[]
}

/** What a write means for replication, which was queued with it. */
export interface Admitted {
  /** When the first replica is due; absent: none is. */
  readonly replicateAt?: number | undefined
}

export type WriteOutcome =
  | ({
      readonly outcome: 'written'
      readonly versionId: string
      readonly versioning: Bucket['versioning']
      /** Later than asked where a version written here before is. */
      readonly lastModified: number
    } & Admitted)
  /** The bucket was deleted since it was looked up. Nothing was stored. */
  | { readonly outcome: 'no-bucket' }
  | Unexpected

export type DeleteOutcome =
  /** A delete marker was put on top. */
  | ({ readonly outcome: 'marked'; readonly versionId: string } & Admitted)
  /** A version (or, unversioned, the object) is gone. */
  | { readonly outcome: 'removed'; readonly wasDeleteMarker: boolean; readonly versionId: string }
  /** There was nothing to remove. */
  | { readonly outcome: 'absent' }
  /** Object Lock holds the version. */
  | { readonly outcome: 'locked' }
  | Unexpected

export interface DeleteRequest {
  readonly bucketId: number
  readonly key: string
  readonly versionId?: string | undefined
  readonly markerVersionId: string
  readonly ownerId: string
  readonly now: number
  /** GOVERNANCE retention does not hold. */
  readonly bypassGovernance?: boolean
  readonly expect?: Expectation | undefined
}

/** What a store begins with: the parameters of the write commands that make it. */
export interface StoreContent {
  readonly buckets: readonly BucketContent[]
  readonly mraps: readonly MrapContent[]
}

export interface BucketContent {
  readonly bucket: Parameters<StoreWrites['insertBucket']>[0]
  readonly objects: readonly { readonly version: Omit<NewVersion, 'bucketId'>; readonly body: SealedBody }[]
  /** Made once the objects are there: they are older than the rules of replication. */
  readonly change?: BucketChange | undefined
}

export type MrapContent = Parameters<StoreWrites['submitCreateMrap']>

export type BucketChange = Partial<
  Pick<Bucket, 'versioning' | 'objectLock' | 'requestPayer' | 'objectOwnership' | 'publicAccessBlock' | 'policy'>
> & {
  readonly configurations?: Readonly<Partial<Record<BucketConfigurationName, string | undefined>>>
  /** The enabled rules of the configuration `replication`, where that is changed. Queued work goes on. */
  readonly replicationRules?: readonly ReplicationRule[]
}

export interface StoreWrites {
  /** `id` is given by the store. */
  insertBucket(
    bucket: Omit<Bucket, 'id' | 'revision'> & {
      readonly configurations?: Readonly<Partial<Record<BucketConfigurationName, string>>>
    },
  ): Promise<{ outcome: 'created'; id: number } | { outcome: 'exists' }>
  /** `attached`: an MRAP of the bucket's own account that is not gone at `now` holds it. Open uploads go with the bucket. */
  deleteBucket(bucketId: number, now: number): Promise<'deleted' | 'absent' | 'not-empty' | 'attached'>
  /**
   * Changes settings and configurations (undefined removes one) together. With `revision`, only if it is still that of the bucket: the
   * caller reads, decides and tries again when it has `changed`. `no-bucket`: deleted since it was looked up.
   */
  updateBucket(bucketId: number, change: BucketChange, revision?: number): Promise<'updated' | 'changed' | 'no-bucket'>
  /** The same for one configuration, whatever else has changed. */
  putBucketConfiguration(
    bucketId: number,
    name: BucketConfigurationName,
    value: string | undefined,
  ): Promise<'updated' | 'changed' | 'no-bucket'>

  /**
   * Publishes a body as the current version of a key: replaces the null version where versioning is off or suspended, adds a version
   * where it is on. The body belongs to the object afterwards; when `expect` fails it is discarded. A replica of a later time stays current.
   */
  putObject(version: NewVersion, body: SealedBody, expect?: Expectation): Promise<WriteOutcome>
  /**
   * The same, with the bytes of a stored version: nothing is copied. A multipart source stays one, with its parts; where the new
   * object is to be a single part, the caller streams the source through `read` and `stage`.
   */
  linkObject(
    version: NewVersion,
    sourceVersionRow: number,
    expect?: Expectation,
  ): Promise<WriteOutcome | { outcome: 'source-gone' }>
  /**
   * Without `versionId`: a delete marker where versioning is on, the null version replaced by a marker where it is suspended, else the
   * object removed. With it: that version removed, and the newest of the rest becomes current. `markerVersionId` names the new marker.
   */
  deleteObject(request: DeleteRequest): Promise<DeleteOutcome>
  /** Several at once, each for itself, in this order. */
  deleteObjects(requests: readonly DeleteRequest[]): Promise<DeleteOutcome[]>
  /** Changes details of one version if its revision is still the one read; the caller reads and tries again otherwise. */
  updateVersion(
    versionRow: number,
    revision: number,
    change: {
      readonly details: VersionDetails
      readonly storageClass?: string
      /** What of it replication may have to follow. */
      readonly replicate?: MetadataChange | undefined
    },
  ): Promise<({ readonly outcome: 'updated' } & Admitted) | { readonly outcome: 'changed' }>

  /** `no-bucket`: deleted since it was looked up. */
  insertUpload(upload: Omit<Upload, 'id' | 'completed'>): Promise<'created' | 'no-bucket'>
  /** A part of the same number is replaced. The body belongs to the part; where the upload is gone it is discarded. */
  putPart(uploadRow: number, part: Part, body: SealedBody): Promise<'written' | 'no-upload'>
  /**
   * The same, with the bytes of a stored version: nothing is copied. `no-body`: they are in the version's row or in parts and cannot be
   * shared. `source-gone`: the version was deleted since it was looked up.
   */
  linkPart(
    uploadRow: number,
    part: Part,
    sourceVersionRow: number,
  ): Promise<'written' | 'no-upload' | 'no-body' | 'source-gone'>
  abortUpload(uploadRow: number): Promise<'aborted' | 'no-upload'>
  /**
   * Makes the listed parts, by ascending number, the body of a new version; moves no bytes. Parts left out are discarded.
   * `parts-changed`: one of them was replaced meanwhile (its ETag differs) or is gone. `conflict`: the current version is as expected,
   * but the key was written or deleted since the upload began.
   */
  completeUpload(
    uploadRow: number,
    version: NewVersion,
    parts: PartList,
    expect?: Expectation,
  ): Promise<WriteOutcome | { outcome: 'no-upload' | 'parts-changed' | 'conflict' }>

  /**
   * One transaction: the operation and, unless it failed, what it changes. `no-bucket`: one of the MRAP's buckets was deleted since it was
   * looked up; nothing was stored.
   */
  /** What becomes of pieces of work, all in one transaction; each outcome in its place. */
  deliver(deliveries: readonly Delivery[]): Promise<Delivered[]>
  /** Queues stored versions by the present rules, as if they were written at `at`. */
  admitVersions(versionRows: readonly number[], at: number): Promise<{ readonly admitted: number } & Admitted>
  /** Dates pending work behind `after` anew, by the lags that hold now, at most `limit`. Returns where to go on; undefined: that was all. */
  redateReplications(after: number, limit: number): Promise<number | undefined>
  /** Takes at most `limit` pieces of work back that were held. Returns how many. */
  releaseHeld(limit: number): Promise<number>
  /** Work whose threshold has passed at `now`, at most `limit`: each is returned once. */
  passThresholds(now: number, limit: number): Promise<number[]>

  /** One transaction: the operation and, unless it failed, what it changes. */
  submitCreateMrap(
    operation: AsyncOperation,
    mrap: Omit<MultiRegionAccessPoint, 'id' | 'deletingAt' | 'goneAt'> | undefined,
    routes?: readonly RouteSetting[],
    policy?: MrapPolicy,
  ): Promise<'submitted' | 'no-bucket'>
  submitDeleteMrap(
    operation: AsyncOperation,
    change: { mrapId: number; deletingAt: number; goneAt: number } | undefined,
  ): Promise<void>
  submitMrapPolicy(operation: AsyncOperation, change: ({ mrapId: number } & MrapPolicy) | undefined): Promise<void>
  /** What can never be in effect any more goes. */
  /**
   * Ends a running operation at `at`: with its outcome as it was decided, or with a failure, which takes back what it would have changed.
   * False: it is not running.
   */
  settleAsyncOperation(
    accountId: string,
    token: string,
    at: number,
    failure: AsyncOperation['failure'],
  ): Promise<boolean>
  insertRouteSettings(mrapId: number, settings: readonly RouteSetting[]): Promise<void>

  /** undefined removes it. */
  putAccountBlock(accountId: string, block: PublicAccessBlock | undefined): Promise<void>

  /** Keeps a small text under a name, until a reset; undefined removes it. */
  putNote(name: string, value: string | undefined): Promise<void>
}
