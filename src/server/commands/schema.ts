import { OptionError, quoted } from '../option-error.ts'
import type { Command } from './command.ts'

/** What has a schema. */
const documents: ReadonlyMap<string, () => Promise<object>> = new Map([
  ['world', async () => (await import('../../world/schema.ts')).worldSchema],
])

export const schema: Command = {
  usage: 'world',
  about: [
    'Prints the JSON Schema (draft 2020-12) of world files. Editors check and complete a file by it, for instance with the line',
    '"# yaml-language-server: $schema=./world.schema.json" at its top.',
  ],
  flags: [],
  examples: ['mrap-local schema world > world.schema.json'],
  maxWords: 1,
  async run({ words: [name = ''] }) {
    const document = await documents.get(name)?.()
    if (!document) {
      const known = [...documents.keys()].join(', ')
      throw new OptionError(`schema: ${quoted(name)} has no schema; allowed: ${known} (see mrap-local schema --help)`)
    }
    return { text: `${JSON.stringify(document, undefined, 2)}\n` }
  },
}
