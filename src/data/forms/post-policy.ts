import type { Form } from '../../protocol/request/form.ts'
import { parseAmzDate } from '../../protocol/signature/amz-date.ts'
import { errors } from '../errors.ts'

/**
 * The policy document of a form upload: until when, with which fields and with how many bytes a form may be posted. Source: API
 * reference, "POST policy"; sentences as recorded from the service, or as its users quote them.
 */
type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly text: string; readonly name: string; readonly value: string }
  | { readonly kind: 'content-length-range'; readonly text: string; readonly min: number; readonly max: number }

/** How many bytes a file may have. */
export interface SizeRange {
  readonly min: number
  readonly max: number
}

/** Fields that no policy needs to name. */
const uncovered = new Set(['awsaccesskeyid', 'file', 'policy', 'signature', 'x-amz-signature'])
/** The longest time that a signing key of Version 4 is good for. */
const longestSignatureMs = 7 * 24 * 60 * 60 * 1000

/**
 * Checks a form against its policy; a form without one may hold anything. Returns the sizes that the policy allows. Throws
 * InvalidPolicyDocument for a document that cannot be read, AccessDenied for a policy that has expired or does not hold.
 */
export function checkPostPolicy(form: Form, bucketName: string, now: number): SizeRange {
  const everything = { min: 0, max: Number.POSITIVE_INFINITY }
  const policy = form.fields.get('policy')
  if (!policy) return everything
  const { expiration, conditions } = readPolicy(policy.value)
  const signedAt = parseAmzDate(form.fields.get('x-amz-date')?.value ?? '')
  // ASSUMED: a signature of Version 4 is refused like an expired policy once its key is too old.
  const isStale = signedAt !== undefined && now > signedAt + longestSignatureMs
  if (now > expiration || isStale) throw notAccording('Policy expired.')
  const textOfField = (name: string) => (name === 'bucket' ? bucketName : form.fields.get(name)?.value)
  let range: SizeRange = everything
  for (const condition of conditions) {
    if (condition.kind === 'content-length-range') {
      if (Number.isNaN(condition.min) || Number.isNaN(condition.max)) throw failed(condition)
      range = { min: Math.max(range.min, condition.min), max: Math.min(range.max, condition.max) }
    } else if (!holds(condition, textOfField)) {
      throw failed(condition)
    }
  }
  refuseExtraFields(form, conditions)
  return range
}

function holds(
  { kind, name, value }: Extract<Condition, { name: string }>,
  textOfField: (name: string) => string | undefined,
): boolean {
  // `eq` and `starts-with` name a field by `$` and its name (recorded).
  if (!name.startsWith('$')) return false
  const field = name.slice(1).toLowerCase()
  const found = textOfField(field)
  if (found === undefined) return false
  if (kind === 'eq') return found === value
  // A list of media types must hold item by item.
  if (field !== 'content-type') return found.startsWith(value)
  return found.split(',').every(item => item.trim().startsWith(value))
}

function refuseExtraFields(form: Form, conditions: readonly Condition[]): void {
  const named = new Set(conditions.flatMap(one => ('name' in one ? [one.name.slice(1).toLowerCase()] : [])))
  const extra = [...form.fields].filter(
    ([name]) => !named.has(name) && !uncovered.has(name) && !name.startsWith('x-ignore-'),
  )
  if (extra.length === 0) return
  throw notAccording(`Extra input fields: ${extra.map(([, field]) => field.name).join(', ')}`)
}

function readPolicy(base64: string): { readonly expiration: number; readonly conditions: readonly Condition[] } {
  const document = parseJson(Buffer.from(base64, 'base64').toString('utf8'))
  if (!isObject(document)) throw invalid('Invalid JSON.')
  // ASSUMED: these four sentences.
  if (!('expiration' in document)) throw invalid('Policy missing expiration.')
  if (!('conditions' in document)) throw invalid('Policy missing conditions.')
  const { expiration, conditions } = document
  if (typeof expiration !== 'string' || !isIsoDate(expiration)) {
    throw invalid(`Invalid 'expiration' value: '${String(expiration).slice(0, 64)}'`)
  }
  if (!Array.isArray(conditions)) throw invalid('Invalid Policy conditions.')
  return { expiration: Date.parse(expiration), conditions: conditions.map(readCondition) }
}

function readCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) return readListCondition(condition)
  if (!isObject(condition)) throw invalid('Invalid Condition.')
  const [entry, second] = Object.entries(condition)
  if (!entry || second) {
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.')
  }
  const [name, value] = entry
  if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.')
  return { kind: 'eq', text: textOf(['eq', `$${name}`, value]), name: `$${name}`, value }
}

function readListCondition(condition: readonly unknown[]): Condition {
  const [operator, first, second] = condition
  const kind = typeof operator === 'string' ? operator.toLowerCase() : undefined
  // ASSUMED: sentences.
  if (kind !== 'eq' && kind !== 'starts-with' && kind !== 'content-length-range')
    throw invalid('Invalid Condition: unknown operation.')
  if (condition.length !== 3) throw invalid(`Invalid Condition: wrong number of arguments for ${kind}.`)
  const text = textOf([kind, first, second])
  if (kind === 'content-length-range') return { kind, text, min: sizeOf(first), max: sizeOf(second) }
  if (typeof first !== 'string' || typeof second !== 'string')
    throw invalid('Invalid Condition: value must be a string.')
  return { kind, text, name: first, value: second }
}

/** A size, as a number or as its digits (recorded); NaN for anything else, which no file fits. */
function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN
}

/** A condition as refusals show it: `["eq", "$key", "a"]`. */
function textOf(parts: readonly unknown[]): string {
  return `[${parts.map(part => JSON.stringify(part)).join(', ')}]`
}

/** A policy is JSON in which a dollar sign and a vertical tab may be escaped, too. Source: API reference, "Character escaping". */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/\\[\s\S]/g, escaped => otherEscapes.get(escaped) ?? escaped))
  } catch {
    throw invalid('Invalid JSON.')
  }
}

const otherEscapes = new Map([
  ['\\$', '$'],
  ['\\v', '\\u000b'],
])

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isIsoDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text))
  )
}

function failed({ text }: Condition) {
  return notAccording(`Policy Condition failed: ${text}`)
}

function notAccording(what: string) {
  return errors.AccessDenied({ Message: `Invalid according to Policy: ${what}` })
}

function invalid(what: string) {
  return errors.InvalidPolicyDocument({ Message: `Invalid Policy: ${what}` })
}
