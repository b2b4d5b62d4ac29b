/** Header name and value pairs as they came: order, case and duplicates kept, since a signature may cover each of them. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[]

/** Case-insensitive reading of header pairs. Values keep what the client sent, outer blanks aside. */
export interface Headers {
  readonly pairs: HeaderPairs
  /** The first value, or undefined. */
  get(name: string): string | undefined
  /** All values in order; empty when absent. */
  all(name: string): readonly string[]
  has(name: string): boolean
  /** Lower-case names, each once, in order of first appearance. */
  names(): readonly string[]
}

export function readHeaders(pairs: HeaderPairs): Headers {
  const byName = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const lower = name.toLowerCase()
    const values = byName.get(lower)
    if (values) values.push(value)
    else byName.set(lower, [value])
  }
  return {
    pairs,
    get: name => byName.get(name.toLowerCase())?.[0],
    all: name => byName.get(name.toLowerCase()) ?? [],
    has: name => byName.has(name.toLowerCase()),
    names: () => [...byName.keys()],
  }
}
