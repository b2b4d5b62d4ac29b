/**
 * Shapes describe what an operation reads and writes, in the words of AWS's service model: types as data, with Smithy's traits
 * as annotations. One definition gives the TypeScript type (`Infer`), validation, decoding and encoding; nothing is generated.
 *
 *   const PutObjectTaggingInput = structure({
 *     Bucket: label(), Key: label(),
 *     VersionId: query('versionId', string()),                       // optional unless required(...)
 *     Tagging: payload(required(Tagging)),                            // the XML body; root element by xmlName
 *   })
 *   type Input = Infer<typeof PutObjectTaggingInput>                  // { Bucket: string, ..., VersionId?: string | undefined }
 */

/** Where a member stands in the HTTP message. A member without a binding stands in the XML body, under its own name. */
export type Binding =
  | { readonly in: 'label' }
  | { readonly in: 'query'; readonly name: string }
  | { readonly in: 'header'; readonly name: string }
  | { readonly in: 'prefix-headers'; readonly prefix: string }
  /** The member is the whole body: a structure (XML), a string (text such as a JSON policy) or a stream (bytes). */
  | { readonly in: 'payload' }
  /** Output only: the status of the answer, for operations that answer success with more than one. Never on the wire otherwise. */
  | { readonly in: 'status' }

export interface Traits {
  /** Element name on the wire where it differs from the member's name; for a payload: the root element. */
  readonly xmlName?: string
  /** A list whose items stand directly in the parent, without a wrapper element. */
  readonly flattened?: true
  /**
   * Output only: the members of this structure stand directly in the parent, without an element around them. A flattened list of such
   * structures is a list of elements of several kinds, in one order.
   */
  readonly unwrapped?: true
  /** The member is an attribute of its parent's element, e.g. `xsi:type`. */
  readonly attribute?: true
  /** Output only: a document whose root has no `xmlns`, where all others have the plane's. */
  readonly withoutNamespace?: true
  /** Input only: elements that AWS has here and that are not built. Others that are unknown are ignored; these are refused. */
  readonly unbuilt?: readonly string[]
  /** Input only: an element that the structure does not have is refused, where others ignore it. */
  readonly closed?: true
  /** `xmlns` (or `xmlns:prefix`) to write on this element, as [attribute, uri]. */
  readonly namespace?: readonly [attribute: string, uri: string]
  /**
   * How a value that breaks the shape is refused. Default: InvalidArgument with ArgumentName and ArgumentValue in the query and in
   * headers, MalformedXML in the body. `code` is a code of the plane's catalogue; `message` replaces its sentence.
   */
  readonly invalid?: { readonly code: string; readonly message?: string }
}

interface Base<T> extends Traits {
  readonly at?: Binding
  readonly isRequired?: true
  /** Carries the TypeScript type alone; never set. */
  readonly type?: T
}

export interface StringShape<T extends string = string> extends Base<T> {
  readonly kind: 'string'
  readonly oneOf?: readonly string[]
  readonly pattern?: RegExp
  /** In UTF-16 units, as the service models count. */
  readonly minLength?: number
  readonly maxLength?: number
}
export interface IntegerShape extends Base<number> {
  readonly kind: 'integer'
  readonly min?: number
  readonly max?: number
}
export interface BooleanShape extends Base<boolean> {
  readonly kind: 'boolean'
}
/** Milliseconds since the epoch in code; `iso8601` in XML and `http-date` in headers unless said otherwise. */
export interface TimestampShape extends Base<number> {
  readonly kind: 'timestamp'
  readonly format?: 'iso8601' | 'http-date'
}
export interface ListShape<Item extends Shape = Shape> extends Base<Infer<Item>[]> {
  readonly kind: 'list'
  /** Element name of an item is the item's `xmlName`; a flattened list uses the member's name instead. */
  readonly item: Item
  readonly minItems?: number
  readonly maxItems?: number
}
/** User metadata: names without the prefix, lower case. Only with `prefix-headers`. */
export interface MapShape extends Base<Readonly<Record<string, string>>> {
  readonly kind: 'map'
}
export interface StructureShape<M extends Members = Members> extends Base<InferMembers<M>> {
  readonly kind: 'structure'
  readonly members: M
}
/** Bytes: `AsyncIterable<Uint8Array>`. As input it is read through `context.body`, so the decoded member is absent. */
export interface StreamShape extends Base<AsyncIterable<Uint8Array>> {
  readonly kind: 'stream'
}

export type Shape =
  | StringShape
  | IntegerShape
  | BooleanShape
  | TimestampShape
  | ListShape
  | MapShape
  | StructureShape
  | StreamShape

export type Members = { readonly [name: string]: Shape }

export type Infer<S> = S extends { readonly kind: 'structure'; readonly members: infer M extends Members }
  ? InferMembers<M>
  : S extends { readonly kind: 'list'; readonly item: infer I }
    ? Infer<I>[]
    : S extends { readonly type?: infer T }
      ? Exclude<T, undefined>
      : never

type RequiredNames<M extends Members> = {
  [N in keyof M]: M[N] extends { readonly isRequired: true } ? N : never
}[keyof M]

export type InferMembers<M extends Members> = { [N in RequiredNames<M>]: Infer<M[N]> } & {
  [N in Exclude<keyof M, RequiredNames<M>>]?: Infer<M[N]> | undefined
}

type Options<S> = Partial<Omit<S, 'kind' | 'type' | 'at' | 'isRequired'>>

export const string = (options: Options<StringShape> = {}): StringShape => ({ kind: 'string', ...options })
/** One of a fixed set of words. */
export const oneOf = <const W extends readonly string[]>(words: W, traits: Traits = {}): StringShape<W[number]> => ({
  kind: 'string',
  oneOf: words,
  ...traits,
})
export const integer = (options: Options<IntegerShape> = {}): IntegerShape => ({ kind: 'integer', ...options })
export const boolean = (traits: Traits = {}): BooleanShape => ({ kind: 'boolean', ...traits })
export const timestamp = (options: Options<TimestampShape> = {}): TimestampShape => ({ kind: 'timestamp', ...options })
export const structure = <const M extends Members>(members: M, traits: Traits = {}): StructureShape<M> => ({
  kind: 'structure',
  members,
  ...traits,
})
/** A list in a wrapper element: `<Regions><Region>..</Region></Regions>` is `Regions: list(structure({..}, {xmlName: 'Region'}))`. */
export const list = <I extends Shape>(item: I, options: Options<ListShape<I>> = {}): ListShape<I> => ({
  kind: 'list',
  item,
  ...options,
})
/** A list without a wrapper: `Contents: flattened(structure({..}))`. */
export const flattened = <I extends Shape>(item: I, options: Options<ListShape<I>> = {}): ListShape<I> => ({
  kind: 'list',
  item,
  flattened: true,
  ...options,
})
export const stream = (): StreamShape => ({ kind: 'stream' })

export const required = <S extends Shape>(shape: S): S & { readonly isRequired: true } => ({
  ...shape,
  isRequired: true,
})

type Bound<S> = S & { readonly at: Binding }
/** A label of the URI. Always present. */
export const label = (options: Options<StringShape> = {}): Bound<StringShape> & { readonly isRequired: true } => ({
  ...required(string(options)),
  at: { in: 'label' },
})
export const query = <S extends Shape>(name: string, shape: S): Bound<S> => ({ ...shape, at: { in: 'query', name } })
export const header = <S extends Shape>(name: string, shape: S): Bound<S> => ({ ...shape, at: { in: 'header', name } })
export const prefixHeaders = (prefix: string): Bound<MapShape> => ({
  kind: 'map',
  at: { in: 'prefix-headers', prefix },
})
export const payload = <S extends Shape>(shape: S): Bound<S> => ({ ...shape, at: { in: 'payload' } })
/** Status of a successful answer, e.g. 206; absent: the operation's own. */
export const status = (): Bound<IntegerShape> => ({ ...integer(), at: { in: 'status' } })
