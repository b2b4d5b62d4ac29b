import { errors } from '../errors.ts'
import { encodeWords } from './encoded-words.ts'

/*
 * Values that came as text in a form or in a query, as the headers they stand for: there one character is one byte.
 */

/**
 * A value as S3 keeps it when it did not come in a header: metadata in ASCII, encoded by RFC 2047 where it has other characters; any
 * other header in ISO-8859-1, with a blank for what that has not (recorded). `name` is the header's, in lower case.
 */
export function headerText(name: string, value: string): string {
  if (name.startsWith('x-amz-meta-')) return encodeWords(value)
  return Array.from(value, character => (isLatin1(character) ? character : ' ')).join('')
}

/** Throws InvalidArgument for a name that no header can have: it would come back as one. ASSUMED: code and sentence. */
export function requireHeaderName(name: string): void {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return
  throw errors.InvalidArgument({
    Message: 'The name is not one of a header.',
    ArgumentName: name.slice(0, 64),
  })
}

/** True for a value that a header can carry as it is. */
export function isHeaderText(value: string): boolean {
  return Array.from(value).every(isLatin1)
}

function isLatin1(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return code === 0x09 || (code >= 0x20 && code <= 0xff && code !== 0x7f)
}
