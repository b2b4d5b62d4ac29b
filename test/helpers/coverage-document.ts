import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { controlOperations } from '../../src/control/operations/index.ts'
import { dataOperations } from '../../src/data/operations/index.ts'
import { kmsOperations } from '../../src/kms/table.ts'
import type { StsOperation } from '../../src/sts/operation.ts'
import { knownActions, stsOperations } from '../../src/sts/table.ts'

interface Row {
  readonly name: string
  readonly http: string
  readonly notImplemented?: unknown
  readonly acceptsMrap?: true
  readonly servedIn?: readonly string[]
  readonly ignores?: readonly string[]
}

/** docs/coverage.md as the tables and the sources have it. `root` is the checkout. */
export function coverageDocument(root: string): string {
  const prose = readFileSync(join(root, 'docs', 'coverage-notes.md'), 'utf8').trim()
  const built = dataOperations.filter(row => !row.notImplemented)
  const unbuilt = dataOperations.filter(row => row.notImplemented)
  return [
    '# Coverage',
    '',
    '<!-- Generated: `npm run coverage`. The words below come from docs/coverage-notes.md, the rows from the operation tables. -->',
    '',
    prose,
    '',
    '## Control plane',
    '',
    '| operation | request | Regions |',
    '| --- | --- | --- |',
    ...controlOperations.filter(row => !row.notImplemented).map(controlRow),
    '',
    `Answer \`NotImplemented\`: ${names(controlOperations.filter(row => row.notImplemented))}.`,
    '',
    '## Security Token Service',
    '',
    '| action | parameters | accepted without effect |',
    '| --- | --- | --- |',
    ...stsOperations.map(stsRow),
    '',
    `Answer \`NotImplemented\`: ${[...knownActions].filter(name => !stsOperations.some(row => row.name === name)).join(', ')}.`,
    '',
    '## Key Management Service',
    '',
    `${kmsOperations.map(row => row.name).join(', ')}. Everything else is answered \`UnsupportedOperationException\` (400).`,
    '',
    '## Data plane',
    '',
    '| operation | request | through an MRAP | accepted without effect |',
    '| --- | --- | --- | --- |',
    ...built.map(dataRow),
    '',
    `Answer \`NotImplemented\`: ${names(unbuilt)}.`,
    '',
    '## Assumed',
    '',
    'The real service is not recorded or documented here; this is what the emulator does.',
    '',
    ...assumptions(join(root, 'src')).map(text => `- ${text}`),
    '',
  ].join('\n')
}

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``
const names = (rows: readonly Row[]) =>
  rows
    .map(row => row.name)
    .sort()
    .join(', ')
const controlRow = (row: Row) => `| ${row.name} | ${code(row.http)} | ${row.servedIn?.join(', ') ?? 'all'} |`
const stsRow = ({ name, parameters, ignores = [] }: StsOperation) =>
  `| ${name} | ${parameters.map(code).join(', ')} | ${ignores.map(code).join(', ')} |`
const dataRow = (row: Row) =>
  `| ${row.name} | ${code(row.http)} | ${row.acceptsMrap ? 'yes' : 'no'} | ${row.ignores?.map(code).join(', ') ?? ''} |`

/** Every `ASSUMED:` comment with the place it stands in. */
function assumptions(directory: string): string[] {
  const found: string[] = []
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts'))
  for (const file of files.sort()) {
    const lines = readFileSync(join(directory, file), 'utf8').split('\n')
    for (const [number, line] of lines.entries()) {
      const start = /(?:\/\/|\*)\s*ASSUMED: (.*)$/.exec(line)
      if (!start) continue
      const text = [start[1] ?? '']
      for (const next of lines.slice(number + 1)) {
        const more = /^\s*(?:\/\/|\*)\s+(?!ASSUMED|@)([^/].*)$/.exec(next)
        if (!more || /\*\/\s*$/.test(text.at(-1) ?? '')) break
        text.push(more[1] ?? '')
      }
      found.push(`${text.join(' ').replace(/\s*\*\/\s*$/, '')} (\`src/${file.replaceAll('\\', '/')}\`)`)
    }
  }
  return found
}
