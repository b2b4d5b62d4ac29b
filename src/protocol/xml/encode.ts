import type { Response } from '../response.ts'
import { escapeAttribute, escapeText, xmlDeclaration } from './escape.ts'
import type { ListShape, Shape, StructureShape, TimestampShape } from './shape.ts'

export interface Encoded {
  /** Set where the output names its status itself. */
  readonly status?: number
  /** In the order of the shape. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** A document with its declaration, a text, or the bytes of a stream. undefined: no body. */
  readonly body?: Response['body']
}

export interface EncodeOptions {
  /** Root of a document whose members stand in the body themselves; `xmlName` of the output's shape goes before. */
  readonly rootName: string
  /** `xmlns` of the root. */
  readonly namespace: string
}

type Values = Readonly<Record<string, unknown>>

/**
 * Writes an output as its shape says: members bound to headers become headers, a payload or the unbound members become the body.
 * Elements stand in the order of the shape; absent members are left out, an empty list leaves its wrapper. A document brings its
 * Content-Type unless the output names one.
 */
export function encodeOutput(shape: StructureShape, output: unknown, options: EncodeOptions): Encoded {
  const values = (output ?? {}) as Values
  const headers: (readonly [string, string])[] = []
  let status: number | undefined
  let body: Response['body']
  let isDocument = false
  const { bound, hasBody } = planOf(shape)
  if (hasBody) {
    body = xmlDeclaration + structureElement(shape.xmlName ?? options.rootName, shape, values, options.namespace)
    isDocument = true
  }
  for (const { member, at, shape: memberShape } of bound) {
    const value = values[member]
    if (value === undefined || value === null) continue
    if (at.in === 'status') status = value as number
    else if (at.in === 'header') headers.push([at.name, headerText(memberShape, value)])
    else if (at.in === 'prefix-headers') {
      for (const [name, text] of Object.entries(value as Values)) headers.push([at.prefix + name, String(text)])
    } else if (at.in === 'payload') {
      isDocument = memberShape.kind === 'structure'
      body = payloadBody(member, memberShape, value, options.namespace)
    }
  }
  if (isDocument && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', 'application/xml'])
  }
  return { ...(status === undefined ? {} : { status }), headers, ...(body === undefined ? {} : { body }) }
}

function payloadBody(member: string, shape: Shape, value: unknown, namespace: string): Response['body'] {
  if (shape.kind === 'stream') return wholeOf(value as AsyncIterable<Uint8Array>)
  if (shape.kind !== 'structure') return value as string
  const ownNamespace = shape.withoutNamespace ? undefined : namespace
  return xmlDeclaration + structureElement(shape.xmlName ?? member, shape, value as Values, ownNamespace)
}

/** Bytes that are there as a whole leave as such. */
function wholeOf(stream: AsyncIterable<Uint8Array> & { readonly whole?: Uint8Array }): Response['body'] {
  return stream.whole ?? stream
}

interface BoundMember {
  readonly member: string
  readonly shape: Shape
  readonly at: NonNullable<Shape['at']>
}

interface Plan {
  readonly bound: readonly BoundMember[]
  readonly attributes: readonly { readonly member: string; readonly name: string; readonly shape: Shape }[]
  readonly elements: readonly { readonly member: string; readonly name: string; readonly shape: Shape }[]
  /** True when members stand in the body without being its payload. */
  readonly hasBody: boolean
}

const plans = new WeakMap<StructureShape, Plan>()

/** What each member becomes, worked out once per shape: a listing writes a thousand structures of one shape. */
function planOf(shape: StructureShape): Plan {
  const before = plans.get(shape)
  if (before) return before
  const members = Object.entries(shape.members)
  const free = members.filter(([, inner]) => !inner.at)
  const named = free.map(([member, inner]) => ({ member, name: inner.xmlName ?? member, shape: inner }))
  const plan = {
    bound: members.flatMap(([member, inner]) => (inner.at ? [{ member, shape: inner, at: inner.at }] : [])),
    attributes: named.filter(entry => entry.shape.attribute),
    elements: named.filter(entry => !entry.shape.attribute),
    hasBody: free.length > 0,
  }
  plans.set(shape, plan)
  return plan
}

function structureElement(name: string, shape: StructureShape, values: Values, namespace?: string): string {
  const plan = planOf(shape)
  let attributes = namespace === undefined ? '' : ` xmlns="${escapeAttribute(namespace)}"`
  if (shape.namespace) attributes += ` ${shape.namespace[0]}="${escapeAttribute(shape.namespace[1])}"`
  for (const { member, name: attribute, shape: inner } of plan.attributes) {
    const value = values[member]
    if (value !== undefined && value !== null)
      attributes += ` ${attribute}="${escapeAttribute(scalarText(inner, value))}"`
  }
  return wrap(name, attributes, contentOf(plan, values))
}

function contentOf(plan: Plan, values: Values): string {
  let content = ''
  for (const { member, name, shape } of plan.elements) {
    const value = values[member]
    if (value !== undefined && value !== null) content += memberElements(name, shape, value)
  }
  return content
}

function memberElements(name: string, shape: Shape, value: unknown): string {
  if (shape.kind === 'structure' && shape.unwrapped) return contentOf(planOf(shape), value as Values)
  if (shape.kind === 'structure') return structureElement(name, shape, value as Values)
  if (shape.kind === 'list') return listElements(name, shape, value as readonly unknown[])
  return wrap(name, '', escapeText(scalarText(shape, value)))
}

function listElements(name: string, shape: ListShape, items: readonly unknown[]): string {
  const itemName = shape.flattened ? name : (shape.item.xmlName ?? 'member')
  let content = ''
  for (const item of items) content += memberElements(itemName, shape.item, item)
  return shape.flattened ? content : wrap(name, '', content)
}

function wrap(name: string, attributes: string, content: string): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`
}

function scalarText(shape: Shape, value: unknown): string {
  return shape.kind === 'timestamp' ? timeText(shape, value as number, 'iso8601') : String(value)
}

function headerText(shape: Shape, value: unknown): string {
  if (shape.kind === 'timestamp') return timeText(shape, value as number, 'http-date')
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** `2024-09-22T20:49:28.000Z` or `Sun, 22 Sep 2024 20:49:28 GMT`. */
function timeText(shape: TimestampShape, time: number, usual: 'iso8601' | 'http-date'): string {
  const date = new Date(time)
  return (shape.format ?? usual) === 'iso8601' ? date.toISOString() : date.toUTCString()
}
