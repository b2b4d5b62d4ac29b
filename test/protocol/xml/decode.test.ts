import t from 'tap'
import { AwsError, defineErrors } from '../../../src/protocol/errors.ts'
import { type HeaderPairs, readHeaders } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { decodeInput } from '../../../src/protocol/xml/decode.ts'
import {
  boolean,
  flattened,
  header,
  integer,
  label,
  list,
  oneOf,
  payload,
  prefixHeaders,
  query,
  required,
  type StructureShape,
  stream,
  string,
  structure,
  timestamp,
} from '../../../src/protocol/xml/shape.ts'

const catalogue = defineErrors({
  InvalidArgument: { status: 400, message: 'Invalid Argument' },
  MalformedACLError: { status: 400, message: 'bad ACL' },
  MalformedPolicy: { status: 400, message: 'bad policy' },
})

interface Sent {
  readonly labels?: Readonly<Record<string, string>>
  readonly query?: string
  readonly headers?: HeaderPairs
  readonly body?: string | Uint8Array
}

function decode<S extends StructureShape>(shape: S, { labels = {}, query = '', headers = [], body }: Sent) {
  return decodeInput(shape, { labels, query: readQuery(query), headers: readHeaders(headers), body }, catalogue)
}

async function refusal(decoding: Promise<unknown>): Promise<AwsError> {
  const outcome = await decoding.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (outcome instanceof AwsError) return outcome
  throw outcome ?? new Error('not refused')
}

const element = (shape: Parameters<typeof payload>[0]) =>
  structure({ Doc: payload(required(structure({ V: shape }, { xmlName: 'Doc' }))) })
const doc = (content: string) => ({ body: `<Doc>${content}</Doc>` })

t.test('elements that are known and not built are refused, others ignored', async t => {
  const shape = structure({
    Doc: payload(structure({ V: string() }, { xmlName: 'Doc', unbuilt: ['Later'] })),
  })
  t.strictSame(await decode(shape, doc('<V>x</V><Other>y</Other>')), { Doc: { V: 'x' } })
  t.match(await refusal(decode(shape, doc('<V>x</V><Later/>'))), { code: 'NotImplemented', status: 501 })
})

t.test('labels, query, headers', async t => {
  const shape = structure({
    Bucket: label(),
    Key: label(),
    MaxKeys: query('max-keys', integer({ min: 0 })),
    VersionId: query('versionId', string()),
    Bypass: header('x-amz-bypass', boolean()),
    Since: header('If-Modified-Since', timestamp()),
    Until: header('x-amz-until', timestamp({ format: 'iso8601' })),
    Attributes: header('x-amz-object-attributes', list(oneOf(['ETag', 'ObjectSize']))),
    Metadata: prefixHeaders('x-amz-meta-'),
    Body: payload(stream()),
  })
  const input = await decode(shape, {
    labels: { Bucket: 'b', Key: 'a/b c' },
    query: 'max-keys=007&versionId=&other=1',
    headers: [
      ['X-Amz-Bypass', 'True'],
      ['if-modified-since', 'Sun, 22 Sep 2024 20:49:28 GMT'],
      ['x-amz-until', '2030-01-01T00:00:00Z'],
      ['x-amz-object-attributes', 'ETag, ObjectSize'],
      ['X-Amz-Meta-Foo', 'one'],
      ['x-amz-meta-foo', 'two'],
      ['x-amz-meta-__proto__', 'three'],
    ],
  })
  t.equal(input.Bucket, 'b')
  t.equal(input.Key, 'a/b c')
  t.equal(input.MaxKeys, 7)
  t.equal(input.VersionId, '', 'present without a value')
  t.equal(input.Bypass, true)
  t.equal(input.Since, 1727038168000)
  t.equal(input.Until, 1893456000000)
  t.strictSame(input.Attributes, ['ETag', 'ObjectSize'])
  t.strictSame(
    Object.entries(input.Metadata ?? {}),
    [
      ['foo', 'one,two'],
      ['__proto__', 'three'],
    ],
    'lower case, duplicates joined',
  )
  t.notOk('Body' in input, 'bytes are read elsewhere')
  t.strictSame(
    await decode(shape, { labels: { Bucket: 'b', Key: 'k' } }),
    { Bucket: 'b', Key: 'k' },
    'absent is absent',
  )
})

t.test('refuses in query and headers', async t => {
  for (const [name, shape, sent, expected] of [
    [
      'a number that is none',
      { A: query('max-keys', integer({ min: 0 })) },
      { query: 'max-keys=ten' },
      {
        code: 'InvalidArgument',
        message: 'Provided max-keys not an integer or within integer range',
        fields: { ArgumentName: 'max-keys', ArgumentValue: 'ten' },
      },
    ],
    [
      'a number out of range',
      { A: query('max-keys', integer({ min: 0, max: 2147483647 })) },
      { query: 'max-keys=-1' },
      {
        code: 'InvalidArgument',
        message: 'Argument max-keys must be an integer between 0 and 2147483647',
        fields: { ArgumentName: 'max-keys', ArgumentValue: '-1' },
      },
    ],
    [
      'a sentence of its own',
      {
        A: query(
          'encoding-type',
          oneOf(['url'], {
            invalid: { code: 'InvalidArgument', message: 'Invalid Encoding Method specified in Request' },
          }),
        ),
      },
      { query: 'encoding-type=x' },
      {
        code: 'InvalidArgument',
        message: 'Invalid Encoding Method specified in Request',
        fields: { ArgumentName: 'encoding-type', ArgumentValue: 'x' },
      },
    ],
    [
      'a code of its own has no argument',
      { A: header('x-amz-acl', oneOf(['private'], { invalid: { code: 'MalformedACLError' } })) },
      { headers: [['x-amz-acl', 'x']] as const },
      { code: 'MalformedACLError', message: 'bad ACL', fields: {} },
    ],
    [
      'a missing header',
      { A: header('x-amz-a', required(string())) },
      {},
      { code: 'InvalidRequest', message: 'Missing required header for this request: x-amz-a' },
    ],
    ['a pattern', { A: query('a', string({ pattern: /^x+$/ })) }, { query: 'a=y' }, { code: 'InvalidArgument' }],
    ['a blank before a number', { A: query('a', integer()) }, { query: 'a=+1' }, { code: 'InvalidArgument' }],
    ['a huge number', { A: query('a', integer()) }, { query: `a=${'9'.repeat(40)}` }, { code: 'InvalidArgument' }],
    [
      'a date that is none',
      { A: header('a', timestamp()) },
      { headers: [['a', 'yesterday']] as const },
      { code: 'InvalidArgument' },
    ],
    [
      'an item of a list',
      { A: header('a', list(oneOf(['x']))) },
      { headers: [['a', 'x,y']] as const },
      { code: 'InvalidArgument' },
    ],
  ] as const) {
    const error = await refusal(decode(structure(shape), sent))
    t.match(error, { ...expected }, name)
    if ('fields' in expected) t.strictSame(error.fields, expected.fields, `${name}: members`)
  }
})

t.test('the labels go first, the body last', async t => {
  const shape = structure({
    Doc: payload(required(structure({}, { xmlName: 'Doc' }))),
    H: header('h', integer()),
    Q: query('q', integer()),
  })
  const first = await refusal(decode(shape, { query: 'q=x', headers: [['h', 'x']], body: '<' }))
  t.equal(first.fields.ArgumentName, 'q')
  const second = await refusal(decode(shape, { headers: [['h', 'x']], body: '<' }))
  t.equal(second.fields.ArgumentName, 'h')
  await t.rejects(decode(shape, { body: '<' }), { code: 'MalformedXML' })
})

t.test('XML bodies', async t => {
  const request = structure(
    {
      ClientToken: required(string()),
      Details: required(
        structure({
          Name: required(string()),
          Regions: list(structure({ Bucket: required(string()) }, { xmlName: 'Region' })),
        }),
      ),
    },
    { xmlName: 'CreateMultiRegionAccessPointRequest' },
  )
  const shape = structure({ Request: payload(required(request)) })
  // As boto3 and the JavaScript SDK send it: element order differs, one has a declaration (wire-facts 4.2).
  const expected = {
    Request: { ClientToken: 't', Details: { Name: 'n', Regions: [{ Bucket: 'one' }, { Bucket: 'two' }] } },
  }
  const regions = '<Regions><Region><Bucket>one</Bucket></Region><Region><Bucket>two</Bucket></Region></Regions>'
  const root = 'CreateMultiRegionAccessPointRequest'
  const namespace = 'xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"'
  for (const [name, body] of [
    [
      'token first',
      `<${root} ${namespace}><ClientToken>t</ClientToken><Details><Name>n</Name>${regions}</Details></${root}>`,
    ],
    [
      'token last, other order inside',
      `<?xml version="1.0" encoding="UTF-8"?><${root} ${namespace}><Details>${regions}<Name>n</Name></Details><ClientToken>t</ClientToken></${root}>`,
    ],
    ['no namespace', `<${root}><ClientToken>t</ClientToken><Details><Name>n</Name>${regions}</Details></${root}>`],
    [
      'a prefix',
      `<p:${root} xmlns:p="u"><p:ClientToken>t</p:ClientToken><p:Details><p:Name>n</p:Name>${regions}</p:Details></p:${root}>`,
    ],
    [
      'pretty, with a comment and unknown elements',
      `<${root}>\n  <!-- x -->\n  <Future><Name>x</Name></Future>\n  <ClientToken>t</ClientToken>\n  <Details>\n <Name>n</Name> ${regions}<More/></Details>\n</${root}>`,
    ],
  ] as const) {
    t.strictSame(await decode(shape, { body }), expected, name)
    t.strictSame(await decode(shape, { body: Buffer.from(body) }), expected, `${name}, as bytes`)
  }
  const token = '<ClientToken>t</ClientToken>'
  const details = '<Details><Name>n</Name></Details>'
  for (const [name, body] of [
    ['another root', `<Other>${token}${details}</Other>`],
    ['a required element missing', `<${root}>${details}</${root}>`],
    ['one missing further down', `<${root}>${token}<Details/></${root}>`],
    ['a scalar twice', `<${root}>${token}${token}${details}</${root}>`],
    ['a structure twice', `<${root}>${token}${details}${details}</${root}>`],
    ['elements in a scalar', `<${root}><ClientToken><x/></ClientToken>${details}</${root}>`],
    ['text in a structure', `<${root}>${token}text${details}</${root}>`],
    ['text in a list', `<${root}>${token}<Details><Name>n</Name><Regions>x</Regions></Details></${root}>`],
    ['no XML', '{}'],
  ] as const) {
    await t.rejects(decode(shape, { body }), { code: 'MalformedXML', status: 400 }, name)
  }
})

t.test('values of elements', async t => {
  for (const [name, shape, text, expected] of [
    ['a string keeps blanks', string(), ' a ', ' a '],
    ['an empty string', string(), '', ''],
    ['an integer', integer(), '010', 10],
    ['a negative integer', integer(), '-5', -5],
    ['true', boolean(), 'true', true],
    ['FALSE', boolean(), 'FALSE', false],
    ['seconds', timestamp(), '2030-01-01T00:00:00Z', 1893456000000],
    ['milliseconds', timestamp(), '2030-01-01T00:00:00.250Z', 1893456000250],
    ['microseconds', timestamp(), '2030-01-01T00:00:00.250999Z', 1893456000250],
    ['an offset', timestamp(), '2030-01-01T01:30:00+01:30', 1893456000000],
    [
      'an http date where asked for',
      timestamp({ format: 'http-date' }),
      'Tue, 01 Jan 2030 00:00:00 GMT',
      1893456000000,
    ],
    ['a word', oneOf(['ON', 'OFF']), 'ON', 'ON'],
  ] as const) {
    t.strictSame(await decode(element(shape), doc(`<V>${text}</V>`)), { Doc: { V: expected } }, name)
  }
  for (const [name, shape, text] of [
    ['blanks around an integer', integer(), ' 1 '],
    ['an empty integer', integer(), ''],
    ['a float', integer(), '1.0'],
    ['an exponent', integer(), '1e3'],
    ['a plus', integer(), '+1'],
    ['above the limit', integer({ max: 10 }), '11'],
    ['yes', boolean(), 'yes'],
    ['1', boolean(), '1'],
    ['a day alone', timestamp(), '2030-01-01'],
    ['a day that is none', timestamp(), '2030-02-30T00:00:00Z'],
    ['a month that is none', timestamp(), '2030-13-01T00:00:00Z'],
    ['an hour that is none', timestamp(), '2030-01-01T24:00:00Z'],
    ['no zone', timestamp(), '2030-01-01T00:00:00'],
    ['a word in another case', oneOf(['ON', 'OFF']), 'on'],
    ['too short', string({ minLength: 2 }), 'a'],
    ['too long', string({ maxLength: 2 }), 'abc'],
  ] as const) {
    await t.rejects(decode(element(shape), doc(`<V>${text}</V>`)), { code: 'MalformedXML' }, name)
  }
})

t.test('lists', async t => {
  const shape = structure({
    Delete: payload(
      required(
        structure({
          Objects: flattened(structure({ Key: required(string()) }), { xmlName: 'Object', maxItems: 3 }),
          Tags: list(string(), { minItems: 1 }),
          Ids: list(string({ xmlName: 'Id' })),
        }),
      ),
    ),
  })
  const object = (key: string) => `<Object><Key>${key}</Key></Object>`
  t.strictSame(
    await decode(shape, { body: `<Delete>${object('a')}<Ids><Id>1</Id><Other/></Ids>${object('b')}</Delete>` }),
    { Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }], Ids: ['1'] } },
    'flattened items may stand apart; the root is named after the member',
  )
  t.strictSame(
    await decode(shape, { body: `<Delete>${object('a')}</Delete>` }),
    { Delete: { Objects: [{ Key: 'a' }] } },
    'one item is a list',
  )
  t.strictSame(await decode(shape, { body: '<Delete><Tags><member>x</member></Tags></Delete>' }), {
    Delete: { Tags: ['x'] },
  })
  t.strictSame(
    await decode(shape, { body: '<Delete><Ids/></Delete>' }),
    { Delete: { Ids: [] } },
    'an empty wrapper is an empty list',
  )
  for (const [name, body] of [
    ['too few', '<Delete><Tags/></Delete>'],
    ['too many', `<Delete>${object('a').repeat(4)}</Delete>`],
    ['two wrappers', '<Delete><Ids/><Ids/></Delete>'],
    ['a bad item', '<Delete><Object/></Delete>'],
  ] as const) {
    await t.rejects(decode(shape, { body }), { code: 'MalformedXML' }, name)
  }
})

t.test('ten thousand parts are decoded in order, other work in between', async t => {
  const shape = structure({
    Upload: payload(
      structure({ Parts: flattened(structure({ PartNumber: integer() }), { xmlName: 'Part', maxItems: 10_000 }) }),
    ),
  })
  const part = (number: number) => `<Part><PartNumber>${number}</PartNumber></Part>`
  const parts = (count: number) => Array.from({ length: count }, (_, index) => part(index + 1)).join('')
  const input = await decode(shape, { body: `<Upload>${parts(10_000)}</Upload>` })
  t.strictSame(
    input.Upload?.Parts?.map(({ PartNumber }) => PartNumber),
    Array.from({ length: 10_000 }, (_, index) => index + 1),
  )
  await t.rejects(decode(shape, { body: `<Upload>${parts(10_001)}</Upload>` }), { code: 'MalformedXML' })
})

t.test('attributes and refusals of their own', async t => {
  const acl = { invalid: { code: 'MalformedACLError' } } as const
  const Grantee = structure(
    { Type: required(string({ attribute: true, xmlName: 'xsi:type', ...acl })), ID: string(acl) },
    { namespace: ['xmlns:xsi', 'http://www.w3.org/2001/XMLSchema-instance'], ...acl },
  )
  const shape = structure({
    Policy: payload(required(structure({ Grantee: required(Grantee) }, { xmlName: 'AccessControlPolicy', ...acl }))),
  })
  const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
  const body = (grantee: string) => ({ body: `<AccessControlPolicy>${grantee}</AccessControlPolicy>` })
  t.strictSame(await decode(shape, body(`<Grantee ${xsi} xsi:type="CanonicalUser"><ID>1</ID></Grantee>`)), {
    Policy: { Grantee: { Type: 'CanonicalUser', ID: '1' } },
  })
  await t.rejects(
    decode(shape, body('<Grantee><ID>1</ID></Grantee>')),
    { code: 'MalformedACLError' },
    'attribute missing',
  )
  await t.rejects(decode(shape, { body: '<Other/>' }), { code: 'MalformedACLError' }, 'another root')
  await t.rejects(decode(shape, { body: '<x' }), { code: 'MalformedXML' }, 'not well-formed')
})

t.test('other payloads', async t => {
  const policy = structure({ Policy: payload(required(string({ invalid: { code: 'MalformedPolicy' } }))) })
  t.strictSame(await decode(policy, { body: Buffer.from('{"é":1}') }), { Policy: '{"é":1}' }, 'text as it is')
  await t.rejects(decode(policy, { body: Buffer.from([0xff]) }), { code: 'MalformedPolicy' }, 'not UTF-8')
  await t.rejects(decode(policy, { body: '' }), { code: 'MissingRequestBodyError', status: 400 })

  const must = structure({ Doc: payload(required(structure({}))) })
  await t.rejects(decode(must, { body: Buffer.alloc(0) }), {
    code: 'MissingRequestBodyError',
    message: 'Request Body is empty',
  })
  await t.rejects(decode(must, {}), { code: 'MissingRequestBodyError' })
  const may = structure({ Doc: payload(structure({})) })
  t.strictSame(await decode(may, { body: Buffer.alloc(0) }), {}, 'an optional payload may be absent')
  await t.rejects(decode(may, { body: ' ' }), { code: 'MalformedXML' })

  const free = structure({ Name: required(string()), Q: query('q', string()) }, { xmlName: 'Root' })
  t.strictSame(
    await decode(free, { query: 'q=1', body: '<Root><Name>n</Name></Root>' }),
    { Q: '1', Name: 'n' },
    'unbound members',
  )
  await t.rejects(decode(free, { body: '<Rot><Name>n</Name></Rot>' }), { code: 'MalformedXML' })
})
