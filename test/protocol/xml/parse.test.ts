import t from 'tap'
import { parseXml } from '../../../src/protocol/xml/parse.ts'

const malformed = { code: 'MalformedXML', status: 400 }

t.test('values stay what was sent', async t => {
  const text = async (document: string) => (await parseXml(document)).text
  for (const [name, document, expected] of [
    ['leading zeros', '<k>007</k>', '007'],
    ['what looks like a float', '<k>1e3</k>', '1e3'],
    ['what looks like a boolean', '<k>true</k>', 'true'],
    ['outer blanks', '<k>  a b \n</k>', '  a b \n'],
    ['decimal reference', '<k>a&#10;b&#13;</k>', 'a\nb\r'],
    ['hexadecimal reference', '<k>&#x41;&#x1F600;&#x1;</k>', 'A\u{1f600}\u0001'],
    ['the five entities', '<k>&amp;&lt;&gt;&quot;&apos;</k>', '&<>"\''],
    ['a reference is decoded once', '<k>&amp;lt;</k>', '&lt;'],
    ['CDATA is not decoded', '<k>a<![CDATA[<b>&amp;]]>c</k>', 'a<b>&amp;c'],
    ['a comment splits nothing', '<k>a<!-- x -->b</k>', 'ab'],
    ['line ends as XML reads them', '<k>a\r\nb\rc</k>', 'a\nb\nc'],
    ['an empty element', '<k/>', ''],
    ['a name of Object.prototype', '<toString>x</toString>', 'x'],
    ['byte order mark', '\ufeff<k>x</k>', 'x'],
    ['declaration and blanks around', '<?xml version="1.0" encoding="UTF-8"?>\n<k>x</k>\n', 'x'],
  ] as const) {
    t.equal(await text(document), expected, name)
  }
})

t.test('the tree', async t => {
  const root = await parseXml(
    '<s:Delete xmlns:s="http://s3.amazonaws.com/doc/2006-03-01/"><s:Object a="1 &lt; 2"><Key>k</Key></s:Object><Quiet/></s:Delete>',
  )
  t.equal(root.name, 'Delete', 'prefix dropped')
  t.equal(root.attributes.size, 0, 'namespace declarations left out')
  t.strictSame(
    root.children.map(child => child.name),
    ['Object', 'Quiet'],
    'order kept',
  )
  t.equal(root.children[0]?.attributes.get('a'), '1 < 2')
  t.equal(root.children[0]?.children[0]?.text, 'k')
  const grantee = await parseXml('<Grantee xmlns:xsi="u" xsi:type="Group" xmlns="v"/>')
  t.strictSame([...grantee.attributes], [['type', 'Group']])
})

t.test('bytes', async t => {
  t.equal((await parseXml(Buffer.from('<k>ü</k>'))).text, 'ü')
  await t.rejects(parseXml(Buffer.from([0x3c, 0x6b, 0x3e, 0xff, 0x3c, 0x2f, 0x6b, 0x3e])), malformed, 'not UTF-8')
  await t.rejects(parseXml(Buffer.from('<k>ü</k>', 'latin1')), malformed, 'Latin 1')
  await t.rejects(parseXml(Buffer.from('<k/>', 'utf16le')), malformed, 'UTF-16')
})

t.test('refuses', async t => {
  for (const [name, document] of [
    ['nothing', ''],
    ['blanks', ' \n'],
    ['text', 'hello'],
    ['JSON', '{"a":1}'],
    ['an unclosed tag', '<a><b></a>'],
    ['an unclosed root', '<a><b/>'],
    ['crossed tags', '<a><b></a></b>'],
    ['a closing tag too many', '<a/></a>'],
    ['two roots', '<a/><b/>'],
    ['two long roots', '<a></a><b></b>'],
    ['text after the root', '<a/>x'],
    ['text before the root', 'x<a/>'],
    ['CDATA outside the root', '<![CDATA[x]]><a/>'],
    ['DOCTYPE', '<!DOCTYPE a><a/>'],
    ['DOCTYPE with an entity', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['DOCTYPE inside', '<a><!DOCTYPE b></a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an undeclared entity', '<a>&nbsp;</a>'],
    ['a bare ampersand', '<a>a & b</a>'],
    ['an open reference', '<a>&lt</a>'],
    ['a reference in capitals', '<a>&LT;</a>'],
    ['an undeclared entity in an attribute', '<a b="&x;"/>'],
    ['reference to nothing', '<a>&#0;</a>'],
    ['reference to a surrogate', '<a>&#xD800;</a>'],
    ['reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a processing instruction', '<?php echo 1 ?><a/>'],
    ['a processing instruction inside', '<a><?x y?></a>'],
    ['a late declaration', '<a/><?xml version="1.0"?>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['an attribute without value', '<a b/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['a tag in an attribute', '<a b="<c>"/>'],
    ['an open comment', '<a><!-- x</a>'],
    ['two dashes in a comment', '<a><!-- x -- y --></a>'],
    ['open CDATA', '<a><![CDATA[x</a>'],
    ['an open tag', '<a><b'],
    ['an open quote', '<a b="x></a>'],
    ['a bad name', '<1a/>'],
    ['a control character', '<a>\u0001</a>'],
    ['NUL', '<a>\u0000</a>'],
    ['U+FFFF', '<a>\uffff</a>'],
    ['a name that pollutes', '<a><__proto__>x</__proto__></a>'],
    ['depth', '<a>'.repeat(40) + '</a>'.repeat(40)],
    ['a tag without end', `<a ${'b'.repeat(5000)}="1"/>`],
    ['a flood of elements', `<a>${'<b/>'.repeat(100_001)}</a>`],
  ] as const) {
    await t.rejects(parseXml(document), malformed, name)
  }
})

t.test('a large document', async t => {
  const part = (number: number) =>
    `<Part a="${number}"><PartNumber>${number}</PartNumber><ETag>&quot;x&quot;</ETag></Part>\n`
  const parts = Array.from({ length: 5000 }, (_, index) => part(index + 1)).join('')
  const head = '<?xml version="1.0"?>\n<!-- c --><c:Complete xmlns:c="u" b="1">'

  await t.test('gives the same tree, other work in between', async t => {
    let turns = 0
    let isDone = false
    const count = () => {
      turns += 1
      if (!isDone) setImmediate(count)
    }
    setImmediate(count)
    const root = await parseXml(`${head}${parts}</c:Complete>\n`)
    isDone = true
    t.equal(root.name, 'Complete')
    t.strictSame([...root.attributes], [['b', '1']])
    t.strictSame(
      root.children.map(child => child.attributes.get('a')),
      Array.from({ length: 5000 }, (_, index) => String(index + 1)),
      'each part once, in order',
    )
    t.equal(root.children[4999]?.children[1]?.text, '"x"')
    t.equal(root.text, '\n'.repeat(5000))
    t.ok(turns > 5, `the event loop turned ${turns} times`)
  })

  for (const [name, document] of [
    ['an unclosed root', head + parts],
    ['another closing tag', `${head}${parts}</c:Other>`],
    ['text behind', `${head}${parts}</c:Complete>x`],
    ['a second root', `${head}${parts}</c:Complete><d/>`],
    ['crossed tags at the end', `${head}${parts}<a><b></a></b></c:Complete>`],
    ['an unknown entity in the middle', `${head}${parts}<a>&x;</a>${parts}</c:Complete>`],
    ['one huge child', `${head}<Key>${'k'.repeat(200_000)}</Key></c:Complete>`],
  ] as const) {
    await t.rejects(parseXml(document), malformed, name)
  }
})

t.test('hostile documents take no time', async t => {
  const started = performance.now()
  for (const document of [
    `<a>${'<'.repeat(60_000)}`,
    `<a ${'b='.repeat(30_000)}/>`,
    `<a>${'&'.repeat(60_000)}</a>`,
    `<a><!--${'- '.repeat(30_000)}</a>`,
    `<a b="${"' ".repeat(2000)}"`,
    `<a>${'<b c="'.repeat(10_000)}</a>`,
  ]) {
    await t.rejects(parseXml(document), malformed)
  }
  t.ok(performance.now() - started < 2000)
})

t.test('a text of thousands of references', async t => {
  const forms = ['&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#38;', '&#x26;', '&#x1F600;', 'ü', '&#xE9;']
  const meant = ['&', '<', '>', '"', "'", '&', '&', '\u{1f600}', 'ü', 'é']
  const { text } = await parseXml(`<k>${forms.join('').repeat(1_000)}</k>`)
  t.equal(text, meant.join('').repeat(1_000))
  for (const bad of ['&amp', '&amp ;', '&#;', '&#x;', '&#xg;', '&#12a;', '&#00000038;', '&', '&;', '&#-1;']) {
    await t.rejects(parseXml(`<k>${'&amp;'.repeat(10)}${bad}</k>`), { code: 'MalformedXML' }, bad)
  }
})
