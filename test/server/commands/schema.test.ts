import { test } from 'tap'
import { runCommand } from '../../../src/server/commands/command.ts'
import { schema } from '../../../src/server/commands/schema.ts'

test('the schema of world files is JSON', async t => {
  const { text } = await runCommand('schema', schema, ['world'], {})
  t.match(JSON.parse(text), { type: 'object', properties: { buckets: { type: 'array' } } })
})

test('what has no schema', async t => {
  await t.rejects(runCommand('schema', schema, [], {}), { message: /^schema: "" has no schema; allowed: world/ })
  await t.rejects(runCommand('schema', schema, ['moon'], {}), { message: /^schema: "moon" has no schema/, exitCode: 2 })
  await t.rejects(runCommand('schema', schema, ['world', 'moon'], {}), {
    message: /^schema: unexpected argument "moon"; see mrap-local schema --help$/,
  })
})
