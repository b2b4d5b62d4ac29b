import { type Matcher, type Piece, wildcardMatcher, wildcardPieces } from './wildcards.ts'

/**
 * Policy variables. Source: IAM reference, "IAM policy elements: Variables and tags". In a policy of version 2012-10-17, in Resource
 * and in the values of string and ARN conditions:
 *
 *   ${key}              the value of a condition key that has exactly one value; else the whole text fits nothing
 *   ${key, 'default'}   the default when there is no such value
 *   ${*}  ${?}  ${$}    the character itself
 *
 * Everything else, such as an unclosed `${`, is text. ASSUMED: wildcards in the value of a variable are no wildcards.
 */
export interface Template {
  /** Set when there are no variables. */
  readonly matcher: Matcher | undefined
  readonly parts: readonly Part[]
  /** Texts are compared in lower case. */
  readonly ignoresCase: boolean
}

type Part = Piece | Variable

interface Variable {
  /** In lower case. */
  readonly variable: string
  readonly fallback: string | undefined
}

/** The value of a condition key; undefined: none, or several. */
export type Lookup = (key: string) => string | undefined

export interface TemplateForm {
  readonly variables: boolean
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean
  readonly ignoresCase?: boolean
}

export function readTemplate(text: string, { variables, wildcards, ignoresCase = false }: TemplateForm): Template {
  const plain = (part: string): readonly Part[] => {
    const compared = ignoresCase ? part.toLowerCase() : part
    if (wildcards) return wildcardPieces(compared)
    return part === '' ? [] : [{ text: compared }]
  }
  const parts = variables ? splitVariables(text, plain) : plain(text)
  const fixed = parts.filter(isPiece)
  const matcher = fixed.length === parts.length ? wildcardMatcher(fixed) : undefined
  return { matcher, parts, ignoresCase }
}

export function matchesTemplate({ matcher, parts, ignoresCase }: Template, text: string, lookup: Lookup): boolean {
  const compared = ignoresCase ? text.toLowerCase() : text
  if (matcher) return matcher(compared)
  const pieces: Piece[] = []
  for (const part of parts) {
    if (isPiece(part)) {
      pieces.push(part)
      continue
    }
    const value = lookup(part.variable) ?? part.fallback
    if (value === undefined) return false
    pieces.push({ text: ignoresCase ? value.toLowerCase() : value })
  }
  return wildcardMatcher(pieces)(compared)
}

/** The pieces of a template, with a run of any characters for each variable: what it fits at most. */
export function widestPieces(text: string, variables: boolean): readonly Piece[] {
  return readTemplate(text, { variables, wildcards: true }).parts.map(part => (isPiece(part) ? part : 'run'))
}

function isPiece(part: Part): part is Piece {
  return typeof part === 'string' || 'text' in part
}

function splitVariables(text: string, plain: (part: string) => readonly Part[]): readonly Part[] {
  const parts: Part[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('${', at)
    const close = open < 0 ? -1 : text.indexOf('}', open)
    if (close < 0) break
    parts.push(...plain(text.slice(at, open)), readVariable(text.slice(open + 2, close)))
    at = close + 1
  }
  return [...parts, ...plain(text.slice(at))]
}

function readVariable(inner: string): Part {
  if (inner === '*' || inner === '?' || inner === '$') return { text: inner }
  const [, key = inner, fallback] = /^([^,]*),\s*'([^']*)'\s*$/.exec(inner) ?? []
  return { variable: key.trim().toLowerCase(), fallback }
}
