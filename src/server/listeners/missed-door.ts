import { isIP } from 'node:net'
import { isMrapAlias } from '../../protocol/endpoint/arn.ts'
import type { Logger } from '../../protocol/logger.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Response } from '../../protocol/response.ts'
import type { Dispatch } from '../dispatch.ts'

/**
 * What a client most likely meant by a host name that is neither S3's nor an own one, and the way out; undefined when the name says
 * nothing. SDKs put an account id (S3 Control), an alias or a bucket before the host of an endpoint override.
 */
export function hintForName(name: string): string | undefined {
  const labels = name.split('.')
  const address = labels.slice(-4).join('.')
  const isAddress = labels.length > 4 && isIP(address) === 4
  const prefix = isAddress ? labels.slice(0, -4).join('.') : aboutPrefix(labels)
  if (prefix === '') return undefined
  const rest = isAddress ? address : name.slice(prefix.length + 1)
  const what = meaningOf(prefix)
  const fix = isAddress
    ? `Leave the override out and use HTTPS_PROXY or the DNS door, or override with a name of MRAP_DOMAINS instead of ${rest}`
    : `${rest} is no own name: add it to MRAP_DOMAINS`
  return `${prefix} before ${rest} is ${what.text}, as SDKs make it of an endpoint override. ${fix}${what.also}.`
}

/** The account id or alias that a name begins with, '' for none: any other label may be a part of the host's own name. */
function aboutPrefix(labels: readonly string[]): string {
  const [first = '', second = '', ...rest] = labels
  if (/^\d{12}$/.test(first) && second !== '') return first
  const alias = `${first}.${second}`
  return rest.length > 0 && isMrapAlias(alias) ? alias : ''
}

function meaningOf(prefix: string): { readonly text: string; readonly also: string } {
  if (/^\d{12}$/.test(prefix)) return { text: 'an account id', also: '' }
  const also = ', or use path style (forcePathStyle: true in JavaScript, addressing_style path in boto3)'
  return { text: isMrapAlias(prefix) ? "an access point's alias" : 'a bucket', also }
}

const signers =
  'boto3 does so with awscrt installed (pip install awscrt), the SDK for JavaScript with @aws-sdk/signature-v4a imported, ' +
  'AWS CLI 2 unless preferred_transfer_client is crt.'

const mrapHost = '.accesspoint.s3-global.amazonaws.com'
const hintHeader = 'x-mrap-hint'

/**
 * Adds to refusals what looks like a client that came through the wrong door: in `x-mrap-hint` and in the log. Bodies stay as they are.
 * `isOurHost` judges names without a port.
 */
export function explainMissedDoors(
  dispatch: Dispatch,
  { isOurHost, log }: { readonly isOurHost: (host: string) => boolean; readonly log: Logger },
): Dispatch {
  return async request => {
    const response = await dispatch(request)
    if (response.status < 400) return response
    const hint = hintFor(request, response, isOurHost)
    if (hint === undefined) return response
    log.info(`${request.method} ${request.host} refused: ${hint}`)
    const others = response.headers.filter(([name]) => name !== hintHeader)
    return { ...response, headers: [...others, [hintHeader, hint]] }
  }
}

function hintFor({ host }: RawRequest, response: Response, isOurHost: (host: string) => boolean): string | undefined {
  const name = host.replace(/:\d+$/, '')
  if (!isOurHost(name)) return hintForName(name)
  const [, given = ''] = response.headers.find(([header]) => header === hintHeader) ?? []
  // The signature was refused because it is none for this host; what is missing is the way to make one.
  return name.endsWith(mrapHost) && given.includes('with SigV4A') ? `${given} ${signers}` : undefined
}
