/** An element, free of the parser's own forms. */
export interface XmlElement {
  /** Without prefix. */
  readonly name: string
  /** By name without prefix; namespace declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>
  /** All text directly in the element, CDATA included, references decoded, nothing trimmed. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

export const noAttributes: ReadonlyMap<string, string> = new Map()
