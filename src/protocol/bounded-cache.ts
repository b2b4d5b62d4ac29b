/** A map that forgets its oldest entry when it is full, so that no client can make it grow. */
export interface BoundedCache<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/** A cache of at most `limit` entries. */
export function boundedCache<Value>(limit: number): BoundedCache<Value> {
  const entries = new Map<string, Value>()
  return {
    get: key => entries.get(key),
    set(key, value) {
      const oldest = entries.keys().next()
      if (entries.size >= limit && !entries.has(key) && !oldest.done) entries.delete(oldest.value)
      entries.set(key, value)
    },
  }
}
