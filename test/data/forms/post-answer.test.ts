import t from 'tap'
import { postAnswerOf } from '../../../src/data/forms/post-answer.ts'

const query = { bucket: 'b', key: 'a/b c', etag: '"00"' }
const added = 'bucket=b&key=a%2Fb%20c&etag=%2200%22'

function answer(fields: Readonly<Record<string, string>>) {
  const entries = Object.entries(fields).map(([name, value]) => [name, { name, value }] as const)
  return postAnswerOf({ fields: new Map(entries), maxFileBytes: 0, async *chunks() {}, close: async () => {} }, query)
}

t.test('a redirect goes before a status', async t => {
  const rows = [
    [{ success_action_redirect: 'http://a.test/x', success_action_status: '200' }, `http://a.test/x?${added}`],
    [{ success_action_redirect: 'https://a.test/x?y=z' }, `https://a.test/x?y=z&${added}`],
    [{ redirect: 'http://a.test#top' }, `http://a.test?${added}#top`],
  ] as const
  for (const [fields, redirect] of rows) t.strictSame(answer(fields), { status: 303, redirect })
})

t.test('what is no URL is no redirect, what is no status is 204', async t => {
  for (const url of [
    '/wrong/redirect',
    '',
    'javascript:alert(1)',
    'http://',
    'http://a b',
    'http://a.test/\r\nX: y',
    '//a.test/',
  ]) {
    t.strictSame(
      answer({ success_action_redirect: url, success_action_status: '201' }),
      { status: 201, redirect: undefined },
      url,
    )
  }
  for (const [status, expected] of [
    ['200', 200],
    ['201', 201],
    ['204', 204],
    ['404', 204],
    ['', 204],
  ] as const) {
    t.equal(answer({ success_action_status: status }).status, expected)
  }
  t.equal(answer({}).status, 204)
})
