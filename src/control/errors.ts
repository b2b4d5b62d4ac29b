import { planeErrors } from '../protocol/errors.ts'

/**
 * Synchronous refusals of S3 Control beyond the common ones. Source: S3 API reference, "Error responses"; the sentence of
 * PermanentRedirect as recorded in 2024 (mrap-spec 3.4). What fails in the background is not an HTTP error: `async-operations.ts`.
 */
export const errors = planeErrors({
  ClientTokenConflict: {
    status: 409,
    message: 'Your Multi-Region Access Point client token is the same token that was used for a previous request.',
  },
  InvalidTag: {
    status: 400,
    message:
      "This request contains a tag key or value that isn't valid. Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.",
  },
  NoSuchAsyncRequest: { status: 404, message: 'The specified request was not found.' },
  NoSuchResource: { status: 404, message: "The specified resource doesn't exist." },
  OperationAborted: {
    status: 409,
    message: 'A conflicting conditional operation is currently in progress against this resource. Try again.',
  },
  TooManyMultiRegionAccessPoints: {
    status: 400,
    message: 'You have attempted to create more Multi-Region Access Points than are allowed for an account.',
  },
  TooManyMultiRegionAccessPointregionsError: {
    status: 400,
    message: 'You have attempted to create a Multi-Region Access Point with more Regions than are allowed.',
  },
})
