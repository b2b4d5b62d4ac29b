/** S3 writes this line, with its line feed, before every document. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry these as they are.
const special = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
const everySpecial = new RegExp(special, 'g')
const everySpaceInAttribute = /[\t\n]/g

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }

/**
 * Text as it stands in an element. A quotation mark becomes `&quot;` as in S3's ETags; a carriage return and characters that XML 1.0
 * cannot carry become decimal references, as S3 writes values that have them (`&#0;`).
 */
export function escapeText(text: string): string {
  return special.test(text) ? text.replace(everySpecial, toReference) : text
}

/** The same for the value of an attribute, where a parser would turn a tab or a line feed into a blank. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replace(everySpaceInAttribute, toReference)
}

function toReference(character: string): string {
  return named[character] ?? `&#${character.charCodeAt(0)};`
}
