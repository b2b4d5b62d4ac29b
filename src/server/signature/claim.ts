/** Algorithms of AWS Signature Version 4: HMAC with a Region in the scope, or ECDSA P-256 with a Region set (SigV4A). */
export type Algorithm = 'AWS4-HMAC-SHA256' | 'AWS4-ECDSA-P256-SHA256'

/**
 * What `x-amz-content-sha256` says about the body. Source: API reference, "Authenticating Requests".
 * `chunked` payloads are aws-chunked; `signed`: every chunk carries a signature; `trailer`: trailing headers follow the last chunk.
 */
export type PayloadMode =
  | { readonly kind: 'hash'; readonly sha256: string }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'chunked'; readonly signed: boolean; readonly trailer: boolean }

/** What a request says about its signature, read from the Authorization header or from a presigned query, not yet checked. */
export interface SignatureClaim {
  readonly via: 'header' | 'query'
  readonly algorithm: Algorithm
  readonly accessKeyId: string
  /** `yyyymmdd` of the credential scope. */
  readonly scopeDate: string
  /** Region of the scope; undefined for SigV4A. */
  readonly region: string | undefined
  /** `X-Amz-Region-Set` of SigV4A, as sent; undefined for SigV4. */
  readonly regionSet: string | undefined
  readonly service: string
  /** `yyyymmddThhmmssZ` as sent. */
  readonly amzDate: string
  /** The same instant in milliseconds since the epoch. */
  readonly signedAt: number
  /** Presigned only: seconds of validity, 1 to 604800. */
  readonly expiresSeconds: number | undefined
  /** Lower case, in the order sent. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly sessionToken: string | undefined
  readonly payload: PayloadMode
  /** Last line of the canonical request. */
  readonly payloadHash: string
}
