/** One query parameter. `raw` is the text as sent, for the signature; `name` and `value` are percent-decoded once. */
export interface QueryParameter {
  readonly name: string
  readonly value: string
  readonly rawName: string
  readonly rawValue: string
}

/** Case-sensitive reading of a query string. A name without `=` has the value ''. */
export interface Query {
  readonly parameters: readonly QueryParameter[]
  get(name: string): string | undefined
  has(name: string): boolean
}

/**
 * Reads a raw query string (without `?`). `+` means a space, as S3 reads it.
 * Throws URIError on a bad escape; the caller answers InvalidURI.
 */
export function readQuery(raw: string): Query {
  const parameters = raw === '' ? [] : raw.split('&').filter(Boolean).map(readParameter)
  const byName = new Map<string, string>()
  for (const { name, value } of parameters) if (!byName.has(name)) byName.set(name, value)
  return { parameters, get: name => byName.get(name), has: name => byName.has(name) }
}

/** The first of these names that stands in the query twice; undefined: none. Which of two would count is anybody's guess. */
export function repeatedParameter({ parameters }: Query, names: ReadonlySet<string>): string | undefined {
  const seen = new Set<string>()
  for (const { name } of parameters) {
    if (seen.has(name)) return name
    if (names.has(name)) seen.add(name)
  }
  return undefined
}

function readParameter(text: string): QueryParameter {
  const equals = text.indexOf('=')
  const rawName = equals < 0 ? text : text.slice(0, equals)
  const rawValue = equals < 0 ? '' : text.slice(equals + 1)
  return { name: decode(rawName), value: decode(rawValue), rawName, rawValue }
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', '%20'))
}
