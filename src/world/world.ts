/** A world file, checked and complete: what stands in the emulator when it is ready (design 2.8). */
export interface World {
  /** Empty: the default credentials hold (design 2.5). */
  readonly accounts: readonly WorldAccount[]
  readonly buckets: readonly WorldBucket[]
  readonly multiRegionAccessPoints: readonly WorldMrap[]
}

export interface WorldPublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  readonly blockPublicPolicy: boolean
  readonly restrictPublicBuckets: boolean
}

export interface WorldCredential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly clientRegion?: string
}

export interface WorldSession extends WorldCredential {
  /** Role sessions only. */
  readonly name?: string
  readonly sessionToken: string
  /** Milliseconds since the epoch. */
  readonly expires?: number
  readonly issuedBy?: 'regional' | 'global'
}

export interface WorldAccount {
  readonly id: string
  readonly name?: string
  readonly publicAccessBlock?: WorldPublicAccessBlock
  readonly credentials: readonly WorldCredential[]
  readonly users: readonly {
    readonly name: string
    /** Policy documents as JSON text. */
    readonly policies: readonly string[]
    readonly credentials: readonly WorldCredential[]
    readonly sessions: readonly WorldSession[]
  }[]
  readonly roles: readonly {
    readonly name: string
    readonly policies: readonly string[]
    readonly sessions: readonly WorldSession[]
  }[]
}

export interface WorldBucket {
  readonly name: string
  readonly region: string
  /** undefined: the default account. */
  readonly account?: string
  readonly versioning?: 'Enabled' | 'Suspended'
  readonly objectLock?: boolean
  readonly requestPayer?: 'BucketOwner' | 'Requester'
  readonly objectOwnership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'
  readonly publicAccessBlock?: WorldPublicAccessBlock
  /** JSON text. */
  readonly policy?: string
  readonly objects: readonly WorldObject[]
}

export interface WorldObject {
  readonly key: string
  /** `file` is absolute by now. */
  readonly content: { readonly body: string } | { readonly file: string }
  readonly contentType?: string
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
}

export interface WorldMrap {
  readonly name: string
  readonly account?: string
  readonly alias?: string
  readonly buckets: readonly { readonly name: string; readonly account?: string }[]
  readonly publicAccessBlock?: WorldPublicAccessBlock
  /** Region -> dial; Regions not named are at 100. */
  readonly routes: Readonly<Record<string, 0 | 100>>
  readonly policy?: string
}
