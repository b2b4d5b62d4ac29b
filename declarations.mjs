/**
 * The TypeScript interface of what a JSON Schema describes, as far as our schemas go: objects, records, lists, texts, truth values, enums and
 * alternatives. Descriptions become comments.
 */
export function declarationOf(name, schema) {
  return `${comment(schema, '')}interface ${name} ${typeOf(schema, '')}`
}

function typeOf(schema, indent) {
  if (schema.anyOf) return schema.anyOf.map(one => typeOf(one, indent)).join(' | ')
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  if (schema.type === 'array') return `readonly (${typeOf(schema.items, indent)})[]`
  if (schema.type === 'integer') return 'number'
  if (schema.type !== 'object') return schema.type
  const [values] = Object.values(schema.patternProperties ?? {})
  if (values) return `{ readonly [name: string]: ${typeOf(values, indent)} }`
  return Object.keys(schema.properties).length === 0 ? 'object' : members(schema, indent)
}

function members({ properties, required = [] }, indent) {
  const inside = `${indent}    `
  const lines = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?'
    return `${comment(schema, inside)}${inside}readonly ${name}${optional}: ${typeOf(schema, inside)};\n`
  })
  return `{\n${lines.join('')}${indent}}`
}

function comment({ description }, indent) {
  return description === undefined ? '' : `${indent}/** ${description} */\n`
}
