import type { Target } from '../../protocol/endpoint/target.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Bucket } from '../../store/rows.ts'

/**
 * What answers call the things of this service: a client that came by a name of AWS is told names of AWS, and one that came by an own
 * name or an address that name, with its scheme and port. A client that follows what it is told stays on the machine.
 */

type BucketTarget = Extract<Target, { kind: 'bucket' }>
type Asked = Pick<RawRequest, 'host' | 'isSecure'>

/** URL of the bucket or MRAP that was asked for, under an own name or address; it ends with a slash. undefined: AWS's names hold. */
export function ownUrl(target: Target, request: Asked): string | undefined {
  const origin = `${request.isSecure ? 'https' : 'http'}://${request.host || 'localhost'}`
  if (target.kind === 'mrap' && target.form === 'path') {
    return request.host.startsWith(`${target.alias}.`) ? `${origin}/` : `${origin}/${target.alias}/`
  }
  if (target.kind !== 'bucket' || target.space === 'aws' || target.bucket === undefined) return undefined
  return target.style === 'host' ? `${origin}/` : `${origin}/${target.bucket}/`
}

/** The host at which a bucket answers, as `<Endpoint>` of a redirect names it. */
export function endpointOf(bucket: Bucket, { style, space, region }: BucketTarget, { host }: Asked): string {
  if (space === 'own') return region === undefined ? host : withRegion(host, region, bucket.region)
  const service = `s3.${bucket.region}.amazonaws.com`
  return style === 'host' ? `${bucket.name}.${service}` : service
}

/** `<bucket>.s3.eu-west-1.mrap-local` with another Region. */
function withRegion(host: string, from: string, to: string): string {
  return host.replace(new RegExp(`^(.*s3[.-](?:dualstack\\.)?)${from}(?=\\.)`), `$1${to}`)
}
