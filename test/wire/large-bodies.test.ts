import { randomBytes } from 'node:crypto'
import { test } from 'tap'
import { bucket, startApp } from '../helpers/app.ts'

test('large answers side by side share memory and no bytes', async t => {
  const app = await startApp(t, { world: { buckets: [bucket('orders-use1', 'us-east-1')] } })
  const headersOf = async (line: string) =>
    (await app.sign(line, { payload: 'UNSIGNED-PAYLOAD' }))
      .filter(([name]) => name.toLowerCase() !== 'host')
      .map(([name, value]): [string, string] => [name, value])
  const bodies = await Promise.all(
    [3_000_000, 4_000_001, 5_242_880].map(async (size, index) => {
      const path = `/orders-use1/k${index}`
      const bytes = randomBytes(size)
      const put = { method: 'PUT', headers: await headersOf(`PUT ${path}`), body: bytes }
      t.equal((await fetch(app.url + path, put)).status, 200)
      return { path, bytes }
    }),
  )
  const reads = [...bodies, ...bodies, ...bodies].map(async ({ path, bytes }) => {
    const answer = await fetch(app.url + path, { headers: await headersOf(`GET ${path}`) })
    return Buffer.from(await answer.arrayBuffer()).equals(bytes)
  })
  t.ok((await Promise.all(reads)).every(isRight => isRight))
})
