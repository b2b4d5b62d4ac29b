/** A member of a document: names and indexes from the top. */
export type MemberPath = readonly (string | number)[]

/** What is wrong, and where. */
export interface Flaw {
  readonly path: MemberPath
  readonly message: string
}

/** `buckets[0].region`, `accounts["111122223333"].name`; '' for the whole. */
export function memberName(path: MemberPath): string {
  const step = (name: string | number) => {
    if (typeof name === 'number') return `[${name}]`
    return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
  }
  return path.map(step).join('').replace(/^\./, '')
}

/** What stands at a path of a document; undefined: nothing. */
export function valueAt(document: unknown, path: MemberPath): unknown {
  return path.reduce((value: unknown, step) => memberOf(value, String(step)), document)
}

export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
