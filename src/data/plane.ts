import { errorAnswer } from '../protocol/answer.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Target } from '../protocol/endpoint/target.ts'
import { AwsError } from '../protocol/errors.ts'
import type { Match, Plane } from '../protocol/plane.ts'
import { createRouter } from '../protocol/router.ts'
import { structure } from '../protocol/xml/shape.ts'
import type { Bucket } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import {
  authorize,
  authorizeCopiedTags,
  authorizeRead,
  authorizeSaid,
  authorizeService,
  isPermitted,
  isRequesterCharged,
  mayList,
} from './access/authorize.ts'
import type { Layering, Trace } from './access/decision.ts'
import type { RequestFacts } from './access/policy-context.ts'
import { isBlocked } from './access/public-access.ts'
import { pageHeaders, refuseForeignPage } from './access/web-pages.ts'
import { corsHeaders, preflight, preflightHeaders } from './buckets/cors.ts'
import {
  type AccountBlocks,
  type DataContext,
  type DataOperation,
  type DataSettings,
  type DocumentValues,
  defineOperation,
} from './context.ts'
import { errors } from './errors.ts'
import { readPostForm } from './forms/post-form.ts'
import { dataOperations } from './operations/index.ts'
import { ownUrl } from './routing/addresses.ts'
import { hintOfElsewhere } from './routing/elsewhere.ts'
import { type DataPlace, headersOfAll, locate, locateMrap } from './routing/locate.ts'
import { noSuchBucket } from './routing/mrap-as-bucket.ts'
import type { RegionHealth } from './routing/resolve-bucket.ts'

const dataNamespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

export interface DataServices {
  readonly store: Store
  readonly clock: Clock
  readonly settings: DataSettings
  /** Block Public Access of accounts. */
  readonly accountBlocks: AccountBlocks
  /** Organization of an account; undefined: none. */
  readonly organizationOf?: Layering['organizationOf']
  readonly trace?: Trace | undefined
  /** Where a client stands when neither the request nor its credential says so. */
  readonly clientRegion: string
  readonly regions: RegionHealth
  /** Operations accepted through an MRAP beyond those that S3 accepts there (`MRAP_ALLOW`). */
  readonly allow: readonly string[]
  /** Web origins whose pages may act here, as if a CORS rule said so (`MRAP_ALLOW_ORIGINS`). */
  readonly allowOrigins: readonly string[]
}

/** Largest document of most operations. */
const bodyLimitBytes = 64 * 1024

/** Amazon S3, `2006-03-01`: objects, through an MRAP or directly, and the buckets beneath. */
export function dataPlane(services: DataServices): Plane<DataContext, DataPlace> {
  const router = createRouter(dataOperations)
  return {
    name: 'data',
    refuse: (error, method, answer) => errorAnswer(error, 'flat', method, answer),
    namespace: dataNamespace,
    errors,
    bodyLimit: bodyLimitBytes,
    match(target, request, query) {
      const path = resourcePath(target)
      if (request.method === 'OPTIONS' && (path !== '/' || services.allowOrigins.length > 0)) {
        return { operation: preflight, labels: labelsOf(target) }
      }
      const match = matchOrRefuse(() => router.match(request.method, path, query, request.headers))
      // Before the form is read: its signature is not one that an MRAP could verify.
      if (target.kind === 'mrap' && match.operation.readsForm && !takesMrap(match.operation, services)) {
        const { headers } = locateMrap(target, request, undefined, services)
        throw notThroughMrap(match.operation, request.method, Object.fromEntries(headers))
      }
      const headers = [
        ...headersOfAll(match.operation, target, services),
        ...pageHeaders(match.operation, target, request),
      ]
      return { ...match, headers }
    },
    locate(known) {
      const { operation, request } = known
      const place = locate(known, services)
      if (operation === preflight || !request.headers.has('origin')) return place
      const granted = corsHeaders(request, { ...services, bucket: place.bucket })
      return { ...place, headers: [...place.headers, ...granted], isPageAllowed: granted.length > 0 }
    },
    readForm: readPostForm,
    admit(known) {
      const { operation, place, request } = known
      if (operation === preflight) {
        const isObject = known.labels.Key !== undefined
        return preflightHeaders(request, { ...services, bucket: place.bucket, isObject })
      }
      refuseForeignPage(request, place.isPageAllowed === true)
      // First, since an MRAP refuses an operation whether it is built here or not.
      if (place.mrap && !takesMrap(operation, services)) throw notThroughMrap(operation, request.method)
      if (operation.notImplemented) throw operation.notImplemented()
      if (place.bucketName !== undefined && !place.bucket && !operation.needsNoBucket) {
        throw noSuchBucket(place.bucketName, place.target, services)
      }
      const { labels, query, claim, caller, requestId } = known
      const { bucket, mrap } = place
      // Every property by its name: spread, they would take several times as long, and this runs for every request.
      authorize({ operation, labels, request, query, claim, caller, requestId, bucket, mrap }, services)
      const isCharged = bucket && isRequesterCharged(caller, bucket)
      return isCharged ? [['x-amz-request-charged', 'requester']] : []
    },
    context: known => createContext(known, services),
  }
}

type Known = Parameters<Plane<DataContext, DataPlace>['context']>[0]

function createContext(
  { place, caller, request, query, claim, body, form, requestId }: Known,
  services: DataServices,
): DataContext {
  const reached = () => {
    if (place.bucket) return place.bucket
    throw new Error('this operation has no bucket')
  }
  const facts = { requestId, request, query, claim, caller }
  const { mrap } = place
  const context: DataContext = {
    store: services.store,
    clock: skewed(services.clock, services.regions.skewOf(place.region ?? services.clientRegion)),
    requestId,
    caller,
    region: place.region ?? services.clientRegion,
    // A getter in a literal is made anew for each request, and most have a bucket.
    bucket: place.bucket as Bucket,
    mrap,
    ownUrl: () => ownUrl(place.target, request),
    request,
    body,
    form,
    settings: services.settings,
    isBlocked: setting => isBlocked(setting, { bucket: reached(), mrap }, services.accountBlocks),
    accountBlocks: services.accountBlocks,
    authorize: (action, key, more) =>
      authorizeSaid({ ...facts, ...more, action, key, bucket: reached(), mrap }, services),
    authorizeService: (action, resource, values) =>
      authorizeService({ ...facts, action, resource, values, region: place.region ?? services.clientRegion }, services),
    sourceBucket: (name, key, versionId) => sourceBucket({ name, key, versionId }, facts, services),
    authorizeCopiedTags: (source, key) =>
      authorizeCopiedTags(
        { ...facts, ...source, values: versionValues(source.versionId), mrap: undefined },
        { ...facts, key, bucket: reached(), mrap },
        services,
      ),
    permits: (action, key, versionId) =>
      isPermitted({ ...facts, action, key, versionId, bucket: reached(), mrap }, services),
    hintOfElsewhere: (key, versionId) =>
      mrap &&
      hintOfElsewhere({ key, versionId, bucket: reached(), mrap }, services, bucket =>
        mayList(key, { ...facts, bucket, mrap: undefined }, services),
      ),
  }
  return place.bucket ? context : Object.defineProperty(context, 'bucket', { get: reached })
}

/**
 * A request that names no operation is refused only when its signature has been judged: who signed for another Region is told so, and no
 * more. What cannot be read at all is refused at once.
 */
function matchOrRefuse(match: () => Match<DataContext>): Match<DataContext> {
  try {
    return match()
  } catch (refusal) {
    const mayWait = refusal instanceof AwsError && (refusal.status === 405 || refusal.status === 501)
    if (!mayWait) throw refusal
    return { operation: noOperation, labels: {}, refusal }
  }
}

const noOperation = defineOperation({
  name: '-',
  http: '-',
  input: structure({}),
  output: structure({}),
  handle: () => ({}),
})

/** What the router sees: `/`, `/<bucket>` or `/<bucket>/<key>`, wherever host and path had put them. */
function resourcePath(target: Target): string {
  if (target.kind === 'mrap') return target.key === '' ? `/${target.alias}` : `/${target.alias}/${target.key}`
  if (target.kind !== 'bucket' || target.bucket === undefined) return '/'
  return target.key === '' ? `/${target.bucket}` : `/${target.bucket}/${target.key}`
}

/** The clock of a Region that is off by so much; wall time is everybody's. */
function skewed(clock: Clock, skewMs: number): Clock {
  return skewMs === 0 ? clock : { now: () => clock.now() + skewMs, wall: () => clock.wall() }
}

/** What the path of a preflight names. */
function labelsOf(target: Target): Readonly<Record<string, string>> {
  return (target.kind === 'mrap' || target.kind === 'bucket') && target.key !== '' ? { Key: target.key } : {}
}

function takesMrap({ acceptsMrap, name }: DataOperation, { allow }: DataServices): boolean {
  return acceptsMrap === true || allow.includes(name)
}

/** ASSUMED: the value of ResourceType for an MRAP. Source of the code: recorded for GetBucketLocation (mrap-spec 8). */
function notThroughMrap(operation: DataOperation, method: string, headers: Readonly<Record<string, string>> = {}) {
  return errors.MethodNotAllowed(
    { Method: method, ResourceType: 'MULTIREGIONACCESSPOINT' },
    {
      headers: { ...headers, Allow: 'GET, HEAD, PUT, POST, DELETE' },
      hint:
        `${operation.name} is not one of the operations that accept a Multi-Region Access Point. Send it to a bucket` +
        (operation.notImplemented ? '.' : `, or start with MRAP_ALLOW=${operation.name} to accept it here.`),
    },
  )
}

/** The source of a copy, if this caller may read it. */
function sourceBucket(
  source: { readonly name: string; readonly key: string; readonly versionId: string | undefined },
  facts: RequestFacts & Pick<DataContext, 'caller'>,
  services: DataServices,
): Bucket {
  const { name, key, versionId } = source
  const bucket = services.store.findBucket(name)
  if (!bucket) throw errors.NoSuchBucket({ BucketName: name })
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  authorizeRead(
    { ...facts, values: versionValues(versionId), action, key, versionId, bucket, mrap: undefined },
    services,
  )
  return bucket
}

/** The version of a source stands in its name, not in the query. */
function versionValues(versionId: string | undefined): DocumentValues {
  return versionId === undefined ? {} : { 's3:versionid': [versionId] }
}
