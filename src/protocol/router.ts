import { type AwsError, errors } from './errors.ts'
import type { AnyOperation } from './operation.ts'
import type { Match } from './plane.ts'
import type { Headers } from './request/headers.ts'
import type { Query } from './request/query.ts'
import { matchPath, type PathPattern, pathsOverlap, type RoutePattern, readRoutePattern } from './route-pattern.ts'

export interface Router<Context> {
  /**
   * The operation a request names, and its labels percent-decoded once. `path` is raw and begins with `/`. Throws MethodNotAllowed
   * (the path is known, the method or subresource is not served there), InvalidArgument (two subresources), InvalidRequest (a query
   * key without the one it belongs to), InvalidURI (bad escape) or NotImplemented (no such path).
   */
  match(method: string, path: string, query: Query, headers: Headers): Match<Context>
}

interface Row<Context> extends RoutePattern {
  readonly operation: AnyOperation<Context>
  /** Query keys it is about or reads: they do not speak against it. */
  readonly covers: ReadonlySet<string>
}

/** All rows for one form of path, best first, by method. */
interface Level<Context> {
  readonly path: PathPattern
  readonly byMethod: ReadonlyMap<string, readonly Row<Context>[]>
  /** Query keys without a value in the patterns of this level. */
  readonly keys: ReadonlySet<string>
}

interface Table<Context> {
  readonly levels: readonly Level<Context>[]
  /**
   * Keys that name a subresource (`acl`, `uploads`): they stand in a pattern and no operation reads them. A request with one never
   * falls through to the operation on the thing itself. `uploadId` is no subresource: ListParts reads it.
   */
  readonly subresources: ReadonlySet<string>
}

/**
 * Makes a matcher of an operation table. Rows are ranked by literal path segments, then query keys, then headers; their order in the
 * table means nothing. Throws when two rows of equal rank could serve one request.
 */
export function createRouter<Context>(operations: readonly AnyOperation<Context>[]): Router<Context> {
  const table = makeTable(operations)
  return {
    match(method, path, query, headers) {
      let best: Level<Context> | undefined
      for (const level of table.levels) {
        const texts = matchPath(level.path, path)
        if (!texts) continue
        const row = findRow(level.byMethod.get(method), query, headers, level, table)
        if (row) return { operation: row.operation, labels: decodeLabels(row.path.labels, texts, path) }
        best ??= level
      }
      throw best ? refusal(method, best, query, table) : noSuchPath(method, path)
    },
  }
}

function makeTable<Context>(operations: readonly AnyOperation<Context>[]): Table<Context> {
  const rows = operations.map(makeRow).sort(byRank)
  const read = new Set(rows.flatMap(row => [...row.covers].filter(key => bindsQuery(row.operation, key))))
  const keys = rows.flatMap(keysOf)
  const table = { levels: makeLevels(rows), subresources: new Set(keys.filter(key => !read.has(key))) }
  refuseAmbiguity(rows, table.subresources)
  return table
}

function makeRow<Context>(operation: AnyOperation<Context>): Row<Context> {
  const pattern = readRoutePattern(operation.http)
  const covers = new Set(pattern.query.map(({ name }) => name))
  for (const name of queryMembers(operation)) covers.add(name)
  for (const name of operation.ignores ?? []) covers.add(name)
  return { ...pattern, operation, covers }
}

function queryMembers(operation: AnyOperation<never>): readonly string[] {
  const members: Record<string, { at?: { in: string; name?: string } }> = operation.input.members
  return Object.values(members).flatMap(({ at }) => (at?.in === 'query' && at.name !== undefined ? [at.name] : []))
}

function bindsQuery(operation: AnyOperation<never>, key: string): boolean {
  return queryMembers(operation).includes(key)
}

/** Query keys of a pattern that stand there without a value. */
function keysOf({ query }: RoutePattern): string[] {
  return query.filter(({ value }) => value === undefined).map(({ name }) => name)
}

function byRank(a: RoutePattern, b: RoutePattern): number {
  return b.path.literals - a.path.literals || b.query.length - a.query.length || b.headers.length - a.headers.length
}

function makeLevels<Context>(rows: readonly Row<Context>[]): Level<Context>[] {
  return [...group(rows, row => row.path.form).values()].flatMap(all => {
    const [first] = all
    if (!first) return []
    return [{ path: first.path, byMethod: group(all, row => row.method), keys: new Set(all.flatMap(keysOf)) }]
  })
}

function group<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const same = groups.get(keyOf(item))
    if (same) same.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** Two rows of one rank that a single request could mean are a mistake in the table. */
function refuseAmbiguity<Context>(rows: readonly Row<Context>[], subresources: ReadonlySet<string>): void {
  for (const [index, a] of rows.entries()) {
    for (const b of rows.slice(index + 1)) {
      if (byRank(a, b) !== 0) break
      if (a.method !== b.method || !pathsOverlap(a.path, b.path)) continue
      const clash = a.query.some(({ name, value }) =>
        b.query.some(other => other.name === name && other.value !== value),
      )
      const apart = (one: Row<Context>, other: Row<Context>) =>
        keysOf(one).some(key => subresources.has(key) && !other.covers.has(key))
      if (clash || apart(a, b) || apart(b, a)) continue
      throw new Error(`${a.operation.name} (${a.operation.http}) and ${b.operation.name} (${b.operation.http}) clash`)
    }
  }
}

function findRow<Context>(
  rows: readonly Row<Context>[] | undefined,
  query: Query,
  headers: Headers,
  level: Level<Context>,
  { subresources }: Table<Context>,
): Row<Context> | undefined {
  return rows?.find(row => {
    if (row.query.length > 0 && !row.query.every(key => meets(query, key.name, key.value))) return false
    if (row.headers.length > 0 && !row.headers.every(name => carries(name, query, headers))) return false
    return query.parameters.every(({ name }) => {
      if (row.covers.has(name)) return true
      // A stray `uploadId` speaks against plain PutObject, not against a row that its own key has already singled out.
      return !subresources.has(name) && (row.query.length > 0 || !level.keys.has(name))
    })
  })
}

function meets(query: Query, name: string, value: string | undefined): boolean {
  return value === undefined ? query.has(name) : query.get(name) === value
}

/** Presigned URLs carry `x-amz-*` headers as query parameters. */
function carries(name: string, query: Query, headers: Headers): boolean {
  if (headers.has(name)) return true
  return query.has('X-Amz-Signature') && query.parameters.some(parameter => parameter.name.toLowerCase() === name)
}

/** The path is served, this request to it is not. */
function refusal<Context>(method: string, level: Level<Context>, query: Query, table: Table<Context>): AwsError {
  const present = [...new Set(query.parameters.map(({ name }) => name))]
  // In the order of the alphabet, however they were sent.
  const named = present.filter(name => table.subresources.has(name)).sort()
  const [first] = named
  if (first !== undefined && named.length > 1) {
    return errors.InvalidArgument({
      Message: `Conflicting query string parameters: ${named.join(', ')}`,
      ArgumentName: 'ResourceType',
      ArgumentValue: first,
    })
  }
  const rows = level.byMethod.get(method) ?? []
  const half = rows.find(
    row => keysOf(row).some(key => present.includes(key)) && named.every(name => row.covers.has(name)),
  )
  const missing = half?.query.find(({ name, value }) => !meets(query, name, value))
  if (missing) {
    // ASSUMED: code and sentence. What matters is that a part without its number does not replace the object.
    return errors.InvalidRequest({ Message: `Missing required parameter for this request: ${missing.name}` })
  }
  const allowed = [...level.byMethod].filter(([, list]) => list.some(row => answers(row, first))).map(([name]) => name)
  const resourceType = resourceTypeOf(level.path)
  return errors.MethodNotAllowed(
    { Method: method, ...(resourceType === undefined ? {} : { ResourceType: resourceType }) },
    allowed.length === 0 ? {} : { headers: { Allow: allowed.sort().join(', ') } },
  )
}

/** Whether a row is about the same subresource, or about the thing itself when none is named. */
function answers<Context>(row: Row<Context>, subresource: string | undefined): boolean {
  return subresource === undefined ? row.query.length === 0 : row.query.some(({ name }) => name === subresource)
}

/** The word S3 uses for what a path addresses; S3 Control has none. */
function resourceTypeOf({ form }: PathPattern): string | undefined {
  const types: Readonly<Record<string, string>> = { '/': 'SERVICE', '/{}': 'BUCKET', '/{}/{+}': 'OBJECT' }
  return types[form]
}

function noSuchPath(method: string, path: string): AwsError {
  if (path.startsWith('//')) return errors.InvalidURI({ URI: path })
  return errors.NotImplemented(
    {},
    {
      hint: `No operation here has the address ${method} ${path.slice(0, 100)}. docs/coverage.md lists what there is.`,
    },
  )
}

function decodeLabels(
  names: readonly string[],
  texts: readonly string[],
  path: string,
): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(
      names.map((name, index) => {
        const text = texts[index] ?? ''
        return [name, text.includes('%') ? decodeURIComponent(text) : text]
      }),
    )
  } catch {
    throw errors.InvalidURI({ URI: path })
  }
}
