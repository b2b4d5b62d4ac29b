import { setImmediate } from 'node:timers/promises'
import { type AwsError, type ErrorFactory, errors } from '../errors.ts'
import type { Headers } from '../request/headers.ts'
import type { Query } from '../request/query.ts'
import type { XmlElement } from './element.ts'
import { parseXml } from './parse.ts'
import { isMisfit, isScalar, type Misfit, readScalar, type ScalarShape } from './scalars.ts'
import type { Binding, Infer, ListShape, Shape, StructureShape } from './shape.ts'

/** A request taken apart. */
export interface InputParts {
  /** By member name, percent-decoded once. */
  readonly labels: Readonly<Record<string, string>>
  readonly query: Query
  readonly headers: Headers
  /** The document, read and verified; undefined when the operation reads bytes itself. */
  readonly body: Uint8Array | string | undefined
}

/** Refusals by code, as shapes name them. */
export type Catalogue = Readonly<Record<string, ErrorFactory>>

type Values = Record<string, unknown>

/** Lists at the top of a document beyond this many items are decoded in slices, other requests in between. */
const itemsPerSlice = 1000

/**
 * Reads an input as its shape says. Refuses in this order: labels, query, headers (each in the order of the shape), then the body.
 * A misfit is refused with the shape's `invalid`, else InvalidArgument (label, query, header) or MalformedXML (body). An empty body
 * is MissingRequestBodyError where the payload is required, else the payload is absent. Unknown elements are ignored, but NotImplemented for those that a shape names as unbuilt.
 */
export async function decodeInput<S extends StructureShape>(
  shape: S,
  parts: InputParts,
  catalogue: Catalogue,
): Promise<Infer<S>> {
  const input: Values = {}
  const { bound, payload, hasDocument } = inputPlanOf(shape)
  for (const asked of bound) {
    const value = readBound(asked, parts, catalogue)
    if (value !== undefined) input[asked.member] = value
  }
  if (payload) {
    const value = await readPayload(payload.member, payload.shape, parts.body, catalogue)
    if (value !== undefined) input[payload.member] = value
  } else if (hasDocument) {
    Object.assign(input, await readDocument(shape, shape.xmlName, parts.body, catalogue))
  }
  return input as Infer<S>
}

interface Member {
  readonly member: string
  readonly shape: Shape
  /** In lower case, '' for a member that stands elsewhere. */
  readonly headerName: string
}

/** Where the members of an input stand, worked out once per shape. */
interface InputPlan {
  /** In the order in which they are read. */
  readonly bound: readonly Member[]
  readonly payload: Member | undefined
  /** True when members stand in the body without being its payload. */
  readonly hasDocument: boolean
}

const inputPlans = new WeakMap<StructureShape, InputPlan>()

function inputPlanOf(shape: StructureShape): InputPlan {
  const before = inputPlans.get(shape)
  if (before) return before
  const members = Object.entries(shape.members).map(([member, inner]) => ({
    member,
    shape: inner,
    headerName: inner.at?.in === 'header' ? inner.at.name.toLowerCase() : '',
  }))
  const standing = (place: Binding['in'] | undefined) => members.filter(({ shape: { at } }) => at?.in === place)
  const places = ['label', 'query', 'header', 'prefix-headers'] as const
  const plan = {
    bound: places.flatMap(standing),
    payload: standing('payload')[0],
    hasDocument: standing(undefined).length > 0,
  }
  inputPlans.set(shape, plan)
  return plan
}

/** A member that stands in the URI or in the headers. undefined: absent. */
function readBound({ member, shape, headerName }: Member, parts: InputParts, catalogue: Catalogue): unknown {
  const { at } = shape
  if (at?.in === 'prefix-headers') return readPrefixHeaders(at.prefix, parts.headers)
  if (at?.in === 'label') return readArgument(member, shape, parts.labels[member], 'query', catalogue)
  if (at?.in === 'query' && shape.kind === 'list') return readRepeated(at.name, shape, parts.query, catalogue)
  if (at?.in === 'query') return readArgument(at.name, shape, parts.query.get(at.name), 'query', catalogue)
  if (at?.in !== 'header') return undefined
  const sent = parts.headers.all(headerName)
  const text = sent.length > 1 ? sent.join(',') : sent[0]
  // Most headers that an operation knows are not sent.
  return text === undefined && !shape.isRequired ? undefined : readArgument(at.name, shape, text, 'header', catalogue)
}

/** A list in the query: its key stands there once for each item. */
function readRepeated(name: string, shape: ListShape, query: Query, catalogue: Catalogue): unknown {
  const sent = query.parameters.filter(parameter => parameter.name === name)
  if (sent.length === 0) return readArgument(name, shape, undefined, 'query', catalogue)
  return sent.map(({ value }) => readArgument(name, shape.item, value, 'query', catalogue))
}

function readPrefixHeaders(prefix: string, headers: Headers): Record<string, string> | undefined {
  const lower = prefix.toLowerCase()
  const names = headers.names().filter(name => name.startsWith(lower))
  if (names.length === 0) return undefined
  // Not by assignment: a client may name a header `x-amz-meta-__proto__`.
  return Object.fromEntries(names.map(name => [name.slice(lower.length), headers.all(name).join(',')]))
}

function readArgument(
  name: string,
  shape: Shape,
  text: string | undefined,
  place: 'query' | 'header',
  catalogue: Catalogue,
): unknown {
  if (text === undefined) {
    if (!shape.isRequired) return undefined
    if (shape.invalid) throw refusal(shape, catalogue, { ArgumentName: name })
    throw errors.InvalidRequest({
      Message: `Missing required ${place === 'header' ? 'header' : 'parameter'} for this request: ${name}`,
    })
  }
  // S3 takes `max-parts=` for a parameter that was not given (recorded: list_parts_empty_part_number_marker).
  if (text === '' && shape.kind === 'integer' && place === 'query' && !shape.isRequired) return undefined
  if (shape.kind === 'list') {
    return text.split(',').map(item => readArgument(name, shape.item, item.trim(), place, catalogue))
  }
  if (!isScalar(shape)) throw new Error(`${name}: a ${shape.kind} cannot stand in a ${place}`)
  const value = readScalar(shape, text, place)
  if (!isMisfit(value)) return value
  throw refusal(shape, catalogue, { ...sentenceOf(name, shape, value), ArgumentName: name, ArgumentValue: text })
}

/** The sentences of S3's listings for numbers that are none, or are out of range. */
function sentenceOf(name: string, shape: ScalarShape, { misfit }: Misfit): { readonly Message?: string } {
  if (shape.kind !== 'integer') return {}
  if (misfit === 'form') return { Message: `Provided ${name} not an integer or within integer range` }
  return { Message: `Argument ${name} must be an integer between ${shape.min ?? 0} and ${shape.max ?? 2147483647}` }
}

function refusal(shape: Shape, catalogue: Catalogue, fields: Readonly<Record<string, string>>): AwsError {
  const { code, message } = shape.invalid ?? { code: 'InvalidArgument' }
  const sentence = message === undefined ? {} : { Message: message }
  // Other codes have other members, or none.
  return factory(code, catalogue)(code === 'InvalidArgument' ? { ...fields, ...sentence } : sentence)
}

function factory(code: string, catalogue: Catalogue): ErrorFactory {
  const found = catalogue[code]
  if (found) return found
  throw new Error(`a shape names ${code}, which is not in the catalogue`)
}

async function readPayload(
  member: string,
  shape: Shape,
  body: InputParts['body'],
  catalogue: Catalogue,
): Promise<unknown> {
  if (shape.kind === 'stream') return undefined
  if (body === undefined || body.length === 0) {
    if (shape.isRequired) throw errors.MissingRequestBodyError()
    return undefined
  }
  if (shape.kind === 'structure') return readDocument(shape, shape.xmlName ?? member, body, catalogue)
  if (shape.kind !== 'string') throw new Error(`${member}: a ${shape.kind} cannot be a payload`)
  const value = readScalar(shape, utf8(body, shape, catalogue), 'xml')
  if (isMisfit(value)) throw misfit(shape, catalogue)
  return value
}

function utf8(body: Uint8Array | string, shape: Shape, catalogue: Catalogue): string {
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw misfit(shape, catalogue)
  }
}

/** An element that would change the result, were it known. */
function unbuilt(name: string): AwsError {
  return errors.NotImplemented(
    { Message: `The element ${name} is not implemented.` },
    { hint: `Leave ${name} out: it is an element of S3 that this emulator does not have yet.` },
  )
}

/** A value in the body that breaks its shape. */
function misfit(shape: Shape, catalogue: Catalogue): AwsError {
  if (!shape.invalid) return errors.MalformedXML()
  const { code, message } = shape.invalid
  return factory(code, catalogue)(message === undefined ? {} : { Message: message })
}

async function readDocument(
  shape: StructureShape,
  rootName: string | undefined,
  body: InputParts['body'],
  catalogue: Catalogue,
): Promise<Values> {
  if (body === undefined || body.length === 0) throw errors.MissingRequestBodyError()
  const root = await parseXml(body)
  if (rootName !== undefined && root.name !== rootName) throw misfit(shape, catalogue)
  const values: Values = {}
  for (const found of sortChildren(root, shape, catalogue)) {
    const { member, shape: inner, elements } = found
    if (inner.kind === 'list' && inner.flattened && elements.length > itemsPerSlice) {
      values[member] = await readLongList(inner, elements, catalogue)
    } else {
      const value = readMember(found, catalogue)
      if (value !== undefined) values[member] = value
    }
  }
  return values
}

async function readLongList(
  shape: ListShape,
  elements: readonly XmlElement[],
  catalogue: Catalogue,
): Promise<unknown[]> {
  const items: unknown[] = []
  for (let from = 0; from < elements.length; from += itemsPerSlice) {
    for (const element of elements.slice(from, from + itemsPerSlice))
      items.push(readElement(shape.item, element, catalogue))
    await setImmediate()
  }
  return checkedList(shape, items, catalogue)
}

interface Found {
  readonly member: string
  readonly shape: Shape
  /** Elements of that name; for an attribute: its text. */
  readonly elements: readonly XmlElement[]
  readonly attribute: string | undefined
}

/** Children by the member they belong to, in the order of the shape. The order on the wire means nothing; unknown names are ignored unless it is closed. */
function sortChildren(element: XmlElement, shape: StructureShape, catalogue: Catalogue): Found[] {
  if (hasText(element)) throw misfit(shape, catalogue)
  const plan = planOf(shape)
  const groups: (XmlElement[] | undefined)[] = []
  for (const child of element.children) {
    const index = plan.byElement.get(child.name)
    if (index === undefined) {
      if (shape.unbuilt?.includes(child.name)) throw unbuilt(child.name)
      if (shape.closed) throw misfit(shape, catalogue)
      continue
    }
    const group = groups[index]
    if (group) group.push(child)
    else groups[index] = [child]
  }
  // Every property by its name: spread, they would take ten times as long.
  return plan.members.map(({ member, shape: inner, attributeName }, index) => ({
    member,
    shape: inner,
    elements: groups[index] ?? noElements,
    attribute: attributeName === undefined ? undefined : element.attributes.get(attributeName),
  }))
}

const noElements: readonly XmlElement[] = []

/** What stands for each member in a document, worked out once per shape: a list has thousands of structures of one shape. */
interface Plan {
  readonly members: readonly {
    readonly member: string
    readonly shape: Shape
    readonly attributeName: string | undefined
  }[]
  /** Index of the member that elements of a name belong to. */
  readonly byElement: ReadonlyMap<string, number>
}

const plans = new WeakMap<StructureShape, Plan>()

function planOf(shape: StructureShape): Plan {
  const before = plans.get(shape)
  if (before) return before
  const free = Object.entries(shape.members).filter(([, inner]) => !inner.at)
  const named = free.map(([member, inner]) => ({ member, shape: inner, name: inner.xmlName ?? member }))
  const plan = {
    members: named.map(({ member, shape: inner, name }) => ({
      member,
      shape: inner,
      attributeName: inner.attribute ? name.slice(name.indexOf(':') + 1) : undefined,
    })),
    byElement: new Map(named.flatMap(({ shape: inner, name }, index) => (inner.attribute ? [] : [[name, index]]))),
  }
  plans.set(shape, plan)
  return plan
}

function readMember({ shape, elements, attribute }: Found, catalogue: Catalogue): unknown {
  const [first] = elements
  if (!first && attribute === undefined) {
    if (shape.isRequired) throw misfit(shape, catalogue)
    return undefined
  }
  if (attribute !== undefined) return readText(shape, attribute, catalogue)
  if (shape.kind === 'list' && shape.flattened) {
    return checkedList(
      shape,
      elements.map(element => readElement(shape.item, element, catalogue)),
      catalogue,
    )
  }
  if (!first || elements.length > 1) throw misfit(shape, catalogue)
  return readElement(shape, first, catalogue)
}

function readElement(shape: Shape, element: XmlElement, catalogue: Catalogue): unknown {
  if (shape.kind === 'structure') return readStructure(shape, element, catalogue)
  if (shape.kind === 'list') {
    if (hasText(element)) throw misfit(shape, catalogue)
    const name = shape.item.xmlName ?? 'member'
    const items = element.children.filter(child => child.name === name)
    return checkedList(
      shape,
      items.map(item => readElement(shape.item, item, catalogue)),
      catalogue,
    )
  }
  if (element.children.length > 0) throw misfit(shape, catalogue)
  return readText(shape, element.text, catalogue)
}

function readStructure(shape: StructureShape, element: XmlElement, catalogue: Catalogue): Values {
  const values: Values = {}
  for (const found of sortChildren(element, shape, catalogue)) {
    const value = readMember(found, catalogue)
    if (value !== undefined) values[found.member] = value
  }
  return values
}

function checkedList(shape: ListShape, items: unknown[], catalogue: Catalogue): unknown[] {
  if (items.length < (shape.minItems ?? 0) || items.length > (shape.maxItems ?? Infinity))
    throw misfit(shape, catalogue)
  return items
}

function readText(shape: Shape, text: string, catalogue: Catalogue): unknown {
  if (!isScalar(shape)) throw new Error(`a ${shape.kind} cannot be read from text`)
  const value = readScalar(shape, text, 'xml')
  if (isMisfit(value)) throw misfit(shape, catalogue)
  return value
}

/** Between elements stand blanks alone. */
function hasText(element: XmlElement): boolean {
  return element.text !== '' && /[^ \t\r\n]/.test(element.text)
}
