import { setImmediate } from 'node:timers/promises'
import { AwsError, errors } from '../errors.ts'
import { noAttributes, type XmlElement } from './element.ts'
import { type Markup, scanMarkup, startMarkup } from './markup.ts'
import { readPlain } from './plain.ts'

/** Documents beyond this many characters are parsed in slices of it, so that other requests are served in between. */
const sliceLength = 32 * 1024
/** Largest child of the root in a document that is sliced. ASSUMED: nothing S3 takes comes near it. */
const maxChildLength = 64 * 1024

/**
 * Parses a document strictly: UTF-8, well-formed, one root, no DOCTYPE, no processing instructions, no entities but the five of XML
 * and numeric ones, at most 32 levels. Values stay text, blanks included. Throws MalformedXML for everything else.
 */
export async function parseXml(document: string | Uint8Array): Promise<XmlElement> {
  const markup = startMarkup(toText(document))
  if (markup.text.length <= maxChildLength) {
    scanMarkup(markup, Number.POSITIVE_INFINITY)
    return parse(markup.text)
  }
  return parseSlices(markup)
}

async function parse(text: string): Promise<XmlElement> {
  return readPlain(text, decodeReferences) ?? (await loadParser())(text)
}

/** Each slice holds whole children of the root, in a copy of the root's start tag: a document of its own. */
async function parseSlices(markup: Markup): Promise<XmlElement> {
  const { text } = markup
  const children: XmlElement[] = []
  const texts: string[] = []
  let first: XmlElement | undefined
  let from = 0
  while (from < text.length) {
    scanMarkup(markup, from + sliceLength)
    const { root, position } = markup
    if (!root || position - from > sliceLength + maxChildLength) throw errors.MalformedXML()
    const head = from === 0 ? '' : root.tag
    const tail = position < text.length ? `</${rootName(root.tag)}>` : ''
    const slice = await parse(head + text.slice(from, position) + tail)
    first ??= slice
    for (const child of slice.children) children.push(child)
    texts.push(slice.text)
    from = position
    await setImmediate()
  }
  if (!first) throw errors.MalformedXML()
  return { name: first.name, attributes: first.attributes, text: texts.join(''), children }
}

function rootName(startTag: string): string {
  return /^<([^\s/>]*)/.exec(startTag)?.[1] ?? ''
}

function toText(document: string | Uint8Array): string {
  if (typeof document === 'string') return document.startsWith('\ufeff') ? document.slice(1) : document
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(document)
  } catch {
    throw errors.MalformedXML()
  }
}

/** What the parser returns with `preserveOrder`: one key that is the name, and `:@` with the attributes. */
type ParsedNode = { readonly [name: string]: string | readonly ParsedNode[] | Readonly<Record<string, string>> }

const textKey = '#text'
const cdataKey = '#cdata'
const attributesKey = ':@'

let loaded: Promise<(text: string) => XmlElement> | undefined

/** The parser is loaded with the first document that needs it: it would cost a sixth of the start-up time. */
function loadParser(): Promise<(text: string) => XmlElement> {
  loaded ??= makeParser()
  return loaded
}

async function makeParser(): Promise<(text: string) => XmlElement> {
  const { XMLParser, XMLValidator } = await import('fast-xml-parser')
  // The parser's defaults turn `007` into 7, trim blanks, accept unclosed tags and expand entities of a DOCTYPE.
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: false,
    ignoreDeclaration: true,
    textNodeName: textKey,
    cdataPropName: cdataKey,
    jPath: false,
    onDangerousProperty: name => name,
  })
  return text => {
    try {
      if (XMLValidator.validate(text) !== true) throw errors.MalformedXML()
      const [root, ...more] = (parser.parse(text) as readonly ParsedNode[]).filter(node => !isText(node))
      if (!root || more.length > 0) throw errors.MalformedXML()
      return toElement(root)
    } catch (thrown) {
      // The parser's own errors are all about the document, which is the client's.
      throw thrown instanceof AwsError ? thrown : errors.MalformedXML()
    }
  }
}

function isText(node: ParsedNode): boolean {
  return typeof node[textKey] === 'string'
}

function toElement(node: ParsedNode): XmlElement {
  const rawName = Object.keys(node).find(key => key !== attributesKey) ?? ''
  const children: XmlElement[] = []
  let text = ''
  for (const child of (node[rawName] ?? []) as readonly ParsedNode[]) {
    const own = child[textKey]
    const cdata = child[cdataKey]
    if (typeof own === 'string') text += decodeReferences(own)
    else if (cdata) text += (cdata as readonly ParsedNode[]).map(part => part[textKey] ?? '').join('')
    else children.push(toElement(child))
  }
  const attributes = node[attributesKey] as Readonly<Record<string, string>> | undefined
  return {
    name: localName(rawName),
    attributes: attributes ? readAttributes(attributes) : noAttributes,
    text,
    children,
  }
}

function readAttributes(raw: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [name, value] of Object.entries(raw)) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) attributes.set(localName(name), decodeReferences(value))
  }
  return attributes
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const named = [
  ['amp;', 0x26],
  ['quot;', 0x22],
  ['lt;', 0x3c],
  ['gt;', 0x3e],
  ['apos;', 0x27],
] as const

/** Unit by unit, since a key may be nothing but references: a pattern would make a string of each. */
function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  const units = new Uint16Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at++)
    if (unit !== 0x26) {
      units[length++] = unit
      continue
    }
    const known = named.find(([name]) => text.startsWith(name, at))
    const end = known ? at + known[0].length - 1 : text.indexOf(';', at)
    const code = known ? known[1] : characterNumber(text, at, end)
    if (code > 0xffff) units[length++] = 0xd7c0 + (code >> 10)
    units[length++] = code > 0xffff ? 0xdc00 + (code & 0x3ff) : code
    at = end + 1
  }
  return stringOf(units.subarray(0, length))
}

function stringOf(units: Uint16Array): string {
  let text = ''
  for (let from = 0; from < units.length; from += 4096) {
    text += Reflect.apply(String.fromCharCode, undefined, units.subarray(from, from + 4096))
  }
  return text
}

/**
 * The character of `#38` or `#x26`. S3 answers keys with control characters as references, and takes them back the same way. Throws
 * MalformedXML for what is no reference and what is no character.
 */
function characterNumber(text: string, from: number, end: number): number {
  const isHexadecimal = text[from + 1] === 'x'
  const first = from + (isHexadecimal ? 2 : 1)
  if (text[from] !== '#' || end <= first || end - first > 7) return malformed()
  let code = 0
  for (let at = first; at < end; at++) {
    const digit = digitOf(text.charCodeAt(at), isHexadecimal)
    code = code * (isHexadecimal ? 16 : 10) + digit
  }
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return malformed()
  return code
}

function digitOf(unit: number, isHexadecimal: boolean): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  const lower = unit | 0x20
  return isHexadecimal && lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : malformed()
}

function malformed(): never {
  throw errors.MalformedXML()
}
