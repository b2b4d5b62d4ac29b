import type { Caller } from '../protocol/caller.ts'
import type { Clock } from '../protocol/clock.ts'
import { type AnyOperation, operationDefiner } from '../protocol/operation.ts'
import type { Form } from '../protocol/request/form.ts'
import type { IncomingBody } from '../protocol/request/incoming-body.ts'
import type { RawRequest } from '../protocol/request/raw-request.ts'
import type { Bucket, PublicAccessBlock } from '../store/rows.ts'
import type { Store } from '../store/store.ts'

/** The Multi-Region Access Point a request came through. */
export interface MrapAccess {
  /** Row id. */
  readonly id: number
  readonly alias: string
  readonly arn: string
  readonly accountId: string
  readonly publicAccessBlock: PublicAccessBlock
}

/** Block Public Access of an account; undefined: nothing is blocked. */
export type AccountBlocks = (accountId: string) => PublicAccessBlock | undefined

/** Values of condition keys that stand in the document of a request, not in its headers: by key in lower case. */
export type DocumentValues = Readonly<Record<string, readonly string[]>>

/** What an operation of the data plane works with. One per request. */
export interface DataContext {
  readonly store: Store
  readonly clock: Clock
  readonly requestId: string
  readonly caller: Caller
  /** Region called, or routed to. Its bucket answers. */
  readonly region: string
  /** The bucket reached. Reading it in an operation on the service itself, or in CreateBucket, is a bug and throws. */
  readonly bucket: Bucket
  /** Set when the request came through an MRAP. */
  readonly mrap: MrapAccess | undefined
  /**
   * URL of the bucket or MRAP reached, with a slash at its end, for a client that came by an own name or address: what its answers
   * name stays there. undefined: it came by a name of AWS, and answers name AWS's.
   */
  readonly ownUrl: () => string | undefined
  readonly request: RawRequest
  /** The decoded body, for operations whose input is a stream; XML and text bodies arrive decoded in the input. */
  readonly body: IncomingBody
  /** For an operation that reads a form: its fields; the file is the body. */
  readonly form?: Form | undefined
  readonly settings: DataSettings
  /** Whether Block Public Access holds this for the bucket reached: by its own setting, its account's, or those of the MRAP. */
  readonly isBlocked: (setting: keyof PublicAccessBlock) => boolean
  /** Block Public Access of an account. */
  readonly accountBlocks: AccountBlocks
  /**
   * Throws AccessDenied unless the caller may do this to the bucket (`key` undefined) or to a key of it: for operations that are judged
   * by what stands in their document. `more` is what the document says: who signed it, which version, and values of condition keys.
   */
  readonly authorize: (
    action: string,
    key: string | undefined,
    more?: {
      readonly caller?: Caller
      readonly versionId?: string | undefined
      readonly values?: DocumentValues
    },
  ) => void
  /**
   * Throws AccessDenied unless the caller's account lets it ask this of S3 itself. `resource`: ARN of a bucket that need not be there,
   * or `arn:aws:s3:::*`.
   */
  readonly authorizeService: (action: string, resource: string, values?: DocumentValues) => void
  /**
   * Another bucket, as the source of a copy: exists, and the caller may read it (`s3:GetObject` on the key), else throws NoSuchBucket
   * or AccessDenied.
   */
  readonly sourceBucket: (name: string, key: string, versionId: string | undefined) => Bucket
  /** Throws AccessDenied unless the caller may copy the tags of this source to a key of the bucket reached. */
  readonly authorizeCopiedTags: (
    source: { readonly bucket: Bucket; readonly key: string; readonly versionId: string | undefined },
    key: string,
  ) => void
  /** Whether the caller may do this to a key of the bucket reached: for what an answer shows to those alone who may read it. */
  readonly permits: (action: string, key: string, versionId: string | undefined) => boolean
  /** For a 404: the hint that another bucket of the MRAP has the key; undefined: none, or the request came through no MRAP. */
  readonly hintOfElsewhere: (key: string, versionId: string | undefined) => string | undefined
}

export interface DataSettings {
  readonly bucketDefaults: 'current' | 'before-2023'
  /** How long RestoreObject takes until the copy is there, in milliseconds; each call draws one. Default 1000. */
  readonly restoreDelayMs?: (() => number) | undefined
}

export type DataOperation = AnyOperation<DataContext>

export const defineOperation = operationDefiner<DataContext>()
