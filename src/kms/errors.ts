import { AwsError, defineErrors } from '../protocol/errors.ts'

/**
 * Refusals of KMS, all of them final: SDKs repeat none with status 400 that is no throttling. Source: KMS API reference, "Common errors" and
 * the errors of each operation.
 */
export const errors = defineErrors({
  AccessDeniedException: { status: 400, message: 'You do not have sufficient access to perform this action.' },
  ExpiredTokenException: { status: 400, message: 'The security token included in the request is expired' },
  IncompleteSignatureException: { status: 400, message: 'The request signature does not conform to AWS standards.' },
  InvalidSignatureException: {
    status: 400,
    message:
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  },
  KMSInternalException: { status: 500, message: 'The request was rejected because an internal exception occurred.' },
  MissingAuthenticationTokenException: { status: 400, message: 'Missing Authentication Token' },
  NotFoundException: { status: 400, message: 'Invalid keyId' },
  SerializationException: { status: 400, message: 'The body of the request is not a JSON object.' },
  UnknownOperationException: { status: 400, message: 'The operation is not known.' },
  UnrecognizedClientException: { status: 400, message: 'The security token included in the request is invalid.' },
  UnsupportedOperationException: { status: 400, message: 'The operation is not supported.' },
  ValidationException: {
    status: 400,
    message: 'The input fails to satisfy the constraints specified by an AWS service.',
  },
})

/** What S3 would answer about a signature or a body, in the words of KMS; a refusal of ours, or none at all, is returned as it is. */
export function inWordsOfKms(thrown: unknown): unknown {
  if (!(thrown instanceof AwsError) || Object.hasOwn(errors, thrown.code)) return thrown
  const { code, message, hint } = thrown
  switch (code) {
    case 'InvalidToken':
      return errors.UnrecognizedClientException({}, { hint })
    case 'ExpiredToken':
      return errors.ExpiredTokenException({}, { hint })
    case 'AccessDenied':
      return errors.AccessDeniedException({ Message: message }, { hint })
    case 'SignatureDoesNotMatch':
      return errors.InvalidSignatureException({}, { hint })
    case 'RequestTimeTooSkewed':
      return errors.InvalidSignatureException({ Message: 'Signature expired or not yet current.' }, { hint })
    case 'AuthorizationHeaderMalformed':
    case 'AuthorizationQueryParametersError':
      return scopeError(message, hint)
    case 'MaxMessageLengthExceeded':
      return errors.ValidationException({ Message: message }, { hint })
    default:
      return errors.IncompleteSignatureException({ Message: message }, { hint })
  }
}

function scopeError(message: string, hint: string | undefined): AwsError {
  const wrong = message.includes('incorrect service')
    ? "Credential should be scoped to correct service: 'kms'. "
    : /the region '.*' is wrong/.test(message) && 'Credential should be scoped to a valid region. '
  if (wrong) return errors.InvalidSignatureException({ Message: wrong }, { hint: hint ?? message })
  return errors.IncompleteSignatureException({ Message: message }, { hint })
}
