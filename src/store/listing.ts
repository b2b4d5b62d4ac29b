import { compareKeys, endOfPrefix, nextKey } from './key-order.ts'
import type { ListEntry, ListPage, ListQuery } from './store.ts'

/** Where a listing goes on: at the first row with this key or a later one, or, with `past`, behind that row, which has this key. */
export interface Position<Row> {
  readonly key: string
  readonly past?: Row | undefined
}

/** Rows of one bucket in listing order, found by seeking in an index. */
export interface ListSource<Row> {
  /** At most `limit` rows from `position` on, with keys before `end` (undefined: no end). */
  rows(position: Position<Row>, end: string | undefined, limit: number): Row[]
  keyOf(row: Row): string
  /** The first key from `key` on, before `end`: cheaper than its row, of which a jump over a common prefix needs no more. */
  firstKey?(key: string, end: string | undefined): string | undefined
}

/** Rows after which a listing with delimiter reads less or more at once: a prefix is jumped over, a flat level is read forward. */
const firstBatch = 32
const batchAfterJump = 4
const largestBatch = 512

/**
 * One page. `start` comes from `startOf`. Keys that contain the delimiter behind the prefix
 * collapse into one entry, whose other keys are jumped over and never read: the cost depends on the entries of the page, not on the keys
 * of the bucket.
 */
export function listPage<Row>(
  query: ListQuery,
  start: Position<Row> | undefined,
  source: ListSource<Row>,
): ListPage<Row> {
  const { limit, delimiter } = query
  if (!start || limit <= 0) return { entries: [], isTruncated: false }
  const end = endOfPrefix(query.prefix)
  const entries = delimiter
    ? collapsed(query.prefix, delimiter, limit + 1, { start, end, source })
    : source.rows(start, end, limit + 1).map(asEntry)
  const isTruncated = entries.length > limit
  return { entries: isTruncated ? entries.slice(0, limit) : entries, isTruncated }
}

/**
 * Where a listing begins that goes on after `after`: a common prefix, or a key. A common prefix is an entry that sorts before all keys in
 * it, so after any of them it is skipped as a whole (recorded: list_objects_marker_common_prefixes). `within`: it goes on inside the rows
 * of that key, behind `past` or, when that row is gone, at their beginning. undefined: nothing is left.
 */
export function startOf<Row>(
  { prefix, delimiter, after }: ListQuery,
  within?: { readonly past: Row | undefined },
): Position<Row> | undefined {
  if (after === undefined || compareKeys(after, prefix) < 0) return { key: prefix }
  // Not below the prefix and not before it: behind all that is asked for.
  if (!after.startsWith(prefix)) return undefined
  const skipped = delimiter ? commonPrefix(after, prefix, delimiter) : undefined
  if (skipped !== undefined) {
    const key = endOfPrefix(skipped)
    return key === undefined ? undefined : { key }
  }
  return within ? { key: after, past: within.past } : { key: nextKey(after) }
}

interface Range<Row> {
  readonly start: Position<Row>
  readonly end: string | undefined
  readonly source: ListSource<Row>
}

function collapsed<Row>(prefix: string, delimiter: string, count: number, { start, end, source }: Range<Row>) {
  const entries: ListEntry<Row>[] = []
  let position: Position<Row> | undefined = start
  let batch = Math.min(firstBatch, count)
  while (position) {
    const rows = source.rows(position, end, batch)
    let last: string | undefined
    for (const row of rows) {
      const key = source.keyOf(row)
      if (last !== undefined && key.startsWith(last)) continue
      last = commonPrefix(key, prefix, delimiter)
      entries.push(last === undefined ? asEntry(row) : { kind: 'prefix', prefix: last })
      if (entries.length === count) return entries
    }
    const lastRow = rows.at(-1)
    if (lastRow === undefined || rows.length < batch) return entries
    if (last === undefined) {
      position = { key: source.keyOf(lastRow), past: lastRow }
      batch = Math.min(batch * 2, largestBatch)
    } else {
      position = jump(last)
      batch = batchAfterJump
    }
  }
  return entries

  /** Adds the common prefixes that follow `last` directly; where the next key of another kind is. undefined: the page is done. */
  function jump(last: string): Position<Row> | undefined {
    for (let skipped: string | undefined = last; skipped !== undefined; ) {
      const from = endOfPrefix(skipped)
      const key = from === undefined ? undefined : firstKey(source, from, end)
      if (key === undefined) return undefined
      skipped = commonPrefix(key, prefix, delimiter)
      if (skipped === undefined) return { key }
      entries.push({ kind: 'prefix', prefix: skipped })
      if (entries.length === count) return undefined
    }
    return undefined
  }
}

function firstKey<Row>(source: ListSource<Row>, key: string, end: string | undefined): string | undefined {
  if (source.firstKey) return source.firstKey(key, end)
  const [row] = source.rows({ key }, end, 1)
  return row && source.keyOf(row)
}

/** The key up to and with the first delimiter behind the prefix, or undefined when there is none. */
function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (!key.startsWith(prefix)) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

function asEntry<Row>(row: Row): ListEntry<Row> {
  return { kind: 'row', row }
}
