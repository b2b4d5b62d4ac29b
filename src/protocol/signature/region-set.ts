/**
 * Whether a SigV4A Region set allows a Region. A set is a list of names separated by commas; `*` at the end of a name stands for
 * any rest, alone for every Region. Source: "AWS Signature Version 4a", region set; the prefix form is what AWS's signers accept.
 */
export function regionSetCovers(set: string, region: string): boolean {
  return set.split(',').some(entry => {
    const name = entry.trim()
    return name.endsWith('*') ? region.startsWith(name.slice(0, -1)) : name !== '' && name === region
  })
}
