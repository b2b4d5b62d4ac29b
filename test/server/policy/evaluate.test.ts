import t from 'tap'
import type { Caller } from '../../../src/server/caller.ts'
import { canonicalUserId } from '../../../src/server/canonical-user.ts'
import type { ConditionContext } from '../../../src/server/policy/conditions.ts'
import { readPolicy, type Statement } from '../../../src/server/policy/document.ts'
import { evaluate, explain } from '../../../src/server/policy/evaluate.ts'
import { matchesWildcards } from '../../../src/server/policy/wildcards.ts'

const account = '111122223333'
const root: Caller = { kind: 'root', accountId: account, accessKeyId: 'k' }
const other: Caller = { kind: 'root', accountId: '999999999999', accessKeyId: 'k' }
const ann: Caller = { kind: 'user', accountId: account, accessKeyId: 'k', name: 'ann', policies: [] }
const app: Caller = {
  kind: 'role',
  accountId: account,
  accessKeyId: 'k',
  name: 'app',
  sessionName: 'run-1',
  policies: [],
}
const anonymous: Caller = { kind: 'anonymous' }
const mrapArn = 'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap'

function statements(...list: readonly object[]): readonly Statement[] {
  const plain = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' }
  const policy = readPolicy(JSON.stringify({ Statement: list.map(item => ({ ...plain, ...item })) }), {
    isOwnResource: () => true,
  })
  if (!policy.ok) throw new Error(policy.problem)
  return policy.statements
}

interface Asked {
  readonly caller?: Caller
  readonly action?: string
  readonly resource?: string
  readonly context?: ConditionContext
}

const ask = (
  policy: readonly Statement[],
  { caller = root, action = 's3:GetObject', resource = 'arn:aws:s3:::b/k', context = () => undefined }: Asked = {},
) => evaluate({ caller, action, resource, context }, policy)

t.test('principals', async t => {
  const arn = (kind: string) => ({ AWS: `arn:aws:iam::${account}:${kind}` })
  const session = { AWS: `arn:aws:sts::${account}:assumed-role/app/run-1` }
  for (const [name, Principal, callers] of [
    ['everyone', '*', [root, other, ann, app, anonymous]],
    ['everyone, the long way', { AWS: '*' }, [root, other, ann, app, anonymous]],
    ['an account', { AWS: account }, [root, ann, app]],
    ['an account by its root', arn('root'), [root, ann, app]],
    ['a user', arn('user/ann'), [ann]],
    ['a user with a path', arn('user/team/ann'), [ann]],
    ['a role', arn('role/app'), [app]],
    ['a session', session, [app]],
    ['another session', { AWS: `arn:aws:sts::${account}:assumed-role/app/run-2` }, []],
    ['a list', { AWS: [arn('user/ann').AWS, '999999999999'] }, [other, ann]],
    ['a canonical user', { CanonicalUser: canonicalUserId(account) }, [root, ann, app]],
    ['a service', { Service: 's3.amazonaws.com' }, []],
  ] as const) {
    const policy = statements({ Principal })
    for (const caller of [root, other, ann, app, anonymous]) {
      const expected = (callers as readonly Caller[]).includes(caller) ? 'allow' : 'no-match'
      t.equal(ask(policy, { caller }), expected, `${name}: ${caller.kind}`)
    }
  }
})

t.test('NotPrincipal: an account excepts its root user alone', async t => {
  const policy = statements({ Effect: 'Deny', NotPrincipal: { AWS: `arn:aws:iam::${account}:root` } })
  t.equal(ask(policy, { caller: root }), 'no-match')
  t.equal(ask(policy, { caller: ann }), 'deny')
  t.equal(ask(policy, { caller: other }), 'deny')
  t.equal(ask(policy, { caller: anonymous }), 'deny')
})

t.test('actions', async t => {
  for (const [patterns, action, expected] of [
    ['s3:GetObject', 's3:GetObject', true],
    ['S3:getobject', 's3:GetObject', true],
    ['s3:GetObject', 's3:GetObjectVersion', false],
    ['s3:GetObject*', 's3:GetObjectVersion', true],
    ['s3:*Object', 's3:PutObject', true],
    ['s3:?etObject', 's3:GetObject', true],
    ['s3:?etObject', 's3:etObject', false],
    ['*', 's3:DeleteObject', true],
    [['s3:PutObject', 's3:GetObject'], 's3:GetObject', true],
  ] as const) {
    t.equal(
      ask(statements({ Principal: '*', Action: patterns }), { action }),
      expected ? 'allow' : 'no-match',
      `${patterns} ${action}`,
    )
  }
  const policy = statements({ Principal: '*', Action: undefined, NotAction: 's3:Get*' })
  t.equal(ask(policy, { action: 's3:PutObject' }), 'allow')
  t.equal(ask(policy, { action: 's3:GetObject' }), 'no-match')
})

t.test('resources', async t => {
  for (const [pattern, resource, expected] of [
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/a/b', true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b/a?c', 'arn:aws:s3:::b/abc', true],
    ['arn:aws:s3:::b/K', 'arn:aws:s3:::b/k', false],
    [`${mrapArn}/object/*`, `${mrapArn}/object/k`, true],
    [`${mrapArn}/object/*`, mrapArn, false],
  ] as const) {
    t.equal(
      ask(statements({ Principal: '*', Resource: pattern }), { resource }),
      expected ? 'allow' : 'no-match',
      `${pattern} ${resource}`,
    )
  }
  const policy = statements({ Principal: '*', Resource: undefined, NotResource: 'arn:aws:s3:::b/secret/*' })
  t.equal(ask(policy), 'allow')
  t.equal(ask(policy, { resource: 'arn:aws:s3:::b/secret/k' }), 'no-match')
})

t.test('conditions', async t => {
  const values = new Map([
    ['s3:dataaccesspointaccount', ['123456789012']],
    ['s3:dataaccesspointarn', [mrapArn]],
  ])
  const context = (key: string) => values.get(key)
  const when = (Condition: object) => statements({ Principal: '*', Condition })
  for (const [name, condition, through, directly] of [
    ['the account', { StringEquals: { 's3:DataAccessPointAccount': '123456789012' } }, 'allow', 'no-match'],
    ['the ARN', { StringEquals: { 's3:DataAccessPointArn': mrapArn } }, 'allow', 'no-match'],
    ['one of several', { StringEquals: { 's3:DataAccessPointAccount': ['1', '123456789012'] } }, 'allow', 'no-match'],
    ['a key in another case', { StringEquals: { 's3:dataaccesspointaccount': '123456789012' } }, 'allow', 'no-match'],
    ['another account', { StringEquals: { 's3:DataAccessPointAccount': '210987654321' } }, 'no-match', 'no-match'],
    [
      'both, one wrong',
      { StringEquals: { 's3:DataAccessPointAccount': '123456789012', 's3:DataAccessPointArn': 'x' } },
      'no-match',
      'no-match',
    ],
    ['another operator', { StringLike: { 's3:DataAccessPointArn': '*' } }, 'no-match', 'no-match'],
    ['another key', { StringEquals: { 'aws:PrincipalOrgID': 'o' } }, 'no-match', 'no-match'],
    ['no condition after all', {}, 'allow', 'allow'],
  ] as const) {
    t.equal(ask(when(condition), { context }), through, `${name}, through the MRAP`)
    t.equal(ask(when(condition)), directly, `${name}, directly`)
  }
  const policy = statements(
    { Principal: '*' },
    { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  )
  t.equal(ask(policy), 'allow', 'a Deny whose condition is not evaluated yet does not match')
})

t.test('explains', async t => {
  const policy = statements(
    { Sid: 'one', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': ['a', 'b'] } } },
    { Sid: 'two', Principal: '*' },
  )
  const asked: string[] = []
  const context = (key: string) => {
    asked.push(key)
    return ['c']
  }
  const request = { caller: root, action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context }
  t.strictSame(explain(request, policy), {
    decision: 'allow',
    statement: { index: 1, sid: 'two' },
    failed: [
      {
        index: 0,
        sid: 'one',
        effect: 'Allow',
        condition: { operator: 'StringEquals', key: 'aws:PrincipalTag/team', values: ['a', 'b'], actual: ['c'] },
      },
    ],
  })
  t.strictSame(asked, ['aws:principaltag/team'], 'each key once')
})

t.test('the decision', async t => {
  const allow = { Principal: '*' }
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject' }
  t.equal(ask([]), 'no-match')
  t.equal(ask(statements(allow)), 'allow')
  t.equal(ask(statements(allow, deny)), 'deny')
  t.equal(ask(statements(deny, allow)), 'deny', 'in any order')
  t.equal(ask(statements(allow, deny), { action: 's3:PutObject' }), 'allow')
  t.equal(ask(statements({ Principal: { AWS: '999999999999' } })), 'no-match')
})

t.test('wildcards', async t => {
  for (const [pattern, text, expected] of [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['?', '', false],
    ['a*', 'a', true],
    ['*a*b', 'xaxxb', true],
    ['*a*b', 'xaxxbc', false],
    ['a*b*c', 'abbbc', true],
    ['**', 'x', true],
    ['a?*', 'a', false],
    ['a?*', 'ab', true],
    ['*.jpg', 'a.jpg.jpg', true],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
  ] as const) {
    t.equal(matchesWildcards(pattern, text), expected, `${pattern} ${text}`)
  }
  const started = performance.now()
  t.notOk(matchesWildcards(`${'*a'.repeat(1000)}b`, 'a'.repeat(1024)))
  t.ok(performance.now() - started < 500, 'no explosion')
})
