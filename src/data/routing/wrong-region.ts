import { isRegion } from '../../protocol/endpoint/regions.ts'
import type { Target } from '../../protocol/endpoint/target.ts'
import type { AwsError } from '../../protocol/errors.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Claim } from '../../protocol/signature/claim.ts'
import { wrongFormRegion } from '../../protocol/signature/form-signature.ts'
import type { Bucket } from '../../store/rows.ts'
import { errors } from '../errors.ts'
import { endpointOf } from './addresses.ts'

/**
 * The refusal of a direct request that was sent to another Region than the bucket's; undefined: it was not.
 *
 *   Region called   is that of the host, else that of the credential scope
 *   called wrong    301 PermanentRedirect, with the endpoint to use
 *   scope wrong     (of a host in the right Region, of a name that leads to the bucket, or naming no Region at all) 400 with the Region to sign for
 *
 * Both carry `x-amz-bucket-region`, which clients follow. The 307 that S3 gives for a while after a bucket was created is a matter of its
 * DNS and does not occur. A Region set of SigV4A is judged with the signature. Source: mrap-spec 16 and 7.1.
 */
export function wrongRegionError(
  bucket: Bucket,
  named: Extract<Target, { kind: 'bucket' }>,
  claim: Claim | undefined,
  request: Pick<RawRequest, 'host' | 'isSecure'>,
): AwsError | undefined {
  const scope = claim?.region
  const called = named.region ?? (scope !== undefined && isRegion(scope) ? scope : bucket.region)
  const headers = { 'x-amz-bucket-region': bucket.region }
  if (called !== bucket.region) {
    return errors.PermanentRedirect(
      { Endpoint: endpointOf(bucket, named, request), Bucket: bucket.name },
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
