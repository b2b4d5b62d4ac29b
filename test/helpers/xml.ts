import { XMLValidator } from 'fast-xml-parser'
import type { Test } from 'tap'
import type { Answer } from './http.ts'

/** The text of the first element of this name, still escaped; undefined when there is none. */
export function textOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1]
}

/** The texts of all elements of this name, in document order. */
export function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'))].map(match => match[1] ?? '')
}

export function isWellFormed(xml: string): boolean {
  return XMLValidator.validate(xml) === true
}

/** What a refusal must be. */
export interface Refusal {
  readonly status: number
  readonly code: string
  /** Exactly; unescaped. */
  readonly message?: string
  /** Members after Message, in order: all of them, by name; a value of undefined is not compared. */
  readonly fields?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string | undefined | RegExp>>
  /** Default: the flat one of S3. */
  readonly envelope?: 'wrapped'
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const flat = /^<Error>(.*)<RequestId>([^<]*)<\/RequestId><HostId>([^<]*)<\/HostId><\/Error>$/s
const wrapped =
  /^<ErrorResponse><Error>(.*)<\/Error><RequestId>([^<]*)<\/RequestId><HostId>([^<]*)<\/HostId><\/ErrorResponse>$/s

/** Judges status, headers and the whole document of a refusal, byte by byte where nothing in it is random. */
export function isRefusal(t: Test, answer: Answer, expected: Refusal, name: string): void {
  const { status, code, message, fields, headers = {}, envelope } = expected
  const about = `${name}: ${answer.text.slice(0, 400)}`
  t.equal(answer.status, status, about)
  t.ok(answer.text.startsWith(declaration), `${name}: XML declaration`)
  const [, members = '', requestId, hostId] =
    (envelope ? wrapped : flat).exec(answer.text.slice(declaration.length)) ?? []
  t.equal(requestId, answer.header('x-amz-request-id'), `${name}: RequestId as in the header`)
  t.match(requestId ?? '', /^[0-9A-Z]{16}$/, `${name}: form of the request id`)
  t.equal(hostId, answer.header('x-amz-id-2'), `${name}: HostId as in the header`)
  t.equal(answer.header('content-type'), 'application/xml', `${name}: content type`)
  t.equal(answer.header('server'), 'AmazonS3', `${name}: server`)
  const found = [...members.matchAll(/<([^>]+)>([^<]*)<\/\1>/g)].map(([, tag = '', text = '']) => [tag, fromXml(text)])
  t.equal(found[0]?.[0], 'Code', `${name}: Code is first`)
  t.equal(found[0]?.[1], code, about)
  t.equal(found[1]?.[0], 'Message', `${name}: Message is second`)
  if (message !== undefined) t.equal(found[1]?.[1], message, `${name}: message`)
  if (fields) {
    const others = found.slice(2)
    t.strictSame(
      others.map(([tag]) => tag),
      Object.keys(fields),
      `${name}: members`,
    )
    for (const [tag = '', text] of others) {
      if (fields[tag] !== undefined) t.equal(text, fields[tag], `${name}: ${tag}`)
    }
  }
  for (const [header, value] of Object.entries(headers)) {
    if (value instanceof RegExp) t.match(answer.header(header) ?? '', value, `${name}: ${header}`)
    else t.equal(answer.header(header), value, `${name}: ${header}`)
  }
}

/** Text as it stands in an element, references undone. */
export function fromXml(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, decimal) => String.fromCodePoint(Number(decimal)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}
