import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ListMultiRegionAccessPointsCommand, S3ControlClient } from '@aws-sdk/client-s3-control'
import '@aws-sdk/signature-v4a'
import { type Test, test } from 'tap'
import { mrapLocal } from '../src/client.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const alias = 'mfzwi23gnjvgw.mrap'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A plain HTTP server that notes what it is asked. */
async function listener(t: Test) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ method: request.method, url: request.url, headers: request.headers, body })
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { seen, port, endpoint: `http://127.0.0.1:${port}` }
}

test('an S3 client with an MRAP ARN', async t => {
  const { seen, endpoint } = await listener(t)
  const s3 = new S3Client({ region: 'us-east-1', credentials, ...mrapLocal({ endpoint }) })
  t.teardown(() => s3.destroy())
  const Bucket = `arn:aws:s3::123456789012:accesspoint/${alias}`
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a b/c', Body: 'hello' }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'second', Body: 'hello' }))
  t.equal(seen.length, 2)
  t.match(seen[0], {
    method: 'PUT',
    url: /^\/a%20b\/c/,
    headers: {
      host: `${alias}.accesspoint.s3-global.amazonaws.com`,
      authorization: /^AWS4-ECDSA-P256-SHA256 /,
      'x-amz-region-set': '*',
    },
    body: /hello/,
  })
})

test('ordinary buckets and S3 Control, by their true names and by an endpoint', async t => {
  const { seen, endpoint, port } = await listener(t)
  const s3 = new S3Client({ region: 'eu-west-1', credentials, ...mrapLocal({ endpoint }) })
  const control = new S3ControlClient({
    region: 'us-west-2',
    credentials,
    ...mrapLocal({ endpoint: new URL(endpoint) }),
  })
  const local = new S3ControlClient({
    region: 'us-west-2',
    credentials,
    endpoint: `http://localhost:${port}`,
    ...mrapLocal({ endpoint: `http://localhost:${port}` }),
  })
  t.teardown(() => {
    for (const client of [s3, control, local]) client.destroy()
  })
  await s3.send(new PutObjectCommand({ Bucket: 'one', Key: 'k', Body: 'b' }))
  const AccountId = '111122223333'
  // The empty answer is not the XML they expect; what they asked is what counts.
  await control.send(new ListMultiRegionAccessPointsCommand({ AccountId })).catch(() => {})
  await local.send(new ListMultiRegionAccessPointsCommand({ AccountId })).catch(() => {})
  t.strictSame(
    [...new Set(seen.map(({ headers }) => headers.host))],
    [
      'one.s3.eu-west-1.amazonaws.com',
      '111122223333.s3-control.us-west-2.amazonaws.com',
      `111122223333.localhost:${port}`,
    ],
  )
})

test('other hosts are connected to as usual', async t => {
  const emulator = await listener(t)
  const other = await listener(t)
  const { httpAgent } = mrapLocal({ endpoint: emulator.endpoint }).requestHandler
  t.teardown(() => httpAgent.destroy())
  const { get } = await import('node:http')
  for (const host of ['127.0.0.1', 'localhost']) {
    const request = get({ agent: httpAgent, host, port: other.port, path: '/', family: 4 })
    const [response] = await once(request, 'response')
    response.resume()
  }
  t.equal(other.seen.length, 2)
  t.equal(emulator.seen.length, 0)
  const notS3 = [
    'sts.amazonaws.com',
    's3tables.us-east-1.amazonaws.com',
    'mys3.amazonaws.com',
    's3.amazonaws.com.evil.test',
    '127.0.0.1.test',
  ]
  for (const host of notS3) {
    let lookedUp = ''
    const request = get({
      agent: httpAgent,
      host,
      lookup: (name, _options, done) => {
        lookedUp = name
        done(new Error('not resolved in this test'), [])
      },
    })
    await once(request, 'error')
    t.equal(lookedUp, host, `${host} is looked up, not routed`)
  }
  t.equal(emulator.seen.length, 0)
})

test('options are checked', t => {
  t.doesNotThrow(() => mrapLocal())
  t.doesNotThrow(() => mrapLocal({ endpoint: 'http://[::1]:4566/' }))
  const bad = ['https://127.0.0.1:4566', '127.0.0.1:4566', '', 'http://h/path', 'http://u:p@h', 'http://h?q', 'ftp://h']
  for (const endpoint of bad) t.throws(() => mrapLocal({ endpoint }), TypeError, endpoint)
  const odd: Record<string, unknown>[] = [{ endpoint: 4566 }, { endpoint: null }, { endpont: 'http://h' }]
  for (const options of odd) t.throws(() => mrapLocal(options), TypeError, JSON.stringify(options))
  t.end()
})
