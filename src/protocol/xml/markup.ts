import { errors } from '../errors.ts'

/**
 * Linear scan over the markup of an XML document, before any parser sees it. It lets pass what S3's documents are made of and nothing
 * else: one optional XML declaration at the very start, one root, elements, comments, CDATA sections. DOCTYPE, processing
 * instructions, `<` in attribute values, deep nesting, endless tags and floods of elements are refused. Names, attributes and the pairing of tags are
 * left to the parser.
 */
export interface Markup {
  readonly text: string
  /** Where the scan stands: nothing before it is open but the elements counted by `depth`. */
  position: number
  depth: number
  elements: number
  root: Root | undefined
}

interface Root {
  /** The start tag as written. */
  readonly tag: string
  /** First character after the start tag. */
  readonly contentAt: number
}

const maxDepth = 32
const maxTagLength = 4096
/** 10,000 parts with every checksum there is need 90,000. */
const maxElements = 100_000
// What XML 1.0 cannot carry. Lone surrogates cannot come out of UTF-8.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/** Starts a scan. Throws MalformedXML for characters that XML cannot carry. */
export function startMarkup(text: string): Markup {
  if (forbidden.test(text)) throw errors.MalformedXML()
  const markup: Markup = { text, position: 0, depth: 0, elements: 0, root: undefined }
  if (/^<\?xml[ \t\r\n]/.test(text)) markup.position = after(text, '?>', 5)
  return markup
}

/**
 * Scans on to the end of the first child of the root that ends at `target` or later, or to the end of the document, where it checks
 * that the root is there and closed. Throws MalformedXML.
 */
export function scanMarkup(markup: Markup, target: number): void {
  const { text } = markup
  while (markup.position < text.length) {
    if (markup.depth === 1 && markup.position >= target) return
    const open = text.indexOf('<', markup.position)
    const end = open < 0 ? text.length : open
    if (markup.depth === 0 && /[^ \t\r\n]/.test(text.slice(markup.position, end))) throw errors.MalformedXML()
    markup.position = open < 0 ? end : scanToken(markup, open)
  }
  if (markup.depth !== 0 || !markup.root) throw errors.MalformedXML()
}

/** Takes one piece of markup that begins at `open`; the position after it. */
function scanToken(markup: Markup, open: number): number {
  const { text } = markup
  const next = text[open + 1]
  if (next === '!') return scanDeclaration(markup, open)
  if (next === '?') throw errors.MalformedXML()
  if (next === '/') {
    markup.depth -= 1
    if (markup.depth < 0) throw errors.MalformedXML()
    return after(text, '>', open + 2)
  }
  const close = tagEnd(text, open + 1)
  if (markup.depth === 0) {
    if (markup.root) throw errors.MalformedXML()
    markup.root = { tag: text.slice(open, close + 1), contentAt: close + 1 }
  }
  if (text[close - 1] !== '/') markup.depth += 1
  markup.elements += 1
  if (markup.depth > maxDepth || markup.elements > maxElements) throw errors.MalformedXML()
  return close + 1
}

function scanDeclaration({ text, depth }: Markup, open: number): number {
  if (text.startsWith('<!--', open)) {
    const dashes = text.indexOf('--', open + 4)
    if (dashes < 0 || text[dashes + 2] !== '>') throw errors.MalformedXML()
    return dashes + 3
  }
  if (depth > 0 && text.startsWith('<![CDATA[', open)) return after(text, ']]>', open + 9)
  throw errors.MalformedXML()
}

/** The `>` that ends a start tag; one in a quoted value does not. */
function tagEnd(text: string, from: number): number {
  let quote = ''
  const limit = Math.min(text.length, from + maxTagLength)
  for (let at = from; at < limit; at++) {
    const character = text[at]
    if (character === '<') break
    if (quote) {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at
  }
  throw errors.MalformedXML()
}

function after(text: string, terminator: string, from: number): number {
  const at = text.indexOf(terminator, from)
  if (at < 0) throw errors.MalformedXML()
  return at + terminator.length
}
