import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'tap'
import ts from 'typescript'
import { worldSchema } from '../../src/world/schema.ts'

test('the declaration that is shipped and the type that is checked are one', async t => {
  const { declarationOf } = await import(pathToFileURL(resolve('declarations.mjs')).href)
  const declaration: string = declarationOf('Shipped', worldSchema)
  t.match(declaration, /readonly routes\?: \{ readonly \[name: string\]: 0 \| 100 \};/)
  t.match(declaration, /\/\*\* By account id\. .* \*\/\n +readonly accounts\?: /)
  const file = join(t.testdir(), 'shipped.ts')
  const checked = JSON.stringify(resolve('src/world/document.ts'))
  writeFileSync(
    file,
    `import type { WorldDocument } from ${checked}
${declaration}
export const toShipped = (world: WorldDocument): Shipped => world
export const toChecked = (world: Shipped): WorldDocument => world
// @ts-expect-error: the declaration says what a bucket must have.
export const lacking: Shipped = { buckets: [{ name: 'one' }] }
`,
  )
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      rootDir: '.',
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
    },
    '.',
  )
  const program = ts.createProgram([file], options)
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  t.strictSame(problems, [])
})
