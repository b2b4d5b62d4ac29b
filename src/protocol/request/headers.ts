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
  return new ReadHeaders(pairs)
}

const none: readonly string[] = []

/** A class, since every request has one and asks it dozens of times. Names are mostly asked for in lower case. */
class ReadHeaders implements Headers {
  readonly pairs: HeaderPairs
  readonly #byName = new Map<string, string[]>()
  #names: readonly string[] | undefined

  constructor(pairs: HeaderPairs) {
    this.pairs = pairs
    for (const [name, value] of pairs) {
      const lower = name.toLowerCase()
      const values = this.#byName.get(lower)
      if (values) values.push(value)
      else this.#byName.set(lower, [value])
    }
  }

  get(name: string): string | undefined {
    return this.#find(name)?.[0]
  }

  all(name: string): readonly string[] {
    return this.#find(name) ?? none
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  names(): readonly string[] {
    this.#names ??= [...this.#byName.keys()]
    return this.#names
  }

  #find(name: string): readonly string[] | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.toLowerCase())
  }
}
