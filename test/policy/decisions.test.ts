import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { bucketRules, readPolicy } from '../../src/policy/document.ts'
import { evaluate, explain } from '../../src/policy/evaluate.ts'
import { callers } from './callers.ts'

interface Case {
  readonly statements?: readonly object[]
  readonly condition?: object
  readonly version?: string
  readonly caller?: keyof typeof callers
  readonly action?: string
  readonly resource?: string
  readonly keys?: Readonly<Record<string, readonly string[]>>
}

interface Group {
  readonly source: string
  readonly cases: readonly (readonly [expected: string, differs: Case])[]
}

const groups: readonly Group[] = parse(readFileSync('fixtures/policies/decisions.yaml', 'utf8'))
const plain = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] }
// No S3 policy may be without statements; this one speaks of nobody who asks here.
const nothing = { ...plain, Principal: { AWS: '000000000000' } }

function decide({ statements, condition, version = '2012-10-17', caller = 'root', ...asked }: Case) {
  const changes = statements ?? [condition ? { Condition: condition } : {}]
  const list = changes.map(change => withoutNulls({ ...plain, ...change }))
  const policy = { ...(version === 'none' ? {} : { Version: version }), Statement: list.length > 0 ? list : [nothing] }
  const read = readPolicy(JSON.stringify(policy), bucketRules('arn:aws:s3:::b'))
  if (!read.ok) return `refused: ${read.problem}`
  const { action = 's3:GetObject', resource = 'arn:aws:s3:::b/k', keys = {} } = asked
  const request = { caller: callers[caller], action, resource, context: (key: string) => keys[key] }
  const decision = evaluate(request, read.statements)
  return decision === explain(request, read.statements).decision ? decision : 'evaluate and explain differ'
}

/** In the table `~` takes a member away. */
function withoutNulls(statement: object): object {
  return Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== null))
}

for (const { source, cases } of groups) {
  t.test(source, async t => {
    for (const [expected, differs] of cases) t.equal(decide(differs), expected, JSON.stringify(differs))
  })
}

t.test('the table is large, and has every operator', async t => {
  const text = JSON.stringify(groups)
  t.ok(groups.flatMap(({ cases }) => cases).length >= 200)
  const relations = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals']
  for (const operator of [
    ...['Equals', 'NotEquals', 'EqualsIgnoreCase', 'NotEqualsIgnoreCase', 'Like', 'NotLike'].map(
      name => `String${name}`,
    ),
    ...relations.flatMap(name => [`Numeric${name}`, `Date${name}`]),
    ...['Equals', 'Like', 'NotEquals', 'NotLike'].map(name => `Arn${name}`),
    ...['Bool', 'BinaryEquals', 'IpAddress', 'NotIpAddress', 'Null'],
  ]) {
    t.ok(text.includes(`"${operator}":`), operator)
  }
})
