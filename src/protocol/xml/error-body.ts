import type { AwsError } from '../errors.ts'
import { escapeText, xmlDeclaration } from './escape.ts'

/**
 * The body of a refusal. S3 writes a flat `<Error>`, S3 Control wraps it in `<ErrorResponse>`; neither has a namespace (botocore
 * reads empty codes otherwise). The members that belong to the code follow the message, in their own order.
 */
export function errorBody(
  error: Pick<AwsError, 'code' | 'message' | 'fields'>,
  envelope: 'flat' | 'wrapped',
  requestId: string,
  hostId: string,
): string {
  const members = Object.entries(error.fields).map(([name, value]) => element(name, value))
  const what = element('Code', error.code) + element('Message', error.message) + members.join('')
  const which = element('RequestId', requestId) + element('HostId', hostId)
  const body =
    envelope === 'flat'
      ? `<Error>${what}${which}</Error>`
      : `<ErrorResponse><Error>${what}</Error>${which}</ErrorResponse>`
  return xmlDeclaration + body
}

function element(name: string, value: string): string {
  return `<${name}>${escapeText(value)}</${name}>`
}
