import t from 'tap'
import { readToken, writeToken } from '../../src/data/paging-tokens.ts'

t.test('a token brings its name back and shows nothing', async t => {
  for (const name of ['a', 'photos/', 'Größe 💩', 'k'.repeat(1024)]) {
    const token = writeToken(name)
    t.match(token, /^[\w-]+$/)
    t.notMatch(token, name)
    t.equal(readToken(token), name)
  }
})

t.test('refuses what it never gave out', async t => {
  const token = writeToken('photos/1.jpg')
  const bad = ['', 'x', 'photos/1.jpg', `${token}A`, token.slice(0, -1), `A${token.slice(1)}`, 'A'.repeat(100_000)]
  for (const text of bad) {
    t.throws(() => readToken(text), {
      code: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
      fields: { ArgumentName: 'continuation-token' },
    })
  }
})
