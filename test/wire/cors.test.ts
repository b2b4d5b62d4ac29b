import { test } from 'tap'
import { alias, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { isRefusal } from '../helpers/xml.ts'

const origin = 'https://shop.example'
const configuration = (method: string) =>
  `<CORSConfiguration><CORSRule><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>${method}</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>`

async function withCors(app: TestApp, bucket: string, region: string): Promise<void> {
  const put = await app.ask(`PUT /${bucket}?cors`, { region, body: configuration('PUT') })
  if (put.status !== 200) throw new Error(put.text)
}

test('a preflight is answered unsigned, with the signature of what it announces, and with any query', async t => {
  const app = await startApp(t, { world: twoRegions })
  await withCors(app, 'orders-usw2', 'us-west-2')
  const headers = {
    Origin: origin,
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'content-type',
  }
  for (const target of [
    '/orders-usw2/k',
    '/orders-usw2',
    '/orders-usw2/k?partNumber=1&uploadId=x',
    '/orders-usw2/k?acl',
    '/orders-usw2/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=nobody&X-Amz-Signature=00',
    `/${alias}/k`,
  ]) {
    const answer = await app.ask(`OPTIONS ${target}`, {
      sign: 'none',
      headers: { ...headers, 'x-mrap-client-region': 'us-west-2' },
    })
    t.equal(answer.status, 200, target)
    t.equal(answer.header('access-control-allow-origin'), origin, target)
    t.equal(answer.header('access-control-allow-headers'), 'content-type', target)
    t.equal(answer.text, '', target)
  }
  const refused = await app.ask('OPTIONS /orders-usw2/k', { sign: 'none', headers: { Origin: origin } })
  isRefusal(t, refused, { status: 400, code: 'BadRequest' }, 'no method')
  const elsewhere = await app.ask('OPTIONS /orders-euw1/k', { sign: 'none', headers })
  isRefusal(t, elsewhere, { status: 403, code: 'AccessForbidden' }, 'no configuration')
  const nowhere = await app.ask('OPTIONS /no-such-bucket/k', { sign: 'none', headers })
  isRefusal(t, nowhere, { status: 403, code: 'AccessForbidden' }, 'no bucket')
})

test('answers and refusals carry the headers, directly and through an MRAP', async t => {
  const app = await startApp(t, { world: twoRegions })
  await withCors(app, 'orders-usw2', 'us-west-2')
  const headers = { Origin: origin, 'x-mrap-client-region': 'us-west-2' }
  for (const target of ['/orders-usw2/k', `/${alias}/k`]) {
    const put = await app.ask(`PUT ${target}`, { region: 'us-west-2', headers, body: 'hello' })
    t.equal(put.status, 200)
    t.equal(put.header('access-control-allow-origin'), origin, target)
    const unsigned = await app.ask(`PUT ${target}`, { sign: 'none', headers, body: 'hello' })
    t.equal(unsigned.status, 403)
    t.equal(unsigned.header('access-control-allow-origin'), origin, `${target}, refused`)
    const get = await app.ask(`GET ${target}`, { region: 'us-west-2', headers })
    t.equal(get.header('access-control-allow-origin'), undefined, 'a method that no rule allows')
  }
})
