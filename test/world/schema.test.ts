import { readFileSync } from 'node:fs'
import { test } from 'tap'
import { Check } from 'typebox/value'
import { parse } from 'yaml'
import { worldSchema } from '../../src/world/schema.ts'

test('an editor needs nothing but the JSON', t => {
  const schema = JSON.parse(JSON.stringify(worldSchema))
  t.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema')
  const demo: unknown = parse(readFileSync('fixtures/worlds/demo.yaml', 'utf8'))
  t.ok(Check(schema, demo))
  t.notOk(Check(schema, { bucket: [] }))
  t.notOk(Check(schema, { buckets: [{ name: 'one' }] }))
  t.end()
})
