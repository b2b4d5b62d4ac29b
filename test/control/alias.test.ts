import t from 'tap'
import { newAlias } from '../../src/control/alias.ts'

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
