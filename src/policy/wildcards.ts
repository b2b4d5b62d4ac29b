/**
 * Patterns with wildcards, made ready once: `*` is any run of characters, `?` any one character. A pattern comes from a client, so
 * matching is bounded by the product of the lengths, whatever the pattern. Source: IAM reference, "IAM JSON policy elements:
 * Resource".
 */
export type Matcher = (text: string) => boolean

/** A piece of a pattern: text that stands for itself, any one character, any run of characters. */
export type Piece = { readonly text: string } | 'one' | 'run'

/** True when `text` fits `pattern`, for a pattern that is used once. */
export function matchesWildcards(pattern: string, text: string): boolean {
  return wildcardMatcher(wildcardPieces(pattern))(text)
}

export function hasWildcards(text: string): boolean {
  return text.includes('*') || text.includes('?')
}

/** The pieces of a pattern; runs that follow each other are one. */
export function wildcardPieces(pattern: string): readonly Piece[] {
  const pieces: Piece[] = []
  let start = 0
  for (let at = 0; at <= pattern.length; at += 1) {
    const character = pattern[at]
    if (character !== '*' && character !== '?' && character !== undefined) continue
    if (at > start) pieces.push({ text: pattern.slice(start, at) })
    if (character === '?') pieces.push('one')
    if (character === '*' && pieces.at(-1) !== 'run') pieces.push('run')
    start = at + 1
  }
  return pieces
}

/** What tells whether a text fits these pieces. */
export function wildcardMatcher(pieces: readonly Piece[]): Matcher {
  if (pieces.includes('one')) return characterMatcher(pieces)
  const segments: string[] = []
  let segment = ''
  for (const piece of pieces) {
    if (typeof piece === 'object') segment += piece.text
    else {
      segments.push(segment)
      segment = ''
    }
  }
  return segmentMatcher([...segments, segment])
}

/** Without `?`: the segments between the runs must follow each other. */
function segmentMatcher([first = '', ...others]: readonly string[]): Matcher {
  const last = others.pop()
  if (last === undefined) return text => text === first
  const middle = others.filter(segment => segment !== '')
  const least = first.length + last.length + middle.reduce((sum, { length }) => sum + length, 0)
  return text => {
    if (text.length < least || !text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    for (const segment of middle) {
      // The earliest place is the best one: it leaves the most for the segments after it.
      const found = text.indexOf(segment, at)
      if (found < 0) return false
      at = found + segment.length
    }
    return at + last.length <= text.length
  }
}

const one = -1
const run = -2

/** With `?`, which is a character and not half of one: code points are compared. */
function characterMatcher(pieces: readonly Piece[]): Matcher {
  const pattern = patternUnits(pieces)
  return text => fits(pattern, codePoints(text))
}

function patternUnits(pieces: readonly Piece[]): readonly number[] {
  const units: number[] = []
  for (const piece of pieces) {
    if (piece === 'one') units.push(one)
    else if (piece === 'run') units.push(run)
    else for (const unit of codePoints(piece.text)) units.push(unit)
  }
  return units
}

function codePoints(text: string): readonly number[] {
  return Array.from(text, character => character.codePointAt(0) ?? 0)
}

function fits(pattern: readonly number[], text: readonly number[]): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === run) {
      star = inPattern
      inPattern += 1
      resume = at
    } else if (wanted === one || wanted === text[at]) {
      inPattern += 1
      at += 1
    } else if (star >= 0) {
      // Let the last star take one more character; an earlier one never has to.
      resume += 1
      at = resume
      inPattern = star + 1
    } else return false
  }
  while (pattern[inPattern] === run) inPattern += 1
  return inPattern === pattern.length
}

/** Whether some text that begins with `start` fits the pieces. */
export function reaches(pieces: readonly Piece[], start: string): boolean {
  const pattern = patternUnits(pieces)
  let live = new Set(withRunsSkipped(pattern, [0]))
  for (const character of codePoints(start)) {
    const next: number[] = []
    for (const position of live) {
      const wanted = pattern[position]
      if (wanted === run) next.push(position)
      else if (wanted === one || wanted === character) next.push(position + 1)
    }
    if (next.length === 0) return false
    live = new Set(withRunsSkipped(pattern, next))
  }
  return true
}

/** The positions, and those after them that a run of no characters leads to. */
function withRunsSkipped(pattern: readonly number[], positions: readonly number[]): readonly number[] {
  return positions.flatMap(position => {
    const reached = [position]
    if (pattern[position] === run) reached.push(position + 1)
    return reached
  })
}
