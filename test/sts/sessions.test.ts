import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sealingKeyIn } from '../../src/sts/sealing-key.ts'
import { createSessions, type Session } from '../../src/sts/sessions.ts'
import { accountWith, allow, policyText } from '../helpers/accounts.ts'

const accountId = '111122223333'
const policies = [policyText(allow('s3:GetObject'))]
const world = { accounts: [accountWith(accountId, { users: { ann: policies }, roles: { app: policies } })] }
const key = Buffer.alloc(32, 1)
const role = { kind: 'role', name: 'app', sessionName: 'run', policies: ['{}'] } as const
const sessionOf = (subject: Session['subject']): Session => ({
  accountId,
  subject,
  expiresAt: 1_800_000_000_000,
  issuedBy: 'regional',
  clientRegion: 'eu-west-1',
})

t.test('a session is what its token says', async t => {
  const sessions = createSessions(world, () => key)
  const { accessKeyId, secretAccessKey, sessionToken } = sessions.issue(sessionOf(role))
  t.match(accessKeyId, /^ASIA[A-Z2-7]{16}$/)
  t.match(secretAccessKey, /^[A-Za-z0-9+/]{40}$/)
  t.match(sessionToken, /^[\w-]+$/)
  const expected = {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiresAt: 1_800_000_000_000,
    issuedBy: 'regional',
    clientRegion: 'eu-west-1',
    caller: {
      kind: 'role',
      accountId,
      accessKeyId,
      name: 'app',
      sessionName: 'run',
      policies,
      sessionPolicies: ['{}'],
      circumstances: new Map([['aws:multifactorauthpresent', ['false']]]),
    },
  }
  t.strictSame(sessions.find(accessKeyId, sessionToken), expected)
  t.equal(sessions.find(accessKeyId, sessionToken), sessions.find(accessKeyId, sessionToken), 'read once')
  t.strictSame(createSessions(world, () => key).find(accessKeyId, sessionToken), expected, 'after a restart')
  t.not(sessions.issue(sessionOf(role)).accessKeyId, accessKeyId)
})

t.test('users and roots', async t => {
  const sessions = createSessions(world, () => key)
  const user = sessions.issue(sessionOf({ kind: 'user', name: 'ann' }))
  t.match(sessions.find(user.accessKeyId, user.sessionToken)?.caller, { kind: 'user', name: 'ann', policies })
  const root = sessions.issue(sessionOf({ kind: 'root' }))
  t.match(sessions.find(root.accessKeyId, root.sessionToken)?.caller, { kind: 'root', accountId })
})

t.test('what is no session', async t => {
  const sessions = createSessions(world, () => key)
  const { accessKeyId, sessionToken } = sessions.issue(sessionOf(role))
  t.equal(sessions.find(accessKeyId, undefined), undefined, 'without its token')
  t.equal(sessions.find('AKIAIOSFODNN7EXAMPLE', sessionToken), undefined, 'no key of ours')
  const invalid = { code: 'InvalidToken' }
  t.throws(() => sessions.find('ASIAAAAAAAAAAAAAAAAA', sessionToken), invalid, 'of another key')
  for (const token of [
    '',
    'x',
    `${sessionToken}A`,
    `${sessionToken.startsWith('A') ? 'B' : 'A'}${sessionToken.slice(1)}`,
    sessionToken.slice(0, -4),
  ]) {
    t.throws(() => sessions.find(accessKeyId, token), invalid, token.slice(0, 10))
  }
  const others = createSessions(world, () => Buffer.alloc(32, 2))
  t.throws(() => others.find(accessKeyId, sessionToken), invalid, 'of another data directory')
  t.equal(createSessions({ accounts: [] }, () => key).find(accessKeyId, sessionToken), undefined, 'the role is gone')
})

t.test('the key of a data directory', async t => {
  const directory = t.testdir()
  const file = join(directory, 'sts.key')
  const keyOf = sealingKeyIn(directory)
  t.notOk(existsSync(file), 'not before it is needed')
  const first = keyOf()
  t.equal(first.length, 32)
  t.equal(keyOf(), first)
  if (process.platform !== 'win32') t.equal(statSync(file).mode & 0o777, 0o600)
  t.strictSame(sealingKeyIn(directory)(), first, 'it stays')
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20))
  t.equal(sealingKeyIn(directory)().length, 32, 'half a file is replaced')
})
