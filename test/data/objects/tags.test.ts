import t from 'tap'
import { checkTags, readTagging } from '../../../src/data/objects/tags.ts'

t.test('reads the header', async t => {
  t.strictSame(readTagging('team=blue&a%2Bb=c+d&empty=&bare'), [
    ['team', 'blue'],
    ['a+b', 'c d'],
    ['empty', ''],
    ['bare', ''],
  ])
  t.strictSame(readTagging('k=%C3%BC'), [['k', 'ü']])
  t.strictSame(readTagging(''), [])
})

t.test('refuses a header that is no set of tags', async t => {
  for (const header of ['a=1&a=2', 'a=1,b=2', 'a=%zz', 'a=%ff', 'a=<b>']) {
    t.throws(
      () => readTagging(header),
      {
        code: 'InvalidArgument',
        status: 400,
        message:
          "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
        fields: { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
      },
      header,
    )
  }
})

t.test('refuses tags', async t => {
  const invalidKey = 'The TagKey you have provided is invalid'
  const invalidValue = 'The TagValue you have provided is invalid'
  const cases = [
    [
      'twice',
      [
        ['a', '1'],
        ['a', '2'],
      ],
      'Cannot provide multiple Tags with the same key',
      { TagKey: 'a' },
    ],
    ['aws:', [['aws:x', '1']], 'Your TagKey cannot be prefixed with aws:', { TagKey: 'aws:x' }],
    ['no key', [['', '1']], invalidKey, { TagKey: '' }],
    ['character in the key', [['a,b', '1']], invalidKey, { TagKey: 'a,b' }],
    ['long key', [['k'.repeat(129), '1']], invalidKey, { TagKey: 'k'.repeat(129) }],
    ['character in the value', [['a', '<']], invalidValue, { TagKey: 'a', TagValue: '<' }],
    ['long value', [['a', 'v'.repeat(257)]], invalidValue, { TagKey: 'a', TagValue: 'v'.repeat(257) }],
  ] as const
  for (const [name, tags, message, fields] of cases) {
    t.throws(() => checkTags(tags), { code: 'InvalidTag', status: 400, message, fields }, name)
  }
  const eleven = Array.from({ length: 11 }, (_, number) => [`k${number}`, ''] as const)
  t.throws(() => checkTags(eleven), {
    code: 'BadRequest',
    status: 400,
    message: 'Object tags cannot be greater than 10',
  })
  t.strictSame(checkTags(eleven.slice(1)), eleven.slice(1))
})

t.test('takes what the limits allow', async t => {
  const tags = [
    ['k'.repeat(128), 'v'.repeat(256)],
    ['Größe_1.2:/=+-@ x', ''],
  ] as const
  t.strictSame(checkTags(tags), tags)
})
