import fc from 'fast-check'
import t from 'tap'
import { contentRange, rangeOf } from '../../src/data/range.ts'

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
