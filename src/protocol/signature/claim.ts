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

/** What a request says about its signature, in whichever version and place, not yet checked. */
export type Claim = SignatureClaim | Version2Claim | FormClaim

/** Signature Version 4 or 4A, read from the Authorization header or from a presigned query. */
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
  /** Presigned only: seconds of validity, 0 to 604800. */
  readonly expiresSeconds: number | undefined
  /** Lower case, in the order sent. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly sessionToken: string | undefined
  readonly payload: PayloadMode
  /** Last line of the canonical request. */
  readonly payloadHash: string
}

/** Signature Version 2, read from `Authorization: AWS <key id>:<signature>` or from the query of a presigned URL. */
export interface Version2Claim {
  readonly via: 'header' | 'query'
  readonly algorithm: 'AWS'
  readonly accessKeyId: string
  /** Its scope names no Region. */
  readonly region: undefined
  /** Fourth line of what is signed: the `Date` header, '' where `x-amz-date` stands for it, or `Expires` of a URL. */
  readonly date: string
  /** When it was signed, in milliseconds since the epoch; undefined for a URL. */
  readonly signedAt: number | undefined
  /** When a URL expires, in milliseconds since the epoch; undefined for a header. */
  readonly expiresAt: number | undefined
  /** HMAC-SHA1 in base64, as sent. */
  readonly signature: string
  readonly sessionToken: string | undefined
  readonly payload: PayloadMode
}

/** The signature of a form: over its policy document, in Version 4 (with a scope) or in Version 2. */
export interface FormClaim {
  readonly via: 'form'
  readonly algorithm: 'AWS4-HMAC-SHA256' | 'AWS'
  readonly accessKeyId: string
  /** Region of the scope; undefined in Version 2. */
  readonly region: string | undefined
  /** `x-amz-credential` as sent, with the rest of its scope; undefined in Version 2. */
  readonly scope:
    | { readonly credential: string; readonly scopeDate: string; readonly service: string; readonly amzDate: string }
    | undefined
  /** Base64 as sent: what is signed. */
  readonly policy: string
  readonly signature: string
  readonly sessionToken: string | undefined
  readonly payload: PayloadMode
}
