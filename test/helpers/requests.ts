import { readRoutePattern } from '../../src/protocol/route-pattern.ts'
import type { Shape, StructureShape } from '../../src/protocol/xml/shape.ts'

// Requests made up from the operation tables: right in outline, odd in detail.

/** A number from 0 up to 1, exclusive. */
export type Random = () => number

/** The same numbers for the same seed. Source: the public domain generator "mulberry32". */
export function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of some items, each as likely as the other. */
export function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0]
}

/** An operation as far as its requests go. */
export interface Outline {
  readonly name: string
  readonly http: string
  readonly input: StructureShape
}

export interface MadeUp {
  readonly line: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** Values that stand a chance of being right. */
export interface Known {
  readonly labels: Readonly<Record<string, [string, ...string[]]>>
  readonly texts: readonly string[]
  /** By the name of a member of a shape. */
  readonly members: Readonly<Record<string, [string, ...string[]]>>
}

const nasty: [string, ...string[]] = [
  '',
  ' ',
  '0',
  '1',
  '-1',
  '5',
  '1000',
  '2147483648',
  '99999999999999999999',
  '1e3',
  '0x10',
  'NaN',
  'true',
  'TRUE',
  'null',
  'undefined',
  '*',
  '"x"',
  '"',
  "'",
  '\\',
  '<a>',
  '&amp;',
  '%00',
  '%zz',
  '../..',
  '//',
  '__proto__',
  'toString',
  'a=b',
  'a=b&a=c',
  'aws:x=y',
  '=&=',
  'AAAA',
  'id=abc',
  'id="abc", uri="x"',
  'x'.repeat(300),
  '2030-01-01T00:00:00Z',
  '2030-02-31T25:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-00-00',
  'Thu, 01 Jan 2026 00:00:00 GMT',
  'Thu, 99 Foo 2026',
  'bytes=0-',
  'bytes=-1',
  'bytes=9-1',
  'bytes=0-0,2-3',
  '{',
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}',
  '{"Statement":{"Effect":"Deny","Principal":"*","Action":["s3:*",1],"Resource":{}}}',
  'GOVERNANCE',
  'COMPLIANCE',
  'ON',
  'Enabled',
  'private',
  'AES256',
  'aws:kms',
  'REPLACE',
  'GLACIER',
  'CRC32',
  'COMPOSITE',
  'url',
  '000000000000',
]

/** Headers that any request may carry. */
const anywhere = [
  'Content-Type',
  'Content-MD5',
  'Content-Encoding',
  'Range',
  'If-Match',
  'Date',
  'Accept-Encoding',
  'x-amz-expected-bucket-owner',
  'x-amz-request-payer',
  'x-amz-checksum-crc32',
  'x-amz-checksum-sha256',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-trailer',
  'x-amz-decoded-content-length',
  'x-amz-security-token',
  'x-amz-meta-a',
  'x-amz-unknown',
  'x-mrap-client-region',
]

/** Makes up a request for an operation. */
export function makeUp(random: Random, operation: Outline, known: Known): MadeUp {
  const { method, query } = readRoutePattern(operation.http)
  const isLikely = (percent: number) => random() * 100 < percent
  // Requests with many faults meet the same first refusals: most have one or none.
  const oddity = pick(random, [0, 0, 0.3, 0.3, 1])
  const isOdd = (percent: number) => isLikely(percent * oddity)
  const text = () => pick(random, [...nasty, ...known.texts])
  const members = Object.entries<Shape>(operation.input.members)

  const target = operation.http.split(/[ ?|]/)[1] ?? '/'
  const filled = target.replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const good = known.labels[name] ?? ['x']
    return encodeURIComponent(isOdd(15) ? text() || 'x' : pick(random, good))
  })
  const parameters = new Map(query.map(({ name, value }) => [name, value]))
  const headers: Record<string, string> = {}
  for (const [member, shape] of members) {
    const { at, isRequired } = shape
    if (at?.in === 'query' && (parameters.has(at.name) || isRequired || isLikely(25)))
      parameters.set(at.name, scalar(member, shape))
    if (at?.in === 'header' && (isRequired ? !isOdd(20) : isLikely(8))) headers[at.name] = scalar(member, shape)
  }
  for (const name of anywhere) if (isOdd(4)) headers[name] = text()
  if (isOdd(3)) parameters.set(text(), text())
  const pairs = [...parameters].map(([name, value]) =>
    value === undefined ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  const line = `${method} ${filled}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
  return { line, headers, body: makeBody() }

  /** Mostly what the shape asks for. */
  function scalar(name: string, shape: Shape): string {
    if (isOdd(40)) return text()
    const own = known.members[name]
    if (own && isLikely(90)) return pick(random, own)
    if (shape.kind === 'string' && shape.oneOf) return pick(random, ['', ...shape.oneOf])
    if (shape.kind === 'integer') return pick(random, ['0', '1', '2', '1000', '10001'])
    if (shape.kind === 'boolean') return pick(random, ['true', 'false'])
    if (shape.kind === 'timestamp') return pick(random, ['2030-01-01T00:00:00Z', 'Thu, 01 Jan 2026 00:00:00 GMT'])
    return pick(random, ['', ...known.texts])
  }

  function makeBody(): string | Buffer {
    const payload = members.find(([, { at }]) => at?.in === 'payload')
    const isDocument = members.some(([, { at }]) => !at)
    if (payload?.[1].kind === 'stream') return pick(random, ['', 'hello', 'x'.repeat(9000)])
    if (payload?.[1].kind === 'string') return scalar(payload[0], payload[1])
    if (payload?.[1].kind === 'structure') return broken(element(payload[1].xmlName ?? payload[0], payload[1]))
    if (isDocument) return broken(element(operation.input.xmlName ?? 'Request', operation.input))
    return isOdd(10) ? text() : ''
  }

  function element(name: string, shape: Shape): string {
    if (shape.kind === 'structure') {
      const inner = Object.entries<Shape>(shape.members).filter(([, member]) => !member.at)
      const attributes = inner.filter(([, member]) => member.attribute)
      const children = inner.filter(([, member]) => !member.attribute)
      const shown = attributes
        .map(([key, member]) => ` ${member.xmlName ?? key}="${toXml(scalar(key, member))}"`)
        .join('')
      const xsi = shown === '' ? '' : ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
      const content = children.map(([key, member]) => {
        const one = () => element(member.xmlName ?? key, member)
        if (member.isRequired ? isOdd(15) : isLikely(50)) return ''
        return isOdd(5) ? one() + one() : one()
      })
      return `<${name}${xsi}${shown}>${content.join('')}</${name}>`
    }
    if (shape.kind === 'list') {
      const items = Array.from({ length: Math.floor(random() * 3) + (isOdd(40) ? 0 : 1) }, () =>
        element(shape.flattened ? name : (shape.item.xmlName ?? 'member'), shape.item),
      ).join('')
      return shape.flattened ? items : `<${name}>${items}</${name}>`
    }
    return `<${name}>${toXml(scalar(name, shape))}</${name}>`
  }

  function broken(xml: string): string | Buffer {
    if (!isOdd(40)) return xml
    const at = Math.floor(random() * xml.length)
    const ways: [string, ...string[]] = [
      xml.slice(0, at),
      xml.slice(at),
      `${xml.slice(0, at)}<!-- x -->${xml.slice(at)}`,
      `${xml.slice(0, at)}<![CDATA[x]]>${xml.slice(at)}`,
      `${xml.slice(0, at)}&#0;${xml.slice(at)}`,
      `<!DOCTYPE a [<!ENTITY b "c">]>${xml}`,
      `<?xml version="1.0" encoding="UTF-16"?>${xml}`,
      `\ufeff${xml}`,
      xml + xml,
      '',
    ]
    const way = pick(random, ways)
    return isLikely(10) ? Buffer.from(way, 'utf16le') : way
  }
}

function toXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
