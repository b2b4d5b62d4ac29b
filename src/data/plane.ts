import { errorAnswer } from '../protocol/answer.ts'
import type { Credential } from '../protocol/caller.ts'
import type { Clock } from '../protocol/clock.ts'
import { isRegion, takesVersion2 } from '../protocol/endpoint/regions.ts'
import type { Target } from '../protocol/endpoint/target.ts'
import type { Place, Plane } from '../protocol/plane.ts'
import type { RawRequest } from '../protocol/request/raw-request.ts'
import { createRouter } from '../protocol/router.ts'
import type { Claim } from '../protocol/signature/claim.ts'
import type { Bucket } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { authorize, authorizeRead, authorizeSaid, authorizeService, isRequesterCharged } from './access/authorize.ts'
import type { Trace } from './access/decision.ts'
import type { RequestFacts } from './access/policy-context.ts'
import { isBlocked } from './access/public-access.ts'
import { corsHeaders, preflight, preflightHeaders } from './buckets/cors.ts'
import type { AccountBlocks, DataContext, DataOperation, DataSettings, DocumentValues, MrapAccess } from './context.ts'
import { errors } from './errors.ts'
import { readPostForm } from './forms/post-form.ts'
import { dataOperations } from './operations/index.ts'
import { resolveMrap } from './routing/resolve-bucket.ts'
import { wrongRegionError } from './routing/wrong-region.ts'

const dataNamespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

export interface DataServices {
  readonly store: Store
  readonly clock: Clock
  readonly settings: DataSettings
  /** Block Public Access of accounts. */
  readonly accountBlocks: AccountBlocks
  readonly trace?: Trace | undefined
  /** Where a client stands when neither the request nor its credential says so. */
  readonly clientRegion: string
  /** Operations accepted through an MRAP beyond those that S3 accepts there (`MRAP_ALLOW`). */
  readonly allow: readonly string[]
}

/** The bucket a request reached, and how. */
interface DataPlace extends Place {
  readonly bucketName: string | undefined
  /** undefined: no such bucket. */
  readonly bucket: Bucket | undefined
  readonly mrap: MrapAccess | undefined
}

/** Largest document of most operations. */
const bodyLimitBytes = 64 * 1024

/** Amazon S3, `2006-03-01`: objects, through an MRAP or directly, and the buckets beneath. */
export function dataPlane(services: DataServices): Plane<DataContext, DataPlace> {
  const router = createRouter(dataOperations)
  return {
    refuse: (error, method, answer) => errorAnswer(error, 'flat', method, answer),
    namespace: dataNamespace,
    errors,
    bodyLimit: bodyLimitBytes,
    match(target, request, query) {
      const path = resourcePath(target)
      if (request.method === 'OPTIONS' && path !== '/') return { operation: preflight, labels: labelsOf(target) }
      const match = router.match(request.method, path, query, request.headers)
      // Before the form is read: its signature is not one that an MRAP could verify.
      if (target.kind === 'mrap' && match.operation.readsForm && !takesMrap(match.operation, services)) {
        const { headers } = locateMrap(target, request, undefined, services)
        throw notThroughMrap(match.operation, request.method, Object.fromEntries(headers))
      }
      return match
    },
    locate({ target, operation, request, claim, credential }) {
      const place =
        target.kind === 'mrap'
          ? locateMrap(target, request, credential, services)
          : locateBucket(target, operation, request, claim, services)
      if (!place.bucket || operation === preflight || !request.headers.has('origin')) return place
      return { ...place, headers: [...place.headers, ...corsHeaders(place.bucket, request, services.store)] }
    },
    readForm: readPostForm,
    admit(known) {
      const { operation, place, request } = known
      if (operation === preflight) {
        const isObject = known.labels.Key !== undefined
        return preflightHeaders(request, { bucket: place.bucket, isObject }, services.store)
      }
      // First, since an MRAP refuses an operation whether it is built here or not.
      if (place.mrap && !takesMrap(operation, services)) throw notThroughMrap(operation, request.method)
      if (operation.notImplemented) throw operation.notImplemented()
      if (place.bucketName !== undefined && !place.bucket && !operation.needsNoBucket) {
        throw errors.NoSuchBucket({ BucketName: place.bucketName })
      }
      authorize({ ...known, bucket: place.bucket, mrap: place.mrap }, services)
      const isCharged = place.bucket && isRequesterCharged(known.caller, place.bucket)
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
  return {
    store: services.store,
    clock: services.clock,
    requestId,
    caller,
    region: place.region ?? services.clientRegion,
    get bucket() {
      return reached()
    },
    mrap,
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
  }
}

/** What the router sees: `/`, `/<bucket>` or `/<bucket>/<key>`, wherever host and path had put them. */
function resourcePath(target: Target): string {
  if (target.kind === 'mrap') return target.key === '' ? `/${target.alias}` : `/${target.alias}/${target.key}`
  if (target.kind !== 'bucket' || target.bucket === undefined) return '/'
  return target.key === '' ? `/${target.bucket}` : `/${target.bucket}/${target.key}`
}

/** What the path of a preflight names. */
function labelsOf(target: Target): Readonly<Record<string, string>> {
  return (target.kind === 'mrap' || target.kind === 'bucket') && target.key !== '' ? { Key: target.key } : {}
}

function locateMrap(
  target: Extract<Target, { kind: 'mrap' }>,
  request: RawRequest,
  credential: Credential | undefined,
  services: DataServices,
): DataPlace {
  const clientRegion = clientRegionOf(request, credential, services)
  const { mrap, bucketName, region, reason, bucket } = resolveMrap(
    services.store,
    target.alias,
    clientRegion,
    services.clock.now(),
  )
  return {
    region,
    bucketName,
    bucket,
    mrap,
    // The true host is judged as the service does: SigV4A by its Region set, plain SigV4 against the Region routed to.
    signing: { region, acceptAnyRegion: target.form === 'path', service: ['s3'] },
    headers: [
      ['x-mrap-served-by', region],
      ['x-mrap-route-reason', reason],
    ],
  }
}

/** Header, else the credential, else the option (design 2.2, 2.6). */
function clientRegionOf(request: RawRequest, credential: Credential | undefined, services: DataServices): string {
  const header = request.headers.get('x-mrap-client-region')
  if (header !== undefined && !isRegion(header)) {
    throw errors.InvalidArgument(
      {
        Message: `Argument value ${header.slice(0, 64)} is not a valid AWS Region`,
        ArgumentName: 'x-mrap-client-region',
        ArgumentValue: header.slice(0, 64),
      },
      { hint: 'x-mrap-client-region names the Region the client stands in, for example eu-west-1.' },
    )
  }
  return header ?? credential?.clientRegion ?? services.clientRegion
}

function locateBucket(
  target: Target,
  operation: DataOperation,
  request: RawRequest,
  claim: Claim | undefined,
  services: DataServices,
): DataPlace {
  const named = target.kind === 'bucket' ? target : { region: undefined, bucket: undefined, style: 'path' as const }
  const called = named.region ?? claim?.region
  if (named.bucket === undefined || operation.name === 'CreateBucket') {
    return servicePlace(called, named.region, named.bucket, services)
  }
  const bucket = services.store.findBucket(named.bucket)
  if (!bucket) return { ...servicePlace(called, named.region, named.bucket, services), headers: [] }
  const refusal = wrongRegionError(bucket, { hostRegion: named.region, claim, style: named.style, request })
  if (refusal) throw refusal
  return {
    region: bucket.region,
    bucketName: bucket.name,
    bucket,
    mrap: undefined,
    signing: {
      region: bucket.region,
      acceptAnyRegion: false,
      service: ['s3'],
      takesVersion2: takesVersion2(bucket.region),
    },
    headers: [['x-mrap-served-by', bucket.region]],
  }
}

/** A request to S3 itself, or about a bucket that is not there: the Region called serves it. */
function servicePlace(
  called: string | undefined,
  hostRegion: string | undefined,
  bucketName: string | undefined,
  services: DataServices,
): DataPlace {
  const region = called !== undefined && isRegion(called) ? called : undefined
  return {
    region: region ?? services.clientRegion,
    bucketName,
    bucket: undefined,
    mrap: undefined,
    // A scope that names no Region at all (`aws-global`) is told where to go: the Region of the host, or the default.
    signing: {
      region: hostRegion ?? (called !== undefined && !region ? services.clientRegion : undefined),
      acceptAnyRegion: false,
      service: ['s3'],
      takesVersion2: takesVersion2(region ?? services.clientRegion),
    },
    headers: [],
  }
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
  const values: DocumentValues = versionId === undefined ? {} : { 's3:versionid': [versionId] }
  authorizeRead({ ...facts, values, action, key, versionId, bucket, mrap: undefined }, services)
  return bucket
}
