import type { Credential } from '../protocol/caller.ts'
import type { Sessions } from '../sts/sessions.ts'
import { circumstancesOf } from '../world/circumstances.ts'
import type { World, WorldAccount, WorldCredential, WorldRole, WorldSession, WorldUser } from '../world/world.ts'
import type { Config } from './config.ts'

/**
 * Who an access key id belongs to, from memory alone: credentials are never stored. A world that lists accounts says it all; otherwise
 * `test` with the secret `test`, or `testing` with `testing`, is the root of the configured account, and twelve digits with the secret
 * `test` the root of that account (design 2.5). Keys of sessions that were given out here are found with their token. Undefined for every other key id.
 */
export function credentialFinder(
  world: Pick<World, 'accounts'>,
  config: Pick<Config, 'accountId'>,
  sessions: Pick<Sessions, 'find'> = { find: () => undefined },
): (accessKeyId: string, sessionToken?: string | undefined) => Credential | undefined {
  if (world.accounts.length === 0) {
    return (accessKeyId, token) => defaultCredential(accessKeyId, config.accountId) ?? sessions.find(accessKeyId, token)
  }
  const credentials = world.accounts.flatMap(credentialsOf)
  const byId = new Map(credentials.map(credential => [credential.accessKeyId, credential]))
  return (accessKeyId, token) => byId.get(accessKeyId) ?? sessions.find(accessKeyId, token)
}

/** Key id of the root of the configured account -> its secret. The second is what users of moto have in their tests. */
const defaultSecrets = new Map([
  ['test', 'test'],
  ['testing', 'testing'],
])

function defaultCredential(accessKeyId: string, defaultAccountId: string): Credential | undefined {
  const isAccount = /^\d{12}$/.test(accessKeyId)
  const secretAccessKey = isAccount ? 'test' : defaultSecrets.get(accessKeyId)
  if (secretAccessKey === undefined) return undefined
  const accountId = isAccount ? accessKeyId : defaultAccountId
  return { accessKeyId, secretAccessKey, caller: { kind: 'root', accountId, accessKeyId } }
}

/** The key by which the root of an account is known where no world lists accounts. */
export function defaultKey(accountId: string, defaultAccountId: string): WorldCredential {
  return { accessKeyId: accountId === defaultAccountId ? 'test' : accountId, secretAccessKey: 'test' }
}

/** What to say of a key id that nobody has. */
export function unknownKeyHint({ accounts }: Pick<World, 'accounts'>): string {
  if (accounts.length === 0) {
    return (
      'This access key id is not known here. Without accounts in the world file use test/test, ' +
      'or a 12-digit account id as key id with the secret "test".'
    )
  }
  return (
    'This access key id is not known here. The world file lists accounts, so its keys are the only ones, beside those of sessions ' +
    `that STS gave out here: it has keys in ${accounts.length === 1 ? 'account' : 'accounts'} ${accounts.map(({ id }) => id).join(', ')}, ` +
    'and test/test is none of them.'
  )
}

function credentialsOf(account: WorldAccount): Credential[] {
  const { id: accountId, credentials, users, roles } = account
  const ofRoot = credentials.map(key => keyOf(key, account, { kind: 'root', accountId, accessKeyId: key.accessKeyId }))
  const ofUsers = users.flatMap(user => {
    const { name, policies } = user
    return [...user.credentials, ...user.sessions].map(key =>
      keyOf(key, account, { kind: 'user', accountId, accessKeyId: key.accessKeyId, name, policies }, user),
    )
  })
  const ofRoles = roles.flatMap(role => {
    const { name, policies } = role
    return role.sessions.map(key => {
      // A session without a name is called like its key.
      const { accessKeyId, name: sessionName = accessKeyId } = key
      return keyOf(key, account, { kind: 'role', accountId, accessKeyId, name, sessionName, policies }, role)
    })
  })
  return [...ofRoot, ...ofUsers, ...ofRoles]
}

/** A key, or one of a session, of whom it stands with; where it names a service, of that. */
function keyOf(
  key: WorldCredential | WorldSession,
  account: WorldAccount,
  owner: Credential['caller'],
  identity?: WorldUser | WorldRole,
): Credential {
  const { accessKeyId, secretAccessKey, clientRegion, service: name } = key
  const isSession = 'sessionToken' in key
  const circumstances = circumstancesOf({ account, identity, key, isSession })
  const caller = name === undefined ? owner : ({ kind: 'service', name, accountId: name, accessKeyId } as const)
  const credential = { accessKeyId, secretAccessKey, clientRegion, caller: { ...caller, circumstances } }
  if (!isSession) return credential
  const { sessionToken, expires: expiresAt, issuedBy } = key
  return { ...credential, sessionToken, expiresAt, issuedBy }
}
