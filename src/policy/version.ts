import { PolicyProblem } from './fields.ts'

/** The versions of the language, the oldest first; it is the one of a policy that names none. */
const versions = ['2008-10-17', '2012-10-17'] as const

export type PolicyVersion = (typeof versions)[number]

/** Source: IAM reference, "IAM JSON policy elements: Version". */
export function readVersion(value: unknown): PolicyVersion {
  if (value === undefined) return versions[0]
  const version = versions.find(known => known === value)
  if (version) return version
  throw new PolicyProblem('The policy must contain a valid version string')
}

/** In older policies `${aws:username}` is text like any other. */
export function hasVariables(version: PolicyVersion): boolean {
  return version === '2012-10-17'
}
