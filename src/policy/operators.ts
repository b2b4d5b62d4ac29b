import { parsePolicyDate } from './dates.ts'
import { isInRange, parseIpRange } from './ip-ranges.ts'
import { type Lookup, matchesTemplate, readTemplate, type TemplateForm } from './variables.ts'

/**
 * Condition operators. Source: IAM reference, "IAM JSON policy elements: Condition operators". A name is one of the table below, with
 * `ForAllValues:` or `ForAnyValue:` before it and `IfExists` after it (not after Null). Names are case-sensitive.
 */
export interface Operator {
  readonly quantifier: 'all' | 'any' | undefined
  readonly ifExists: boolean
  /** A negated operator holds when none of the values fits. */
  readonly negated: boolean
  readonly family: 'string' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'arn' | 'null'
  /** Makes a value of the policy ready; undefined: S3 does not understand it. */
  readonly read: (value: string, variables: boolean) => ValueTest | undefined
}

/** Whether a value of the request fits the value of the policy that this was made from. */
export type ValueTest = (actual: string, lookup: Lookup) => boolean

type Row = Pick<Operator, 'family' | 'negated' | 'read'>

/** The operator of this name; undefined: there is none. */
export function parseOperator(name: string): Operator | undefined {
  const [, set, base = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? []
  const row = operators.get(base)
  if (!row || (row.family === 'null' && suffix)) return undefined
  const quantifier = set && (set === 'ForAllValues' ? 'all' : 'any')
  return { ...row, quantifier: quantifier || undefined, ifExists: suffix !== undefined }
}

type Relation = (actual: number, wanted: number) => boolean
const equal: Relation = (actual, wanted) => actual === wanted
const relations: readonly (readonly [name: string, relation: Relation, negated: boolean])[] = [
  ['Equals', equal, false],
  ['NotEquals', equal, true],
  ['LessThan', (actual, wanted) => actual < wanted, false],
  ['LessThanEquals', (actual, wanted) => actual <= wanted, false],
  ['GreaterThan', (actual, wanted) => actual > wanted, false],
  ['GreaterThanEquals', (actual, wanted) => actual >= wanted, false],
]

const equals = textOperator({ wildcards: false })
const equalsIgnoreCase = textOperator({ wildcards: false, ignoresCase: true })
const like = textOperator({ wildcards: true })

const operators: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['StringEquals', { family: 'string', negated: false, read: equals }],
  ['StringNotEquals', { family: 'string', negated: true, read: equals }],
  ['StringEqualsIgnoreCase', { family: 'string', negated: false, read: equalsIgnoreCase }],
  ['StringNotEqualsIgnoreCase', { family: 'string', negated: true, read: equalsIgnoreCase }],
  ['StringLike', { family: 'string', negated: false, read: like }],
  ['StringNotLike', { family: 'string', negated: true, read: like }],
  ...relations.flatMap(([name, relation, negated]): [string, Row][] => [
    [`Numeric${name}`, { family: 'numeric', negated, read: numeric(relation) }],
    [`Date${name}`, { family: 'date', negated, read: date(relation) }],
  ]),
  ['Bool', { family: 'bool', negated: false, read: bool }],
  ['BinaryEquals', { family: 'binary', negated: false, read: binary }],
  ['IpAddress', { family: 'ip', negated: false, read: ipAddress }],
  ['NotIpAddress', { family: 'ip', negated: true, read: ipAddress }],
  // The guide: "ArnEquals and ArnLike behave identically."
  ['ArnEquals', { family: 'arn', negated: false, read: arn }],
  ['ArnLike', { family: 'arn', negated: false, read: arn }],
  ['ArnNotEquals', { family: 'arn', negated: true, read: arn }],
  ['ArnNotLike', { family: 'arn', negated: true, read: arn }],
  ['Null', { family: 'null', negated: false, read: bool }],
])

function textOperator(form: Omit<TemplateForm, 'variables'>): Operator['read'] {
  return (value, variables) => {
    const template = readTemplate(value, { ...form, variables })
    return (actual, lookup) => matchesTemplate(template, actual, lookup)
  }
}

const numberForm = /^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[+-]?\d{1,3})?$/i

/** A value that is no number fits nothing, on either side: S3 does not check such values when a policy is put. */
function numeric(relation: Relation): Operator['read'] {
  return value => {
    const wanted = numberOf(value)
    return actual => relation(numberOf(actual), wanted)
  }
}

function numberOf(text: string): number {
  return numberForm.test(text) ? Number(text) : Number.NaN
}

function date(relation: Relation): Operator['read'] {
  return value => {
    const wanted = parsePolicyDate(value)
    if (wanted === undefined) return undefined
    return actual => relation(parsePolicyDate(actual) ?? Number.NaN, wanted)
  }
}

function bool(value: string): ValueTest | undefined {
  const wanted = value.toLowerCase()
  if (wanted !== 'true' && wanted !== 'false') return undefined
  return actual => actual.toLowerCase() === wanted
}

/** The policy has the bytes in base64. */
function binary(value: string): ValueTest | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) return undefined
  const wanted = Buffer.from(value, 'base64')
  return actual => Buffer.from(actual, 'utf8').equals(wanted)
}

function ipAddress(value: string): ValueTest | undefined {
  const range = parseIpRange(value)
  if (!range) return undefined
  return actual => {
    const address = parseIpRange(actual)
    return address !== undefined && isInRange(address, range)
  }
}

/** The six parts between colons are compared each for itself. */
function arn(value: string, variables: boolean): ValueTest {
  const parts = arnParts(value).map(part => readTemplate(part, { variables, wildcards: true }))
  return (actual, lookup) => {
    const actualParts = arnParts(actual)
    return (
      parts.length === 6 &&
      actualParts.length === 6 &&
      parts.every((part, index) => matchesTemplate(part, actualParts[index] ?? '', lookup))
    )
  }
}

/** The last part keeps its colons. A colon inside of `${...}` separates nothing. */
function arnParts(text: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let at = 0
  while (at < text.length && parts.length < 5) {
    const close = text.startsWith('${', at) ? text.indexOf('}', at) : -1
    if (text[at] === ':') {
      parts.push(text.slice(start, at))
      start = at + 1
    }
    at = Math.max(close, at) + 1
  }
  return [...parts, text.slice(start)]
}
