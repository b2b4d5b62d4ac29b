import { matchesWildcards } from './wildcards.ts'

/** What an action of a statement may look like. ASSUMED: names are not compared with the list of S3's actions. */
const form = /^(?:\*|s3:[a-z0-9*?]{1,128})$/i

export function isActionPattern(text: string): boolean {
  return form.test(text)
}

/** Whether one of the patterns fits an action such as `s3:GetObject`. Actions are not case-sensitive. */
export function matchesAction(patterns: readonly string[], action: string): boolean {
  const lower = action.toLowerCase()
  return patterns.some(pattern => matchesWildcards(pattern.toLowerCase(), lower))
}
