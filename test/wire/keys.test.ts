import fc from 'fast-check'
import { test } from 'tap'
import { anyCharacter } from '../helpers/any-character.ts'
import { alias, mrapHost, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { requestBytes } from '../helpers/http.ts'
import { sha256 } from '../helpers/sign.ts'
import { fromXml, isRefusal, textOf, textsOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const

/** Percent-encodes everything but unreserved characters and the slash, as signers do. */
const encode = (key: string) =>
  encodeURIComponent(key)
    .replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')

const odd = [
  'a//b',
  '/lead',
  '//',
  'trail/',
  'trail//',
  '.',
  '..',
  './x',
  '../x',
  'a/../b',
  'a/./b',
  'a/..',
  '...',
  ' ',
  ' lead and trail ',
  'a b',
  'a+b',
  'a%2Fb',
  '100%',
  '%',
  '%41',
  'a?b=c&d',
  'a#b',
  'a;b=c',
  "!$&'()*,:@=~",
  '"<>\\^`{|}',
  '<Key>&amp;</Key>',
  'ü é',
  '日本語',
  '🪣/🗝',
  'e\u0301',
  '\u0001\u001f\u007f',
  'tab\tnewline\ncr\rend',
  '\ufffe\uffff',
  '__proto__',
  'constructor',
  'v20180820/mrap/instances',
  '_mrap/health',
  `${alias}/k`,
  'k'.repeat(1024),
  'é'.repeat(512),
]

async function keysOf(app: TestApp, query = ''): Promise<string[]> {
  const { text } = await app.ask(`GET /orders-usw2?list-type=2${query}`, west)
  return textsOf(text, 'Key').map(fromXml)
}

test('keys come back as they were sent', async t => {
  const app = await startApp(t, { world: twoRegions })
  for (const key of odd) {
    const name = JSON.stringify(key.slice(0, 40))
    const put = await app.ask(`PUT /orders-usw2/${encode(key)}`, { ...west, body: key })
    t.equal(put.status, 200, `${name}: ${put.text}`)
    const got = await app.ask(`GET /orders-usw2/${encode(key)}`, west)
    t.equal(got.text, key, name)
  }
  const bytes = (key: string) => Buffer.from(key).toString('hex')
  const expected = odd.map(bytes).sort()
  t.strictSame((await keysOf(app)).map(bytes).sort(), expected, 'in a list')
  const { text } = await app.ask('GET /orders-usw2?list-type=2&encoding-type=url', west)
  const decoded = textsOf(text, 'Key').map(key => decodeURIComponent(key.replaceAll('+', '%20')))
  t.strictSame(decoded.map(bytes).sort(), expected, 'in a list, encoded')
  for (const key of odd) {
    const removed = await app.ask(`DELETE /orders-usw2/${encode(key)}`, west)
    t.equal(removed.status, 204, JSON.stringify(key.slice(0, 40)))
  }
  t.strictSame(await keysOf(app), [])
})

test('the same through an MRAP', async t => {
  const app = await startApp(t, { world: twoRegions })
  const ask = { host: mrapHost, sign: 'v4a', headers: { 'x-mrap-client-region': 'us-west-2' } } as const
  for (const key of [
    'a//b',
    '/lead',
    '..',
    'a/../b',
    '100%',
    'a b+c',
    'ü',
    '_mrap/health',
    'v20180820/mrap/instances',
    alias,
  ]) {
    const put = await app.ask(`PUT /${encode(key)}`, { ...ask, body: key })
    t.equal(put.status, 200, `${key}: ${put.text}`)
    t.equal((await app.ask(`GET /${encode(key)}`, ask)).text, key, key)
    t.equal((await app.ask(`GET /${alias}/${encode(key)}`, { headers: ask.headers })).text, key, `${key}, path form`)
  }
})

test('an escaped slash and a plain one are one key', async t => {
  const app = await startApp(t, { world: twoRegions })
  t.equal((await app.ask('PUT /orders-usw2/a%2Fb', { ...west, body: 'x' })).status, 200)
  t.equal((await app.ask('GET /orders-usw2/a/b', west)).text, 'x')
  t.strictSame(await keysOf(app), ['a/b'])
})

test('# in a target is part of the key', async t => {
  const app = await startApp(t, { world: twoRegions })
  const signed = await app.sign('PUT /orders-usw2/a%23b', { ...west, body: 'x' })
  const put = await app.send(requestBytes('PUT /orders-usw2/a#b HTTP/1.1', signed, 'x'))
  t.equal(put.status, 200)
  t.strictSame(await keysOf(app), ['a#b'])
})

test('a bucket with a slash behind it is the bucket', async t => {
  const app = await startApp(t, { world: twoRegions })
  t.equal((await app.ask('HEAD /orders-usw2/', west)).status, 200)
  const listed = await app.ask('GET /orders-usw2/?list-type=2', west)
  t.equal(textOf(listed.text, 'Name'), 'orders-usw2')
})

test('any key of Unicode', async t => {
  const app = await startApp(t, { world: twoRegions })
  const key = fc
    .string({ unit: anyCharacter, minLength: 1, maxLength: 60 })
    .filter(text => Buffer.byteLength(text) <= 1024 && !text.includes('\0'))
  const body = (text: string) => sha256(text)
  await fc.assert(
    fc.asyncProperty(key, async text => {
      const put = await app.ask(`PUT /orders-usw2/${encode(text)}`, { ...west, body: body(text) })
      const got = await app.ask(`GET /orders-usw2/${encode(text)}`, west)
      const listed = await keysOf(app, `&prefix=${encodeURIComponent(text)}`)
      return put.status === 200 && got.text === body(text) && listed.includes(text)
    }),
    { seed: 20260101, numRuns: 100 },
  )
  isRefusal(t, await app.ask('GET /orders-usw2/%ff', west), { status: 400, code: 'InvalidURI' }, 'what is no Unicode')
  const message = 'Value must be a sequence of Unicode characters and cannot include Null.'
  const refusal = { status: 400, code: 'InvalidArgument', message }
  isRefusal(t, await app.ask('PUT /orders-usw2/a%00b', { ...west, body: 'x' }), refusal, 'U+0000')
})
