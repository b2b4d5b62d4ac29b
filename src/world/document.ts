import type { Static } from 'typebox'
import type { worldSchema } from './schema.ts'

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

/** A world file of the right form; names and references are not checked yet. */
export type WorldDocument = Frozen<Static<typeof worldSchema>>

export type AccountDocument = NonNullable<WorldDocument['accounts']>[string]
export type UserDocument = NonNullable<AccountDocument['users']>[number]
export type RoleDocument = NonNullable<AccountDocument['roles']>[number]
export type KeyDocument = NonNullable<AccountDocument['credentials']>[number]
export type SessionDocument = NonNullable<RoleDocument['sessions']>[number]
export type BucketDocument = NonNullable<WorldDocument['buckets']>[number]
export type ObjectDocument = NonNullable<BucketDocument['objects']>[number]
export type MrapDocument = NonNullable<WorldDocument['multiRegionAccessPoints']>[number]
export type BlockDocument = NonNullable<BucketDocument['publicAccessBlock']>
