/**
 * True when `text` fits `pattern`: `*` is any run of characters, `?` any one. Bounded by the product of the lengths, whatever the
 * pattern: a policy comes from a client. Source: IAM reference, "IAM JSON policy elements: Resource".
 */
export function matchesWildcards(pattern: string, text: string): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === '*') {
      star = inPattern
      inPattern += 1
      resume = at
    } else if (wanted === '?' || wanted === text[at]) {
      inPattern += 1
      at += 1
    } else if (star >= 0) {
      // Let the last star take one more character; an earlier one never has to.
      resume += 1
      at = resume
      inPattern = star + 1
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern += 1
  return inPattern === pattern.length
}
