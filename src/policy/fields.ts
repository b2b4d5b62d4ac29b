/** What is wrong with a policy, thrown while it is read; `message` is the service's sentence. */
export class PolicyProblem extends Error {
  /** What the service says beside the sentence, e.g. which principal is invalid. */
  readonly detail: string | undefined
  /** One sentence of ours: what it is about. */
  readonly hint: string | undefined

  constructor(message: string, { detail, hint }: { readonly detail?: string; readonly hint?: string } = {}) {
    super(message)
    this.detail = detail
    this.hint = hint
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
  for (const name of fields.keys()) if (!known.includes(name)) throw new PolicyProblem(`Unknown field ${name}`)
}

/** The value of a field or of its `Not` form; undefined: neither is there. Throws when both are. */
export function readEither(
  fields: Fields,
  name: string,
): { readonly except: boolean; readonly value: unknown } | undefined {
  const plain = fields.has(name)
  const not = fields.has(`Not${name}`)
  if (plain && not) throw new PolicyProblem(invalidSyntax)
  if (!plain && !not) return undefined
  return { except: not, value: fields.get(plain ? name : `Not${name}`) }
}

/** One string, or a list of at least one; `emptyProblem` is the sentence for an empty list. */
export function readStrings(value: unknown, emptyProblem: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const strings = list.filter(item => typeof item === 'string')
  if (strings.length < list.length) throw new PolicyProblem(invalidSyntax)
  if (strings.length === 0) throw new PolicyProblem(emptyProblem)
  return strings
}
