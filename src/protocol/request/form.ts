import { type AwsError, defineErrors, errors } from '../errors.ts'
import { incomingBody, requireLength } from './body.ts'
import { type HeaderPairs, readHeaders } from './headers.ts'
import type { IncomingBody } from './incoming-body.ts'
import { boundaryOf, isFormData, type MultipartForm, openMultipartForm } from './multipart-form.ts'
import { type RawRequest, withHeaders } from './raw-request.ts'

const refusals = defineErrors({
  PreconditionFailed: { status: 412, message: 'At least one of the pre-conditions you specified did not hold' },
})

/** A field of a form. Several of one name are one, their values joined by `,` as those of a header. */
export interface Field {
  /** As sent first. */
  readonly name: string
  readonly value: string
}

/** A form that a browser posts: its fields are read, its file is not. */
export interface Form {
  /** By lower-case name, in the order sent, without the file. `${filename}` has been replaced. */
  readonly fields: ReadonlyMap<string, Field>
  /** The file may have this many bytes at most, by what the request says of its length. */
  readonly maxFileBytes: number
  chunks(): AsyncIterable<Uint8Array>
  /** Gives the body up, read to its end or not. */
  close(): Promise<void>
}

/** Stands for the name of the file, in any field. */
const filenameVariable = '$\x7bfilename}'
/** Headers that mean the same beside a form as beside any request. */
const besideForm = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-expected-bucket-owner',
  'x-amz-request-payer',
  'x-amz-user-agent',
])
/** Headers that speak of the body or of the object; those of a form do not speak of its file. */
const ofEntity = /^(content-|cache-control$|expires$|transfer-encoding$|authorization$)/

/**
 * Opens the form in the body of a request. Throws PreconditionFailed where there is none, MissingContentLength, NotImplemented for a header
 * that would have to be a field, and what the form itself is refused with.
 */
export async function openForm(request: RawRequest): Promise<Form> {
  const contentType = request.headers.get('content-type')
  if (!isFormData(contentType)) {
    // Recorded from the service.
    throw refusals.PreconditionFailed({ Condition: 'Bucket POST must be of the enclosure-type multipart/form-data' })
  }
  refuseHeaders(request)
  const body = incomingBody(request, undefined, undefined)
  requireLength(request, body)
  const boundary = boundaryOf(contentType ?? '')
  request.sendContinue()
  const form = await openMultipartForm(body.chunks(), boundary)
  return {
    fields: fieldsOf(form),
    // What follows the file at least: a boundary with its line ends and dashes.
    maxFileBytes: Math.max((body.declaredLength ?? 0) - form.offset - boundary.length - 6, 0),
    chunks: form.chunks,
    close: form.close,
  }
}

/** What would change the result must stand in the form, where its policy covers it. */
function refuseHeaders({ headers }: RawRequest): void {
  const stray = headers.names().find(name => (name.startsWith('x-amz-') && !besideForm.has(name)) || isCondition(name))
  if (stray === undefined) return
  throw errors.NotImplemented(
    { Header: stray },
    { hint: `A form says everything in its fields: send ${stray} as one, if it has that meaning there.` },
  )
}

function isCondition(name: string): boolean {
  return name === 'content-md5' || name === 'if-match' || name === 'if-none-match'
}

/**
 * Fields by name, `${filename}` replaced by the last segment of the file's name, where it has one: "all variables are expanded before the
 * policy is validated". Source: API reference, "POST Object".
 */
function fieldsOf({ fields, filename }: MultipartForm): ReadonlyMap<string, Field> {
  const base = filename?.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
  const byName = new Map<string, Field>()
  for (const [name, sent] of fields) {
    const value = base === undefined ? sent : sent.replaceAll(filenameVariable, () => base)
    const before = byName.get(name.toLowerCase())
    byName.set(name.toLowerCase(), before ? { name: before.name, value: `${before.value},${value}` } : { name, value })
  }
  return byName
}

/** The request that a form stands for: what the form says in its fields stands in the headers. */
export function requestOfForm(request: RawRequest, fromFields: HeaderPairs): RawRequest {
  const kept = request.headers.pairs.filter(([name]) => !ofEntity.test(name.toLowerCase()))
  return withHeaders(request, readHeaders([...kept, ...fromFields]))
}

/** The file as the body of that request: verified against what its headers declare. */
export function bodyOfForm(request: RawRequest, form: Form): IncomingBody {
  return {
    ...incomingBody(request, undefined, undefined),
    declaredLength: form.maxFileBytes,
    isPresent: true,
    isEmpty: false,
    chunks: () => form.chunks(),
  }
}

/** The refusal of a field that cannot be what it stands for. */
export function badField(field: Field, Message: string): AwsError {
  return errors.InvalidArgument({ Message, ArgumentName: field.name, ArgumentValue: field.value })
}
