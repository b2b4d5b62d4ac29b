import { noAttributes, type XmlElement } from './element.ts'

/** What stands between `<` and `>` of a tag that opens: an ASCII name and at most a default namespace. */
const opening = /^([A-Za-z][\w.-]*)(?: xmlns="[^"<>&]*")?[ \t\n]*(\/?)$/

/** Different tags of one document that are remembered; S3's documents have a dozen. */
const tagLimit = 100

interface Tag {
  readonly name: string
  readonly isEmpty: boolean
}

interface Open {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  text: string
  readonly children: XmlElement[]
}

/**
 * Reads what long documents are made of, elements and text, ten times as fast as the parser. undefined: there is something else
 * (attributes, prefixes, comments, CDATA, a declaration, blanks before the root), or it is not well-formed: the parser decides.
 * `decode` undoes references.
 */
export function readPlain(text: string, decode: (text: string) => string): XmlElement | undefined {
  // Line ends would have to be normalised, and `]]>` may not stand in text.
  if (text[0] !== '<' || text.includes('\r') || text.includes(']]>')) return undefined
  const tags = new Map<string, Tag>()
  const document: Open = { name: '', attributes: noAttributes, text: '', children: [] }
  const path: Open[] = []
  let parent = document
  for (let at = 0; at < text.length; ) {
    const close = text.indexOf('>', at)
    if (close < 0) return undefined
    if (text[at + 1] === '/') {
      const outer = path.pop()
      if (!outer || text.slice(at + 2, close) !== parent.name) return undefined
      parent = outer
    } else {
      const tag = readTag(text.slice(at + 1, close), tags)
      if (!tag) return undefined
      const element: Open = { name: tag.name, attributes: noAttributes, text: '', children: [] }
      parent.children.push(element)
      if (!tag.isEmpty) {
        path.push(parent)
        parent = element
      }
    }
    const next = text.indexOf('<', close)
    at = next < 0 ? text.length : next
    if (at > close + 1) parent.text += decode(text.slice(close + 1, at))
  }
  const [root, ...more] = document.children
  const isWhole = path.length === 0 && more.length === 0 && !/[^ \t\n]/.test(document.text)
  return isWhole ? root : undefined
}

function readTag(written: string, tags: Map<string, Tag>): Tag | undefined {
  const known = tags.get(written)
  if (known) return known
  const match = tags.size < tagLimit ? opening.exec(written) : null
  if (!match) return undefined
  const tag = { name: match[1] ?? '', isEmpty: match[2] === '/' }
  tags.set(written, tag)
  return tag
}
