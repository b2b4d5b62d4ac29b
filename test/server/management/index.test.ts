import { Readable } from 'node:stream'
import { test } from 'tap'
import { readHeaders } from '../../../src/protocol/request/headers.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { createManagement } from '../../../src/server/management/index.ts'

function request(method: string, path: string, headers: [string, string][] = []): RawRequest {
  return {
    method,
    path,
    query: '',
    headers: readHeaders(headers),
    host: '127.0.0.1:4566',
    viaProxy: false,
    door: 'http',
    remoteAddress: '127.0.0.1',
    body: Readable.from([]),
    sendContinue: () => {},
  }
}

function management() {
  const done = { resets: 0 }
  const manage = createManagement({
    reset: async () => {
      done.resets += 1
    },
    certificates: { caPem: async () => 'CA', bundlePem: async () => 'BUNDLE' },
    names: () => ({ domains: ['localhost'], credentials: 'default', multiRegionAccessPoints: [] }),
  })
  return {
    done,
    ask: (method: string, path: string, headers?: [string, string][]) => manage(request(method, path, headers), path),
  }
}

test('health, certificates, reset', async t => {
  const { ask, done } = management()
  const health = await ask('GET', '/_mrap/health')
  t.match(health, { status: 200, headers: [['Content-Type', 'application/json']] })
  t.match(JSON.parse(String(health.body)), { status: 'ok' })
  t.match(await ask('HEAD', '/_mrap/health'), { status: 200 })
  t.match(await ask('GET', '/_mrap/ca.pem'), { status: 200, body: 'CA' })
  t.match(await ask('GET', '/_mrap/ca-bundle.pem'), { status: 200, body: 'BUNDLE' })
  t.equal(done.resets, 0)
  t.match(await ask('GET', '/_mrap/v1/names'), {
    status: 200,
    body: '{"domains":["localhost"],"credentials":"default","multiRegionAccessPoints":[]}\n',
  })
  t.match(await ask('POST', '/_mrap/reset'), { status: 204 })
  t.equal(done.resets, 1)
})

test('refusals', async t => {
  const { ask, done } = management()
  for (const path of ['/_mrap', '/_mrap/', '/_mrap/HEALTH', '/_mrap/health/', '/_mrap/v1/clock', '/_mrap/__proto__']) {
    t.match(await ask('GET', path), { status: 404 }, path)
  }
  const wrong: [string, string, string][] = [
    ['GET', '/_mrap/reset', 'POST'],
    ['POST', '/_mrap/health', 'GET, HEAD'],
    ['DELETE', '/_mrap/ca.pem', 'GET, HEAD'],
  ]
  for (const [method, path, allow] of wrong) {
    const answer = await ask(method, path)
    t.equal(answer.status, 405)
    t.strictSame(
      answer.headers.find(([name]) => name === 'Allow'),
      ['Allow', allow],
    )
  }
  const origins = [
    'https://bank.example',
    'http://localhost:3000',
    'null',
    'http://127.0.0.1:4567',
    '',
    'http://127.0.0.1:4566.bank.example',
  ]
  for (const origin of origins) {
    t.match(await ask('POST', '/_mrap/reset', [['Origin', origin]]), { status: 403 }, origin)
  }
  t.equal(done.resets, 0)
  t.match(
    await ask('POST', '/_mrap/reset', [['origin', 'http://127.0.0.1:4566']]),
    { status: 204 },
    'its own pages may',
  )
})
