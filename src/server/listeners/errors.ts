import { errors as common, defineErrors } from '../errors.ts'

/** Refusals of what HTTP itself finds wrong, before a request has an operation. */
const door = defineErrors({
  // ASSUMED: code and sentence of an Expect header other than 100-continue; the status is RFC 9110's.
  ExpectationFailed: { status: 417, message: 'The expectation given in the Expect request header could not be met.' },
})

export const errors = { ...common, ...door }
