import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { bucket, startApp } from '../helpers/app.ts'

const size = 1_000_000

/** Changes a byte of the one body that is a file. */
function damage(dataDir: string, at: number): void {
  const root = join(dataDir, 'bodies')
  const [name] = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(path =>
    statSync(join(root, path)).isFile(),
  )
  const file = openSync(join(root, name ?? ''), 'r+')
  writeSync(file, 'x', at)
  closeSync(file)
}

test('rotten bytes: InternalError before the first byte, a broken connection after, and a line that names the object', async t => {
  const app = await startApp(t, { world: { buckets: [bucket('orders-use1', 'us-east-1')] } })
  const put = await app.ask('PUT /orders-use1/large', { body: Buffer.alloc(size, 'o').toString() })
  t.equal(put.status, 200)
  // `ask` takes an internal error for a fault of ours.
  const ask = async (line: string, headers: Readonly<Record<string, string>> = {}) => {
    const [method = '', target = ''] = line.split(' ')
    const signed = (await app.sign(line, { headers })).filter(([name]) => name.toLowerCase() !== 'host')
    return fetch(app.url + target, { method, headers: signed.map(([name, value]) => [name, value]) })
  }
  damage(t.testdirName, 900_000)
  const broken = await ask('GET /orders-use1/large')
  t.equal(broken.headers.get('content-length'), String(size))
  await t.rejects(broken.arrayBuffer(), 'the answer breaks off')
  t.equal((await ask('HEAD /orders-use1/large')).status, 200, 'nothing is read for a HEAD')
  const sound = await ask('GET /orders-use1/large', { range: 'bytes=0-9' })
  t.equal(await sound.text(), 'oooooooooo')

  damage(t.testdirName, 5)
  const refused = await ask('GET /orders-use1/large')
  t.equal(refused.status, 500)
  t.match(await refused.text(), /<Code>InternalError<\/Code>/)
  const copy = { 'x-amz-copy-source': '/orders-use1/large', 'x-amz-checksum-algorithm': 'SHA256' }
  t.equal((await ask('PUT /orders-use1/copy', copy)).status, 500, 'nor are they copied')
  t.equal((await ask('HEAD /orders-use1/copy')).status, 404)

  const told = app.lines.filter(line =>
    line.includes('orders-use1/large, version null, is damaged: its bytes are not those that were written'),
  )
  t.equal(told.length, 3)
  t.notOk(
    told.some(line => /\n\s+at /.test(line)),
    'without a stack',
  )
})
