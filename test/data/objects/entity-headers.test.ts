import t from 'tap'
import {
  checkMetadata,
  checkRedirect,
  entityOutput,
  storedEntityHeaders,
} from '../../../src/data/objects/entity-headers.ts'

t.test('keeps what the client sent', async t => {
  t.equal(storedEntityHeaders({}), undefined)
  t.strictSame(storedEntityHeaders({ ContentType: 'text/plain', CacheControl: 'no-cache', Expires: 'never' }), {
    'cache-control': 'no-cache',
    'content-type': 'text/plain',
    expires: 'never',
  })
})

t.test('aws-chunked is framing, not a coding of the object', async t => {
  const coding = (ContentEncoding: string) => storedEntityHeaders({ ContentEncoding })?.['content-encoding']
  t.equal(coding('aws-chunked'), undefined)
  t.equal(coding('aws-chunked,gzip'), 'gzip')
  t.equal(coding('gzip, aws-chunked'), 'gzip')
  t.equal(coding('gzip, br'), 'gzip, br')
})

t.test('answers binary/octet-stream for no Content-Type', async t => {
  t.equal(entityOutput(undefined).ContentType, 'binary/octet-stream')
  t.equal(entityOutput({ 'content-type': 'text/plain' }).ContentType, 'text/plain')
})

t.test('metadata up to 2 KB', async t => {
  t.equal(checkMetadata(undefined), undefined)
  const fits = { a: 'x'.repeat(2047) }
  t.strictSame(checkMetadata(fits), fits)
  t.throws(() => checkMetadata({ a: 'x'.repeat(2048) }), {
    code: 'MetadataTooLarge',
    status: 400,
    message: 'Your metadata headers exceed the maximum allowed metadata size',
    fields: { Size: '2049', MaxSizeAllowed: '2048' },
  })
})

t.test('website redirects', async t => {
  for (const location of ['/a', 'http://b', 'https://c']) t.equal(checkRedirect(location), location)
  t.throws(() => checkRedirect('a'), { code: 'InvalidRedirectLocation', status: 400 })
})
