import { test } from 'tap'
import { alias, bucket, mrapArn, mrapHost, startApp, twoRegions } from '../helpers/app.ts'
import { submitRoutes } from '../helpers/control.ts'
import { openConnection, requestBytes } from '../helpers/http.ts'
import { isRefusal } from '../helpers/xml.ts'

const mrap = { host: mrapHost, sign: 'v4a' } as const

test('where a client stands: header, else credential, else option', async t => {
  const credential = (accessKeyId: string, clientRegion?: string) => ({
    accessKeyId,
    secretAccessKey: 'secret',
    ...(clientRegion && { clientRegion }),
  })
  const world = {
    ...twoRegions,
    accounts: [
      {
        id: '000000000000',
        credentials: [credential('AKIAIRELAND', 'eu-west-1'), credential('AKIANOWHERE')],
        users: [],
        roles: [],
      },
    ],
  }
  const app = await startApp(t, { world, config: { clientRegion: 'ca-west-1' } })
  const rows: [accessKeyId: string, header: string | undefined, served: string][] = [
    ['AKIANOWHERE', undefined, 'us-west-2'],
    ['AKIANOWHERE', 'eu-central-1', 'eu-west-1'],
    ['AKIANOWHERE', 'ap-northeast-1', 'us-west-2'],
    ['AKIAIRELAND', undefined, 'eu-west-1'],
    ['AKIAIRELAND', 'us-west-1', 'us-west-2'],
  ]
  for (const [accessKeyId, header, served] of rows) {
    const as = { accessKeyId, secretAccessKey: 'secret' }
    const headers: Record<string, string> = header === undefined ? {} : { 'x-mrap-client-region': header }
    const answer = await app.ask('GET /k', { ...mrap, as, headers })
    isRefusal(
      t,
      answer,
      {
        status: 404,
        code: 'NoSuchKey',
        headers: { 'x-mrap-served-by': served, 'x-mrap-route-reason': 'nearest-active' },
      },
      `${accessKeyId} ${header}`,
    )
  }
})

test('the header needs no signature; an unknown Region in it is refused', async t => {
  const app = await startApp(t, { world: twoRegions })
  const signed = await app.sign('GET /k', mrap)
  const unsigned = requestBytes('GET /k HTTP/1.1', [...signed, ['X-Mrap-Client-Region', 'eu-west-1']])
  t.equal((await app.send(unsigned)).header('x-mrap-served-by'), 'eu-west-1')
  for (const region of ['atlantis', 'US-EAST-1', '', 'us-gov-west-1']) {
    isRefusal(
      t,
      await app.ask('PUT /k', { ...mrap, headers: { 'x-mrap-client-region': region }, body: 'x' }),
      {
        status: 400,
        code: 'InvalidArgument',
        message: `Argument value ${region} is not a valid AWS Region`,
        fields: { ArgumentName: 'x-mrap-client-region', ArgumentValue: region },
        headers: { 'x-mrap-served-by': undefined },
      },
      `Region "${region}"`,
    )
  }
  isRefusal(t, await app.ask('GET /k', mrap), { status: 404, code: 'NoSuchKey' }, 'nothing was stored')
})

test('reasons, and who served, on every kind of answer', async t => {
  const app = await startApp(t, { world: twoRegions })
  const west = { 'x-mrap-client-region': 'us-west-2' }
  const said = async (line: string, ask: object) => {
    const answer = await app.ask(line, { ...mrap, headers: west, ...ask })
    return [answer.status, answer.header('x-mrap-served-by'), answer.header('x-mrap-route-reason')]
  }
  t.strictSame(await said('PUT /k', { body: 'x' }), [200, 'us-west-2', 'nearest-active'])
  t.strictSame(await said('HEAD /k', {}), [200, 'us-west-2', 'nearest-active'])
  t.strictSame(await said('HEAD /missing', {}), [404, 'us-west-2', 'nearest-active'])
  t.strictSame(await said('GET /k', { as: { accessKeyId: 'test', secretAccessKey: 'wrong' } }), [
    403,
    'us-west-2',
    'nearest-active',
  ])
  t.strictSame(await said('GET /?location', {}), [405, 'us-west-2', 'nearest-active'])
  t.strictSame(await said('DELETE /k', {}), [204, 'us-west-2', 'nearest-active'])
  await submitRoutes(app, mrapArn, { 'us-west-2': 0 })
  t.strictSame(await said('GET /k', {}), [404, 'eu-west-1', 'only-active'])

  const direct = await app.ask('HEAD /orders-usw2/k', { region: 'us-west-2' })
  t.equal(direct.header('x-mrap-served-by'), 'us-west-2')
  t.equal(direct.header('x-mrap-route-reason'), undefined)
  const nobody = await app.ask('HEAD /nowhere/k', { region: 'us-west-2' })
  t.equal(nobody.header('x-mrap-served-by'), undefined)
})

test('the nearest of many, ties and all', async t => {
  const names: Record<string, string> = {
    'us-east-1': 'b-use1',
    'eu-central-1': 'b-euc1',
    'ap-southeast-2': 'b-apse2',
    'sa-east-1': 'b-sae1',
  }
  const world = {
    buckets: Object.entries(names).map(([region, name]) => bucket(name, region)),
    multiRegionAccessPoints: [
      { name: 'many', alias, buckets: Object.values(names).map(name => ({ name })), routes: {} },
    ],
  }
  const app = await startApp(t, { world })
  const rows: [client: string, served: string][] = [
    ['us-east-1', 'us-east-1'],
    ['ca-central-1', 'us-east-1'],
    ['eu-north-1', 'eu-central-1'],
    ['af-south-1', 'sa-east-1'],
    ['ap-southeast-4', 'ap-southeast-2'],
  ]
  for (const [client, served] of rows) {
    const answer = await app.ask('HEAD /k', { ...mrap, headers: { 'x-mrap-client-region': client } })
    t.equal(answer.header('x-mrap-served-by'), served, client)
  }
})

test('a request under way finishes where it began', async t => {
  const app = await startApp(t, { world: twoRegions })
  const body = 'hello from the west'
  const headers = { 'x-mrap-client-region': 'us-west-2', Expect: '100-continue', 'Content-Length': String(body.length) }
  const signed = await app.sign('PUT /slow', { ...mrap, headers, payload: 'UNSIGNED-PAYLOAD' })
  const connection = openConnection(t, app.port)
  connection.send(requestBytes('PUT /slow HTTP/1.1', signed))
  t.equal((await connection.next()).status, 100)
  connection.send(body.slice(0, 5))
  t.equal((await submitRoutes(app, mrapArn, { 'us-west-2': 0 })).status, 200)
  t.equal((await app.ask('GET /slow', mrap)).header('x-mrap-served-by'), 'eu-west-1', 'a new request goes elsewhere')
  connection.send(body.slice(5))
  const answer = await connection.next()
  t.equal(answer.status, 200)
  t.equal(answer.header('x-mrap-served-by'), 'us-west-2')
  t.equal((await app.ask('GET /orders-usw2/slow', { region: 'us-west-2' })).text, body)
  isRefusal(
    t,
    await app.ask('GET /orders-euw1/slow', { region: 'eu-west-1' }),
    { status: 404, code: 'NoSuchKey' },
    'not there',
  )
})
