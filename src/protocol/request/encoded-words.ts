/**
 * RFC 2047, by which S3 carries user metadata beyond ASCII in headers: values are decoded before they are stored and
 * encoded before they are returned (user guide, "Working with object metadata"). The choice between the two encodings
 * and what each escapes is recorded. A header's bytes arrive as ISO-8859-1, one character each.
 */
const word = /^=\?([A-Za-z0-9_-]{1,40})\?([BbQq])\?([^ \t]*)\?=$/
/** Line breaks are not among them: they would end the header. */
const plain = /^[\t\x20-\x7e]*$/
const longestWord = 75

/** The text that a header's value stands for. What is not an encoded word stays as it is; blanks between two words go. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  let text = ''
  let wasWord = false
  let blanks = ''
  for (const piece of value.split(/([ \t]+)/)) {
    if (/^[ \t]+$/.test(piece)) {
      blanks = piece
      continue
    }
    const decoded = decodeWord(piece)
    text += (wasWord && decoded !== undefined ? '' : blanks) + (decoded ?? piece)
    wasWord = decoded !== undefined
    blanks = ''
  }
  return text + blanks
}

/** A text as a header can carry it: ASCII as it is, the rest in encoded words, one behind the other with blanks between. */
export function encodeWords(text: string): string {
  if (plain.test(text)) return text
  let ascii = 0
  for (const character of text) if (plain.test(character)) ascii++
  const encode = ascii > text.length - ascii ? quotedWord : base64Word
  return wordsOf([...text], encode).join(' ')
}

function decodeWord(piece: string): string | undefined {
  const [, charset = '', encoding = '', body = ''] = word.exec(piece) ?? []
  if (encoding === '') return undefined
  const bytes = /b/i.test(encoding) ? fromBase64(body) : unquoted(body)
  switch (charset.toLowerCase()) {
    case 'utf-8':
      return bytes.toString('utf8')
    case 'iso-8859-1':
    case 'us-ascii':
      return bytes.toString('latin1')
    default:
      return undefined
  }
}

/** A `=` that is no padding counts as the last digit (recorded). */
function fromBase64(body: string): Buffer {
  return Buffer.from(body.replace(/=(?!=|$)/g, '/'), 'base64')
}

function unquoted(body: string): Buffer {
  const bytes = body
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(bytes, 'latin1')
}

/** Halves the text until each half fits into a word. */
function wordsOf(characters: readonly string[], encode: (text: string) => string): string[] {
  const whole = encode(characters.join(''))
  if (whole.length <= longestWord || characters.length < 2) return [whole]
  const middle = Math.floor(characters.length / 2)
  return [...wordsOf(characters.slice(0, middle), encode), ...wordsOf(characters.slice(middle), encode)]
}

function base64Word(text: string): string {
  return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
}

/** A blank is `_`; what is not ASCII, a control character or one that means something in a word is `=XX`. */
function quotedWord(text: string): string {
  let body = ''
  for (const byte of Buffer.from(text)) {
    if (byte === 0x20) body += '_'
    else if (byte < 0x20 || byte > 0x7e || byte === 0x3d || byte === 0x5f || byte === 0x3f) body += escaped(byte)
    else body += String.fromCharCode(byte)
  }
  return `=?UTF-8?Q?${body}?=`
}

function escaped(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
