import { formatRequestTokenArn, parseRequestTokenArn } from '../protocol/endpoint/arn.ts'
import { randomIdBytes } from '../protocol/random-bytes.ts'
import type { AsyncOperation, AsyncOperationName } from '../store/rows.ts'
import type { ControlContext } from './context.ts'
import { errors } from './errors.ts'

/**
 * Asynchronous requests: Create, Delete and PutPolicy answer with a token, DescribeMultiRegionAccessPointOperation tells how far they
 * are. The outcome is decided at submission and stored with its times; what a client sees is derived from the row and the clock.
 *
 *   status      from                        until
 *   NEW         submittedAt                 startsAt
 *   INPROGRESS  startsAt                    dueAt
 *   SUCCEEDED   dueAt, without failure      for ever
 *   FAILED      dueAt, with failure         for ever
 *
 * With a delay of 0 all three times are one, and the next read shows the final status.
 */
export type AsyncStatus = 'NEW' | 'INPROGRESS' | 'SUCCEEDED' | 'FAILED'

export function asyncStatus(operation: AsyncOperation, now: number): AsyncStatus {
  if (now < operation.startsAt) return 'NEW'
  if (now < operation.dueAt) return 'INPROGRESS'
  return operation.failure ? 'FAILED' : 'SUCCEEDED'
}

/**
 * What goes wrong "in the background": never an HTTP error, but `ErrorDetails` of a FAILED operation. Source: S3 API reference,
 * "Error responses", list of asynchronous error codes. The sentences are not published: ours.
 */
export interface AsyncFailure {
  readonly code:
    | 'AccessDenied'
    | 'MalformedPolicy'
    | 'MultiRegionAccessPointAlreadyOwnedByYou'
    | 'MultiRegionAccessPointModifiedByAnotherRequest'
    | 'MultiRegionAccessPointNotReady'
    | 'MultiRegionAccessPointSameBucketRegion'
    | 'MultiRegionAccessPointUnsupportedRegion'
    | 'NoSuchBucket'
  /** At most 1024 characters, as the model has it. */
  readonly message: string
  readonly resource: string
}

/** NEW lasts this fraction of the whole delay; a client that polls at once sees it. */
const newFraction = 0.05

/** A token of the length and alphabet that the service uses: 91 characters of base64url. */
export function newToken(): string {
  return randomIdBytes(68).toString('base64url')
}

const segments = {
  CreateMultiRegionAccessPoint: 'create',
  DeleteMultiRegionAccessPoint: 'delete',
  // ASSUMED: `delete` and `put-policy` in the token ARN, by analogy with the paths; only `create` is recorded.
  PutMultiRegionAccessPointPolicy: 'put-policy',
} as const satisfies Record<AsyncOperationName, string>

/** The request token ARN of an operation. All of them live in us-west-2. */
export function tokenArn({ accountId, operation, token }: AsyncOperation): string {
  return formatRequestTokenArn({ accountId, operation: segments[operation], token })
}

/** The operation behind a request token ARN of the caller's account. Throws InvalidRequest for what is no ARN, else NoSuchAsyncRequest. */
export function findAsyncOperation(arn: string, { store, accountId }: ControlContext): AsyncOperation {
  if (!arn.startsWith('arn:') || arn.length > 1024) {
    throw errors.InvalidRequest(
      { Message: 'The request token ARN is not valid.' },
      {
        hint: `We saw "${arn.slice(0, 64)}". Pass RequestTokenARN as the create, delete or put-policy call returned it, whole.`,
      },
    )
  }
  const asked = parseRequestTokenArn(arn)
  // ASSUMED: another account's token is as unknown as a wrong one.
  const operation = asked && store.findAsyncOperation(accountId, asked.token)
  if (operation && tokenArn(operation) === arn) return operation
  throw errors.NoSuchAsyncRequest(
    {},
    {
      hint: `Account ${accountId} has no operation with this token. Pass RequestTokenARN as it was returned, to the same account.`,
    },
  )
}

export interface AsyncRequest {
  readonly operation: AsyncOperationName
  readonly clientToken: string
  /** Details as asked, complete and in a fixed order: their JSON is what a repeated request is compared by. */
  readonly parameters: object
}

/**
 * Runs a submission once per ClientToken, one after another with all other changes. `submit` gets the operation without outcome, and
 * stores it with what it decides; what it throws is answered at once and leaves nothing. The same token with the same content gives
 * the first request's ARN again, with other content ClientTokenConflict.
 */
export function submitOnce(
  { operation: name, clientToken, parameters }: AsyncRequest,
  context: ControlContext,
  submit: (operation: AsyncOperation) => Promise<void>,
): Promise<{ RequestTokenARN: string }> {
  const { store, clock, accountId, settings } = context
  const asked = JSON.stringify(parameters)
  return context.serially(async () => {
    // ASSUMED: a ClientToken counts per account and operation, for ever.
    const earlier = store.findAsyncOperationByClientToken(accountId, name, clientToken)
    if (earlier && earlier.parameters !== asked) {
      throw errors.ClientTokenConflict(
        {},
        {
          hint: `This ClientToken was used for ${earlier.parameters.slice(0, 200)}. Take a new one for another request.`,
        },
      )
    }
    if (earlier) return { RequestTokenARN: tokenArn(earlier) }

    const now = clock.now()
    const delayMs = settings.operationDelayMs()
    const operation: AsyncOperation = {
      token: newToken(),
      accountId,
      clientToken,
      operation: name,
      parameters: asked,
      submittedAt: now,
      startsAt: now + Math.floor(delayMs * newFraction),
      dueAt: now + delayMs,
      failure: undefined,
      regions: [],
    }
    await submit(operation)
    return { RequestTokenARN: tokenArn(operation) }
  })
}

/** The operation as one that fails when it is due. It changes nothing but its own record. */
export function failed(
  operation: AsyncOperation,
  failure: AsyncFailure,
  { requestId }: ControlContext,
): AsyncOperation {
  return { ...operation, failure: { ...failure, message: failure.message.slice(0, 1024), requestId } }
}
