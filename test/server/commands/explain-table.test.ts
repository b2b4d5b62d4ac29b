import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'tap'
import { controlOperations } from '../../../src/control/operations/index.ts'
import { dataOperations } from '../../../src/data/operations/index.ts'
import { runCommand } from '../../../src/server/commands/command.ts'
import { explain } from '../../../src/server/commands/explain.ts'
import { loadWorld } from '../../../src/world/file.ts'
import { startApp } from '../../helpers/app.ts'
import { asynchronous, createBody, policyBody, routesBody } from '../../helpers/control.ts'

const prod = '111122223333'
const alias = 'mfzwi23gnjvgw.mrap'
const arn = `arn:aws:s3::${prod}:accesspoint/${alias}`

/** Every built operation whose action is its own: of those that share one, explain has to choose. */
const rows = [
  ...dataOperations.map(operation => ({ ...operation, isControl: false })),
  ...controlOperations.map(operation => ({ ...operation, isControl: true })),
].flatMap(({ name, http, action = `s3:${name}`, notImplemented, unsigned, readsForm, isControl }, index) => {
  const own = typeof action === 'string' ? action : action.plain
  if (notImplemented || unsigned || readsForm || own !== `s3:${name}`) return []
  return [{ name, http, isControl, action: own, key: `U${index}` }]
})

/** Documents without which S3 Control does not judge. */
const bodies: Readonly<Record<string, string>> = {
  CreateMultiRegionAccessPoint: createBody('m-two', ['b-one'], 'create'),
  DeleteMultiRegionAccessPoint: asynchronous('Delete', 'delete', '<Name>m-one</Name>'),
  PutMultiRegionAccessPointPolicy: policyBody('m-one', { Version: '2012-10-17', Statement: [] }, 'policy'),
  SubmitMultiRegionAccessPointRoutes: routesBody({ 'us-west-2': 100 }),
}

/** A request to the operation, complete enough to be judged. */
function lineOf({ http }: { readonly http: string }): {
  readonly line: string
  readonly headers: Record<string, string>
} {
  const [pattern = '', ...headers] = http.split('|')
  const line = pattern
    .replace('{Bucket}', 'b-one')
    .replace('{Key+}', 'k')
    .replace('{Mrap+}', arn.replaceAll(':', '%3A'))
    .replace('{resourceArn+}', arn.replaceAll(':', '%3A'))
    .replace(/\{\w+\+?\}/g, 'm-one')
  return { line, headers: Object.fromEntries(headers.map(name => [name, 'b-one/k'])) }
}

test('explain and the server agree about one action alone, over the whole table', async t => {
  const users = rows.map(({ action, key }) => ({
    name: key,
    policies: [
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: [action, 's3:Nothing'], Resource: '*' } },
    ],
    credentials: [{ accessKeyId: key, secretAccessKey: 's3cret' }],
  }))
  const text = JSON.stringify({
    accounts: { [prod]: { users } },
    buckets: [{ name: 'b-one', region: 'us-west-2', account: prod, objects: [{ key: 'k', body: 'x' }] }],
    multiRegionAccessPoints: [{ name: 'm-one', account: prod, alias, buckets: ['b-one'] }],
  })
  const directory = mkdtempSync(join(tmpdir(), 'mrap-local-explain-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'world.json')
  writeFileSync(file, text)
  const app = await startApp(t, { world: await loadWorld(file) })
  t.ok(rows.length > 50, `${rows.length} operations`)
  // What removes comes last.
  const order = [...rows].sort((a, b) => weight(a.name) - weight(b.name))
  for (const row of order) {
    const { line, headers } = lineOf(row)
    const as = { accessKeyId: row.key, secretAccessKey: 's3cret' }
    const account = row.isControl ? { 'x-amz-account-id': prod } : {}
    const answer = await app.ask(line, {
      region: 'us-west-2',
      as,
      headers: { ...headers, ...account },
      body: bodies[row.name] ?? '',
    })
    const isRefused = answer.status === 403
    const on = row.isControl
      ? ['--mrap', alias]
      : ['--bucket', 'b-one', ...(row.http.includes('{Key+}') ? ['--key', 'k'] : [])]
    const outcome = await runCommand('explain', explain, ['--as', row.key, '--action', row.action, ...on], {
      MRAP_WORLD: file,
    })
    t.equal(outcome.exitCode ?? 0, isRefused ? 1 : 0, `${row.name}: ${line} ${answer.status}; ${outcome.text}`)
  }
})

function weight(name: string): number {
  return name === 'DeleteObject' ? 2 : Number(name.startsWith('Delete'))
}
