import t from 'tap'
import { type Recorded, recordedRequests, requestOf, targetOf, verifyHead, verifyWhole } from './recorded.ts'
import { rawRequest, refusal, rejection } from './requests.ts'

/** Changes of one byte: to its neighbor, and to the other case of a letter. */
const flips = [0x01, 0x20]

/** The first request of each kind of each client is changed at every byte, the others at every 29th. */
const recordings = recordedRequests().flatMap(({ requests }) => {
  const seen = new Set<string>()
  return requests
    .filter(recorded => recorded.verified)
    .map(recorded => {
      const isFirst = !seen.has(recorded.kind)
      seen.add(recorded.kind)
      return { recorded, step: isFirst ? 1 : 29 }
    })
})

/** Every text that differs from `text` in one byte. */
function* changed(text: string, step: number, offset = 0): Generator<string> {
  for (let i = offset % step; i < text.length; i += step) {
    for (const flip of step === 1 ? flips : flips.slice(0, 1)) {
      const character = String.fromCharCode(text.charCodeAt(i) ^ flip)
      yield text.slice(0, i) + character + text.slice(i + 1)
    }
  }
}

/** True when the changed request is refused: by a refusal, as an unknown key, or since its query cannot be read. */
function isRefused(recorded: Recorded, change: Partial<Recorded>): boolean {
  const altered = { ...recorded, ...change }
  const { method, headers } = altered
  const request = rawRequest({ method, target: targetOf(altered), headers })
  try {
    return (
      refusal(() => {
        if (!verifyHead(recorded, request)) throw new URIError('unknown key')
      }) !== undefined
    )
  } catch (error) {
    return error instanceof URIError
  }
}

function signedHeaders(recorded: Recorded): ReadonlySet<string> {
  const claim = verifyHead(recorded, requestOf(recorded))?.claim
  return new Set(claim && 'signedHeaders' in claim ? claim.signedHeaders : [])
}

t.test('without a change nothing is refused', async t => {
  for (const { recorded } of recordings) t.notOk(isRefused(recorded, {}), recorded.id)
})

t.test('a changed byte of method, path or query is refused', async t => {
  let count = 0
  for (const [i, { recorded, step }] of recordings.entries()) {
    const origin = recorded.url.slice(0, recorded.url.length - targetOf(recorded).length)
    for (const method of changed(recorded.method, 1)) {
      if (!isRefused(recorded, { method })) t.fail(`${recorded.id}: method ${method}`)
      count++
    }
    for (const target of changed(targetOf(recorded), step, i)) {
      // The first slash is what makes it a path; a listener refuses a target without it.
      if (!target.startsWith('/')) continue
      if (!isRefused(recorded, { url: origin + target })) t.fail(`${recorded.id}: ${target}`)
      count++
    }
  }
  t.ok(count > 4_000, `${count} changes refused`)
})

t.test('a changed byte of a signed header or of the Authorization header is refused', async t => {
  let count = 0
  for (const [i, { recorded, step }] of recordings.entries()) {
    const signed = signedHeaders(recorded)
    for (const [position, [name, value]] of recorded.headers.entries()) {
      if (!signed.has(name.toLowerCase()) && name.toLowerCase() !== 'authorization') continue
      for (const other of changed(value, step, i)) {
        const headers = recorded.headers.with(position, [name, other])
        if (!isRefused(recorded, { headers })) t.fail(`${recorded.id}: ${name}: ${other}`)
        count++
      }
    }
  }
  t.ok(count > 10_000, `${count} changes refused`)
})

t.test('an x-amz header added, or a signed header removed or repeated, is refused', async t => {
  for (const { recorded } of recordings) {
    const signed = signedHeaders(recorded)
    t.ok(isRefused(recorded, { headers: [...recorded.headers, ['x-amz-acl', 'public-read']] }), recorded.id)
    for (const [position, header] of recorded.headers.entries()) {
      const [name, value] = header
      if (!signed.has(name.toLowerCase()) || value === '') continue
      const without = recorded.headers.toSpliced(position, 1)
      t.ok(isRefused(recorded, { headers: without }), `${recorded.id}: without ${name}`)
      // A second Host header is for the listener to refuse; the canonical request takes the host that was routed by.
      if (name.toLowerCase() === 'host') continue
      const twice = recorded.headers.toSpliced(position, 0, header)
      t.ok(isRefused(recorded, { headers: twice }), `${recorded.id}: ${name} twice`)
    }
  }
})

t.test('a changed byte of a signed body is refused', async t => {
  let count = 0
  for (const { recorded } of recordings) {
    const isChunked = recorded.kind.startsWith('chunked-signed')
    if (!isChunked && !(recorded.kind === 'header' && recorded.body_b64 !== '')) continue
    const body = Buffer.from(recorded.body_b64, 'base64')
    for (let i = 0; i < body.length; i++) {
      // The data of chunks is a run of one letter; every 64th stands for the others. The framing is changed throughout.
      const isData = isChunked && /^[ab]$/.test(String.fromCharCode(body[i] ?? 0)) && body[i] === body[i - 20]
      if (isData && i % 64 !== 0) continue
      const altered = Buffer.from(body)
      altered[i] = (body[i] ?? 0) ^ 0x01
      const request = requestOf({ ...recorded, body_b64: altered.toString('base64') })
      if (!(await rejection(verifyWhole(recorded, request)))) t.fail(`${recorded.id}: byte ${i}`)
      count++
    }
  }
  t.ok(count > 2_000, `${count} changes refused`)
})

t.test('a signed body cut short at any of its last bytes is refused', async t => {
  for (const { recorded } of recordings) {
    if (!recorded.kind.startsWith('chunked')) continue
    const body = Buffer.from(recorded.body_b64, 'base64')
    for (let length = Math.max(0, body.length - 250); length < body.length; length++) {
      const request = requestOf({ ...recorded, body_b64: body.subarray(0, length).toString('base64') })
      if (!(await rejection(verifyWhole(recorded, request))))
        t.fail(`${recorded.id}: ${length} of ${body.length} bytes`)
    }
  }
  t.pass()
})
