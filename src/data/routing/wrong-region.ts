import { isRegion } from '../../protocol/endpoint/regions.ts'
import type { AwsError } from '../../protocol/errors.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Claim } from '../../protocol/signature/claim.ts'
import { wrongFormRegion } from '../../protocol/signature/form-signature.ts'
import type { Bucket } from '../../store/rows.ts'
import { errors } from '../errors.ts'

/** How a bucket was addressed. */
export interface Approach {
  /** Region in the host name; undefined for own names and addresses. */
  readonly hostRegion: string | undefined
  readonly claim: Claim | undefined
  /** Where the bucket's name stood. */
  readonly style: 'host' | 'path'
  readonly request: Pick<RawRequest, 'host'>
}

/**
 * The refusal of a direct request that was sent to another Region than the bucket's; undefined: it was not.
 *
 *   Region called   is that of the host, else that of the credential scope
 *   called wrong    301 PermanentRedirect, with the endpoint to use
 *   scope wrong     (of a host in the right Region, or naming no Region at all) 400 with the Region to sign for
 *
 * Both carry `x-amz-bucket-region`, which clients follow. The 307 that S3 gives for a while after a bucket was created is a matter of its
 * DNS and does not occur. A Region set of SigV4A is judged with the signature. Source: mrap-spec 16 and 7.1.
 */
export function wrongRegionError(bucket: Bucket, approach: Approach): AwsError | undefined {
  const { hostRegion, claim, style, request } = approach
  const scope = claim?.region
  const called = hostRegion ?? (scope !== undefined && isRegion(scope) ? scope : bucket.region)
  const headers = { 'x-amz-bucket-region': bucket.region }
  if (called !== bucket.region) {
    const service = `s3.${bucket.region}.amazonaws.com`
    return errors.PermanentRedirect(
      { Endpoint: style === 'host' ? `${bucket.name}.${service}` : service, Bucket: bucket.name },
      {
        headers,
        hint: `${bucket.name} is in ${bucket.region}, the request to ${request.host.slice(0, 100)} called ${called}. Configure the client for ${bucket.region}.`,
      },
    )
  }
  if (!claim || scope === undefined || scope === bucket.region) return undefined
  const wrong = `the region '${scope.slice(0, 64)}' is wrong; expecting '${bucket.region}'`
  const extras = { headers, hint: `Sign for ${bucket.region}, where ${bucket.name} is.` }
  if (claim.via === 'form') return wrongFormRegion(claim, bucket.region, extras)
  return claim.via === 'header'
    ? errors.AuthorizationHeaderMalformed(
        { Message: `The authorization header is malformed; ${wrong}`, Region: bucket.region },
        extras,
      )
    : errors.AuthorizationQueryParametersError(
        { Message: `Error parsing the X-Amz-Credential parameter; ${wrong}`, Region: bucket.region },
        extras,
      )
}
