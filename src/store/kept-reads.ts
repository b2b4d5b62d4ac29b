/** Answers kept at most for one read. Whoever asks for names at random must not fill the memory. */
const mostKept = 1000

/** Makes a read keep its answers until what they are about has changed. */
export type Keep = <Parameters extends readonly (string | number)[], Value>(
  read: (...parameters: Parameters) => Value,
) => (...parameters: Parameters) => Value

/**
 * `revision` grows once a change is committed and before it is answered, so whoever waited for a change sees it. Settings (buckets, their
 * configurations, MRAPs, policies, routes) are asked for with every request and seldom change; within one snapshot nothing does.
 */
export function keeper(revision: () => number): Keep {
  return read => {
    const kept = new Map<string | number | undefined, ReturnType<typeof read>>()
    let keptAt = revision()
    return (...parameters) => {
      const name = parameters.length === 1 ? parameters[0] : parameters.join('/')
      if (keptAt !== revision() || kept.size >= mostKept) {
        kept.clear()
        keptAt = revision()
      }
      if (!kept.has(name)) kept.set(name, read(...parameters))
      return kept.get(name) as ReturnType<typeof read>
    }
  }
}
