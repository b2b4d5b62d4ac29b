import { createHmac, timingSafeEqual } from 'node:crypto'
import { boundedCache } from '../protocol/bounded-cache.ts'
import type { Credential } from '../protocol/caller.ts'
import { errors } from '../protocol/errors.ts'
import { randomIdBytes } from '../protocol/random-bytes.ts'
import { circumstancesOf } from '../world/circumstances.ts'
import type { World, WorldRole, WorldUser } from '../world/world.ts'

/** Who a session is for. Policies of users and roles are not in it: those of the world hold when the session is used. */
export type SessionSubject =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly name: string }
  | {
      readonly kind: 'role'
      readonly name: string
      readonly sessionName: string
      /** What the session is limited to; empty: nothing. */
      readonly policies: readonly string[]
    }

/** A session as its token says it. */
export interface Session {
  readonly accountId: string
  readonly subject: SessionSubject
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly issuedBy: 'regional' | 'global'
  readonly clientRegion?: string | undefined
}

/** Sessions that this emulator gives out. */
export interface Sessions {
  issue(session: Session): Required<Pick<Credential, 'accessKeyId' | 'secretAccessKey'>> & { sessionToken: string }
  /**
   * The credential of a session key; undefined: no key of ours, or one without its token, or of a user or role that is not there any
   * more. Throws InvalidToken for a token that is not that of the key.
   */
  find(accessKeyId: string, sessionToken: string | undefined): Credential | undefined
}

const keyForm = /^ASIA[A-Z2-7]{16}$/
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * Nothing is kept: a token says what the session is, sealed by a MAC under a key of the data directory, and the secret is derived from
 * that key and the access key id. So sessions outlive a restart with the same data directory, and no number of them fills the memory.
 *
 *   token    base64url(MAC of the rest, 32 bytes; JSON of key id and session)
 *   secret   base64(MAC of the key id), 40 characters
 */
export function createSessions(world: Pick<World, 'accounts'>, sealingKey: () => Buffer): Sessions {
  const mac = (purpose: string, text: string) =>
    createHmac('sha256', sealingKey()).update(`${purpose}\n`).update(text).digest()
  const read = boundedCache<Credential>(1000)
  const secretOf = (accessKeyId: string) => mac('secret', accessKeyId).subarray(0, 30).toString('base64')
  return {
    issue(session) {
      const accessKeyId = newKeyId()
      const text = JSON.stringify({ accessKeyId, session })
      const sessionToken = Buffer.concat([mac('token', text), Buffer.from(text)]).toString('base64url')
      return { accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken }
    },
    find(accessKeyId, sessionToken) {
      if (!keyForm.test(accessKeyId) || sessionToken === undefined) return undefined
      const name = `${accessKeyId} ${sessionToken}`
      const before = read.get(name)
      if (before) return before
      const session = unsealed(accessKeyId, sessionToken, text => mac('token', text))
      const caller = callerOf(accessKeyId, session, world)
      if (!caller) return undefined
      const { expiresAt, issuedBy, clientRegion } = session
      const credential = {
        accessKeyId,
        secretAccessKey: secretOf(accessKeyId),
        sessionToken,
        expiresAt,
        issuedBy,
        clientRegion,
        caller,
      }
      read.set(name, credential)
      return credential
    },
  }
}

function newKeyId(): string {
  return `ASIA${[...randomIdBytes(16)].map(byte => letters[byte % 32]).join('')}`
}

/** What a token of ours says. Only we can have made one whose MAC is right, so its JSON is a session. */
function unsealed(accessKeyId: string, token: string, mac: (text: string) => Buffer): Session {
  const bytes = Buffer.from(token, 'base64url')
  const text = bytes.subarray(32).toString()
  const expected = mac(text)
  const given = bytes.subarray(0, 32)
  // A second spelling of the same bytes is another token.
  const isOurs =
    given.length === expected.length && timingSafeEqual(given, expected) && bytes.toString('base64url') === token
  const sealed: { accessKeyId: string; session: Session } | undefined = isOurs ? JSON.parse(text) : undefined
  if (sealed?.accessKeyId !== accessKeyId) throw errors.InvalidToken({ 'Token-0': token })
  return sealed.session
}

function callerOf(
  accessKeyId: string,
  { accountId, subject }: Session,
  { accounts }: Pick<World, 'accounts'>,
): Credential['caller'] | undefined {
  const account = accounts.find(({ id }) => id === accountId)
  const knownAs = (identity?: WorldUser | WorldRole) => circumstancesOf({ account, identity, isSession: true })
  if (subject.kind === 'root') return { kind: 'root', accountId, accessKeyId, circumstances: knownAs() }
  const { kind, name } = subject
  if (kind === 'user') {
    const user = account?.users.find(one => one.name === name)
    return user && { kind, accountId, accessKeyId, name, policies: user.policies, circumstances: knownAs(user) }
  }
  const { sessionName, policies: sessionPolicies } = subject
  const role = account?.roles.find(one => one.name === name)
  if (!role) return undefined
  const { policies } = role
  return { kind, accountId, accessKeyId, name, sessionName, policies, sessionPolicies, circumstances: knownAs(role) }
}
