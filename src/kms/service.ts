import { identityDecision } from '../policy/identity.ts'
import { identityHint, identityTrace } from '../policy/reasons.ts'
import { requestContext } from '../policy/request-keys.ts'
import { type Answer, hintHeader } from '../protocol/answer.ts'
import { arnOf, type Credential } from '../protocol/caller.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Target } from '../protocol/endpoint/target.ts'
import type { Plane } from '../protocol/plane.ts'
import { randomIdUuid } from '../protocol/random-bytes.ts'
import { incomingBody, readAll } from '../protocol/request/body.ts'
import { admitPage } from '../protocol/request/cross-origin.ts'
import { readQuery } from '../protocol/request/query.ts'
import type { RawRequest } from '../protocol/request/raw-request.ts'
import type { Response } from '../protocol/response.ts'
import type { SignatureClaim } from '../protocol/signature/claim.ts'
import { verifyClaim } from '../protocol/signature/verify.ts'
import { readWholeBodyClaim } from '../protocol/signature/whole-body-claim.ts'
import { errors, inWordsOfKms } from './errors.ts'
import type { KeyWorld } from './keys.ts'
import type { Document, KmsContext, KmsOperation } from './operation.ts'
import { kmsOperations } from './table.ts'

/** What KMS needs from the rest. */
export interface KmsServices {
  readonly world: KeyWorld
  readonly clock: Clock
  readonly findCredential: (accessKeyId: string, sessionToken: string | undefined) => Credential | undefined
  /** What to say of an access key id that is not known here. */
  readonly unknownKeyHint: string
  readonly trace?: ((lines: readonly string[], requestId: string) => void) | undefined
}

/** The Key Management Service, as far as clients of S3 ask it. */
export interface Kms extends Pick<Plane, 'refuse'> {
  /** Throws refusals in the words of KMS. */
  serve(request: RawRequest, target: KmsTarget, answer: Answer): Promise<Response>
}
type KmsTarget = Extract<Target, { kind: 'kms' }>

const bodyLimitBytes = 64 * 1024
const targetPrefix = 'TrentService.'

/** KMS, `2014-11-01`, in the AWS JSON 1.1 protocol: the operation in `X-Amz-Target`, a JSON object in and out. */
export function createKms(services: KmsServices): Kms {
  return {
    async serve(request, target, answer) {
      answer.requestId = randomIdUuid()
      try {
        admitPage(request, undefined)
        const output = await perform(request, target, services, answer)
        return { status: 200, headers: answerHeaders(answer), body: JSON.stringify(output) }
      } catch (thrown) {
        throw inWordsOfKms(thrown)
      }
    },
    refuse(error = errors.KMSInternalException(), _method, answer) {
      answer.code = error.code
      const headers = answerHeaders(answer)
      if (error.hint) headers.push(hintHeader(error.hint))
      const body = JSON.stringify({ __type: error.code, message: error.message })
      return { status: error.status, headers, body }
    },
  }
}

function answerHeaders({ requestId, clock }: Answer): (readonly [name: string, value: string])[] {
  return [
    ['x-amzn-RequestId', requestId],
    ['Cache-Control', 'no-cache, no-store, must-revalidate, private'],
    ['Date', new Date(clock.wall()).toUTCString()],
    ['Content-Type', 'application/x-amz-json-1.1'],
  ]
}

async function perform(
  request: RawRequest,
  target: KmsTarget,
  services: KmsServices,
  answer: Answer,
): Promise<Document> {
  request.sendContinue()
  const body = await readAll(incomingBody(request, undefined, undefined), bodyLimitBytes)
  const { claim, credential } = identify(request, body, target, services)
  const { caller } = credential
  answer.caller = caller.accountId
  const region = target.region ?? claim.region ?? ''
  answer.region = region
  const operation = operationOf(request.headers.get('x-amz-target') ?? '')
  answer.operation = `kms:${operation.name}`
  return operation.handle(readDocument(body), {
    caller,
    world: services.world,
    region,
    authorize: resource => authorize({ operation, resource, request, claim, caller, region, answer }, services),
  })
}

/** Who asks; the signature holds. */
function identify(
  request: RawRequest,
  body: Buffer,
  target: KmsTarget,
  { clock, findCredential, unknownKeyHint }: KmsServices,
): { readonly claim: SignatureClaim; readonly credential: Credential } {
  const query = readQuery(request.query)
  const claim = readWholeBodyClaim(request, query, body)
  if (!claim) throw errors.MissingAuthenticationTokenException()
  const credential = findCredential(claim.accessKeyId, claim.sessionToken)
  if (!credential) {
    throw errors.UnrecognizedClientException({}, { hint: unknownKeyHint })
  }
  const rules = { region: target.region, acceptAnyRegion: false, service: ['kms'], hostBucket: undefined }
  verifyClaim(claim, request, query, credential, { clock, ...rules })
  return { claim, credential }
}

function operationOf(target: string): KmsOperation {
  const name = target.startsWith(targetPrefix) ? target.slice(targetPrefix.length) : ''
  const operation = kmsOperations.find(candidate => candidate.name === name)
  if (operation) return operation
  if (!/^[A-Z][A-Za-z]{1,63}$/.test(name)) throw errors.UnknownOperationException()
  throw errors.UnsupportedOperationException(
    { Message: `The operation ${name} is not supported.` },
    { hint: `Of KMS there are ${kmsOperations.map(row => row.name).join(' and ')} here; keys encrypt nothing.` },
  )
}

function readDocument(body: Buffer): Document {
  try {
    const document: unknown = JSON.parse(body.toString() || '{}')
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return { ...document }
  } catch {
    // Said below.
  }
  throw errors.SerializationException()
}

interface Asked {
  readonly operation: KmsOperation
  readonly resource: string
  readonly request: RawRequest
  readonly claim: SignatureClaim
  readonly caller: KmsContext['caller']
  readonly region: string
  readonly answer: Answer
}

/** ASSUMED: the policies of keys let the whole account in, so that its identity policies decide. */
function authorize(asked: Asked, { clock, trace }: KmsServices): void {
  const { caller, operation, resource, answer } = asked
  if (caller.kind === 'root') return
  const action = `kms:${operation.name}`
  const context = requestContext({ ...asked, resourceAccount: caller.accountId, now: clock.now(), wall: clock.wall() })
  const judged = { caller, action, resource, context }
  trace?.(identityTrace(judged), answer.requestId)
  if (identityDecision(judged) === 'allow') return
  throw errors.AccessDeniedException(
    {
      Message: `User: ${arnOf(caller)} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    },
    { hint: identityHint(judged) },
  )
}
