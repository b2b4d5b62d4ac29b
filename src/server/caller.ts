/** Who signed a request. */
export type Caller =
  /** The root user of an account. */
  | { readonly kind: 'root'; readonly accountId: string; readonly accessKeyId: string }
  /** An IAM user; `policies` are its identity policies as text. */
  | {
      readonly kind: 'user'
      readonly accountId: string
      readonly accessKeyId: string
      readonly name: string
      readonly policies: readonly string[]
    }
  /** A session of an IAM role. */
  | {
      readonly kind: 'role'
      readonly accountId: string
      readonly accessKeyId: string
      readonly name: string
      readonly sessionName: string
      readonly policies: readonly string[]
    }
  | { readonly kind: 'anonymous' }

/** A key pair that requests are verified against. Never logged, never stored in the data directory. */
export interface Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Set for temporary credentials: the request must carry exactly this token. */
  readonly sessionToken?: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number | undefined
  /** Which STS endpoint issued a session; tokens of the global one do not work with SigV4A (mrap-spec 7). Default regional. */
  readonly issuedBy?: 'regional' | 'global' | undefined
  /** Where the clients that use this key stand, for routing. */
  readonly clientRegion?: string | undefined
  readonly caller: Exclude<Caller, { kind: 'anonymous' }>
}

/** `<account>` of a caller, or undefined for anonymous. */
export function accountOf(caller: Caller): string | undefined {
  return caller.kind === 'anonymous' ? undefined : caller.accountId
}
