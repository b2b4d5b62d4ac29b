import fc from 'fast-check'
import t from 'tap'
import { contentRange, rangeOf } from '../../../src/data/objects/range.ts'

t.test('bytes of a ten-byte object', async t => {
  // mrap-spec 12.5, as recorded from the service.
  const cases: readonly (readonly [header: string, expected: string | undefined])[] = [
    ['bytes=0-4', 'bytes 0-4/10'],
    ['bytes=5-', 'bytes 5-9/10'],
    ['bytes=-3', 'bytes 7-9/10'],
    ['bytes=0-100', 'bytes 0-9/10'],
    ['bytes=0-99999999999999999999', 'bytes 0-9/10'],
    ['bytes=-15', 'bytes 0-9/10'],
    ['bytes=9-9', 'bytes 9-9/10'],
    ['bytes=1-0', undefined],
    ['bytes=20-11', undefined],
    ['bytes=-1-', undefined],
    ['bytes=0--1', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,3-4', undefined],
    ['items=0-4', undefined],
    ['0-4', undefined],
    ['', undefined],
  ]
  for (const [header, expected] of cases) {
    const range = rangeOf(header, 10)
    t.equal(range && contentRange(range, 10), expected, header)
  }
  t.equal(rangeOf(undefined, 10), undefined)
})

t.test('no byte is left', async t => {
  for (const [header, size] of [
    ['bytes=10-', 10],
    ['bytes=10-20', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
    ['bytes=-1', 0],
  ] as const) {
    t.throws(() => rangeOf(header, size), {
      code: 'InvalidRange',
      status: 416,
      message: 'The requested range is not satisfiable',
      fields: { RangeRequested: header, ActualObjectSize: String(size) },
    })
  }
})

t.test('a range is never outside the object', async () => {
  const bound = fc.oneof(fc.nat(30), fc.constant(''))
  fc.assert(
    fc.property(bound, bound, fc.integer({ min: 1, max: 20 }), (first, last, size) => {
      try {
        const range = rangeOf(`bytes=${first}-${last}`, size)
        return range === undefined || (range.start >= 0 && range.start <= range.end && range.end < size)
      } catch (error) {
        return error instanceof Error && error.name === 'InvalidRange'
      }
    }),
  )
})

t.test('any header means the bytes that a plain reading of it names', async () => {
  const word = fc.constantFrom('bytes', '=', '-', ',', ' ', '0', '1', '9', '10', '007', '99999999999999999999', 'x')
  const odd = fc.array(word, { maxLength: 6 }).map(words => words.join(''))
  const bound = fc.oneof(fc.nat(12).map(String), fc.constant(''))
  const even = fc.tuple(bound, bound).map(([first, last]) => `bytes=${first}-${last}`)
  fc.assert(
    fc.property(fc.oneof(even, odd, fc.string()), fc.nat(10), (text, size) => {
      const header = text.trim()
      const body = '0123456789'.slice(0, size)
      return answerTo(header, body) === plainAnswerTo(header, body)
    }),
    { numRuns: 1000 },
  )
})

function answerTo(header: string, body: string): string | 416 {
  try {
    const range = rangeOf(header, body.length)
    return range ? `part ${body.slice(range.start, range.end + 1)}` : `all ${body}`
  } catch {
    return 416
  }
}

/** Goes through the bytes one by one. */
function plainAnswerTo(header: string, body: string): string | 416 {
  const bounds = header.startsWith('bytes=') ? header.slice('bytes='.length).split('-') : []
  const [first = '', last = ''] = bounds
  const isRange = bounds.length === 2 && first + last !== '' && [...(first + last)].every(c => c >= '0' && c <= '9')
  if (!isRange || (first !== '' && last !== '' && Number(last) < Number(first))) return `all ${body}`
  const isNamed = (index: number) =>
    first === ''
      ? index >= body.length - Number(last)
      : index >= Number(first) && (last === '' || index <= Number(last))
  const bytes = [...body].filter((_, index) => isNamed(index))
  return bytes.length === 0 ? 416 : `part ${bytes.join('')}`
}
