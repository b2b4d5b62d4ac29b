/**
 * Parses JSON in which no object has two members of one name; undefined for anything else. `JSON.parse` alone would keep the last of
 * them, and half of a policy would count. Source: IAM reference, "Grammar of the IAM JSON policy language": "Individual elements must
 * not contain multiple instances of the same key".
 */
export function parseUniqueJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return hasRepeatedNames(text) ? undefined : { value }
  } catch {
    return undefined
  }
}

/** Of text that is JSON. */
function hasRepeatedNames(text: string): boolean {
  const open: Set<string>[] = []
  let at = 0
  while (at < text.length) {
    const character = text[at]
    if (character === '{' || character === '[') open.push(new Set())
    if (character === '}' || character === ']') open.pop()
    if (character !== '"') {
      at += 1
      continue
    }
    const end = endOfString(text, at)
    if (startsValue(text, end)) {
      const name = String(JSON.parse(text.slice(at, end)))
      const names = open.at(-1)
      if (names?.has(name)) return true
      names?.add(name)
    }
    at = end
  }
  return false
}

/** Where the string that begins at `start` is over. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** Whether a colon comes next: what ended before is a name. */
function startsValue(text: string, start: number): boolean {
  let at = start
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1
  return text[at] === ':'
}
