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

/**
 * Judges status, headers and the whole document of a refusal, byte by byte where nothing in it is random. One assertion, since there are
 * thousands of refusals in the tests.
 */
export function isRefusal(t: Test, answer: Answer, expected: Refusal, name: string): void {
  const { status, code, message, fields, headers = {}, envelope } = expected
  const document = answer.text.startsWith(declaration) ? answer.text.slice(declaration.length) : 'no XML declaration'
  const [, members = '', requestId, hostId] = (envelope ? wrapped : flat).exec(document) ?? []
  const pairs = [...members.matchAll(/<([^>]+)>([^<]*)<\/\1>/g)].map(([, tag = '', text = '']) => [tag, fromXml(text)])
  // Nothing stands between the members.
  const isWhole = pairs.length > 0 && members.replace(/<([^>]+)>([^<]*)<\/\1>/g, '') === ''
  const [first, second, ...others] = pairs
  const found = {
    status: answer.status,
    code: first,
    message: message === undefined ? second?.[0] : second,
    fields: fields && others.map(([tag = '', text]) => [tag, fields[tag] === undefined ? undefined : text]),
    isWhole,
    requestId: /^[0-9A-Z]{16}$/.test(requestId ?? '') && requestId,
    hostId,
    contentType: answer.header('content-type'),
    server: answer.header('server'),
    headers: Object.entries(headers).map(([header, value]) => {
      const own = answer.header(header)
      return [header, value instanceof RegExp && value.test(own ?? '') ? value : own]
    }),
  }
  const wanted = {
    status,
    code: ['Code', code],
    message: message === undefined ? 'Message' : ['Message', message],
    fields: fields && Object.entries(fields),
    isWhole: true,
    requestId: answer.header('x-amz-request-id'),
    hostId: answer.header('x-amz-id-2'),
    contentType: 'application/xml',
    server: 'AmazonS3',
    headers: Object.entries(headers),
  }
  t.strictSame(found, wanted, `${name}: ${answer.text.slice(0, 300)}`)
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
