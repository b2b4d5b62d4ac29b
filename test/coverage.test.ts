import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { coverageDocument } from './helpers/coverage-document.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const file = join(root, 'docs', 'coverage.md')

t.test('docs/coverage.md says what the operation tables say', async t => {
  const document = coverageDocument(root)
  if (process.env.UPDATE_COVERAGE) writeFileSync(file, document)
  t.equal(readFileSync(file, 'utf8'), document, 'run `npm run coverage` after changing a table or an ASSUMED comment')
})
