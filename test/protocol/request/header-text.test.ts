import t from 'tap'
import { headerText, isHeaderText, requireHeaderName } from '../../../src/protocol/request/header-text.ts'
import { refusal } from '../signature/requests.ts'

t.test('metadata, as recorded from the service', async t => {
  const safe = "! \"#$%&'()*+,-./0123456789:;<>'?@ABC[\\]^_`abc{|}~\t"
  const rows = [
    ['ÄMÄZÕÑ S3', '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?='],
    ['test_—_file%E2%80%94_é_2👑.pdf', '=?UTF-8?Q?test=5F=E2=80=94=5Ffile%E2%80%94=5F=C3=A9=5F2=F0=9F=91=91.pdf?='],
    ['\x00\x01\x02\x03\x04', '=?UTF-8?B?AAECAwQ=?='],
    ['=?UTF-8?Q?actually-ascii?=', '=?UTF-8?Q?actually-ascii?='],
    [safe, safe],
    ['a\r\nb', '=?UTF-8?B?YQ0KYg==?='],
  ] as const
  for (const [text, expected] of rows) t.equal(headerText('x-amz-meta-a', text), expected)
  for (const text of ['a\r\nb', 'é'.repeat(500), '👑'.repeat(99)]) {
    t.match(headerText('x-amz-meta-a', text), /^[\x20-\x7e]+$/, 'never what a header cannot carry')
    for (const word of headerText('x-amz-meta-a', text).split(' ')) t.ok(word.length <= 75)
  }
})

t.test('other headers have ISO-8859-1', async t => {
  t.equal(headerText('cache-control', 'a_—_é_👑'), 'a_ _é_ ')
  t.equal(headerText('content-type', 'a\r\nb\0'), 'a  b ')
  t.ok(isHeaderText('a_é_'))
  t.notOk(isHeaderText('a_—_'))
})

t.test('names', async t => {
  t.equal(
    refusal(() => requireHeaderName('x-amz-meta-a')),
    undefined,
  )
  for (const name of ['x-amz-meta-a b', 'x-amz-meta-\r\n', 'x-amz-meta-é', 'x-amz-meta-:']) {
    t.match(
      refusal(() => requireHeaderName(name)),
      { code: 'InvalidArgument', status: 400 },
    )
  }
})
