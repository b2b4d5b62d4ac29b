/**
 * What AWS knows of a caller, or of the way it comes, and no request shows: values of condition keys, by key in lower case, such as
 * `aws:principaltag/team`.
 */
export type Circumstances = ReadonlyMap<string, readonly string[]>

/** Who signed a request. */
export type Caller = { readonly circumstances?: Circumstances | undefined } & Principal

type Principal =
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
      /** What the session was limited to when it was made; undefined or empty: nothing. */
      readonly sessionPolicies?: readonly string[] | undefined
    }
  /** A service of AWS that acts for somebody's resource, as CloudFront does for a distribution. */
  | {
      readonly kind: 'service'
      /** E.g. `cloudfront.amazonaws.com`. */
      readonly name: string
      /** The name once more: a service owns nothing in any account. */
      readonly accountId: string
      readonly accessKeyId: string
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

/** ARN of a caller as policies and STS name it, for a role that of its session; undefined for anonymous. */
export function arnOf(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'anonymous':
      return undefined
    case 'root':
      return `arn:aws:iam::${caller.accountId}:root`
    case 'user':
      return `arn:aws:iam::${caller.accountId}:user/${caller.name}`
    case 'role':
      return `arn:aws:sts::${caller.accountId}:assumed-role/${caller.name}/${caller.sessionName}`
    case 'service':
      return caller.name
  }
}

/** ASSUMED: users and roles have no unique ids here; their names stand for them. */
export function userIdOf(caller: Caller): string {
  switch (caller.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'root':
      return caller.accountId
    case 'user':
    case 'service':
      return caller.name
    case 'role':
      return `${caller.name}:${caller.sessionName}`
  }
}
