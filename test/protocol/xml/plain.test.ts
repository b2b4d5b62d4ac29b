import fc from 'fast-check'
import t from 'tap'
import { parseXml } from '../../../src/protocol/xml/parse.ts'
import { readPlain } from '../../../src/protocol/xml/plain.ts'

const asIs = (text: string) => text

t.test('elements and text', async t => {
  const root = readPlain('<a xmlns="u">x<b>1</b> <c/><c></c></a>\n', text => text.toUpperCase())
  t.match(root, { name: 'a', text: 'X ', children: [{ name: 'b', text: '1' }, { name: 'c' }, { name: 'c' }] })
})

t.test('leaves the rest to the parser', async t => {
  for (const document of [
    '',
    'x',
    ' <a/>',
    '<a b="1"/>',
    '<s:a/>',
    '<a>\r</a>',
    '<a>]]></a>',
    '<a><!-- --></a>',
    '<?xml version="1.0"?><a/>',
    '<a></a xmlns="u">',
    '<a></a/>',
    '<a></a >',
    '<a><b></a></b>',
    '<a/></a>',
    '<a/><a/>',
    '<a/>x',
    '<a',
    '<1/>',
    '<__proto__/>',
  ]) {
    t.equal(readPlain(document, asIs), undefined, document)
  }
})

t.test('agrees with the parser wherever it answers', async t => {
  const token = fc.constantFrom(
    ...[
      '<a>',
      '</a>',
      '<a/>',
      '<b>',
      '</b>',
      '<b xmlns="u">',
      '<a xmlns="u"/>',
      '</a xmlns="u">',
      '<b c="1">',
      '<s:a>',
    ],
    ...[
      ' ',
      '\n',
      'x',
      '&amp;',
      '&lt;b&gt;',
      '&#10;',
      '&',
      '>',
      ']]',
      ']]>',
      '<!-- -->',
      '<![CDATA[<a>]]>',
      '\r\n',
      'ü',
    ],
  )
  const document = fc.array(token, { maxLength: 12 }).map(tokens => `<a>${tokens.join('')}</a>`)
  let answered = 0
  await fc.assert(
    fc.asyncProperty(document, async text => {
      const [fast, slow] = await Promise.allSettled([parseXml(text), parseXml(`<?xml version="1.0"?>${text}`)])
      if (readPlain(text, asIs)) answered++
      t.strictSame(
        fast.status === 'fulfilled' ? fast.value : fast.reason.code,
        slow.status === 'fulfilled' ? slow.value : slow.reason.code,
        text,
      )
    }),
    { numRuns: 1000 },
  )
  t.ok(answered > 20, `it answered ${answered} times`)
})
