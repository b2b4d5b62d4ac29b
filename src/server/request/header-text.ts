import { errors } from '../errors.ts'

/*
 * Values that came as text in a form or in a query, as the headers they stand for: there one character is one byte.
 */

/**
 * A value as S3 keeps it when it did not come in a header: metadata in ASCII, encoded by RFC 2047 where it has other characters; any
 * other header in ISO-8859-1, with a blank for what that has not (recorded). `name` is the header's, in lower case.
 */
export function headerText(name: string, value: string): string {
  if (name.startsWith('x-amz-meta-')) return asciiText(value)
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

/** Visible ASCII, blanks and tabs: needs no encoding. */
const plain = /^[\t\x20-\x7e]*$/
/** What the quoted form leaves as it is. The service writes no more than these three of the visible ones as escapes (recorded). */
const isQuotedPlain = /[\x21-\x3c\x3e\x40-\x5e\x60-\x7e]/
/** An encoded word may have 75 characters; `=?UTF-8?Q?` and `?=` take twelve. */
const longestWord = 63

/**
 * A text in ASCII: as it is, else as encoded words (RFC 2047) in UTF-8, quoted where most of it is ASCII and in base64 otherwise.
 * ASSUMED: a text too long for one word is halved until its pieces fit, and those are joined by blanks.
 */
function asciiText(text: string): string {
  if (plain.test(text)) return text
  const others = Array.from(text).filter(character => !plain.test(character)).length
  return words(Array.from(text), others * 2 < Array.from(text).length ? 'Q' : 'B').join(' ')
}

function words(characters: readonly string[], form: 'Q' | 'B'): string[] {
  const bytes = Buffer.from(characters.join(''), 'utf8')
  const encoded = form === 'B' ? bytes.toString('base64') : quoted(bytes)
  if (encoded.length <= longestWord || characters.length < 2) return [`=?UTF-8?${form}?${encoded}?=`]
  const half = characters.length >> 1
  return [...words(characters.slice(0, half), form), ...words(characters.slice(half), form)]
}

function quoted(bytes: Buffer): string {
  return Array.from(bytes.toString('latin1'), character => {
    if (character === ' ') return '_'
    if (isQuotedPlain.test(character)) return character
    return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}
