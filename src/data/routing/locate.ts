import type { Credential } from '../../protocol/caller.ts'
import type { Clock } from '../../protocol/clock.ts'
import { isRegion, takesVersion2 } from '../../protocol/endpoint/regions.ts'
import type { Target } from '../../protocol/endpoint/target.ts'
import type { Place, SigningRules } from '../../protocol/plane.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Claim } from '../../protocol/signature/claim.ts'
import type { Bucket } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { DataOperation, MrapAccess } from '../context.ts'
import { errors } from '../errors.ts'
import { refuseArn } from './mrap-as-bucket.ts'
import { type RegionHealth, resolveMrap } from './resolve-bucket.ts'
import { wrongRegionError } from './wrong-region.ts'

/** The bucket a request reached, and how. */
export interface DataPlace extends Place {
  readonly target: Target
  readonly bucketName: string | undefined
  /** undefined: no such bucket. */
  readonly bucket: Bucket | undefined
  readonly mrap: MrapAccess | undefined
  /** The web page that asks is let in by a CORS rule. */
  readonly isPageAllowed?: boolean
}

interface LocateServices {
  readonly store: Store
  readonly clock: Clock
  /** Where a client stands when neither the request nor its credential says so. */
  readonly clientRegion: string
  readonly regions: RegionHealth
}

interface Known {
  readonly target: Target
  readonly operation: DataOperation
  readonly request: RawRequest
  readonly claim: Claim | undefined
  readonly credential: Credential | undefined
}

type Header = readonly [name: string, value: string]
type BucketTarget = Extract<Target, { kind: 'bucket' }>

/**
 * The bucket that answers a request, and the Region its signature is judged by. Throws the refusals of a request that another Region
 * answers, or no bucket can.
 */
export function locate(known: Known, services: LocateServices): DataPlace {
  const { target, operation, request } = known
  if (target.kind !== 'mrap') return locateBucket(known, services)
  const place = locateMrap(target, request, known.credential, services)
  if (!findsRegion(operation)) return place
  // Recorded on the 400 for a signature of another Region; ASSUMED on the other answers to HeadBucket through an MRAP.
  return { ...place, headers: [...place.headers, bucketRegion(place.region)] }
}

/**
 * Headers of every answer to a request for a bucket, however it ends: HeadBucket names the bucket's Region to whoever asks, signed or
 * not, which is how clients find it. Source: API_HeadBucket.
 */
export function headersOfAll(operation: DataOperation, target: Target, { store }: LocateServices): readonly Header[] {
  if (!findsRegion(operation) || target.kind !== 'bucket' || target.bucket === undefined) return []
  const bucket = store.findBucket(target.bucket)
  return bucket ? [bucketRegion(bucket.region)] : []
}

function findsRegion({ name }: DataOperation): boolean {
  return name === 'HeadBucket'
}

function bucketRegion(region: string): Header {
  return ['x-amz-bucket-region', region]
}

export function locateMrap(
  target: Extract<Target, { kind: 'mrap' }>,
  request: RawRequest,
  credential: Credential | undefined,
  services: LocateServices,
): DataPlace & { readonly region: string } {
  const clientRegion = clientRegionOf(request, credential, services)
  const { mrap, mrapName, bucketName, region, reason, bucket } = resolveMrap(
    services.store,
    target.alias,
    clientRegion,
    services.clock.now(),
    services.regions,
  )
  return {
    target,
    region,
    bucketName,
    bucket,
    mrap,
    mrapName,
    // The true host is judged as the service does: SigV4A by its Region set, plain SigV4 against the Region routed to.
    signing: { region, acceptAnyRegion: target.form === 'path', service: ['s3'] },
    headers: [
      ['x-mrap-served-by', region],
      ['x-mrap-route-reason', reason],
    ],
  }
}

/** Header, else the credential, else the option (design 2.2, 2.6). */
function clientRegionOf(request: RawRequest, credential: Credential | undefined, services: LocateServices): string {
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

const service: Omit<BucketTarget, 'key'> = {
  kind: 'bucket',
  region: undefined,
  bucket: undefined,
  style: 'path',
  space: 'own',
  leadsHome: false,
}

function locateBucket({ target, operation, request, claim }: Known, services: LocateServices): DataPlace {
  const named = target.kind === 'bucket' ? target : { ...service, key: '' }
  if (named.bucket === undefined || operation.name === 'CreateBucket') return servicePlace(named, claim, services)
  const bucket = services.store.findBucket(named.bucket)
  if (!bucket) {
    refuseArn(named, services)
    return servicePlace(named, claim, services)
  }
  const isAnywhere = operation.name === 'GetBucketLocation' && named.style === 'path'
  const refusal = isAnywhere
    ? undefined
    : wrongRegionError(bucket, approachOf(named, operation, bucket), claim, request)
  if (refusal) throw refusal
  return {
    target,
    region: bucket.region,
    bucketName: bucket.name,
    bucket,
    mrap: undefined,
    signing: {
      region: isAnywhere ? regionOfLocation(named, claim, bucket) : bucket.region,
      acceptAnyRegion: false,
      service: ['s3'],
      takesVersion2: takesVersion2(bucket.region),
    },
    headers: [['x-mrap-served-by', bucket.region]],
  }
}

/**
 * A name that leads to the bucket calls the bucket's Region. ASSUMED: for GetBucketLocation an own name without Region with the bucket
 * before it does, too.
 */
function approachOf(named: BucketTarget, { name }: DataOperation, bucket: Bucket): BucketTarget {
  const leadsHome = named.leadsHome || (name === 'GetBucketLocation' && named.region === undefined)
  return leadsHome ? { ...named, region: bucket.region } : named
}

/**
 * Region that a path-style GetBucketLocation must be signed for, wherever the bucket is: the one called, or us-east-1, for which clients
 * sign that look for a bucket. ASSUMED: us-east-1 in every Region.
 */
function regionOfLocation({ region }: BucketTarget, claim: Claim | undefined, bucket: Bucket): string {
  const scope = claim?.region
  if (scope === 'us-east-1' || (region === undefined && scope !== undefined && isRegion(scope))) return scope
  return region ?? bucket.region
}

/** A request to S3 itself, or about a bucket that is not there: the Region called serves it. */
function servicePlace(named: BucketTarget, claim: Claim | undefined, services: LocateServices): DataPlace {
  const called = named.region ?? claim?.region
  const region = called !== undefined && isRegion(called) ? called : undefined
  // A scope that names no Region at all (`aws-global`) is told where to go: the Region of the host, or the default.
  const signing: SigningRules = {
    region: named.region ?? (called !== undefined && !region ? services.clientRegion : undefined),
    acceptAnyRegion: false,
    service: ['s3'],
    takesVersion2: takesVersion2(region ?? services.clientRegion),
  }
  return {
    target: named,
    region: region ?? services.clientRegion,
    bucketName: named.bucket,
    bucket: undefined,
    mrap: undefined,
    signing,
    headers: [],
  }
}
