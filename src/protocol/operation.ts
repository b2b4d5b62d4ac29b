import type { AwsError } from './errors.ts'
import type { Response } from './response.ts'
import { type Infer, type StructureShape, structure } from './xml/shape.ts'

/** Which IAM action a request needs; `versioned` where the request names a version id. Source: "Actions defined by Amazon S3". */
export type Action = string | { readonly plain: string; readonly versioned: string }

/**
 * An operation of AWS's service model: what it is, what goes in, what comes out, what can fail, what happens.
 * `Context` is generic in the plane's services, so the toolkit never names the store.
 */
export interface Operation<
  Context,
  I extends StructureShape = StructureShape,
  O extends StructureShape = StructureShape,
> {
  readonly name: string
  /**
   * Method, path and distinguishing query keys and headers, as in the service model:
   * `GET /{Bucket}/{Key+}?tagging`, `GET /{Bucket}?list-type=2`, `PUT /{Bucket}/{Key+}|x-amz-copy-source`.
   */
  readonly http: string
  /** Status of success. Default 200. */
  readonly status?: number
  readonly action?: Action
  /** Data plane: one of the operations that take an MRAP ARN as bucket. */
  readonly acceptsMrap?: true
  /** For what nobody signs, such as the preflight of a browser: a signature in the request is not read. */
  readonly unsigned?: true
  /** The body is a form (multipart/form-data) with its own signature, whose file is the body proper. */
  readonly readsForm?: true
  /** Data plane: works on the service, or on a bucket that need not be there. */
  readonly needsNoBucket?: true
  /** Data plane: what decides about it stands in its document, so it calls `authorize` of its context itself. */
  readonly judgesItself?: true
  /** May take long: its answer begins with a 200 before it is known, and a failure then stands in the body. */
  readonly answersEarly?: true
  /** Control plane: Regions that serve it; elsewhere 301. */
  readonly servedIn?: readonly string[]
  readonly input: I
  readonly output: O
  /** Largest document in the body, in bytes; beyond it MaxMessageLengthExceeded. Default: the plane's. */
  readonly bodyLimit?: number
  /** Codes it may throw beyond the common ones; a test holds it to them. */
  readonly errors?: readonly string[]
  /** Headers and query keys that are accepted without effect; listed in docs/coverage.md. */
  readonly ignores?: readonly string[]
  /** Set for a row that is known but not built: what it is refused with. */
  readonly notImplemented?: () => AwsError
  handle(input: Infer<I>, context: Context): Infer<O> | Response | Promise<Infer<O> | Response>
}

/** What follows from a definition: worked out with it, so that no request asks for it. */
interface Facts {
  /** True when the operation reads bytes itself; any other body is a small document, read and checked before the operation runs. */
  readonly takesStream: boolean
}

/** An operation in a table, its shapes forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: the table holds operations of every shape; `defineOperation` has checked each.
export type AnyOperation<Context> = Operation<Context, any, any> & Facts

/** Types an operation against its shapes. Each plane re-exports it bound to its own context. */
export function operationDefiner<Context>() {
  return <I extends StructureShape, O extends StructureShape>(
    operation: Operation<Context, I, O>,
  ): Operation<Context, I, O> & Facts => {
    const members = Object.values(operation.input.members)
    return { ...operation, takesStream: members.some(({ kind }) => kind === 'stream') }
  }
}

/** A row for an operation that AWS has and that is not built: it answers `refusal` and never falls through to another one. */
export function unbuilt<Context>(name: string, http: string, refusal: (name: string) => AwsError) {
  const notImplemented = () => refusal(name)
  return operationDefiner<Context>()({
    name,
    http,
    input: structure({}),
    output: structure({}),
    notImplemented,
    handle() {
      throw notImplemented()
    },
  })
}
