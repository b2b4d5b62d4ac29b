import type { WorldAccount } from '../../src/world/world.ts'
import type { Keys } from './sign.ts'

/** A policy document as text. */
export function policyText(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** A statement of an identity policy that allows. */
export function allow(Action: string | readonly string[], Resource: string | readonly string[] = '*', more = {}) {
  return { Effect: 'Allow', Action, Resource, ...more }
}

export function deny(Action: string | readonly string[], Resource: string | readonly string[] = '*', more = {}) {
  return { Effect: 'Deny', Action, Resource, ...more }
}

/** The key of whoever is called so: `root-<account>`, a user, or (with its token) the session of a role. */
export function keyOf(name: string, isSession = false): Keys {
  const accessKeyId = `AKIA_${name.replaceAll('-', '_')}`
  return { accessKeyId, secretAccessKey: `secret of ${name}`, ...(isSession && { sessionToken: `token-${name}` }) }
}

/** An account with a root key, and users and roles by name with their policies; each role has one session, `run`. */
export function accountWith(
  id: string,
  {
    users = {},
    roles = {},
  }: {
    readonly users?: Readonly<Record<string, readonly string[]>>
    readonly roles?: Readonly<Record<string, readonly string[]>>
  } = {},
): WorldAccount {
  return {
    id,
    credentials: [keyOf(`root-${id}`)],
    users: Object.entries(users).map(([name, policies]) => ({
      name,
      policies,
      credentials: [keyOf(name)],
      sessions: [],
    })),
    roles: Object.entries(roles).map(([name, policies]) => ({
      name,
      policies,
      sessions: [{ name: 'run', ...keyOf(name), sessionToken: `token-${name}` }],
    })),
  }
}
