import t from 'tap'
import { isAlias, newAlias } from '../../src/control/alias.ts'

t.test('an alias looks like a published one', async t => {
  const seen = new Set(Array.from({ length: 100 }, () => newAlias({ isAliasTaken: () => false })))
  t.equal(seen.size, 100)
  for (const alias of seen) t.match(alias, /^m[a-z0-9]{12}\.mrap$/)
})

t.test('one that was given out before is passed over', async t => {
  const asked: string[] = []
  const alias = newAlias({ isAliasTaken: candidate => asked.push(candidate) < 3 })
  t.equal(asked.length, 3)
  t.equal(alias, asked[2])
})

t.test('form', async t => {
  for (const alias of ['mfzwi23gnjvgw.mrap', 'a.mrap', `${'a'.repeat(58)}.mrap`]) t.ok(isAlias(alias), alias)
  const others = ['mfzwi23gnjvgw', '.mrap', '1abc.mrap', 'Mabc.mrap', 'm-abc.mrap', 'a.b.mrap', 'm.mrap\n', 'm.mrapx']
  for (const other of [...others, `${'a'.repeat(59)}.mrap`]) t.notOk(isAlias(other), other)
})
