/** An answer that refuses a request, as AWS writes it. Everything else that is thrown is a bug and answers InternalError. */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  /** Extra members of the `<Error>` element, in wire order. */
  readonly fields: Readonly<Record<string, string>>
  /** Response headers that belong to this refusal, e.g. `x-amz-bucket-region`. */
  readonly headers: Readonly<Record<string, string>>
  /** One sentence for `x-mrap-hint`: what we saw, what we expected, one way out. */
  readonly hint: string | undefined

  constructor(code: string, status: number, message: string, fields: Record<string, string>, extras: ErrorExtras) {
    super(message)
    this.name = code
    this.code = code
    this.status = status
    this.fields = fields
    this.headers = extras.headers ?? {}
    this.hint = extras.hint
  }
}

export interface ErrorExtras {
  readonly headers?: Readonly<Record<string, string>>
  readonly hint?: string | undefined
}

export interface ErrorSpec {
  readonly status: number
  /** AWS's sentence. A code with several sentences gives the most common one; a call passes another as `Message`. */
  readonly message: string
}

/** `fields` are the extra members of `<Error>` in wire order; the reserved member `Message` replaces the catalogue's sentence. */
export type ErrorFactory = (fields?: Readonly<Record<string, string>>, extras?: ErrorExtras) => AwsError

/** Turns a catalogue (code -> status and sentence) into typed constructors: `throw errors.NoSuchKey({ Key })`. */
export function defineErrors<const Catalogue extends Readonly<Record<string, ErrorSpec>>>(
  catalogue: Catalogue,
): { readonly [Code in keyof Catalogue]: ErrorFactory } {
  const factories: Record<string, ErrorFactory> = {}
  for (const [code, spec] of Object.entries(catalogue)) {
    factories[code] = ({ Message = spec.message, ...fields } = {}, extras = {}) =>
      new AwsError(code, spec.status, Message, fields, extras)
  }
  return factories as { readonly [Code in keyof Catalogue]: ErrorFactory }
}

/** The catalogue of a plane: its own refusals beside the common ones, which it may reword. */
export function planeErrors<const Catalogue extends Readonly<Record<string, ErrorSpec>>>(catalogue: Catalogue) {
  return { ...errors, ...defineErrors(catalogue) }
}

/**
 * The refusals that planes and the toolkit share. Source: S3 API reference, "Error responses", and answers of the
 * real service recorded by others (`docs/coverage.md` names what is assumed).
 */
export const errors = defineErrors({
  AccessDenied: { status: 403, message: 'Access Denied' },
  AuthorizationHeaderMalformed: {
    status: 400,
    message: 'The authorization header that you provided is not valid.',
  },
  AuthorizationQueryParametersError: {
    status: 400,
    message:
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  },
  BadDigest: { status: 400, message: 'The Content-MD5 you specified did not match what we received.' },
  BadRequest: { status: 400, message: 'Bad Request' },
  EntityTooLarge: { status: 400, message: 'Your proposed upload exceeds the maximum allowed size' },
  ExpiredToken: { status: 400, message: 'The provided token has expired.' },
  IncompleteBody: {
    status: 400,
    message: 'The request body terminated unexpectedly',
  },
  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },
  InvalidAccessKeyId: {
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  InvalidArgument: { status: 400, message: 'Invalid Argument' },
  InvalidChunkSizeError: {
    status: 400,
    message: 'Only the last chunk is allowed to have a size less than 8192 bytes',
  },
  InvalidDigest: { status: 400, message: 'The Content-MD5 you specified was invalid.' },
  InvalidRequest: { status: 400, message: 'Invalid Request' },
  InvalidToken: { status: 400, message: 'The provided token is malformed or otherwise invalid.' },
  InvalidURI: { status: 400, message: "Couldn't parse the specified URI." },
  KeyTooLongError: { status: 400, message: 'Your key is too long' },
  MalformedPOSTRequest: {
    status: 400,
    message: 'The body of your POST request is not well-formed multipart/form-data.',
  },
  MalformedTrailerError: {
    status: 400,
    message: 'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  },
  MalformedXML: {
    status: 400,
    message: 'The XML you provided was not well-formed or did not validate against our published schema',
  },
  MaxMessageLengthExceeded: { status: 400, message: 'Your request was too big.' },
  MaxPostPreDataLengthExceeded: {
    status: 400,
    message: 'Your POST request fields preceding the upload file were too large.',
  },
  MethodNotAllowed: { status: 405, message: 'The specified method is not allowed against this resource.' },
  MissingContentLength: { status: 411, message: 'You must provide the Content-Length HTTP header.' },
  MissingRequestBodyError: { status: 400, message: 'Request Body is empty' },
  MissingSecurityHeader: { status: 400, message: 'Your request was missing a required header' },
  NoSuchMultiRegionAccessPoint: { status: 404, message: 'The specified Multi-Region Access Point does not exist.' },
  NoSuchPublicAccessBlockConfiguration: {
    status: 404,
    message: 'The public access block configuration was not found',
  },
  NotImplemented: { status: 501, message: 'A header you provided implies functionality that is not implemented' },
  PermanentRedirect: {
    status: 301,
    message:
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  },
  RequestHeaderSectionTooLarge: {
    status: 400,
    message: 'Your request header section exceeds the maximum allowed size.',
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  RequestTimeout: {
    status: 400,
    message:
      'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  },
  ServiceUnavailable: { status: 503, message: 'Please reduce your request rate.' },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  UnsupportedSignature: {
    status: 400,
    message:
      'The provided request is signed with an unsupported STS Token version or the signature version is not supported.',
  },
  XAmzContentSHA256Mismatch: {
    status: 400,
    message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
  },
})
