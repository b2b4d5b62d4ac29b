import type { Credential } from '../caller.ts'
import { type AwsError, type ErrorExtras, errors } from '../errors.ts'
import { parseAmzDate } from './amz-date.ts'
import { spacedHex } from './chunk-signature.ts'
import type { FormClaim } from './claim.ts'
import { checkToken, sameText } from './session-token.ts'
import { hmacSha1 } from './sigv2.ts'
import { hmacCheck } from './sigv4.ts'

/** The value of a field by its lower-case name; undefined: the form has none. */
export type FieldReader = (name: string) => string | undefined

/** Fields of a signature of Version 4, as refusals name them. */
const version4Fields = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature']
const version2Fields = ['AWSAccessKeyId', 'Signature']

/**
 * What a form says about its signature; undefined: it is anonymous. Throws InvalidArgument for a signature of which a field is missing
 * or cannot be read. Source: API reference, "Authenticating requests in browser-based uploads using POST"; sentences as recorded.
 */
export function readFormClaim(field: FieldReader): FormClaim | undefined {
  const has = (name: string) => field(name.toLowerCase()) !== undefined
  if (version4Fields.some(has)) return readVersion4(field)
  if (version2Fields.some(has)) return readVersion2(field)
  return undefined
}

function readVersion4(field: FieldReader): FormClaim {
  const [algorithm, credential, amzDate, signature] = version4Fields.map(name => required(field, name))
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    // ASSUMED: sentence. A form cannot be signed with SigV4A.
    throw refused('X-Amz-Algorithm', algorithm ?? '', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
  }
  const parts = (credential ?? '').split('/')
  const [accessKeyId = '', scopeDate = '', region = '', service = '', terminal] = parts
  if (parts.length !== 5 || accessKeyId === '' || !/^\d{8}$/.test(scopeDate) || terminal !== 'aws4_request') {
    throw refused(
      'X-Amz-Credential',
      credential ?? '',
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  }
  // ASSUMED: sentence.
  if (parseAmzDate(amzDate ?? '') === undefined) {
    throw refused('X-Amz-Date', amzDate ?? '', `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
  }
  return {
    via: 'form',
    algorithm,
    accessKeyId,
    region,
    scope: { credential: credential ?? '', scopeDate, service, amzDate: amzDate ?? '' },
    policy: required(field, 'Policy'),
    signature: signature ?? '',
    sessionToken: field('x-amz-security-token'),
    payload: { kind: 'unsigned' },
  }
}

function readVersion2(field: FieldReader): FormClaim {
  const [accessKeyId = '', signature = ''] = version2Fields.map(name => required(field, name))
  return {
    via: 'form',
    algorithm: 'AWS',
    accessKeyId,
    region: undefined,
    scope: undefined,
    policy: required(field, 'Policy'),
    signature,
    sessionToken: field('x-amz-security-token'),
    payload: { kind: 'unsigned' },
  }
}

function required(field: FieldReader, name: string): string {
  const value = field(name.toLowerCase())
  if (value !== undefined) return value
  throw missingField(name)
}

/** The refusal of a form without a field that it must have. Recorded from the service, with its two blanks. */
export function missingField(name: string): AwsError {
  return refused(
    name,
    '',
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  )
}

/** The refusal of a form whose credential names another Region. Recorded from the service. */
export function wrongFormRegion(claim: FormClaim, expected: string, extras: ErrorExtras = {}): AwsError {
  const credential = claim.scope?.credential ?? ''
  return errors.InvalidArgument(
    {
      Message: `the region '${(claim.region ?? '').slice(0, 64)}' is wrong; expecting '${expected}'`,
      ArgumentName: 'X-Amz-Credential',
      ArgumentValue: credential,
      Region: expected,
    },
    extras,
  )
}

function refused(ArgumentName: string, ArgumentValue: string, Message: string): AwsError {
  return errors.InvalidArgument({ Message, ArgumentName, ArgumentValue })
}

/**
 * Checks the signature of a form: Region, service and date of its scope, session token, signature. The time of signing is not judged:
 * the policy says how long it holds. Throws the refusal of the first that fails.
 */
export function verifyForm(
  claim: FormClaim,
  credential: Credential,
  options: {
    readonly now: number
    readonly region: string | undefined
    readonly acceptAnyRegion: boolean
    readonly service: readonly string[]
  },
): void {
  const { scope, policy } = claim
  if (scope) checkScope(claim, scope, options)
  checkToken(claim, credential, options.now)
  if (isSigned(claim, credential)) return
  throw errors.SignatureDoesNotMatch(
    {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: policy,
      SignatureProvided: claim.signature,
      StringToSignBytes: spacedHex(Buffer.from(policy)),
    },
    {
      hint: 'A form signs its policy field as it is sent, in base64. If it is the same, the secret access key differs.',
    },
  )
}

function isSigned({ scope, region, policy, signature, accessKeyId }: FormClaim, credential: Credential): boolean {
  if (!scope) {
    const signed = Buffer.from(policy, 'utf8').toString('latin1')
    return sameText(hmacSha1(credential.secretAccessKey, signed), signature)
  }
  return hmacCheck(credential, { accessKeyId, scopeDate: scope.scopeDate, region, service: scope.service })(
    policy,
    signature,
  )
}

function checkScope(
  claim: FormClaim,
  scope: NonNullable<FormClaim['scope']>,
  options: Parameters<typeof verifyForm>[2],
): void {
  const { region, acceptAnyRegion, service } = options
  const { credential, scopeDate, amzDate } = scope
  if (region !== undefined && !acceptAnyRegion && claim.region !== region) throw wrongFormRegion(claim, region)
  // ASSUMED: both sentences, after those of signed headers.
  if (!service.includes(scope.service)) {
    const sentence = `incorrect service "${scope.service}". This endpoint belongs to "${service[0]}".`
    throw refused('X-Amz-Credential', credential, sentence)
  }
  if (scopeDate !== amzDate.slice(0, 8)) {
    const sentence = `Invalid credential date "${scopeDate}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`
    throw refused('X-Amz-Credential', credential, sentence)
  }
}
