/** What the store keeps, as its readers see it. Times are milliseconds since the epoch (UTC), sizes are bytes. */

export interface Bucket {
  readonly id: number
  /** Grows with every change of settings or configurations; `updateBucket` checks it. */
  readonly revision: number
  readonly name: string
  readonly region: string
  readonly accountId: string
  readonly createdAt: number
  /** undefined: never versioned. */
  readonly versioning: 'Enabled' | 'Suspended' | undefined
  readonly objectLock: boolean
  readonly requestPayer: 'BucketOwner' | 'Requester'
  /** undefined after DeleteBucketOwnershipControls; the service then acts as ObjectWriter. */
  readonly objectOwnership: ObjectOwnership | undefined
  readonly publicAccessBlock: PublicAccessBlock | undefined
  /** The policy document as sent. */
  readonly policy: string | undefined
}

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  readonly blockPublicPolicy: boolean
  readonly restrictPublicBuckets: boolean
}

/** Names of the bucket configurations that are kept as text and have no column: read and written with `*BucketConfiguration`. */
export type BucketConfigurationName =
  | 'acl'
  /** The location constraint that the bucket was created with, where it is not the name of its Region. */
  | 'location'
  | 'objectLock'
  | 'tagging'
  | 'cors'
  | 'lifecycle'
  | 'encryption'
  | 'replication'
  | 'website'
  | 'logging'
  | 'notification'
  | 'accelerate'
  | `${NamedConfigurationKind}/${string}`

/** Kinds of which a bucket has many, each kept as `<kind>/<id>`. */
export type NamedConfigurationKind = 'analytics' | 'intelligent-tiering' | 'inventory' | 'metrics'

/** Order of changes: time, then a counter, then the bucket in which it was made. */
export type MetadataStamp = readonly [at: number, counter: number, bucket: string]

/** Everything about a version that S3 returns and that no query searches: one JSON column. */
export interface VersionDetails {
  /** Content-Type and the other stored entity headers, by lower-case header name; only those the client sent. */
  readonly entityHeaders?: Readonly<Record<string, string>>
  /** User metadata: lower-case name without `x-amz-meta-` -> value as sent. */
  readonly metadata?: Readonly<Record<string, string>>
  /** In the order sent. */
  readonly tags?: readonly (readonly [key: string, value: string])[]
  readonly checksum?: { readonly algorithm: string; readonly type: 'FULL_OBJECT' | 'COMPOSITE'; readonly value: string }
  readonly retention?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly retainUntil: number }
  readonly legalHold?: 'ON' | 'OFF'
  /** Access control list as the plane writes it; absent: private to the owner. */
  readonly acl?: unknown
  readonly encryption?: {
    readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
    readonly kmsKeyId?: string
    readonly bucketKey?: boolean
    /** SSE-C: base64 MD5 of the customer's key. The key itself is never kept. */
    readonly customerKeyMd5?: string
  }
  readonly websiteRedirectLocation?: string
  /** When replicated metadata was changed last, where the version takes part in replication: the later change wins at every end. */
  readonly changes?: Readonly<Partial<Record<'tags' | 'acl' | 'retention' | 'legalHold', MetadataStamp>>>
  /** RestoreObject: when it was asked, when the copy is there, when it goes. */
  readonly restore?: {
    readonly requestedAt: number
    readonly readyAt: number
    readonly days: number
    readonly tier: string
  }
}

export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA'

export interface ObjectVersion {
  /** Row id. */
  readonly id: number
  /** Grows with every change of `details`; `updateVersion` checks it. */
  readonly revision: number
  readonly bucketId: number
  readonly key: string
  /** `null` for the null version. */
  readonly versionId: string
  readonly isCurrent: boolean
  readonly isDeleteMarker: boolean
  readonly size: number
  /** Without quotes. */
  readonly etag: string
  /** The versions of a key are ordered by (lastModified, counter, versionId); the greatest is current. */
  readonly lastModified: number
  /** Tells versions apart that one bucket wrote at the same time. It travels with a replica. */
  readonly counter: number
  /** It came by replication, not by a request. */
  readonly isReplica: boolean
  /** `x-amz-replication-status`; undefined: no rule took it. */
  readonly replication: ReplicationStatus | undefined
  /** Account that owns the object. */
  readonly ownerId: string
  readonly storageClass: string
  /** Number of parts for an object made by a multipart upload. */
  readonly partCount: number | undefined
  readonly details: VersionDetails
}

export interface Upload {
  readonly id: number
  readonly uploadId: string
  readonly bucketId: number
  readonly key: string
  readonly initiatedAt: number
  /** Who began it: an account id (its root) or the ARN of a user or session. */
  readonly initiatorId: string
  readonly ownerId: string
  readonly storageClass: string
  readonly checksumAlgorithm: string | undefined
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE' | undefined
  /** What the object will have: headers, metadata, tags, lock, encryption. */
  readonly details: VersionDetails
  /** Set once completed: a repeated Complete answers with it. */
  readonly completed:
    | { readonly versionId: string; readonly etag: string; readonly checksum?: VersionDetails['checksum'] }
    | undefined
}

export interface Part {
  readonly partNumber: number
  readonly size: number
  readonly etag: string
  readonly lastModified: number
  readonly checksum: { readonly algorithm: string; readonly value: string } | undefined
}

/** A part of a finished multipart object. */
export interface ObjectPart extends Part {
  /** First byte of the part within the object. */
  readonly offset: number
}

export interface MultiRegionAccessPoint {
  readonly id: number
  readonly accountId: string
  readonly name: string
  /** With `.mrap`. */
  readonly alias: string
  /** When the create request was received. */
  readonly createdAt: number
  /** From then on READY. */
  readonly readyAt: number
  /** Set once a delete was accepted: DELETING from then on... */
  readonly deletingAt: number | undefined
  /** ...and gone from then on. */
  readonly goneAt: number | undefined
  readonly publicAccessBlock: PublicAccessBlock
  /** In the order of the create request. */
  readonly regions: readonly MrapRegion[]
}

export interface MrapRegion {
  readonly bucket: string
  readonly region: string
  readonly bucketAccountId: string
}

/** One value of one dial, from `effectiveAt` on. The newest is the configured one; the newest effective one moves traffic. */
export interface RouteSetting {
  readonly region: string
  readonly trafficDialPercentage: number
  readonly submittedAt: number
  readonly effectiveAt: number
}

/** One accepted policy of an MRAP. The newest is Proposed; the newest whose time has come is Established. */
export interface MrapPolicy {
  readonly policy: string
  readonly submittedAt: number
  readonly establishedAt: number
}

export type AsyncOperationName =
  | 'CreateMultiRegionAccessPoint'
  | 'DeleteMultiRegionAccessPoint'
  | 'PutMultiRegionAccessPointPolicy'

export interface AsyncOperation {
  /** Last segment of the request token ARN. */
  readonly token: string
  readonly accountId: string
  readonly clientToken: string
  readonly operation: AsyncOperationName
  /** What was asked, without the ClientToken, as JSON of the decoded input's Details. */
  readonly parameters: string
  readonly submittedAt: number
  readonly startsAt: number
  readonly dueAt: number
  /** The outcome, decided at submission, shown from `dueAt` on. undefined: success. */
  readonly failure:
    | { readonly code: string; readonly message: string; readonly resource: string; readonly requestId: string }
    | undefined
  /** Regions the operation works in, for the per-Region block. */
  readonly regions: readonly string[]
}
