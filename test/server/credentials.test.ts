import { test } from 'tap'
import { credentialFinder, unknownKeyHint } from '../../src/server/credentials.ts'

const config = { accountId: '000000000000' }

test('without accounts: test/test, and any account id with the secret test', t => {
  const find = credentialFinder({ accounts: [] }, config)
  t.match(find('test'), { secretAccessKey: 'test', caller: { kind: 'root', accountId: '000000000000' } })
  t.match(find('testing'), { secretAccessKey: 'testing', caller: { kind: 'root', accountId: '000000000000' } })
  t.match(find('111122223333'), { secretAccessKey: 'test', caller: { kind: 'root', accountId: '111122223333' } })
  t.match(credentialFinder({ accounts: [] }, { accountId: '444455556666' })('test'), {
    caller: { accountId: '444455556666' },
  })
  for (const unknown of ['Test', '', '11112222333', '1111222233334', 'AKIAIOSFODNN7EXAMPLE', 'constructor']) {
    t.equal(find(unknown), undefined, unknown)
  }
  t.end()
})

test('a world with accounts replaces them', t => {
  const find = credentialFinder(
    {
      accounts: [
        {
          id: '111122223333',
          credentials: [{ accessKeyId: 'AKIAROOT', secretAccessKey: 's1', clientRegion: 'eu-west-1' }],
          users: [
            {
              name: 'ann',
              policies: ['{}'],
              credentials: [{ accessKeyId: 'AKIAANN', secretAccessKey: 's2' }],
              sessions: [{ accessKeyId: 'ASIAANN', secretAccessKey: 's3', sessionToken: 'tok' }],
            },
          ],
          roles: [
            {
              name: 'app',
              policies: [],
              sessions: [
                {
                  name: 'run-1',
                  accessKeyId: 'ASIAAPP',
                  secretAccessKey: 's4',
                  sessionToken: 'tok4',
                  expires: 5,
                  issuedBy: 'global',
                },
              ],
            },
          ],
        },
      ],
    },
    config,
  )
  t.equal(find('test'), undefined)
  t.equal(find('111122223333'), undefined)
  t.match(find('AKIAROOT'), {
    secretAccessKey: 's1',
    clientRegion: 'eu-west-1',
    caller: { kind: 'root', accessKeyId: 'AKIAROOT' },
  })
  t.match(find('AKIAANN'), {
    secretAccessKey: 's2',
    sessionToken: undefined,
    caller: { kind: 'user', name: 'ann', policies: ['{}'] },
  })
  t.match(find('ASIAANN'), { sessionToken: 'tok', caller: { kind: 'user', name: 'ann' } })
  t.match(find('ASIAAPP'), {
    sessionToken: 'tok4',
    expiresAt: 5,
    issuedBy: 'global',
    caller: { kind: 'role', accountId: '111122223333', name: 'app', sessionName: 'run-1' },
  })
  t.end()
})

test('what is said of an unknown key depends on whose keys hold', t => {
  t.match(unknownKeyHint({ accounts: [] }), /use test\/test, or a 12-digit account id/)
  const account = { credentials: [], users: [], roles: [] }
  const hint = unknownKeyHint({
    accounts: [
      { id: '111122223333', ...account },
      { id: '210987654321', ...account },
    ],
  })
  t.match(hint, /The world file lists accounts.* in accounts 111122223333, 210987654321, and test\/test is none/)
  t.end()
})
