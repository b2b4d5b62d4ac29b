import type { XmlElement } from './parse.ts'

/** A tag with an ASCII name and at most a default namespace, and the text up to the next one. */
const piece = /<(\/?)([A-Za-z][\w.-]*)( xmlns="[^"<>&]*")?[ \t\n]*(\/?)>([^<]*)/y

interface Open {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  text: string
  readonly children: XmlElement[]
}

const noAttributes: ReadonlyMap<string, string> = new Map()

/**
 * Reads what long documents are made of, elements and text, ten times as fast as the parser. undefined: there is something else
 * (attributes, prefixes, comments, CDATA, a declaration, blanks before the root), or it is not well-formed: the parser decides.
 * `decode` undoes references.
 */
export function readPlain(text: string, decode: (text: string) => string): XmlElement | undefined {
  // Line ends would have to be normalised, and `]]>` may not stand in text.
  if (text.includes('\r') || text.includes(']]>')) return undefined
  const document: Open = { name: '', attributes: noAttributes, text: '', children: [] }
  const path: Open[] = [document]
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at
    const match = piece.exec(text)
    if (!match) return undefined
    const [, closes, name = '', namespace, isEmpty, following = ''] = match
    if (closes) {
      if (namespace || isEmpty || path.length < 2 || path.pop()?.name !== name) return undefined
    } else {
      const element: Open = { name, attributes: noAttributes, text: '', children: [] }
      path.at(-1)?.children.push(element)
      if (!isEmpty) path.push(element)
    }
    const parent = path.at(-1)
    if (parent && following !== '') parent.text += decode(following)
  }
  const [root, ...more] = document.children
  const isWhole = path.length === 1 && more.length === 0 && !/[^ \t\n]/.test(document.text)
  return isWhole ? root : undefined
}
