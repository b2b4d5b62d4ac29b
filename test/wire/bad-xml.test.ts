import { createHash } from 'node:crypto'
import { test } from 'tap'
import { type Ask, account, bucket, startApp, type TestApp, twoRegions } from '../helpers/app.ts'
import { control, controlNamespace, createBody, describe, policyBody, tokenOf } from '../helpers/control.ts'
import { isRefusal, textOf, textsOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const create = 'POST /async-requests/mrap/create'
const message = 'The XML you provided was not well-formed or did not validate against our published schema'
const malformed = { status: 400, code: 'MalformedXML', message, fields: {} }

/** What no parser may take, made of a document that is fine. */
function broken(good: string): [name: string, body: string | Buffer][] {
  const root = /^<(\w+)/.exec(good)?.[1] ?? ''
  const inner = good.slice(good.indexOf('>') + 1, good.lastIndexOf('<'))
  return [
    ['text', 'hello'],
    ['JSON', '{"a":1}'],
    ['half of it', good.slice(0, good.length / 2)],
    ['an unclosed root', good.slice(0, good.lastIndexOf('<'))],
    ['two roots', good + good],
    ['text behind it', `${good}x`],
    ['crossed tags', '<a><b></a></b>'],
    ['another root', `<Other>${inner}</Other>`],
    ['an empty root', `<${root}/>`],
    ['text in the root', `<${root}>text${inner}</${root}>`],
    ['DOCTYPE', `<!DOCTYPE ${root}>${good}`],
    ['DOCTYPE with entities', `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${good}`],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${good.replace(inner, `${inner}&a;`)}`,
    ],
    ['an unknown entity', `<${root}>${inner}<X>&nbsp;</X></${root}>`],
    ['a bare ampersand', `<${root}>${inner}<X>a & b</X></${root}>`],
    ['a control character', `<${root}>${inner}<X>\u0001</X></${root}>`],
    ['a processing instruction', `<?php x ?>${good}`],
    [
      'not UTF-8',
      Buffer.concat([Buffer.from(`<${root}>${inner}<X>`), Buffer.from([0xff, 0xfe]), Buffer.from(`</X></${root}>`)]),
    ],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le')],
    ['deep', `<${root}>${'<a>'.repeat(500)}${'</a>'.repeat(500)}</${root}>`],
    ['an attribute twice', `<${root} a="1" a="2">${inner}</${root}>`],
  ]
}

test('control documents', async t => {
  const app = await startApp(t, { world: { buckets: [bucket('b-usw2', 'us-west-2')] } })
  for (const [name, body] of broken(createBody('from-xml', ['b-usw2'], 'c'))) {
    isRefusal(t, await control(app, create, { body }), { ...malformed, envelope: 'wrapped' }, name)
  }
  const missing = {
    status: 400,
    code: 'MissingRequestBodyError',
    message: 'Request Body is empty',
    fields: {},
    envelope: 'wrapped',
  } as const
  isRefusal(t, await control(app, create), missing, 'no body')

  const document = (inner: string) =>
    `<CreateMultiRegionAccessPointRequest xmlns="${controlNamespace}">${inner}</CreateMultiRegionAccessPointRequest>`
  const token = '<ClientToken>c</ClientToken>'
  const region = '<Regions><Region><Bucket>b-usw2</Bucket></Region></Regions>'
  const wrong: [string, string, string][] = [
    ['no token', document(`<Details><Name>from-xml</Name>${region}</Details>`), 'MalformedXML'],
    ['no details', document(token), 'MalformedXML'],
    ['no name', document(`${token}<Details>${region}</Details>`), 'MalformedXML'],
    [
      'two names',
      document(`${token}<Details><Name>from-xml</Name><Name>from-xml</Name>${region}</Details>`),
      'MalformedXML',
    ],
    ['no Regions', document(`${token}<Details><Name>from-xml</Name></Details>`), 'MalformedXML'],
    ['empty Regions', document(`${token}<Details><Name>from-xml</Name><Regions/></Details>`), 'MalformedXML'],
    [
      'a Region without bucket',
      document(`${token}<Details><Name>from-xml</Name><Regions><Region/></Regions></Details>`),
      'MalformedXML',
    ],
    [
      'a bad boolean',
      document(
        `${token}<Details><Name>from-xml</Name><PublicAccessBlock><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlock>${region}</Details>`,
      ),
      'MalformedXML',
    ],
    ['a bad name', document(`${token}<Details><Name>From_XML</Name>${region}</Details>`), 'InvalidRequest'],
    ['a name with markup', document(`${token}<Details><Name>a&lt;b&gt;c</Name>${region}</Details>`), 'InvalidRequest'],
    [
      'a bucket name of two characters',
      document(
        `${token}<Details><Name>from-xml</Name><Regions><Region><Bucket>ab</Bucket></Region></Regions></Details>`,
      ),
      'InvalidRequest',
    ],
  ]
  for (const [name, body, code] of wrong) {
    isRefusal(t, await control(app, create, { body }), { status: 400, code, envelope: 'wrapped' }, name)
  }
  t.strictSame(textsOf((await control(app, 'GET /mrap/instances')).text, 'Name'), [], 'nothing was created')
})

const grant = `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${createHash('sha256').update(`mrap-local:${account}`).digest('hex')}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>`

test('data documents', async t => {
  const world = {
    buckets: [
      bucket('b-usw2', 'us-west-2', {
        objectLock: true,
        versioning: 'Enabled',
        objectOwnership: 'ObjectWriter' as const,
      }),
    ],
  }
  const app = await startApp(t, { world })
  const retain = {
    'x-amz-object-lock-mode': 'GOVERNANCE',
    'x-amz-object-lock-retain-until-date': '2027-01-01T00:00:00Z',
    'x-amz-checksum-crc32': 'jNwWgw==',
  }
  await app.ask('PUT /b-usw2/k', { ...west, body: 'x', headers: { 'x-amz-tagging': 'a=1', ...retain } })
  const uploadId = textOf((await app.ask('POST /b-usw2/up?uploads', west)).text, 'UploadId')
  const part = '<Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part>'
  const rows: [line: string, good: string, not?: string[], code?: string][] = [
    // An empty root removes the tags; recorded from the service.
    [
      'PUT /b-usw2/k?tagging',
      '<Tagging><TagSet><Tag><Key>b</Key><Value>2</Value></Tag></TagSet></Tagging>',
      ['an empty root'],
    ],
    [
      'PUT /b-usw2/k?retention',
      '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>',
      ['an empty root'],
    ],
    ['PUT /b-usw2/k?legal-hold', '<LegalHold><Status>ON</Status></LegalHold>'],
    [
      'PUT /b-usw2/k?acl',
      `<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList>${grant}</AccessControlList></AccessControlPolicy>`,
      [],
      'MalformedACLError',
    ],
    ['POST /b-usw2/k?restore', '<RestoreRequest><Days>1</Days></RestoreRequest>', ['an empty root']],
    [
      `POST /b-usw2/up?uploadId=${uploadId}`,
      `<CompleteMultipartUpload>${part}</CompleteMultipartUpload>`,
      ['an empty root'],
    ],
    ['POST /b-usw2?delete', '<Delete><Object><Key>k</Key></Object></Delete>'],
    [
      'PUT /b-usw2?versioning',
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
      ['an empty root'],
    ],
    [
      'PUT /b-usw2?requestPayment',
      '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>',
    ],
    [
      'PUT /b-usw2?ownershipControls',
      '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
    ],
    [
      'PUT /b-usw2?publicAccessBlock',
      '<PublicAccessBlockConfiguration><BlockPublicAcls>false</BlockPublicAcls></PublicAccessBlockConfiguration>',
      ['an empty root'],
    ],
    [
      'PUT /b-usw2?object-lock',
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
    ],
    [
      'PUT /new-bucket',
      '<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>',
      ['an empty root'],
    ],
  ]
  for (const [line, good, not = [], code = 'MalformedXML'] of rows) {
    for (const [name, body] of broken(good).filter(([name]) => !not.includes(name))) {
      const answer = await app.ask(line, { ...west, body })
      const ill = ['another root', 'an empty root', 'text in the root']
      isRefusal(t, answer, { ...malformed, code: ill.includes(name) ? code : 'MalformedXML' }, `${line}: ${name}`)
    }
  }
  t.strictSame(textsOf((await app.ask('GET /b-usw2/k?tagging', west)).text, 'Value'), ['1'], 'tags as before')
  t.equal((await app.ask('GET /b-usw2/k', west)).text, 'x', 'the object is there')
  t.match((await app.ask('GET /b-usw2/k?retention', west)).text, /2027-01-01T00:00:00/, 'retention as before')
  t.equal(textOf((await app.ask('GET /b-usw2?requestPayment', west)).text, 'Payer'), 'BucketOwner')
  t.equal((await app.ask('HEAD /new-bucket', west)).status, 404)
  t.equal((await app.ask('HEAD /b-usw2/up', west)).status, 404)
})

/** A document that is fine but for its length. */
const padded = (good: string, length: number) => good.replace('>', `>${' '.repeat(length - good.length)}`)

test('sizes', async t => {
  const app = await startApp(t, { world: twoRegions })
  const tooBig = (limit: number) => ({
    status: 400,
    code: 'MaxMessageLengthExceeded',
    message: 'Your request was too big.',
    fields: { MaxMessageLengthBytes: String(limit) },
  })
  const kB = 1024
  const body = createBody('by-size', ['orders-usw2'], 'c')
  const refused = await control(app, create, { body: padded(body, 64 * kB + 1) })
  isRefusal(t, refused, { ...tooBig(64 * kB), envelope: 'wrapped' }, 'control')
  t.strictSame(
    textsOf((await control(app, 'GET /mrap/instances')).text, 'Name'),
    ['orders-global'],
    'nothing was created',
  )
  t.equal((await control(app, create, { body: padded(body, 64 * kB) })).status, 200, '64 kB exactly')

  const tags = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>'
  await app.ask('PUT /orders-usw2/k', { ...west, body: 'x' })
  isRefusal(
    t,
    await app.ask('PUT /orders-usw2/k?tagging', { ...west, body: padded(tags, 64 * kB + 1) }),
    tooBig(64 * kB),
    'tags',
  )
  const remove = '<Delete><Object><Key>k</Key></Object></Delete>'
  isRefusal(
    t,
    await app.ask('POST /orders-usw2?delete', { ...west, body: padded(remove, 8 * kB * kB + 1) }),
    tooBig(8 * kB * kB),
    'DeleteObjects',
  )
  const complete =
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part></CompleteMultipartUpload>'
  isRefusal(
    t,
    await app.ask('POST /orders-usw2/k?uploadId=u', { ...west, body: padded(complete, 4 * kB * kB + 1) }),
    tooBig(4 * kB * kB),
    'CompleteMultipartUpload',
  )
  t.equal((await app.ask('HEAD /orders-usw2/k', west)).status, 200, 'nothing was deleted')
  const keys = Array.from({ length: 1001 }, (_, index) => `<Object><Key>${index}</Key></Object>`).join('')
  isRefusal(
    t,
    await app.ask('POST /orders-usw2?delete', { ...west, body: `<Delete>${keys}</Delete>` }),
    malformed,
    '1,001 keys',
  )
  // A body of the largest size that only its end betrays, while another request is served.
  const slow = app.ask('POST /orders-usw2?delete', {
    ...west,
    body: `<Delete>${'<Object><Key>a</Key></Object>'.repeat(280_000)}</Delet>`,
  })
  t.equal((await app.ask('HEAD /orders-usw2/k', west)).status, 200)
  isRefusal(t, await slow, malformed, 'almost 8 MB')
})

test('policies', async t => {
  const app = await startApp(t, { world: twoRegions })
  const put = (body: string) => app.ask('PUT /orders-usw2?policy', { ...west, body })
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const fine = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::orders-usw2/*' }
  const rows: [name: string, body: string, message?: string][] = [
    ['no JSON', 'hello', "Policies must be valid JSON and the first byte must be '{'"],
    ['a list', '[]', "Policies must be valid JSON and the first byte must be '{'"],
    ['a blank first', ` ${document(fine)}`, "Policies must be valid JSON and the first byte must be '{'"],
    ['nothing in it', '{}', 'Missing required field Statement'],
    ['another bucket', document({ ...fine, Resource: 'arn:aws:s3:::orders-euw1/*' }), 'Policy has invalid resource'],
    ['no effect', document({ ...fine, Effect: undefined }), 'Missing required field Effect'],
    ['__proto__', '{"__proto__":{"Statement":[]},"Version":"2012-10-17"}'],
    ['deep', `{"Statement":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ]
  for (const [name, body, sentence] of rows) {
    isRefusal(
      t,
      await put(body),
      { status: 400, code: 'MalformedPolicy', ...(sentence && { message: sentence }) },
      name,
    )
  }
  const long = document({ ...fine, Sid: 's'.repeat(20 * 1024) })
  isRefusal(t, await put(long), { status: 400, code: 'MalformedPolicy' }, 'over 20 kB')
  isRefusal(
    t,
    await app.ask('GET /orders-usw2?policy', west),
    { status: 404, code: 'NoSuchBucketPolicy' },
    'nothing was stored',
  )

  // That of an MRAP is judged in the background.
  const tooLong = { Version: '2012-10-17', Id: 'i'.repeat(20 * 1024), Statement: [] }
  const body = policyBody('orders-global', tooLong, 'p')
  const token = tokenOf(await control(app, 'POST /async-requests/mrap/put-policy', { body }))
  app.clock.advance(1000)
  t.equal(textOf((await describe(app, token)).text, 'Code'), 'MalformedPolicy')
  t.match((await control(app, 'GET /mrap/instances/orders-global/policy')).text, /<Policy\/>/, 'none was ever set')
})

/** Bodies where none belongs. */
test('a body on an operation without one', async t => {
  const app: TestApp = await startApp(t, { world: twoRegions })
  await app.ask('PUT /orders-usw2/k', { ...west, body: 'x' })
  const rows: [string, Ask, number][] = [
    ['GET /orders-usw2/k', { body: 'body' }, 200],
    ['HEAD /orders-usw2/k', { body: 'body' }, 200],
    ['GET /orders-usw2?list-type=2', { body: '<not xml' }, 200],
    ['DELETE /orders-usw2/other', { body: 'body' }, 204],
    ['GET /orders-usw2/k', { body: 'x'.repeat(70_000) }, 400],
  ]
  for (const [line, ask, status] of rows) t.equal((await app.ask(line, { ...west, ...ask })).status, status, line)
})
