import { Settings } from 'typebox/system'
import { Check, Errors } from 'typebox/value'
import type { WorldDocument } from './document.ts'
import { type Flaw, type MemberPath, memberOf, valueAt } from './flaw.ts'
import { worldSchema } from './schema.ts'

// The library stops at eight, which would be half of what one wrong indentation can make.
Settings.Set({ maxErrors: 1000 })

export function hasWorldForm(value: unknown): value is WorldDocument {
  return Check(worldSchema, value)
}

/** What is wrong with the form of a document. */
export interface FormFlaw extends Flaw {
  /** A member that nobody knows: everything around it can be read nevertheless. */
  readonly isUnknownMember: boolean
}

type SchemaError = ReturnType<typeof Errors>[number]

/** Everything that is wrong with the form of a document; what is unknown comes before what is missing, being its cause as often as not. */
export function formFlaws(value: unknown): readonly FormFlaw[] {
  const flaws = Errors(worldSchema, value)
    .filter(error => isToThePoint(error, value))
    .map(error => flawOf(error, value))
  return [...flaws.filter(flaw => flaw.isUnknownMember), ...flaws.filter(flaw => !flaw.isUnknownMember)]
}

/**
 * Errors that say something new. An unknown member is reported at itself ("boolean") and once more at its parent. Where a text or
 * something else may stand (alternatives 0 and 1), the fault is one of the other form only where that form was meant.
 */
function isToThePoint({ keyword, schemaPath, instancePath }: SchemaError, value: unknown): boolean {
  if (keyword === 'additionalProperties') return false
  if (keyword === 'anyOf') {
    const meant = valueAt(worldSchema, [...segmentsOf(schemaPath), 'anyOf', '1', 'type'])
    return kindOf(valueAt(value, segmentsOf(instancePath))) !== meant
  }
  return !/\/anyOf\/0$/.test(schemaPath) && !(keyword === 'type' && /\/anyOf\/1$/.test(schemaPath))
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

function flawOf({ keyword, schemaPath, instancePath, params }: SchemaError, value: unknown): FormFlaw {
  const path = pathOf(instancePath, value)
  if (keyword === 'boolean') {
    const message = `is not a member here; known: ${knownBeside(schemaPath).join(', ')}`
    return { path, isUnknownMember: true, message }
  }
  const isMissing = keyword === 'required'
  const message = isMissing ? `lacks ${missingOf(params).join(', ')}` : `must be ${titleAt(schemaPath)}`
  return { path, isUnknownMember: false, message }
}

function missingOf(params: object): readonly unknown[] {
  return 'requiredProperties' in params && Array.isArray(params.requiredProperties) ? params.requiredProperties : []
}

/** The members that a strict object has; the pointer leads to its `additionalProperties`. */
function knownBeside(schemaPath: string): readonly string[] {
  const parent = valueAt(worldSchema, segmentsOf(schemaPath).slice(0, -1))
  return Object.keys(memberOf(parent, 'properties') ?? {})
}

/** What may stand where a pointer into the schema leads. */
function titleAt(schemaPath: string): string {
  return String(memberOf(valueAt(worldSchema, segmentsOf(schemaPath)), 'title'))
}

/** A JSON pointer into `value` as names and indexes. */
function pathOf(pointer: string, value: unknown): MemberPath {
  let at: unknown = value
  return segmentsOf(pointer).map(segment => {
    const step = Array.isArray(at) ? Number(segment) : segment
    at = memberOf(at, segment)
    return step
  })
}

function segmentsOf(pointer: string): string[] {
  const segments = pointer.replace(/^#/, '').split('/').slice(1)
  return segments.map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}
