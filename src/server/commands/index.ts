import type { Command } from './command.ts'

/** A line of the table: loaded only when it is asked for, so that a start does not pay for it. */
interface Entry {
  readonly summary: string
  readonly load: () => Promise<Command>
}

/** What `mrap-local` can be asked besides starting: one file each. */
export const commands: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    'env',
    {
      summary: 'what connects a shell, or a compose file, to the one that runs: eval "$(mrap-local env)"',
      load: async () => (await import('./env.ts')).env,
    },
  ],
  [
    'explain',
    { summary: 'who may do what in a world, and why', load: async () => (await import('./explain.ts')).explain },
  ],
  [
    'schema',
    {
      summary: 'the JSON Schema of world files, for editors',
      load: async () => (await import('./schema.ts')).schema,
    },
  ],
])
