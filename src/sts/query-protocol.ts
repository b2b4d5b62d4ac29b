import type { AwsError } from '../protocol/errors.ts'
import { escapeText } from '../protocol/xml/escape.ts'
import { errors } from './errors.ts'
import type { Elements } from './operation.ts'

/**
 * The AWS Query protocol: a form of parameters, and documents with a result, or an error, and the request id. Source: Smithy, "AWS query
 * protocol".
 */
const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'
const mostParameters = 100

/** The parameters of a form by name. Throws ValidationError for a name that is there twice, and for too many. */
export function readForm(text: string): ReadonlyMap<string, string> {
  const pairs = [...new URLSearchParams(text)]
  if (pairs.length > mostParameters) throw errors.ValidationError({ Message: 'Too many parameters.' })
  const parameters = new Map(pairs)
  if (parameters.size < pairs.length) throw errors.ValidationError({ Message: 'A parameter is there twice.' })
  return parameters
}

export function resultDocument(action: string, result: Elements, requestId: string): string {
  return document(`${action}Response`, {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  })
}

export function errorDocument(error: AwsError, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver'
  return document('ErrorResponse', {
    Error: { Type: type, Code: error.code, Message: error.message },
    RequestId: requestId,
  })
}

function document(root: string, elements: Elements): string {
  return `<${root} xmlns="${namespace}">\n${lines(elements, '  ')}</${root}>\n`
}

function lines(elements: Elements, indent: string): string {
  return Object.entries(elements)
    .map(([name, value]) => {
      if (value === undefined) return ''
      if (typeof value === 'string') return `${indent}<${name}>${escapeText(value)}</${name}>\n`
      return `${indent}<${name}>\n${lines(value, `${indent}  `)}${indent}</${name}>\n`
    })
    .join('')
}
