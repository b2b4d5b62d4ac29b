import fc from 'fast-check'
import t from 'tap'
import { decodeWords, encodeWords } from '../../../src/protocol/request/encoded-words.ts'
import { anyCharacter } from '../../helpers/any-character.ts'

// As recorded from the service.
const recorded = [
  ['test_\u2014_file%E2%80%94_\u00e9_2?.pdf', '=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=3F.pdf?='],
  ['\u00c4M\u00c4Z\u00d5\u00d1 S3', '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?='],
  ['\u0000\u0001\u0002\u0003', '=?UTF-8?B?AAECAw==?='],
  ['\ufffd'.repeat(7), '=?UTF-8?B?77+977+977+977+977+977+977+9?='],
  ['plain ! "#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'plain ! "#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
  // The example of the user guide: the bytes of a name in UTF-8, read as ISO-8859-1.
  [Buffer.from('\u00c4M\u00c4Z\u00d5\u00d1 S3').toString('latin1'), '=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?='],
] as const

t.test('text in headers and back', async t => {
  for (const [text, header] of recorded) {
    t.equal(encodeWords(text), header)
    t.equal(decodeWords(header), text)
  }
})

t.test('words as other clients write them', async t => {
  const cases = [
    ['=?UTF-8?Q?actually-ascii?=', 'actually-ascii'],
    ['=?utf-8?b?YWJj?=', 'abc'],
    ['=?ISO-8859-1?Q?=E9t=e9?=', '\u00e9t\u00e9'],
    ['a =?UTF-8?Q?b?= =?UTF-8?Q?c?= d', 'a bc d'],
    ['=?UTF-8?B?=GGG?=', '\ufffda\ufffd'],
    ['=?KOI8-R?Q?a?=', '=?KOI8-R?Q?a?='],
    ['=?UTF-8?X?a?=', '=?UTF-8?X?a?='],
    ['=?', '=?'],
    ['a  b ', 'a  b '],
  ] as const
  for (const [header, text] of cases) t.equal(decodeWords(header), text, header)
})

t.test('any text survives, in characters that headers have', async t => {
  const texts = fc.string({ unit: anyCharacter, maxLength: 200 }).filter(text => !text.includes('=?'))
  fc.assert(
    fc.property(texts, text => {
      const header = encodeWords(text)
      t.match(header, /^[\t\x20-\x7e]*$/)
      return decodeWords(header) === text
    }),
  )
})
