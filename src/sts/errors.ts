import { AwsError, defineErrors } from '../protocol/errors.ts'

/**
 * Refusals of STS. Source: STS API reference, "Common errors" and the errors of each action; sentences as its clients report them.
 */
export const errors = defineErrors({
  AccessDenied: { status: 403, message: 'Access Denied' },
  ExpiredToken: { status: 403, message: 'The security token included in the request is expired' },
  IncompleteSignature: { status: 400, message: 'The request signature does not conform to AWS standards.' },
  InternalFailure: {
    status: 500,
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  },
  InvalidAction: { status: 400, message: 'The action or operation requested is invalid.' },
  InvalidClientTokenId: { status: 403, message: 'The security token included in the request is invalid.' },
  MalformedPolicyDocument: { status: 400, message: 'The policy document was malformed.' },
  MissingAction: { status: 400, message: 'The request is missing an action or a required parameter.' },
  MissingAuthenticationToken: { status: 403, message: 'Request is missing Authentication Token' },
  NotImplemented: { status: 501, message: 'The operation is not implemented.' },
  RequestEntityTooLarge: { status: 413, message: 'Request size exceeded the limit.' },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  },
  ValidationError: { status: 400, message: 'The input fails to satisfy the constraints specified by an AWS service.' },
})

/** A constraint of the model that a parameter misses. */
export function constraint(name: string, value: string | undefined, rule: string): AwsError {
  const shown = value === undefined ? 'null' : `'${value.slice(0, 100)}'`
  return errors.ValidationError({
    Message: `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: ${rule}`,
  })
}

/** What S3 would answer about a signature or a body, in the words of STS; undefined: it is no refusal. */
export function signatureError(thrown: unknown): AwsError | undefined {
  if (!(thrown instanceof AwsError)) return undefined
  const { hint } = thrown
  switch (thrown.code) {
    case 'InvalidAccessKeyId':
    case 'InvalidToken':
      return errors.InvalidClientTokenId({}, { hint })
    case 'ExpiredToken':
      return errors.ExpiredToken({}, { hint })
    case 'SignatureDoesNotMatch':
      return errors.SignatureDoesNotMatch({}, { hint })
    case 'RequestTimeTooSkewed':
      return errors.SignatureDoesNotMatch(
        { Message: 'Signature expired or not yet current.' },
        { hint: 'The clock of the client and that of the emulator differ by more than 15 minutes.' },
      )
    case 'AuthorizationHeaderMalformed':
    case 'AuthorizationQueryParametersError':
      return scopeError(thrown)
    case 'MaxMessageLengthExceeded':
      return errors.RequestEntityTooLarge()
    case 'AccessDenied':
    case 'InvalidArgument':
    case 'InvalidRequest':
    case 'UnsupportedSignature':
      return errors.IncompleteSignature({ Message: thrown.message }, { hint })
    default:
      // The codes that S3 does not have are ours already.
      return Object.hasOwn(errors, thrown.code) ? thrown : errors.ValidationError({ Message: thrown.message }, { hint })
  }
}

function scopeError({ message, hint }: AwsError): AwsError {
  if (message.includes('incorrect service')) {
    return errors.SignatureDoesNotMatch(
      { Message: "Credential should be scoped to correct service: 'sts'. " },
      { hint: hint ?? message },
    )
  }
  if (/the region '.*' is wrong/.test(message)) {
    return errors.SignatureDoesNotMatch(
      { Message: 'Credential should be scoped to a valid region. ' },
      { hint: hint ?? message },
    )
  }
  return errors.IncompleteSignature({ Message: message }, { hint })
}
