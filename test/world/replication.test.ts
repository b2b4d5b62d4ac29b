import { join } from 'node:path'
import { type Test, test } from 'tap'
import { loadWorld, WorldError } from '../../src/world/file.ts'
import { startApp } from '../helpers/app.ts'
import { textOf } from '../helpers/xml.ts'

const load = (t: Test, text: string) => loadWorld(join(t.testdir({ 'world.yaml': text }), 'world.yaml'))

const buckets = `
buckets:
  - { name: a-use1, region: us-east-1, versioning: Enabled, objects: [{ key: old, body: x }] }
  - { name: b-euw1, region: eu-west-1, versioning: Enabled }
  - { name: plain, region: eu-west-2 }
`
const mrap = (replication: string, members = '[a-use1, b-euw1]') =>
  `${buckets}multiRegionAccessPoints:\n  - name: orders\n    buckets: ${members}\n    replication: ${replication}\n`

test('the template of an access point', async t => {
  const app = await startApp(t, { world: await load(t, mrap('{ kind: two-way, prefix: a/ }')) })
  const { text } = await app.ask('GET /b-euw1?replication', { region: 'eu-west-1' })
  t.equal(textOf(text, 'ID'), 'b-euw1-to-a-use1')
  t.equal(textOf(text, 'Role'), 'arn:aws:iam::000000000000:role/replication')
  await app.ask('PUT /a-use1/a/k', { body: 'x' })
  await app.ask('PUT /a-use1/k', { body: 'x' })
  const head = (key: string) => app.ask(`HEAD /b-euw1/${key}`, { region: 'eu-west-1' })
  t.equal((await head('a/k')).header('x-amz-replication-status'), 'REPLICA')
  t.equal((await head('k')).status, 404)
  const old = await app.ask('HEAD /a-use1/old')
  t.equal(old.header('x-amz-replication-status'), undefined, 'objects of the world are older than its rules')
})

test('one way, and back to it after a reset', async t => {
  const app = await startApp(t, { world: await load(t, mrap('{ kind: one-way, from: [b-euw1] }')) })
  const status = async (name: string, region: string) => (await app.ask(`GET /${name}?replication`, { region })).status
  t.equal(await status('b-euw1', 'eu-west-1'), 200)
  t.equal(await status('a-use1', 'us-east-1'), 404)
  await app.ask('DELETE /b-euw1?replication', { region: 'eu-west-1' })
  t.equal((await app.ask('POST /_mrap/reset', { sign: 'none' })).status, 204)
  t.equal(await status('b-euw1', 'eu-west-1'), 200)
})

test('the configuration of a bucket, in the words of the API', async t => {
  const configured = buckets.replace(
    '  - { name: b-euw1, region: eu-west-1, versioning: Enabled }',
    `  - name: b-euw1
    region: eu-west-1
    versioning: Enabled
    replication:
      role: arn:aws:iam::000000000000:role/r
      rules:
        - id: all
          priority: 1
          filter: { and: { prefix: '', tags: [{ key: k, value: v }] } }
          status: Enabled
          destination: { bucket: 'arn:aws:s3:::a-use1', storageClass: STANDARD_IA }
          deleteMarkerReplication: { status: Disabled }`,
  )
  const app = await startApp(t, { world: await load(t, configured) })
  await app.ask('PUT /b-euw1/k', { region: 'eu-west-1', body: 'x', headers: { 'x-amz-tagging': 'k=v' } })
  t.equal((await app.ask('HEAD /a-use1/k')).header('x-amz-storage-class'), 'STANDARD_IA')
})

test('what cannot be is refused with its line', async t => {
  const faults = async (text: string) => {
    try {
      await load(t, text)
    } catch (error) {
      if (error instanceof WorldError) return error.faults
    }
    return []
  }
  t.match(await faults(mrap('{ kind: two-way }', '[a-use1, plain]')), [
    { line: 9, member: 'multiRegionAccessPoints[0].replication', message: /versioning: Enabled of the bucket plain/ },
  ])
  t.match(await faults(mrap('{ kind: one-way }')), [{ line: 9, message: /from/ }])
  t.match(await faults(mrap('{ kind: one-way, from: [plain] }')), [
    { line: 9, message: /not one of this access point/ },
  ])
  t.match(await faults(mrap('{ kind: sideways }')), [{ line: 9, message: /two-way or one-way/ }])
  const missing = buckets.replace(
    'versioning: Enabled }',
    `versioning: Enabled, replication: { role: r, rules: [{ status: Enabled, destination: { bucket: 'arn:aws:s3:::gone' } }] } }`,
  )
  t.match(await faults(missing), [{ line: 4, message: /the bucket gone, which this world does not list/ }])
})

test('what PutBucketReplication refuses stops the start', async t => {
  const world = await load(t, mrap('{ kind: two-way, tags: { a: b }, deleteMarkers: true }'))
  await t.rejects(startApp(t, { world }), {
    message: /^world: the replication of bucket a-use1, b-euw1: Delete marker/,
  })
})
