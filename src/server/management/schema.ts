/** Building blocks of the bodies of the management API. Loaded with its first call: the library is heavy, a start does without it. */
import Type, { type Static, type TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { readDuration } from '../../protocol/durations.ts'
import type { Delay } from '../option-values.ts'
import { ManagementError } from './errors.ts'

/** An object without any other member. */
export const strict = <P extends Type.TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
export const optional = Type.Optional

/** `title` says what is allowed: "must be <title>". */
export const text = (title: string) => Type.String({ title, minLength: 1 })
export const oneOf = <const W extends string>(...words: W[]) =>
  Type.Unsafe<W>(Type.Enum(words, { title: words.join(' or ') }))
export const count = (least: number, title: string) =>
  Type.Integer({ minimum: least, maximum: Number.MAX_SAFE_INTEGER, title })

const aDuration = 'a duration such as 250ms, 15s, 2m, 1h or PT15M'
const anInstant = 'a time such as 2030-01-01T00:00:00.000Z'
export const aSpan = 'a duration, or {min, max}'
export const duration = text(aDuration)
export const instant = text(anInstant)
export const span = Type.Union([duration, strict({ min: duration, max: duration })], { title: aSpan })

/** The value as the schema has it. Throws BadRequest with a JSON Pointer for the first thing that is wrong. */
export function checked<S extends TSchema>(schema: S, value: unknown): Static<S> {
  if (Check(schema, value)) return value
  // An unknown member is reported at itself ("boolean") and once more at its parent.
  const [first] = Errors(schema, value).filter(({ keyword }) => keyword !== 'additionalProperties')
  if (!first) throw new ManagementError('BadRequest', 'the body does not have the form that this call takes')
  const { instancePath: path, keyword, params, schemaPath } = first
  if (keyword === 'boolean') {
    const parent = memberAt(schema, schemaPath.split('/').slice(0, -2).join('/'))
    const known = Object.keys((memberAt(parent, 'properties') as object | undefined) ?? {}).join(', ')
    throw badMember(path, `is not known here${known === '' ? '' : `; known: ${known}`}`)
  }
  if (keyword === 'required') {
    const [missing = ''] = (params as { requiredProperties?: string[] }).requiredProperties ?? []
    throw badMember(`${path}/${missing}`, 'is missing')
  }
  if (value === undefined) throw new ManagementError('BadRequest', 'a JSON body is missing')
  const title = titleAt(schema, schemaPath)
  throw badMember(path, title === undefined ? first.message : `must be ${title}`)
}

/** A refusal of one member of the body. `path`: JSON Pointer. */
export function badMember(path: string, message: string): ManagementError {
  const name = path === '' ? 'the body' : path
  return new ManagementError('BadRequest', `${name} ${message}`, { path })
}

/** A duration in milliseconds. Throws BadRequest. */
export function milliseconds(value: string, path: string): number {
  const read = readDuration(value)
  if (read === undefined) throw badMember(path, `must be ${aDuration}, ten years at most`)
  return read
}

/** The same with a sign, such as `-90s`. Throws BadRequest. */
export function signedMilliseconds(value: string, path: string): number {
  const [, sign, length = ''] = /^([+-]?)(.*)$/.exec(value) ?? []
  const read = readDuration(length)
  if (read === undefined) throw badMember(path, 'must be a duration with an optional sign, such as -90s')
  return sign === '-' ? -read : read
}

/** One duration, or two that it is drawn between. Throws BadRequest. */
export function readSpan(value: Static<typeof span>, path: string): Delay {
  if (typeof value === 'string') {
    const fixed = milliseconds(value, path)
    return { min: fixed, max: fixed }
  }
  const read = { min: milliseconds(value.min, `${path}/min`), max: milliseconds(value.max, `${path}/max`) }
  if (read.min > read.max) throw badMember(path, 'must have a min that is not above max')
  return read
}

/** Milliseconds since the epoch. Throws BadRequest. */
export function readInstant(value: string, path: string): number {
  const isForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
  const read = isForm ? Date.parse(value) : Number.NaN
  if (Number.isNaN(read)) throw badMember(path, `must be ${anInstant}`)
  return read
}

/** As the API writes instants: ISO 8601 with milliseconds. */
export function formatInstant(instantMs: number): string {
  return new Date(instantMs).toISOString()
}

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** As the API writes durations: in the largest unit that needs no fraction. */
export function formatDuration(length: number): string {
  const [unit, size] = units.find(([, size]) => length !== 0 && length % size === 0) ?? ['ms', 1]
  return `${length / size}${unit}`
}

export function formatSpan({ min, max }: Delay): Static<typeof span> {
  return min === max ? formatDuration(min) : { min: formatDuration(min), max: formatDuration(max) }
}

/** The title of the alternative, or of the member, where a pointer into the schema ends. */
function titleAt(schema: TSchema, pointer: string): string | undefined {
  let at: unknown = schema
  let title: string | undefined
  for (const segment of pointer.replace(/^#/, '').split('/').slice(1)) {
    at = memberOf(at, segment)
    const own = memberOf(at, 'title')
    if (segment === 'anyOf') return title
    if (typeof own === 'string') title = own
  }
  return title
}

function memberAt(root: unknown, pointer: string): unknown {
  return pointer
    .replace(/^#/, '')
    .split('/')
    .filter(segment => segment !== '')
    .reduce<unknown>((at, segment) => memberOf(at, segment), root)
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
