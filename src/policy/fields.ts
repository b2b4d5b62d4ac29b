/** Members and indexes, such as `['Statement', 0, 'Effect']`. */
export type PolicyPath = readonly (string | number)[]

/** What is wrong with a policy, thrown while it is read; `message` is the service's sentence. */
export class PolicyProblem extends Error {
  /** What the service says beside the sentence, e.g. which principal is invalid. */
  readonly detail: string | undefined
  /** One sentence of ours: what it is about. */
  readonly hint: string | undefined
  /** Members that lead to what is wrong, from what is being read; `within` puts in front what leads to that. */
  path: PolicyPath

  /** `at`: what is wrong of what is being read. */
  constructor(
    message: string,
    { detail, hint, at = [] }: { readonly detail?: string; readonly hint?: string; readonly at?: PolicyPath } = {},
  ) {
    super(message)
    this.detail = detail
    this.hint = hint
    this.path = at
  }
}

/** What `read` returns; what it refuses is a refusal at this member of what is read. */
export function within<T>(member: string | number, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    if (thrown instanceof PolicyProblem) thrown.path = [member, ...thrown.path]
    throw thrown
  }
}

/** Text of a policy as hints show it: hints go into a header and into the log. */
export function shown(text: string): string {
  const visible = text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')
  return text.length > 100 ? `${visible}...` : visible
}

export const invalidSyntax = 'Invalid policy syntax.'

export type Fields = ReadonlyMap<string, unknown>

/** Members of a JSON object; undefined for any other value. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value))
}

export function refuseUnknownFields(fields: Fields, known: readonly string[]): void {
  for (const name of fields.keys()) {
    if (!known.includes(name)) throw new PolicyProblem(`Unknown field ${name}`, { at: [name] })
  }
}

export interface EitherField {
  /** The `Not` form. */
  readonly except: boolean
  readonly name: string
  readonly value: unknown
}

/** A field or its `Not` form; undefined: neither is there. Throws when both are. */
export function readEither(fields: Fields, name: string): EitherField | undefined {
  const plain = fields.has(name)
  const not = fields.has(`Not${name}`)
  if (plain && not) throw new PolicyProblem(invalidSyntax, { at: [`Not${name}`] })
  if (!plain && !not) return undefined
  const given = plain ? name : `Not${name}`
  return { except: not, name: given, value: fields.get(given) }
}

/** One string, or a list of at least one; `emptyProblem` is the sentence for an empty list. */
export function readStrings(value: unknown, emptyProblem: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const strings = list.filter(item => typeof item === 'string')
  if (strings.length < list.length) {
    const strange = list.findIndex(item => typeof item !== 'string')
    throw new PolicyProblem(invalidSyntax, { at: itemPath(value, strange) })
  }
  if (strings.length === 0) throw new PolicyProblem(emptyProblem)
  return strings
}

/** Where an item stands in a value that is a list, or the only item itself. */
export function itemPath(value: unknown, index: number): PolicyPath {
  return Array.isArray(value) ? [index] : []
}
