import fc from 'fast-check'
import t from 'tap'
import { boundaryOf, isFormData, openMultipartForm } from '../../../src/protocol/request/multipart-form.ts'
import { refusal, rejection } from '../signature/requests.ts'

const boundary = 'Aa-0'

type Part = readonly [disposition: string, content: string | Buffer]
const field = (name: string, value: string): Part => [`name="${name}"`, value]
const file = (content: string | Buffer, filename = 'f.txt'): Part => [`name="file"; filename="${filename}"`, content]

function body(parts: readonly Part[], { preamble = '', end = `\r\n--${boundary}--\r\n` } = {}): Buffer {
  const pieces = parts.flatMap(([disposition, content], index) => [
    Buffer.from(
      `${index === 0 && preamble === '' ? '' : '\r\n'}--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`,
    ),
    Buffer.from(content),
  ])
  return Buffer.concat([Buffer.from(preamble), ...pieces, Buffer.from(end)])
}

/** The bytes in pieces whose lengths repeat. */
async function* inPieces(bytes: Buffer, lengths: readonly number[]) {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const length = lengths[index % lengths.length] ?? bytes.length
    yield bytes.subarray(at, at + length)
    at += length
  }
}

async function read(bytes: Buffer, lengths: readonly number[] = [bytes.length || 1]) {
  const form = await openMultipartForm(inPieces(bytes, lengths), boundary)
  const pieces = []
  for await (const piece of form.chunks()) pieces.push(Buffer.from(piece))
  return { fields: form.fields, filename: form.filename, content: Buffer.concat(pieces), offset: form.offset }
}

t.test('fields, then the file', async t => {
  const bytes = body([field('key', 'a/b'), field('Ünï', 'çà'), field('empty', ''), file('hello')])
  const form = await read(bytes)
  t.strictSame(form.fields, [
    ['key', 'a/b'],
    ['Ünï', 'çà'],
    ['empty', ''],
  ])
  t.equal(form.filename, 'f.txt')
  t.equal(form.content.toString(), 'hello')
  t.equal(form.offset, bytes.indexOf('hello'))
})

t.test('what stands around it', async t => {
  const read1 = async (bytes: Buffer) => (await read(bytes)).content.toString()
  t.equal(await read1(body([file('x')], { preamble: 'This is a form.' })), 'x', 'a preamble')
  t.equal(await read1(body([file('x')], { end: `\r\n--${boundary}--` })), 'x', 'no last line end')
  t.equal(await read1(body([file('x')], { end: `\r\n--${boundary}--\r\nbye` })), 'x', 'an epilogue')
  t.equal(await read1(body([file('x'), field('submit', 'y'.repeat(100_000))])), 'x', 'fields after the file')
  t.equal(
    await read1(
      Buffer.from(
        body([file('x')])
          .toString()
          .replaceAll(`${boundary}\r\n`, `${boundary} \t\r\n`),
      ),
    ),
    'x',
    'blanks',
  )
  t.equal(await read1(body([file('')])), '', 'an empty file')
  t.equal(await read1(body([file(`\r\n--${boundary.slice(0, -1)}\r\n--`)])), `\r\n--${boundary.slice(0, -1)}\r\n--`)
})

t.test('names', async t => {
  const named = async (disposition: string) => (await read(body([[disposition, 'x']]))).filename
  const rows = [
    ['name=file', undefined],
    ['name="file"', undefined],
    ['name="FILE"; filename=""', ''],
    ['filename="a;b=c.txt"; name="file"', 'a;b=c.txt'],
    ['name="file"; filename="a\\"b\\\\c.txt"', 'a"b\\c.txt'],
    ['name="file"; filename="C:\\dir\\file.txt"', 'C:\\dir\\file.txt'],
    ['name="file"; filename="never ends', 'never ends'],
    ['name="file"; filename=plain.txt', 'plain.txt'],
    ['name="file"; junk; filename="é.txt"', 'é.txt'],
    ['name="file"; filename="one"; filename="two"', 'one'],
    [`${';'.repeat(20_000)}name="file"`, undefined],
  ] as const
  for (const [disposition, expected] of rows) t.equal(await named(disposition), expected, disposition)
})

t.test('refusals', async t => {
  const malformed = { code: 'MalformedPOSTRequest', status: 400 }
  const tooLarge = { code: 'MaxPostPreDataLengthExceeded', status: 400 }
  const count = (ArgumentValue: string) => ({
    code: 'InvalidArgument',
    status: 400,
    message: 'POST requires exactly one file upload per request.',
    fields: { ArgumentName: 'file', ArgumentValue },
  })
  const whole = body([field('key', 'k'), file('hello')])
  const rows: readonly (readonly [string, Buffer, { readonly code: string }])[] = [
    ['nothing', Buffer.alloc(0), malformed],
    ['no boundary', Buffer.from('hello'), malformed],
    ['another boundary', Buffer.from(whole.toString().replaceAll(boundary, 'Bb')), malformed],
    [
      'a boundary that goes on',
      Buffer.from(whole.toString().replace(`${boundary}\r\n`, `${boundary}x\r\n`)),
      malformed,
    ],
    ['no end of the headers', Buffer.from(`--${boundary}\r\nContent-Disposition: form-data`), malformed],
    ['no disposition', Buffer.from(`--${boundary}\r\n\r\nx\r\n--${boundary}--`), malformed],
    ['another disposition', Buffer.from(whole.toString().replace('form-data', 'attachment')), malformed],
    ['no name', body([['filename="x"', 'x']]), malformed],
    [
      'base64',
      Buffer.from(whole.toString().replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n')),
      malformed,
    ],
    ['no file', body([field('key', 'k')]), count('0')],
    ['two files', body([file('a'), field('x', 'y'), file('b')]), count('2')],
    ['10 MB of preamble', body([file('x')], { preamble: 'p'.repeat(10_000_000) }), tooLarge],
    ['a long field', body([field('key', 'k'.repeat(21_000)), file('x')]), tooLarge],
    ['a long header', body([[`name="file"; x="${'y'.repeat(21_000)}"`, 'x']]), tooLarge],
    ['thousands of fields', body([...Array.from({ length: 5000 }, (_, n) => field(`f${n}`, '')), file('x')]), tooLarge],
  ]
  for (const [name, bytes, expected] of rows) t.match(await rejection(read(bytes)), expected, name)
  for (let length = 0; length < whole.length - 4; length++) {
    t.match(await rejection(read(whole.subarray(0, length))), malformed, `the first ${length} bytes`)
  }
  t.equal(
    await rejection(read(body([field('a', 'k'.repeat(20_000)), file('x'.repeat(100_000))]))),
    undefined,
    '20 kB are fine',
  )
})

t.test('types', async t => {
  t.ok(isFormData('multipart/form-data; boundary=x'))
  t.ok(isFormData('Multipart/Form-Data'))
  for (const type of [undefined, '', 'text/html', 'multipart/mixed; boundary=x', 'multipart/form-dataX'])
    t.notOk(isFormData(type))
  t.equal(boundaryOf('multipart/form-data; boundary=abc'), 'abc')
  t.equal(boundaryOf('multipart/form-data; charset=utf-8; BOUNDARY="a b:c"'), 'a b:c')
  for (const text of [
    '',
    '; boundary=',
    '; boundary=""',
    `; boundary=${'x'.repeat(71)}`,
    '; boundary="a "',
    '; x=boundary',
  ]) {
    t.equal(refusal(() => boundaryOf(`multipart/form-data${text}`))?.code, 'MalformedPOSTRequest', text)
  }
})

/** Content that is full of what could be taken for a boundary. */
const content = fc
  .array(fc.constantFrom('\r', '\n', '\r\n', '-', '--', `\r\n--${boundary.slice(0, 3)}`, boundary, 'x', 'é', '\0'), {
    maxLength: 30,
  })
  .map(pieces => pieces.join(''))
  .filter(text => !`${text}\r\n`.includes(`\r\n--${boundary}`))

t.test('any cut of the bytes gives the same form', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.stringMatching(/^[a-z-]{1,8}$/), content), { maxLength: 4 }),
      content,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
      async (fields, text, lengths) => {
        const sent = fields.filter(([name]) => name !== 'file')
        const form = await read(body([...sent.map(([name, value]) => field(name, value)), file(text)]), lengths)
        t.strictSame(form.fields, sent)
        return form.content.toString() === text
      },
    ),
    { numRuns: 300 },
  )
  const bytes = body([field('key', 'k'), file('a\r\n--Aa-\r\n'), field('later', 'y')], { preamble: 'p' })
  const whole = await read(bytes)
  for (let cut = 1; cut < bytes.length; cut++)
    t.strictSame(await read(bytes, [cut, bytes.length]), whole, `cut at ${cut}`)
})
