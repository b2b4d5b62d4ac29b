/**
 * Patterns of the operation tables, as in AWS's service models, taken apart once at start:
 *
 *   GET /{Bucket}/{Key+}?tagging         method, path with labels (`+`: may hold slashes), query keys that must be there
 *   GET /{Bucket}?list-type=2            a query key with its value
 *   PUT /{Bucket}/{Key+}|x-amz-copy-source        a header that must be there
 */
export interface RoutePattern {
  readonly method: string
  readonly path: PathPattern
  readonly query: readonly { readonly name: string; readonly value: string | undefined }[]
  /** Lower case. */
  readonly headers: readonly string[]
}

type Segment = { readonly literal: string } | { readonly label: string }

export interface PathPattern {
  /** Path with its labels unnamed: equal for patterns that match the same paths. */
  readonly form: string
  readonly leading: readonly Segment[]
  /** Label that takes one or more segments, slashes included. */
  readonly greedy: string | undefined
  readonly trailing: readonly Segment[]
  /** Names in the order in which `matchPath` returns their texts: leading, trailing from the end, greedy. */
  readonly labels: readonly string[]
  readonly literals: number
}

const patternForm = /^([A-Z]+) (\/[^?|]*)(?:\?([^|]*))?(?:\|(.*))?$/

/** Reads a pattern. Throws for a bad one, which is a mistake in a table. */
export function readRoutePattern(text: string): RoutePattern {
  const [, method, path, query, headers] = patternForm.exec(text) ?? []
  if (method === undefined || path === undefined) throw new Error(`not a route pattern: ${text}`)
  return {
    method,
    path: readPath(path),
    query: (query ? query.split('&') : []).map(key => {
      const [name = '', value] = key.split('=')
      return { name, value }
    }),
    headers: headers ? headers.toLowerCase().split('|') : [],
  }
}

function readPath(text: string): PathPattern {
  const segments = text === '/' ? [] : text.slice(1).split('/')
  const greedyAt = segments.findIndex(segment => segment.endsWith('+}'))
  const leading = (greedyAt < 0 ? segments : segments.slice(0, greedyAt)).map(readSegment)
  const trailing = greedyAt < 0 ? [] : segments.slice(greedyAt + 1).map(readSegment)
  const forms = segments.map(segment => segment.replace(/^\{.*?(\+?)\}$/, '{$1}'))
  const greedy = greedyAt < 0 ? [] : [segments[greedyAt]?.slice(1, -2) ?? '']
  return {
    form: `/${forms.join('/')}`,
    leading,
    greedy: greedy[0],
    trailing,
    labels: [
      ...[...leading, ...trailing.toReversed()].flatMap(part => ('label' in part ? [part.label] : [])),
      ...greedy,
    ],
    literals: [...leading, ...trailing].filter(segment => 'literal' in segment).length,
  }
}

function readSegment(text: string): Segment {
  return text.startsWith('{') && text.endsWith('}') ? { label: text.slice(1, -1) } : { literal: text }
}

/** Texts of the labels of a raw path, still percent-encoded; undefined when the path does not match. */
export function matchPath(pattern: PathPattern, path: string): readonly string[] | undefined {
  const texts: string[] = []
  const { leading, greedy } = pattern
  let from = 1
  for (const [index, segment] of leading.entries()) {
    const isLast = index === leading.length - 1 && greedy === undefined
    const slash = path.indexOf('/', from)
    if (isLast ? slash >= 0 : slash < 0) return undefined
    const end = isLast ? path.length : slash
    if (!takeSegment(segment, path.slice(from, end), texts)) return undefined
    from = end + 1
  }
  if (greedy === undefined) return leading.length > 0 || path === '/' ? texts : undefined
  return takeGreedy(pattern, path, from, texts)
}

function takeGreedy(pattern: PathPattern, path: string, from: number, texts: string[]): readonly string[] | undefined {
  let to = path.length
  for (const segment of pattern.trailing.toReversed()) {
    const slash = path.lastIndexOf('/', to - 1)
    if (slash < from || !takeSegment(segment, path.slice(slash + 1, to), texts)) return undefined
    to = slash
  }
  if (to <= from) return undefined
  texts.push(path.slice(from, to))
  return texts
}

function takeSegment(segment: Segment, text: string, texts: string[]): boolean {
  if ('literal' in segment) return segment.literal === text
  if (text !== '') texts.push(text)
  return text !== ''
}

/** True when some path matches both; may err on the side of true. */
export function pathsOverlap(a: PathPattern, b: PathPattern): boolean {
  const [lengthA, lengthB] = [lengthOf(a), lengthOf(b)]
  const longest = Math.min(lengthA.max, lengthB.max)
  if (longest < Math.max(lengthA.min, lengthB.min)) return false
  return agree(a.leading, b.leading) && agree(a.trailing.toReversed(), b.trailing.toReversed())
}

function lengthOf({ leading, greedy, trailing }: PathPattern): { readonly min: number; readonly max: number } {
  const fixed = leading.length + trailing.length
  return greedy === undefined ? { min: fixed, max: fixed } : { min: fixed + 1, max: Number.POSITIVE_INFINITY }
}

function agree(a: readonly Segment[], b: readonly Segment[]): boolean {
  return a.every((segment, index) => {
    const other = b[index]
    return !other || !('literal' in segment) || !('literal' in other) || segment.literal === other.literal
  })
}
