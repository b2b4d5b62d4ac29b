import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { isRefusal, textOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const path = '/orders-usw2/k'

interface Client {
  readonly client: string
  readonly requests: readonly { readonly request: string; readonly headers: Readonly<Record<string, string>> }[]
}

const root = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'client-headers')
const clients = ['traced.json', 'reported.json'].flatMap((name): readonly Client[] =>
  JSON.parse(readFileSync(join(root, name), 'utf8')),
)

async function newUpload(app: TestApp): Promise<string> {
  return textOf((await app.ask(`POST ${path}?uploads`, west)).text, 'UploadId') ?? ''
}

/** The same request to a bucket, a key and an upload that exist; a copy goes to another key. */
async function lineOf(app: TestApp, request: string, isCopy: boolean): Promise<string> {
  const line = request.replace('/{Bucket}', '/orders-usw2').replace('/{Key}', isCopy ? '/copy' : '/k')
  return line.includes('uploadId')
    ? line.replace('uploadId', `uploadId=${await newUpload(app)}`).replace('partNumber', 'partNumber=1')
    : line
}

for (const { client, requests } of clients) {
  test(`no header of ${client} is refused`, async t => {
    const app = await startApp(t, { world: twoRegions })
    for (const { request, headers } of requests) {
      await app.ask(`PUT ${path}`, { ...west, body: 'hello' })
      const own = Object.entries(headers).map(([name, value]) => [name, value.replace('{Bucket}/{Key}', path.slice(1))])
      const line = await lineOf(app, request, 'x-amz-copy-source' in headers)
      const body = request === 'PUT /{Bucket}/{Key}' && !('x-amz-copy-source' in headers) ? { body: 'hello' } : {}
      const answer = await app.ask(line, { ...west, ...body, headers: Object.fromEntries(own) })
      // What lacks its body or its parts, or asks for a bucket that is there, does not come to its end.
      if (/uploadId|delete|\/\{Bucket\}$/.test(request))
        t.notOk([501, 403].includes(answer.status), `${request}: ${answer.text}`)
      else t.ok(answer.status < 300, `${request}: ${answer.status} ${answer.text}`)
    }
  })
}

test('a header added after signing', async t => {
  const app = await startApp(t, { world: twoRegions })
  const signed = { ...west, headers: { 'x-amz-cf-id': 'abc' } }
  t.equal((await app.ask(`PUT ${path}`, { ...signed, body: 'x' })).status, 200, 'signed')
  t.equal((await app.ask(`GET ${path}`, { ...signed, sign: 'none' })).status, 403, 'as any request that nobody signed')
  const headers = (await app.sign(`GET ${path}`, west)).map(([name, value]) => `${name}: ${value}\r\n`).join('')
  isRefusal(
    t,
    await app.send(`GET ${path} HTTP/1.1\r\n${headers}x-amz-cf-id: abc\r\n\r\n`),
    {
      status: 403,
      code: 'AccessDenied',
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'x-amz-cf-id' },
    },
    'unsigned on a signed request',
  )
})

test('a header that would change the result and is not built', async t => {
  const app = await startApp(t, { world: twoRegions })
  await app.ask(`PUT ${path}`, { ...west, body: 'hello' })
  for (const [line, name, value] of [
    [`PUT ${path}`, 'x-amz-write-offset-bytes', '5'],
    [`PUT ${path}`, 'x-amz-object-lock-event-hold', 'ON'],
    [`POST ${path}?uploads`, 'x-amz-object-lock-event-hold-duration-days', '1'],
    [`PUT ${path}`, 'x-amz-grant-write', 'id="x"'],
    [`DELETE ${path}`, 'x-amz-if-match-size', '4'],
    [`DELETE ${path}`, 'x-amz-if-match-last-modified-time', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    [`DELETE ${path}?uploadId=${await newUpload(app)}`, 'x-amz-if-match-initiated-time', 'x'],
    ['PUT /another-bucket', 'x-amz-bucket-namespace', 'account-regional'],
  ] as const) {
    isRefusal(
      t,
      await app.ask(line, { ...west, headers: { [name]: value } }),
      { status: 501, code: 'NotImplemented', fields: { Header: name } },
      `${line} ${name}`,
    )
  }
  t.equal((await app.ask(`GET ${path}`, west)).text, 'hello', 'nothing was written or deleted')
  const global = { headers: { 'x-amz-bucket-namespace': 'global' } }
  t.equal((await app.ask('PUT /another-bucket', global)).status, 200, 'what happens anyway')
  const elsewhere = { ...west, headers: { 'x-amz-if-match-size': '4', 'x-amz-write-offset-bytes': '5' } }
  t.equal((await app.ask(`GET ${path}`, elsewhere)).status, 200, 'of a neighbouring operation')
})

test('x-amz-server-side-encryption where the service refuses it', async t => {
  const app = await startApp(t, { world: twoRegions })
  const headers = { 'x-amz-server-side-encryption': 'AES256' }
  t.equal((await app.ask(`PUT ${path}`, { ...west, headers, body: 'x' })).status, 200)
  const uploadId = await newUpload(app)
  for (const line of [
    `GET ${path}`,
    `PUT ${path}?partNumber=1&uploadId=${uploadId}`,
    `POST ${path}?uploadId=${uploadId}`,
    'GET /orders-usw2?list-type=2',
  ]) {
    isRefusal(
      t,
      await app.ask(line, { ...west, headers }),
      {
        status: 400,
        code: 'InvalidArgument',
        message: 'x-amz-server-side-encryption header is not supported for this operation.',
        fields: { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: 'AES256' },
      },
      line,
    )
  }
})
