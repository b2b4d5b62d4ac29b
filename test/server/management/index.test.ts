import { Readable } from 'node:stream'
import { test } from 'tap'
import { createLogger } from '../../../src/protocol/logger.ts'
import { readHeaders } from '../../../src/protocol/request/headers.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { createManagement } from '../../../src/server/management/index.ts'
import { readJson } from '../../../src/server/management/json-body.ts'
import type { ManagementServices } from '../../../src/server/management/services.ts'

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

// What these resources do not touch.
const unused = {} as Omit<ManagementServices, 'reset' | 'certificates' | 'names'>

function management() {
  const done = { resets: 0 }
  const lines: string[] = []
  const manage = createManagement({
    services: {
      ...unused,
      reset: async () => {
        done.resets += 1
      },
      certificates: { caPem: async () => 'CA', bundlePem: () => Promise.reject(new Error('the disk is gone')) },
      names: () => ({
        domains: ['localhost'],
        credentials: 'default',
        defaultAccount: '000000000000',
        multiRegionAccessPoints: [],
      }),
    },
    token: undefined,
    log: createLogger('error', line => lines.push(line)),
  })
  return {
    done,
    lines,
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
  t.equal(done.resets, 0)
  t.match(await ask('GET', '/_mrap/v1/names'), {
    status: 200,
    body: '{"domains":["localhost"],"credentials":"default","defaultAccount":"000000000000","multiRegionAccessPoints":[]}\n',
  })
  t.match(await ask('POST', '/_mrap/reset'), { status: 204 })
  t.equal(done.resets, 1)
})

test('refusals', async t => {
  const { ask, done } = management()
  for (const path of [
    '/_mrap',
    '/_mrap/',
    '/_mrap/HEALTH',
    '/_mrap/health/',
    '/_mrap/v1/nothing',
    '/_mrap/__proto__',
  ]) {
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
    'http://127.0.0.1:4566',
  ]
  for (const origin of origins) {
    t.match(await ask('POST', '/_mrap/reset', [['Origin', origin]]), { status: 403 }, origin)
  }
  t.equal(done.resets, 0)
})

test('what breaks is said as a fault of ours, and logged', async t => {
  const { ask, lines } = management()
  const answer = await ask('GET', '/_mrap/ca-bundle.pem')
  t.equal(answer.status, 500)
  t.equal(JSON.parse(String(answer.body)).error.code, 'InternalError')
  t.match(lines.join(), /the disk is gone/)
})

test('a body is JSON whatever its Content-Type, and of bounded size', async t => {
  const read = (...pieces: string[]) => readJson(Readable.from(pieces.map(piece => Buffer.from(piece))))
  t.equal(await read(), undefined)
  t.strictSame(await read('{"by":', '"2m"}'), { by: '2m' })
  await t.rejects(read('{"by"'), { code: 'BadRequest' })
  await t.rejects(readJson(Readable.from([Buffer.from([0x22, 0xff, 0x22])])), { code: 'BadRequest' })
  await t.rejects(readJson(Readable.from(Array.from({ length: 9 }, () => Buffer.alloc(1024 * 1024, 0x20)))), {
    code: 'TooLarge',
  })
})
