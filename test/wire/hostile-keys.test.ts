import { createHash } from 'node:crypto'
import { type Test, test } from 'tap'
import { keys as rootKeys } from '../helpers/app.ts'
import { compiledServer, type EmulatorProcess, startEmulatorProcess } from '../helpers/emulator-process.ts'
import { type Connection, openConnection, requestBytes } from '../helpers/http.ts'
import { sha256, signV4 } from '../helpers/sign.ts'
import { fromXml, textOf, textsOf } from '../helpers/xml.ts'

/*
 * Ten thousand keys made of what breaks paths, queries, XML and orders, through the whole server: written, read, listed in both forms
 * and deleted, byte for byte. U+0000 is not among them: no key has it.
 */
const count = 10_000
const controls = Array.from({ length: 31 }, (_, n) => String.fromCharCode(n + 1))
const pieces = [
  ...controls,
  ...['\u007f', '\u0085', '\u00a0', '\u2028', '\u202e', '\ufeff', '\ufffd', '\ufffe', '\uffff', '\ud7ff', '\ue000'],
  ...['🪣', '\u{10000}', '\u{10ffff}', 'e\u0301', 'é', '日本'],
  ...[
    '/',
    '//',
    '.',
    '..',
    '/../',
    '/./',
    '%',
    '%2F',
    '%2f',
    '%00',
    '%25',
    '%E9',
    '+',
    ' ',
    '  ',
    '?',
    '#',
    '&',
    '=',
    ';',
  ],
  ...[
    '<',
    '>',
    '&amp;',
    '&#x1;',
    ']]>',
    '<![CDATA[',
    '"',
    "'",
    '`',
    '\\',
    '{',
    '}',
    '|',
    '^',
    '~',
    '!',
    '*',
    '(',
    ')',
    ':',
    '@',
    '$',
    ',',
  ],
  ...['a', 'A', '0', 'k'.repeat(100), '__proto__', 'x-id=', 'acl', 'C:'],
]

/** The same keys in every run: a small generator of our own. */
function hostileKeys(): string[] {
  let state = 20260101
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const keys = new Set([
    'k'.repeat(1024),
    'é'.repeat(512),
    '🪣'.repeat(256),
    '\u0001'.repeat(1024),
    '/'.repeat(1024),
    ...pieces,
  ])
  while (keys.size < count) {
    let key = ''
    for (let length = 1 + next(8); length > 0; length--) key += pieces[next(pieces.length)]
    if (Buffer.byteLength(key) <= 1024) keys.add(key)
  }
  return [...keys]
}

const encode = (key: string) =>
  encodeURIComponent(key)
    .replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const toXml = (key: string) =>
  [...key].map(char => (/[\w./ -]/.test(char) ? char : `&#${char.codePointAt(0)};`)).join('')

/** Does one thing to each key, on eight connections that stay open. */
async function forEach(
  t: Test,
  server: EmulatorProcess,
  keys: readonly string[],
  act: (key: string, ask: Ask) => Promise<void>,
): Promise<void> {
  const rest = keys.values()
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const ask = asker(server, openConnection(t, server.port))
      for (const key of rest) await act(key, ask)
    }),
  )
}

type Ask = ReturnType<typeof asker>
const asker =
  ({ port }: EmulatorProcess, connection: Connection) =>
  async (line: string, body = '', headers: Readonly<Record<string, string>> = {}) => {
    const [method = '', target = ''] = line.split(' ')
    const host = `127.0.0.1:${port}`
    const length = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
    const unsigned = { method, target, host, headers: { ...length, ...headers }, payload: sha256(body) }
    const signed = signV4(unsigned, { keys: rootKeys, region: 'us-east-1', now: Date.now() })
    connection.send(requestBytes(`${line} HTTP/1.1`, signed, body))
    return connection.next(method)
  }

async function listed(
  t: Test,
  server: EmulatorProcess,
  query: string,
  read: (text: string) => string,
): Promise<string[]> {
  const ask = asker(server, openConnection(t, server.port))
  const found: string[] = []
  let token = ''
  for (let page = 0; page <= count / 1000; page++) {
    const { text } = await ask(`GET /hostile?list-type=2${query}${token}`)
    found.push(...textsOf(text, 'Key').map(read))
    const next = textOf(text, 'NextContinuationToken')
    if (next === undefined) return found
    token = `&continuation-token=${encodeURIComponent(next)}`
  }
  throw new Error('the listing has no end')
}

/** Fails with the first difference alone: ten thousand keys are no message. */
function same(t: Test, found: readonly string[], expected: readonly string[], message: string): void {
  const at = expected.findIndex((key, index) => key !== found[index])
  t.ok(at < 0 && found.length === expected.length, `${message}: ${JSON.stringify([at, expected[at], found[at]])}`)
}

// About ten seconds on two cores that have nothing else to do.
test('ten thousand hostile keys', { timeout: 120_000 }, async t => {
  const server = await startEmulatorProcess({}, { main: compiledServer })
  t.teardown(() => server.kill())
  const created = await asker(server, openConnection(t, server.port))('PUT /hostile')
  t.equal(created.status, 200)
  const keys = hostileKeys()
  const sorted = keys.toSorted(bytewise)
  const wrong: string[] = []
  await forEach(t, server, keys, async (key, ask) => {
    const put = await ask(`PUT /hostile/${encode(key)}`, key)
    if (put.status !== 200) wrong.push(`PUT ${put.status} ${JSON.stringify(key)}`)
  })
  // Reading takes a third of them; the listings and the delete below show all.
  const some = keys.filter((_, index) => index % 3 === 0)
  await forEach(t, server, some, async (key, ask) => {
    const got = await ask(`GET /hostile/${encode(key)}`)
    if (got.status !== 200 || got.text !== key) wrong.push(`GET ${got.status} ${JSON.stringify(key)}`)
    if (key.length % 8 !== 0) return
    const head = await ask(`HEAD /hostile/${encode(key)}`)
    const length = Buffer.byteLength(key)
    if (head.status !== 200 || head.header('content-length') !== String(length))
      wrong.push(`HEAD ${JSON.stringify(key)}`)
  })
  t.strictSame(wrong.slice(0, 3), [])
  same(t, await listed(t, server, '', fromXml), sorted, 'listed, in the order of the bytes')
  const decode = (text: string) => decodeURIComponent(text.replaceAll('+', '%20'))
  same(t, await listed(t, server, '&encoding-type=url', decode), sorted, 'listed, URL-encoded')

  const ask = asker(server, openConnection(t, server.port))
  const deleted: string[] = []
  for (let from = 0; from < count; from += 1000) {
    const objects = keys.slice(from, from + 1000).map(key => `<Object><Key>${toXml(key)}</Key></Object>`)
    const body = `<Delete>${objects.join('')}</Delete>`
    const md5 = createHash('md5').update(body).digest('base64')
    const answer = await ask('POST /hostile?delete', body, { 'Content-MD5': md5 })
    deleted.push(...textsOf(answer.text, 'Key').map(fromXml))
  }
  same(t, deleted, keys, 'deleted, in the order of the request')
  t.strictSame(await listed(t, server, '', fromXml), [])
})
