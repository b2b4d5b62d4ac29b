import type { Kms } from '../kms/service.ts'
import { type Answer, outputAnswer } from '../protocol/answer.ts'
import type { Caller, Credential } from '../protocol/caller.ts'
import type { Clock, Delay } from '../protocol/clock.ts'
import { targetOf } from '../protocol/endpoint/host.ts'
import type { Target } from '../protocol/endpoint/target.ts'
import { AwsError, errors } from '../protocol/errors.ts'
import { type Logger, stackOf } from '../protocol/logger.ts'
import type { Match, Place, Plane } from '../protocol/plane.ts'
import { randomIdBytes } from '../protocol/random-bytes.ts'
import { incomingBody, readAll } from '../protocol/request/body.ts'
import { bodyOfForm, type Form, openForm } from '../protocol/request/form.ts'
import { hoistPresignedHeaders } from '../protocol/request/hoisted-headers.ts'
import { type Query, readQuery } from '../protocol/request/query.ts'
import type { RawRequest } from '../protocol/request/raw-request.ts'
import { refuseUnbuiltHeaders } from '../protocol/request/strictness.ts'
import type { Response } from '../protocol/response.ts'
import type { Claim } from '../protocol/signature/claim.ts'
import { readFormClaim } from '../protocol/signature/form-signature.ts'
import { readClaim } from '../protocol/signature/read-claim.ts'
import { bucketOfHost } from '../protocol/signature/sigv2.ts'
import { type VerifyOptions, verifyClaim } from '../protocol/signature/verify.ts'
import { decodeInput } from '../protocol/xml/decode.ts'
import { StorageError } from '../store/storage-error.ts'
import type { Sts } from '../sts/service.ts'
import type { Hazards } from './faults/hazards.ts'
import type { Struck } from './faults/rules.ts'
import { wayAround } from './listeners/foreign-name.ts'
import { logRequest } from './request-lines.ts'
import { answerInTime } from './slow-answer.ts'

/** What a server answers with: `app.ts` makes it, listeners call it. Never rejects. */
export type Dispatch = (request: RawRequest) => Promise<Response>

/** What the toolkit needs from the rest, passed in by `app.ts`. */
export interface DispatchServices {
  readonly clock: Clock
  readonly log: Logger
  /** Own names (design 2.7). */
  readonly domains: readonly string[]
  /** `sessionToken` as sent: sessions that were given out here are found by both. */
  readonly findCredential: (accessKeyId: string, sessionToken: string | undefined) => Credential | undefined
  /** What to say of a key id that it does not find. */
  readonly unknownKeyHint: string
  readonly planes: { readonly control: Plane; readonly data: Plane }
  readonly sts: Sts
  readonly kms: Kms
  readonly hazards: Hazards
  readonly manage: (request: RawRequest, path: string) => Promise<Response>
  /** S3 Control has answered: something may be due, now or later. */
  readonly afterControl: (operation: string | undefined) => void
  /** For answers that take long. */
  readonly delay: Delay
}

const anonymous: Caller = { kind: 'anonymous' }
const xmlType = ['Content-Type', 'application/xml'] as const

/** Builds the one function that every front door calls. */
export function createDispatch(services: DispatchServices): Dispatch {
  return async request => {
    const startedAt = performance.now()
    const answer: Answer = { requestId: newRequestId(), hostId: newHostId(), clock: services.clock, headers: [] }
    const response = await respond(request, services, answer)
    logRequest(services.log, request, response, answer, performance.now() - startedAt)
    if (answer.plane === 'control') services.afterControl(answer.operation)
    return response
  }
}

async function respond(request: RawRequest, services: DispatchServices, answer: Answer): Promise<Response> {
  // Whoever is addressed refuses in its own form.
  let service: Pick<Plane, 'refuse'> = services.planes.data
  try {
    // Host and path alone say what is addressed. Nothing else is believed yet.
    const target = targetOf(request, services.domains)
    if (target.kind === 'management') return await services.manage(request, target.path)
    if (target.kind === 'foreign') throw foreignHost(target.host)
    if (target.kind === 'sts') {
      service = services.sts
      const given = await services.sts.serve(request, target, answer)
      // Nothing of STS changes any state, so that what goes wrong can come last.
      const instead = services.hazards.isAny && (await strike(struckSts(request, answer), services, answer))
      return instead || finish(given, answer)
    }
    if (target.kind === 'kms') {
      service = services.kms
      return await services.kms.serve(request, target, answer)
    }
    const plane = target.kind === 'control' ? services.planes.control : services.planes.data
    service = plane
    answer.plane = plane.name
    return finish(await serve(request, target, plane, services, answer), answer)
  } catch (thrown) {
    return finish(refused(thrown, request, service, services, answer), answer)
  }
}

/** What faults do to an answer on its way out. */
function finish(response: Response, { hit }: Answer): Response {
  return hit ? hit.after(response) : response
}

/** What goes wrong on purpose with this request, before anything of it is believed: an answer in place of ours, or undefined. */
async function strike(struck: Struck, { hazards }: DispatchServices, answer: Answer): Promise<Response | undefined> {
  const hit = hazards.of(struck)
  if (!hit) return undefined
  answer.hit = hit
  return hit.before()
}

function struckAt({ match, plane, request }: Matched, place: Place, claim: Claim | undefined): Struck {
  const { region, bucketName, mrap, mrapName = '' } = place
  const { operation, labels } = match
  return {
    plane: plane.name,
    operation: operation.name,
    method: request.method,
    region,
    bucket: bucketName,
    key: labels.Key,
    mrap: mrap && { ...mrap, name: mrapName },
    accessKeyId: claim?.accessKeyId,
    userAgent: request.headers.get('user-agent'),
  }
}

function struckSts(request: RawRequest, { operation = '', region, accessKeyId }: Answer): Struck {
  return {
    plane: 'sts',
    operation: operation.replace('sts:', ''),
    method: request.method,
    region,
    bucket: undefined,
    key: undefined,
    mrap: undefined,
    accessKeyId,
    userAgent: request.headers.get('user-agent'),
  }
}

/** What is thrown as an answer. */
function refused(
  thrown: unknown,
  request: RawRequest,
  service: Pick<Plane, 'refuse'>,
  services: DispatchServices,
  answer: Answer,
): Response {
  const error = thrown instanceof AwsError ? thrown : errorOfTheDisk(thrown)
  if (error !== thrown || !error)
    services.log.error(`${answer.requestId} ${answer.operation ?? request.method}: ${stackOf(thrown)}`)
  if (error?.hint)
    services.log.info(`${request.method} ${request.host}${request.path} refused: ${error.code}: ${error.hint}`)
  return service.refuse(error, request.method, answer)
}

/** A request whose operation is known. */
interface Matched {
  readonly match: Match<unknown>
  readonly request: RawRequest
  readonly query: Query
  readonly target: Target
  readonly plane: Plane
}

function serve(
  request: RawRequest,
  target: Target,
  plane: Plane,
  services: DispatchServices,
  answer: Answer,
): Promise<Response> {
  const query = parseQuery(request)
  const match = plane.match(target, request, query)
  answer.operation = match.operation.name
  if (match.headers) answer.headers.push(...match.headers)
  const matched = { match, request, query, target, plane }
  return match.operation.readsForm
    ? performForm(matched, services, answer)
    : perform(matched, undefined, services, answer)
}

/** A form names who asks, and for what, in its fields: they are read before anything else is known. */
async function performForm(matched: Matched, services: DispatchServices, answer: Answer): Promise<Response> {
  const form = await openForm(matched.request)
  try {
    return await perform(matched, form, services, answer)
  } finally {
    await form.close()
  }
}

/** undefined: nobody signed, or nobody needs to. */
function claimOf({ match, request, query }: Matched): Claim | undefined {
  return match.operation.unsigned || request.actsAs ? undefined : readClaim(request, query)
}

/** The life of a request. The order of these steps decides which error a client sees. */
async function perform(
  matched: Matched,
  form: Form | undefined,
  services: DispatchServices,
  answer: Answer,
): Promise<Response> {
  const { match, request, query, target, plane } = matched
  const { operation } = match
  // Who claims to ask: an unknown key is refused before anything is looked up for it.
  const claim = form ? readFormClaim(name => form.fields.get(name)?.value) : claimOf(matched)
  const credential = claim && services.findCredential(claim.accessKeyId, claim.sessionToken)
  if (claim && !credential && !services.hazards.isAny) throw unknownKey(claim, services)

  // Which bucket answers: before the signature, since the Region is part of what was signed.
  const place = plane.locate({ target, operation, request, claim, credential })
  answer.headers.push(...place.headers)
  answer.region = place.region
  answer.bucket = place.bucketName
  answer.clientRegion = request.headers.get('x-mrap-client-region') ?? credential?.clientRegion
  if (services.hazards.isAny) {
    const instead = await strike(struckAt(matched, place, claim), services, answer)
    if (instead) return instead
    if (claim && !credential) throw unknownKey(claim, services)
  }

  const rules = rulesOf(place, target, services.clock)
  const chunks = claim && credential ? verifyClaim(claim, request, query, credential, rules) : undefined
  const caller = request.actsAs ?? credential?.caller ?? anonymous
  answer.caller = caller.kind === 'anonymous' ? 'anonymous' : caller.accountId
  if (match.refusal) throw match.refusal

  const { labels, effective } = form ? await meaningOfForm(matched, form) : meaningOf(matched, claim)
  const granted = plane.admit({
    operation,
    labels,
    request: effective,
    query,
    claim,
    caller,
    place,
    requestId: answer.requestId,
  })
  refuseUnbuiltHeaders(operation, effective.headers)

  const body = form ? bodyOfForm(effective, form) : incomingBody(effective, claim, chunks)
  const context = plane.context({
    operation,
    request: effective,
    query,
    claim,
    caller,
    place,
    body,
    form,
    requestId: answer.requestId,
  })

  // A document is asked for at once; bytes that an operation reads itself only when nothing speaks against its parameters.
  if (!operation.takesStream) request.sendContinue()
  const document = operation.takesStream ? undefined : await readAll(body, operation.bodyLimit ?? plane.bodyLimit)
  const parts = { labels, query, headers: effective.headers, body: document }
  const input = await decodeInput(operation.input, parts, plane.errors)
  if (operation.takesStream) request.sendContinue()
  if (!operation.answersEarly) return run()
  const finished = run().catch(thrown => refused(thrown, request, plane, services, answer))
  const begin = (body: AsyncIterable<Uint8Array>) =>
    outputAnswer(operation, { status: 200, headers: [xmlType, ...granted], body }, plane, answer)
  return answerInTime(finished, begin, services.delay)

  async function run() {
    const output = await operation.handle(input, context)
    answer.headers.push(...granted)
    return outputAnswer(operation, output, plane, answer)
  }
}

/** What a signature is judged against. Every property by its name: spread, they would take several times as long. */
function rulesOf({ signing }: Place, target: Target, clock: Clock): VerifyOptions {
  const { region, acceptAnyRegion, service, takesVersion2 } = signing
  return { clock, region, acceptAnyRegion, service, takesVersion2, hostBucket: bucketOfHost(target) }
}

interface Meaning {
  readonly labels: Readonly<Record<string, string>>
  readonly effective: RawRequest
}

/** A presigned URL may carry x-amz-* headers as query parameters; from here on they count as headers. */
function meaningOf({ match, request, query }: Matched, claim: Claim | undefined): Meaning {
  return {
    labels: match.labels,
    effective: claim?.via === 'query' ? hoistPresignedHeaders(request, query, claim) : request,
  }
}

/** A form says in its fields what other requests say in path and headers. */
async function meaningOfForm({ match, request, plane }: Matched, form: Form): Promise<Meaning> {
  const said = await plane.readForm?.(form, request)
  if (!said) throw new Error(`${match.operation.name} reads a form, its plane does not`)
  return { labels: { ...match.labels, ...said.labels }, effective: said.request }
}

function parseQuery(request: RawRequest): Query {
  try {
    return readQuery(request.query)
  } catch {
    throw errors.InvalidURI({ URI: request.path })
  }
}

function unknownKey({ accessKeyId }: Claim, { unknownKeyHint: hint }: DispatchServices): AwsError {
  return errors.InvalidAccessKeyId({ AWSAccessKeyId: accessKeyId }, { hint })
}

function foreignHost(host: string): AwsError {
  return errors.AccessDenied(
    {},
    { hint: `The proxy serves only S3 and its own names, not ${host}: ${wayAround(host)}.` },
  )
}

function errorOfTheDisk(thrown: unknown): AwsError | undefined {
  if (!(thrown instanceof StorageError)) return undefined
  if (thrown.reason === 'closed') return errors.InternalError({}, { hint: 'The emulator is stopping.' })
  const reason = thrown.reason === 'full' ? 'The disk is full' : `The data cannot be written (${thrown.message})`
  return errors.InternalError(
    {},
    { hint: `${reason}: nothing was stored. Reads go on; writes do as soon as there is room in the data directory.` },
  )
}

/** Sixteen upper-case characters, as S3 makes them. */
export function newRequestId(): string {
  return randomIdBytes(12).toString('base64url').replace(/[-_]/g, 'X').toUpperCase()
}

/** `x-amz-id-2`: opaque base64. */
export function newHostId(): string {
  return randomIdBytes(56).toString('base64')
}
