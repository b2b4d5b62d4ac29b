import t from 'tap'
import { corsHeaders, preflightHeaders } from '../../../src/data/buckets/cors.ts'
import { readHeaders } from '../../../src/protocol/request/headers.ts'
import { type DataWorld, dataWorld } from '../../helpers/data-context.ts'

const origin = 'https://localhost:4200'
const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

interface Rule {
  readonly AllowedOrigins: readonly string[]
  readonly AllowedMethods: readonly string[]
  readonly AllowedHeaders?: readonly string[]
  readonly ExposeHeaders?: readonly string[]
  readonly MaxAgeSeconds?: number
}
const configure = (world: DataWorld, ...rules: readonly Rule[]) =>
  world.store.putBucketConfiguration(world.bucket.id, 'cors', JSON.stringify({ CORSRules: rules }))

/** A request with `Origin`, and the two headers of a preflight where they are said. */
function request(world: DataWorld, method: string, from: string | undefined, asks?: string, headers?: string) {
  const pairs: [string, string][] = []
  if (from !== undefined) pairs.push(['Origin', from])
  if (asks !== undefined) pairs.push(['Access-Control-Request-Method', asks])
  if (headers !== undefined) pairs.push(['Access-Control-Request-Headers', headers])
  return { ...world.context().request, method, headers: readHeaders(pairs) }
}
const ask = (world: DataWorld, ...rest: [from: string | undefined, asks?: string, headers?: string]) =>
  Object.fromEntries(
    preflightHeaders(request(world, 'OPTIONS', ...rest), { ...world, allowOrigins: [], isObject: true }),
  )
const get = (world: DataWorld, ...rest: [from: string | undefined, asks?: string, headers?: string]) =>
  Object.fromEntries(corsHeaders(request(world, 'GET', ...rest), { ...world, allowOrigins: [] }))

t.test('the answer says what the rule says', async t => {
  const world = await dataWorld(t)
  const rule = { AllowedOrigins: [origin], AllowedMethods: ['GET', 'PUT'], AllowedHeaders: ['*'], MaxAgeSeconds: 3000 }
  await configure(world, rule)
  const granted = {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': 'GET, PUT',
    'Access-Control-Max-Age': '3000',
    'Access-Control-Allow-Credentials': 'true',
    Vary: vary,
  }
  t.strictSame(ask(world, origin, 'PUT'), granted)
  t.strictSame(get(world, origin), granted)
  t.strictSame(ask(world, origin, 'GET', 'x-amz-request-payer,  X-AMZ-expected-BUCKET-owner'), {
    ...granted,
    'Access-Control-Allow-Headers': 'x-amz-request-payer, x-amz-expected-bucket-owner',
  })
  t.strictSame(get(world, 'http://localhost:4200'), {}, 'another origin')
  t.strictSame(get(world, undefined), {}, 'no origin')
  t.strictSame(get(world, origin, 'DELETE'), {}, 'the headers of a preflight count on any request')

  await configure(world, { AllowedOrigins: ['*'], AllowedMethods: ['GET'], ExposeHeaders: ['ETag', 'x-amz-id-2'] })
  t.strictSame(get(world, 'http://random:1234'), {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET',
    'Access-Control-Expose-Headers': 'ETag, x-amz-id-2',
    Vary: vary,
  })
})

t.test('wildcards, and the first rule that fits', async t => {
  const world = await dataWorld(t)
  await configure(
    world,
    { AllowedOrigins: ['http://*.origin.com'], AllowedMethods: ['GET'], AllowedHeaders: ['x-amz-*', 'Content-TYPE'] },
    { AllowedOrigins: ['http://*'], AllowedMethods: ['GET', 'HEAD'] },
  )
  const methodsFor = (...rest: [from: string, asks?: string, headers?: string]) =>
    get(world, ...rest)['Access-Control-Allow-Methods']
  t.equal(methodsFor('http://test.origin.com'), 'GET')
  t.equal(methodsFor('http://test.origin.com/'), 'GET, HEAD')
  t.equal(methodsFor('http://.origin.com'), 'GET')
  t.equal(methodsFor('https://test.origin.com'), undefined)
  t.equal(methodsFor('http://test.origin.com', 'HEAD'), 'GET, HEAD')
  t.equal(methodsFor('http://test.origin.com', 'GET', 'x-amz-acl, content-type'), 'GET')
  t.equal(methodsFor('http://test.origin.com', 'GET', 'x-other'), undefined)
})

t.test('refuses preflights', async t => {
  const world = await dataWorld(t)
  const refusal = (bucket: DataWorld['bucket'] | undefined, isObject: boolean, ...rest: [string?, string?]) => {
    const [from, asks] = rest
    try {
      preflightHeaders(request(world, 'OPTIONS', from, asks), { ...world, bucket, isObject, allowOrigins: [] })
    } catch (error) {
      return error
    }
    return undefined
  }
  const forbidden = (reason: string, Method: string, ResourceType: string) => ({
    code: 'AccessForbidden',
    status: 403,
    message: `CORSResponse: ${reason}`,
    fields: { Method, ResourceType },
  })
  const insufficient = {
    code: 'BadRequest',
    status: 400,
    message: 'Insufficient information. Origin request header needed.',
  }
  t.match(refusal(world.bucket, true), insufficient)
  t.match(refusal(undefined, true), insufficient)
  t.match(refusal(undefined, true, origin), forbidden('Bucket not found', 'OPTIONS', 'BUCKET'))
  const off = 'CORS is not enabled for this bucket.'
  t.match(refusal(world.bucket, true, origin), forbidden(off, 'OPTIONS', 'BUCKET'))
  t.match(refusal(world.bucket, true, origin, 'PUT'), forbidden(off, 'PUT', 'BUCKET'))

  await configure(world, { AllowedOrigins: ['*'], AllowedMethods: ['GET'] })
  const reason =
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
  t.match(refusal(world.bucket, true, origin, 'PUT'), forbidden(reason, 'PUT', 'OBJECT'))
  t.match(refusal(world.bucket, false, origin, 'PUT'), forbidden(reason, 'PUT', 'BUCKET'))
  t.match(refusal(world.bucket, true, origin), {
    code: 'BadRequest',
    message: 'Invalid Access-Control-Request-Method: null',
  })
})
