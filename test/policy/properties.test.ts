import fc from 'fast-check'
import t from 'tap'
import { bucketRules, identityRules, readPolicy, type Statement } from '../../src/policy/document.ts'
import { evaluate, explain, type PolicyRequest } from '../../src/policy/evaluate.ts'
import { matchesWildcards } from '../../src/policy/wildcards.ts'
import { anyCharacter } from '../helpers/any-character.ts'
import { callers } from './callers.ts'

// Each property is checked against the code, where it must hold, and against broken code, where it must be found not to.

type Evaluator = typeof evaluate

const rules = bucketRules('arn:aws:s3:::b')
const keyPattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 })
const value = fc.constantFrom('a', 'b', 'ab', '*')
const operators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIfExists']
const sets = ['', 'ForAllValues:', 'ForAnyValue:']
const condition = fc.dictionary(
  fc.tuple(fc.constantFrom(...sets), fc.constantFrom(...operators)).map(([set, name]) => `${set}${name}`),
  fc.dictionary(fc.constantFrom('aws:x', 'aws:y'), fc.array(value, { maxLength: 2 }), { maxKeys: 2 }),
  { maxKeys: 2 },
)
const written = fc.record({
  Principal: fc.constantFrom('*', { AWS: '111122223333' }, { AWS: 'arn:aws:iam::111122223333:user/ann' }),
  Action: fc.constantFrom('s3:*', 's3:Get*', 's3:GetObject', ['s3:PutObject', 's3:GetObject']),
  Resource: keyPattern.map(pattern => ['arn:aws:s3:::b', `arn:aws:s3:::b/${pattern}`]),
  Condition: condition,
})
const statementOf = (Effect: string) => written.map(members => readStatement({ ...members, Effect }))
const allow = statementOf('Allow')
const deny = statementOf('Deny')
const policy = fc.array(fc.oneof(allow, deny), { maxLength: 4 })
const request = fc
  .record({
    caller: fc.constantFrom(...Object.values(callers)),
    action: fc.constantFrom('s3:GetObject', 's3:PutObject'),
    key: fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 }),
    keys: fc.dictionary(fc.constantFrom('aws:x', 'aws:y'), fc.array(value, { maxLength: 2 }), { maxKeys: 2 }),
  })
  .map(({ caller, action, key, keys }): PolicyRequest => {
    const values = new Map(Object.entries(keys))
    return { caller, action, resource: `arn:aws:s3:::b/${key}`, context: name => values.get(name) }
  })

function readStatement(statement: object): Statement {
  const read = readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), rules)
  const [first] = read.ok ? read.statements : []
  if (!first) throw new Error(read.ok ? 'no statement' : read.problem)
  return first
}

const decides = (statement: Statement, asked: PolicyRequest) => evaluate(asked, [statement])
/** Broken: the first statement that matches decides. */
const firstWins: Evaluator = (asked, statements) =>
  statements.map(statement => decides(statement, asked)).find(decision => decision !== 'no-match') ?? 'no-match'
/** Broken: a Deny allows. */
const anyAllows: Evaluator = (asked, statements) =>
  statements.some(statement => decides(statement, asked) !== 'no-match') ? 'allow' : 'no-match'
/** Broken: two that allow take back each other. */
const oddAllows: Evaluator = (asked, statements) => {
  const decisions = statements.map(statement => decides(statement, asked))
  if (decisions.includes('deny')) return 'deny'
  return decisions.filter(decision => decision === 'allow').length % 2 === 1 ? 'allow' : 'no-match'
}

function holds<Values>(property: fc.IProperty<Values>): boolean {
  return !fc.check(property, { numRuns: 2000, seed: 1 }).failed
}

t.test('an added Deny never allows more', async t => {
  const property = (decide: Evaluator) =>
    fc.property(policy, deny, request, (statements, added, asked) => {
      const after = decide(asked, [...statements, added])
      return after !== 'allow' || decide(asked, statements) === 'allow'
    })
  t.ok(holds(property(evaluate)))
  t.notOk(holds(property(anyAllows)), 'finds a Deny that allows')
})

t.test('an added Allow never allows less', async t => {
  const property = (decide: Evaluator) =>
    fc.property(policy, allow, request, (statements, added, asked) => {
      const before = decide(asked, statements)
      const after = decide(asked, [...statements, added])
      return before === 'no-match' ? after !== 'deny' : after === before
    })
  t.ok(holds(property(evaluate)))
  t.notOk(holds(property(oddAllows)), 'finds two that take back each other')
})

t.test('the order of statements never matters', async t => {
  const property = (decide: Evaluator) =>
    fc.property(
      policy,
      request,
      (statements, asked) => decide(asked, statements) === decide(asked, statements.toReversed()),
    )
  t.ok(holds(property(evaluate)))
  t.notOk(holds(property(firstWins)), 'finds the first that decides')
})

t.test('an explanation decides alike', async t => {
  const property = (decide: Evaluator) =>
    fc.property(
      policy,
      request,
      (statements, asked) => explain(asked, statements).decision === decide(asked, statements),
    )
  t.ok(holds(property(evaluate)))
  t.notOk(holds(property(firstWins)), 'finds another evaluation')
})

/** Slow and plain: character by character, every way that a run can go. */
function fitsPlainly(pattern: readonly string[], text: readonly string[]): boolean {
  const [wanted, ...rest] = pattern
  const [character, ...others] = text
  if (wanted === undefined) return character === undefined
  if (wanted === '*') return fitsPlainly(rest, text) || (character !== undefined && fitsPlainly(pattern, others))
  return character !== undefined && (wanted === '?' || wanted === character) && fitsPlainly(rest, others)
}

/** Broken: what is before and after a run may share characters. */
const overlapping: typeof matchesWildcards = (pattern, text) => {
  const [first = '', last] = pattern.split('*')
  if (last === undefined || pattern.includes('?')) return matchesWildcards(pattern, text)
  return text.startsWith(first) && text.endsWith(last)
}
/** Broken: `?` is half of a character, too. */
const halves: typeof matchesWildcards = (pattern, text) =>
  new RegExp(`^${pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`).test(text)

t.test('wildcards agree with a plain matcher', async t => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '\u{1f600}'), maxLength: 6 })
  const property = (matches: typeof matchesWildcards) =>
    fc.property(pattern, text, (wanted, given) => matches(wanted, given) === fitsPlainly([...wanted], [...given]))
  t.ok(holds(property(matchesWildcards)))
  t.notOk(holds(property(overlapping)), 'finds characters used twice')
  t.notOk(holds(property(halves)), 'finds half characters')
})

t.test('no text makes reading or evaluating fail', async t => {
  const members = ['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction']
  const names = fc.constantFrom(...members, 'Resource', 'NotResource', 'Condition', 'StringLike', 'aws:x', 'AWS', 'x')
  const leaves = fc.oneof(
    fc.constantFrom('2012-10-17', 'Allow', 'Deny', '*', 's3:*', 'arn:aws:s3:::b/*', `\${`, `\${aws:x, 'y'}*`),
    fc.string({ unit: anyCharacter, maxLength: 3 }),
    fc.constantFrom(null, true, 1, -0.5),
  )
  const { document } = fc.letrec(tie => ({
    document: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaves, tie('list'), tie('object')),
    list: fc.array(tie('document'), { maxLength: 3 }),
    object: fc.dictionary(names, tie('document'), { maxKeys: 5 }),
  }))
  const whole = fc.record({ Statement: document, Version: leaves }, { requiredKeys: ['Statement'] })
  // Close to a policy: one that is fine, with one member replaced.
  const near = fc.tuple(written, names, document).map(([statement, name, replaced]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...statement, [name]: replaced }],
  }))
  let taken = 0
  fc.assert(
    fc.property(fc.oneof(whole, near), request, (written, asked) => {
      for (const kind of [rules, identityRules]) {
        const read = readPolicy(JSON.stringify(written), kind)
        if (!read.ok) continue
        taken += 1
        evaluate(asked, read.statements)
        explain(asked, read.statements)
      }
    }),
    { numRuns: 2000, seed: 1 },
  )
  t.ok(taken > 10, `${taken} of them were policies`)
})
