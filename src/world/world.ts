import type {
  AccountDocument,
  BlockDocument,
  BucketDocument,
  KeyDocument,
  MrapDocument,
  ObjectDocument,
  RoleDocument,
  SessionDocument,
  UserDocument,
} from './document.ts'

/**
 * A world file, checked and complete: what stands in the emulator when it is ready (design 2.8). Members are those of the file but for
 * what is said here: lists are there, policies are JSON text, times are milliseconds since the epoch.
 */
export interface World {
  /** Empty: the default credentials hold (design 2.5). */
  readonly accounts: readonly WorldAccount[]
  readonly buckets: readonly WorldBucket[]
  readonly multiRegionAccessPoints: readonly WorldMrap[]
}

export type WorldPublicAccessBlock = Required<BlockDocument>

export type WorldCredential = KeyDocument

export interface WorldSession extends Omit<SessionDocument, 'expires'> {
  readonly expires?: number
}

interface BlockOwner {
  readonly publicAccessBlock?: WorldPublicAccessBlock
}

export interface WorldUser extends Omit<UserDocument, 'policies' | 'credentials' | 'sessions'> {
  readonly policies: readonly string[]
  readonly credentials: readonly WorldCredential[]
  readonly sessions: readonly WorldSession[]
}

export interface WorldRole extends Omit<RoleDocument, 'policies' | 'sessions'> {
  readonly policies: readonly string[]
  readonly sessions: readonly WorldSession[]
}

export interface WorldAccount
  extends Omit<AccountDocument, 'publicAccessBlock' | 'credentials' | 'users' | 'roles'>,
    BlockOwner {
  readonly id: string
  readonly credentials: readonly WorldCredential[]
  readonly users: readonly WorldUser[]
  readonly roles: readonly WorldRole[]
}

export interface WorldBucket extends Omit<BucketDocument, 'publicAccessBlock' | 'policy' | 'objects'>, BlockOwner {
  readonly policy?: string
  readonly objects: readonly WorldObject[]
}

type Texts = Readonly<Record<string, string>>

export interface WorldObject extends Omit<ObjectDocument, 'body' | 'file' | 'metadata' | 'tags'> {
  readonly metadata: Texts
  readonly tags: Texts
  /** `file` is absolute by now. */
  readonly content: { readonly body: string } | { readonly file: string }
}

export interface WorldMrap
  extends Omit<MrapDocument, 'buckets' | 'publicAccessBlock' | 'routes' | 'policy'>,
    BlockOwner {
  readonly buckets: readonly { readonly name: string; readonly account?: string }[]
  /** Region -> dial; Regions not named are at 100. */
  readonly routes: Readonly<Record<string, 0 | 100>>
  readonly policy?: string
}
