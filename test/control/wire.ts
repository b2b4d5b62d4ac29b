import type { ControlContext, ControlOperation } from '../../src/control/context.ts'
import { errors } from '../../src/control/errors.ts'
import { controlNamespace } from '../../src/control/shapes.ts'
import { readHeaders } from '../../src/protocol/request/headers.ts'
import { readQuery } from '../../src/protocol/request/query.ts'
import { decodeInput } from '../../src/protocol/xml/decode.ts'
import { encodeOutput } from '../../src/protocol/xml/encode.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** The parts of a request as the router hands them on: labels decoded, the rest raw. */
export interface WireRequest {
  readonly labels?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: string
}

/** Decodes a request, runs the operation and encodes its answer: the document without declaration, blanks between tags removed. */
export async function exchange(
  operation: ControlOperation,
  { labels = {}, query = '', body = '' }: WireRequest,
  context: ControlContext,
): Promise<string> {
  const parts = { labels, query: readQuery(query), headers: readHeaders([]), body: Buffer.from(body) }
  const input = await decodeInput(operation.input, parts, errors)
  const output = await operation.handle(input, context)
  const encoded = encodeOutput(operation.output, output, {
    rootName: `${operation.name}Result`,
    namespace: controlNamespace,
  })
  const text = String(encoded.body)
  if (!text.startsWith(declaration)) throw new Error(`no XML declaration: ${text.slice(0, 60)}`)
  return text.slice(declaration.length)
}

/** XML of a test without the blanks that make it readable. */
export function compact(xml: string): string {
  return xml.replace(/>\s+</g, '><').trim()
}
