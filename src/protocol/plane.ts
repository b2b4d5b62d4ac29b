import type { Answer } from './answer.ts'
import type { Caller, Credential } from './caller.ts'
import type { Target } from './endpoint/target.ts'
import type { AwsError, ErrorFactory } from './errors.ts'
import type { AnyOperation } from './operation.ts'
import type { Form } from './request/form.ts'
import type { IncomingBody } from './request/incoming-body.ts'
import type { Query } from './request/query.ts'
import type { RawRequest } from './request/raw-request.ts'
import type { Response } from './response.ts'
import type { Claim } from './signature/claim.ts'

/** Where a request lands, and what its signature is therefore judged against. Planes add their own members. */
export interface Place {
  readonly region: string | undefined
  readonly signing: SigningRules
  /** Name of the bucket that is reached or asked for; undefined where there is none. */
  readonly bucketName?: string | undefined
  /** The MRAP on the way to it. */
  readonly mrap?: { readonly alias: string; readonly arn: string } | undefined
  readonly mrapName?: string
  /** Headers of every answer from here on, refusals included. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface SigningRules {
  /** Region that the scope must name or the Region set cover. undefined: the scope's own Region is the Region called. */
  readonly region: string | undefined
  /** True for the convenience addresses of an MRAP, whose clients sign as for a bucket of any Region. */
  readonly acceptAnyRegion: boolean
  readonly service: readonly string[]
  /** True where Signature Version 2 is still accepted. Default false. */
  readonly takesVersion2?: boolean
}

export interface Match<Context> {
  readonly operation: AnyOperation<Context>
  /** Percent-decoded once. */
  readonly labels: Readonly<Record<string, string>>
  /** Headers of every answer, from here on, refusals included. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** The request names no operation: what it is answered with once its signature holds. */
  readonly refusal?: AwsError
}

/**
 * What distinguishes the two services behind one dispatcher. Each step is a function of what is known so far; a refusal is thrown.
 * `Context` and `P` are the plane's own and opaque to the toolkit.
 */
// biome-ignore lint/suspicious/noExplicitAny: the dispatcher hands a plane its own context and place back, unread.
export interface Plane<Context = any, P extends Place = any> {
  readonly name: 'data' | 'control'
  /** How a refusal is written. undefined: a mistake of ours. */
  readonly refuse: (error: AwsError | undefined, method: string, answer: Answer) => Response
  /** `xmlns` of result documents. */
  readonly namespace: string
  /** Refusals that shapes may name. */
  readonly errors: Readonly<Record<string, ErrorFactory>>
  /** Largest document body in bytes, where an operation does not say otherwise. */
  readonly bodyLimit: number
  match(target: Target, request: RawRequest, query: Query): Match<Context>
  locate(known: {
    readonly target: Target
    readonly operation: AnyOperation<Context>
    readonly request: RawRequest
    readonly claim: Claim | undefined
    readonly credential: Credential | undefined
  }): P
  /** What a form stands for: labels and headers from its fields. Called for operations that read a form. */
  readForm?(
    form: Form,
    request: RawRequest,
  ): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly request: RawRequest }>
  /** Whether this caller may do this here; the signature holds by now. Returns the headers that a success carries for it. */
  admit(known: {
    readonly operation: AnyOperation<Context>
    readonly labels: Readonly<Record<string, string>>
    readonly request: RawRequest
    readonly query: Query
    /** undefined: not signed. */
    readonly claim: Claim | undefined
    readonly caller: Caller
    readonly place: P
    readonly requestId: string
  }): readonly (readonly [name: string, value: string])[]
  context(known: {
    readonly operation: AnyOperation<Context>
    readonly request: RawRequest
    readonly query: Query
    readonly claim: Claim | undefined
    readonly caller: Caller
    readonly place: P
    readonly body: IncomingBody
    readonly form: Form | undefined
    readonly requestId: string
  }): Context
}
