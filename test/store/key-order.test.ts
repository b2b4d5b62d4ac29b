import fc from 'fast-check'
import t from 'tap'
import { compareKeys, endOfPrefix, nextKey } from '../../src/store/key-order.ts'
import { anyCharacter } from '../helpers/any-character.ts'

const text = fc.string({ unit: anyCharacter, maxLength: 4 })
const bytewise = (a: string, b: string) => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))

t.test('keys are ordered by their UTF-8 bytes', async () => {
  fc.assert(
    fc.property(text, text, (a, b) => Math.sign(compareKeys(a, b)) === bytewise(a, b)),
    { numRuns: 2000 },
  )
})

t.test('characters above U+FFFF come last', async t => {
  t.equal(compareKeys('\u{1f4a9}', '\uffff') > 0, true)
  t.equal('\u{1f4a9}' > '\uffff', false, 'unlike in JavaScript')
})

t.test('the end of a prefix is behind all that begin with it, and before all else', async () => {
  fc.assert(
    fc.property(text, text, text, (prefix, rest, other) => {
      const end = endOfPrefix(prefix)
      if (end === undefined) return prefix === '' || /^\u{10ffff}+$/u.test(prefix)
      if (bytewise(prefix + rest, end) >= 0) return false
      return other.startsWith(prefix) || bytewise(other, prefix) < 0 || bytewise(other, end) >= 0
    }),
    { numRuns: 2000 },
  )
})

t.test('the end of a prefix skips surrogates and carries', async t => {
  const cases = [
    ['a', 'b'],
    ['photos/', 'photos0'],
    ['\0', '\u0001'],
    ['a\ud7ff', 'a\ue000'],
    ['a\uffff', 'a\u{10000}'],
    ['a\u{1f4a9}', 'a\u{1f4aa}'],
    ['a\u{10ffff}\u{10ffff}', 'b'],
    ['\u{10ffff}', undefined],
    ['', undefined],
  ] as const
  for (const [prefix, end] of cases) t.equal(endOfPrefix(prefix), end, JSON.stringify(prefix))
})

t.test('nothing lies between a key and the next', async t => {
  t.equal(nextKey('a'), 'a\0')
  t.equal(bytewise('a', nextKey('a')), -1)
})
