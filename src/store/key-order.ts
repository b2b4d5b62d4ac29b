/** Orders two strings as their UTF-8 bytes, like S3 and SQLite. JavaScript orders UTF-16, where U+1F4A9 comes before U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above U+FFFF, so they come last. */
function rank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit
}

/**
 * The first string after all that begin with `prefix`; undefined when there is none (an empty prefix, or nothing but U+10FFFF). It is
 * the prefix with its last code point moved on by one; surrogates are no code points, and beyond U+10FFFF the one before it moves.
 */
export function endOfPrefix(prefix: string): string | undefined {
  for (let end = prefix.length; end > 0; ) {
    const isPair = prefix.charCodeAt(end - 1) >> 10 === 0xdc00 >> 10
    const start = end - (isPair ? 2 : 1)
    const point = prefix.codePointAt(start) ?? 0
    if (point < 0x10ffff) return prefix.slice(0, start) + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1)
    end = start
  }
  return undefined
}

/** The string right after `key`: nothing sorts between them. */
export function nextKey(key: string): string {
  return `${key}\0`
}
