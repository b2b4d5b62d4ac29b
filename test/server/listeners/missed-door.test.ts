import { Readable } from 'node:stream'
import { test } from 'tap'
import { createLogger } from '../../../src/protocol/logger.ts'
import { readHeaders } from '../../../src/protocol/request/headers.ts'
import type { Response } from '../../../src/protocol/response.ts'
import { explainMissedDoors, hintForName } from '../../../src/server/listeners/missed-door.ts'
import { ok } from './doors.ts'

const mrapHost = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'

const explained: [name: string, hint: RegExp][] = [
  [
    '111122223333.192.168.1.5',
    /^111122223333 before 192\.168\.1\.5 is an account id, .*override.*HTTPS_PROXY.*MRAP_DOMAINS/,
  ],
  ['mfzwi23gnjvgw.mrap.10.0.0.1', /^mfzwi23gnjvgw\.mrap before 10\.0\.0\.1 is an access point's alias.*path style/],
  ['orders.10.0.0.1', /^orders before 10\.0\.0\.1 is a bucket.*path style/],
  ['my.orders.10.0.0.1', /^my\.orders before 10\.0\.0\.1 is a bucket/],
  [
    '111122223333.emulator',
    /^111122223333 before emulator is an account id.*emulator is no own name: add it to MRAP_DOMAINS/,
  ],
  ['mfzwi23gnjvgw.mrap.emulator.lan', /^mfzwi23gnjvgw\.mrap before emulator\.lan .*add it to MRAP_DOMAINS/],
]

test('names that say what their client meant', t => {
  for (const [name, hint] of explained) t.match(hintForName(name), hint, name)
  for (const name of [
    'example.com',
    '10.0.0.1',
    'db',
    '',
    '.',
    '111122223333',
    'orders.emulator',
    'a.mrap',
    '1.2.3.4.',
  ])
    t.equal(hintForName(name), undefined, name)
  t.end()
})

function explainer(response: Response) {
  const lines: string[] = []
  const log = createLogger('info', line => lines.push(line))
  const isOurHost = (host: string) => host.endsWith('.amazonaws.com')
  const dispatch = explainMissedDoors(async () => response, { isOurHost, log })
  const ask = (host: string) =>
    dispatch({
      method: 'GET',
      path: '/k',
      query: '',
      headers: readHeaders([]),
      host,
      viaProxy: false,
      door: 'http',
      remoteAddress: '127.0.0.1',
      body: Readable.from([]),
      sendContinue: () => {},
    })
  return { ask, lines }
}

test('refusals get the hint, in the answer and in the log; answers and other refusals stay as they are', async t => {
  const refused: Response = {
    status: 403,
    headers: [
      ['Server', 'x'],
      ['x-mrap-hint', 'general'],
    ],
    body: 'b',
  }
  const { ask, lines } = explainer(refused)
  const answer = await ask('111122223333.192.168.1.5:4566')
  t.match(answer, { status: 403, body: 'b' })
  const hints = answer.headers.filter(([name]) => name === 'x-mrap-hint')
  t.equal(hints.length, 1)
  t.match(hints[0]?.[1], 'is an account id')
  t.match(lines, [/^info {2}GET 111122223333\.192\.168\.1\.5:4566 refused: 111122223333 before/])
  t.equal(await ask('example.com'), refused)
  t.equal(await ask(mrapHost), refused)
  t.equal(await explainer(ok).ask('111122223333.192.168.1.5'), ok)
})

test('SigV4 refused on the host of an access point: how clients come to sign SigV4A', async t => {
  const hint = 'Sign for us-west-2, or with SigV4A (AWS4-ECDSA-P256-SHA256).'
  const { ask } = explainer({ status: 400, headers: [['x-mrap-hint', hint]] })
  const [header] = (await ask(`${mrapHost}:443`)).headers
  t.match(header?.[1], /^Sign for us-west-2.*awscrt.*@aws-sdk\/signature-v4a/)
  t.match((await ask('s3.us-west-2.amazonaws.com')).headers, [['x-mrap-hint', hint]])
})
