import { requestContext } from '../policy/request-keys.ts'
import { type Answer, hintHeader, httpDate } from '../protocol/answer.ts'
import type { Credential } from '../protocol/caller.ts'
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
import { organizationsOf } from '../world/circumstances.ts'
import type { World } from '../world/world.ts'
import { errors, signatureError } from './errors.ts'
import type { StsOperation } from './operation.ts'
import { errorDocument, readForm, resultDocument } from './query-protocol.ts'
import type { Sessions } from './sessions.ts'
import { knownActions, stsOperations } from './table.ts'

/** What STS needs from the rest. */
export interface StsServices {
  readonly world: Pick<World, 'accounts'>
  readonly clock: Clock
  readonly sessions: Sessions
  readonly findCredential: (accessKeyId: string, sessionToken: string | undefined) => Credential | undefined
  /** What to say of a key id that it does not find. */
  readonly unknownKeyHint: string
  readonly trace?: ((lines: readonly string[], requestId: string) => void) | undefined
}

/** The Security Token Service. */
export interface Sts extends Pick<Plane, 'refuse'> {
  /** Throws refusals in the words of STS. */
  serve(request: RawRequest, target: StsTarget, answer: Answer): Promise<Response>
}
type StsTarget = Extract<Target, { kind: 'sts' }>

const bodyLimitBytes = 64 * 1024
const version = '2011-06-15'

/** The Security Token Service, `2011-06-15`, in the AWS Query protocol: an action and its parameters as a form, an XML document back. */
export function createSts(services: StsServices): Sts {
  return {
    async serve(request, target, answer) {
      answer.requestId = randomIdUuid()
      admitPage(request, undefined)
      const body = await perform(request, target, services, answer)
      return { status: 200, headers: answerHeaders(answer), body }
    },
    refuse(error = errors.InternalFailure(), _method, answer) {
      answer.code = error.code
      const headers = answerHeaders(answer)
      if (error.hint) headers.push(hintHeader(error.hint))
      return { status: error.status, headers, body: errorDocument(error, answer.requestId) }
    },
  }
}

function answerHeaders({ requestId, clock }: Answer): (readonly [name: string, value: string])[] {
  return [
    ['x-amzn-RequestId', requestId],
    ['Content-Type', 'text/xml'],
    ['Date', httpDate(clock.wall())],
  ]
}

async function perform(request: RawRequest, target: StsTarget, services: StsServices, answer: Answer): Promise<string> {
  const body = await bodyOf(request)
  const parameters = readForm(request.method === 'POST' ? body.toString() : request.query)
  const operation = operationOf(parameters)
  answer.operation = `sts:${operation.name}`
  const { claim, credential } = identify(request, body, target, services)
  const { caller } = credential
  answer.region = target.region ?? claim.region
  answer.caller = caller.accountId
  answer.accessKeyId = claim.accessKeyId
  refuseUnknown(parameters, operation)
  const { world, clock, sessions, trace } = services
  const organizationOf = organizationsOf(world.accounts)
  const seen = { request, claim, caller, region: answer.region, now: clock.now(), wall: clock.wall() }
  const result = operation.handle(parameters, {
    credential,
    caller,
    world,
    clock,
    sessions,
    endpoint: target.isGlobal ? 'global' : 'regional',
    trace: trace && (lines => trace(lines, answer.requestId)),
    asking: (action, resource) => {
      const resourceAccount = resource.split(':')[4] ?? caller.accountId
      return { caller, action, resource, context: requestContext({ ...seen, resourceAccount, organizationOf }) }
    },
  })
  return resultDocument(operation.name, result, answer.requestId)
}

async function bodyOf(request: RawRequest): Promise<Buffer> {
  request.sendContinue()
  try {
    return await readAll(incomingBody(request, undefined, undefined), bodyLimitBytes)
  } catch (thrown) {
    throw signatureError(thrown) ?? thrown
  }
}

/** Who asks; the signature holds. */
function identify(
  request: RawRequest,
  body: Buffer,
  target: StsTarget,
  { clock, findCredential, unknownKeyHint }: StsServices,
): { readonly claim: SignatureClaim; readonly credential: Credential } {
  try {
    const query = readQuery(request.query)
    const claim = readWholeBodyClaim(request, query, body)
    if (!claim) throw errors.MissingAuthenticationToken()
    const credential = findCredential(claim.accessKeyId, claim.sessionToken)
    if (!credential) {
      throw errors.InvalidClientTokenId({}, { hint: unknownKeyHint })
    }
    const rules = { region: target.region, acceptAnyRegion: false, service: ['sts'], hostBucket: undefined }
    verifyClaim(claim, request, query, credential, { clock, ...rules })
    return { claim, credential }
  } catch (thrown) {
    throw signatureError(thrown) ?? thrown
  }
}

function operationOf(parameters: ReadonlyMap<string, string>): StsOperation {
  const action = parameters.get('Action')
  if (action === undefined) throw errors.MissingAction({ Message: 'Missing Action' })
  const operation = stsOperations.find(({ name }) => name === action)
  if (operation && parameters.get('Version') === version) return operation
  if (knownActions.has(action) && !operation) {
    throw errors.NotImplemented(
      { Message: `${action} is not implemented.` },
      { hint: `Of STS there are ${stsOperations.map(({ name }) => name).join(', ')} here.` },
    )
  }
  throw errors.InvalidAction({
    Message: `Could not find operation ${action.slice(0, 100)} for version ${(parameters.get('Version') ?? 'NO_VERSION_SPECIFIED').slice(0, 100)}`,
  })
}

/** A parameter that would change the answer and is not known is refused, not ignored. */
function refuseUnknown(parameters: ReadonlyMap<string, string>, operation: StsOperation): void {
  const known = new Set(['Action', 'Version', ...operation.parameters, ...(operation.ignores ?? [])])
  for (const name of parameters.keys()) {
    if (known.has(name) || name.startsWith('X-Amz-')) continue
    throw errors.NotImplemented(
      { Message: `The parameter ${name.slice(0, 100)} of ${operation.name} is not implemented.` },
      { hint: 'Tags of sessions, managed policies and multi-factor devices are not part of this emulator.' },
    )
  }
}
