import t from 'tap'
import { encodeOutput } from '../../../src/protocol/xml/encode.ts'
import {
  boolean,
  flattened,
  header,
  integer,
  list,
  payload,
  prefixHeaders,
  status,
  stream,
  string,
  structure,
  timestamp,
} from '../../../src/protocol/xml/shape.ts'

const data = { rootName: 'ListBucketResult', namespace: 'http://s3.amazonaws.com/doc/2006-03-01/' }
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

// Documents as the service gives them: mrap-spec appendix A and 4.
t.test('a listing', async t => {
  const shape = structure({
    Name: string(),
    Prefix: string(),
    KeyCount: integer(),
    IsTruncated: boolean(),
    Contents: flattened(structure({ Key: string(), LastModified: timestamp(), ETag: string(), Size: integer() })),
    CommonPrefixes: flattened(structure({ Prefix: string() })),
    RequestCharged: header('x-amz-request-charged', string()),
  })
  const encoded = encodeOutput(
    shape,
    {
      CommonPrefixes: [{ Prefix: 'a/b/' }],
      Contents: [{ Size: 5, Key: 'a/1.txt', LastModified: 1727038168000, ETag: '"5d41402abc4b2a76b9719d911017c592"' }],
      IsTruncated: false,
      KeyCount: 2,
      Prefix: '',
      Name: 'orders-usw2',
      RequestCharged: 'requester',
    },
    data,
  )
  t.equal(
    encoded.body,
    `${declaration}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>orders-usw2</Name><Prefix/>` +
      '<KeyCount>2</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>a/1.txt</Key>' +
      '<LastModified>2024-09-22T20:49:28.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>' +
      '<Size>5</Size></Contents><CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes></ListBucketResult>',
    'the order of the shape, not of the object',
  )
  t.strictSame(encoded.headers, [
    ['x-amz-request-charged', 'requester'],
    ['Content-Type', 'application/xml'],
  ])
  t.notOk('status' in encoded)
})

t.test('attributes, namespaces, wrapped lists', async t => {
  const Grantee = structure(
    { Type: string({ attribute: true, xmlName: 'xsi:type' }), ID: string(), URI: string() },
    { namespace: ['xmlns:xsi', 'http://www.w3.org/2001/XMLSchema-instance'] },
  )
  const shape = structure(
    {
      Owner: structure({ ID: string() }),
      AccessControlList: list(structure({ Grantee, Permission: string() }, { xmlName: 'Grant' })),
    },
    { xmlName: 'AccessControlPolicy' },
  )
  const grants = [{ Grantee: { Type: 'CanonicalUser', ID: 'id' }, Permission: 'FULL_CONTROL' }]
  t.equal(
    encodeOutput(shape, { Owner: { ID: 'id' }, AccessControlList: grants }, data).body,
    `${declaration}<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>id</ID></Owner>` +
      '<AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">' +
      '<ID>id</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>',
  )
})

t.test('empty things', async t => {
  const shape = structure({
    AccessPoints: list(string({ xmlName: 'AccessPoint' })),
    Contents: flattened(string()),
    Policy: structure({ Established: string() }),
    NextToken: string(),
  })
  const options = { rootName: 'R', namespace: 'n' }
  t.equal(
    encodeOutput(shape, { AccessPoints: [], Contents: [], Policy: {} }, options).body,
    `${declaration}<R xmlns="n"><AccessPoints/><Policy/></R>`,
  )
  t.equal(encodeOutput(shape, {}, options).body, `${declaration}<R xmlns="n"/>`)
  t.strictSame(encodeOutput(structure({}), {}, options), { headers: [] }, 'no members, no body')
  t.strictSame(encodeOutput(structure({ A: header('a', string()) }), undefined, options), { headers: [] })
})

t.test('text that XML cannot carry as it is', async t => {
  const shape = structure({ K: string(), A: structure({ V: string({ attribute: true, xmlName: 'v' }) }) })
  const key = (K: string) => {
    const body = String(encodeOutput(shape, { K }, { rootName: 'R', namespace: 'n' }).body)
    return body.slice(`${declaration}<R xmlns="n"><K>`.length, -'</K></R>'.length)
  }
  for (const [text, expected] of [
    ['a & b', 'a &amp; b'],
    ['<k>', '&lt;k&gt;'],
    ['"x"', '&quot;x&quot;'],
    ["'x'", "'x'"],
    ['a\r\nb', 'a&#13;\nb'],
    ['\u0001\u001f', '&#1;&#31;'],
    ['\u0000', '&#0;'],
    ['\uffff', '&#65535;'],
    ['ü \u{1f600}', 'ü \u{1f600}'],
    [']]>', ']]&gt;'],
    ['a\u007f\t', 'a\u007f\t'],
  ] as const) {
    t.equal(key(text), expected)
  }
  t.match(
    encodeOutput(shape, { A: { V: '"\n\t<' } }, { rootName: 'R', namespace: 'n' }).body,
    '<A v="&quot;&#10;&#9;&lt;"/>',
    'attributes keep tabs and line feeds too',
  )
})

t.test('headers, status, payloads', async t => {
  const shape = structure({
    Code: status(),
    LastModified: header('Last-Modified', timestamp()),
    Until: header('x-amz-object-lock-retain-until-date', timestamp({ format: 'iso8601' })),
    Marker: header('x-amz-delete-marker', boolean()),
    Size: header('Content-Length', integer()),
    Absent: header('ETag', string()),
    Metadata: prefixHeaders('x-amz-meta-'),
    Body: payload(stream()),
  })
  const bytes = (async function* () {
    yield Buffer.from('x')
  })()
  const encoded = encodeOutput(
    shape,
    {
      Code: 206,
      LastModified: 1727038168000,
      Until: 1893456000000,
      Marker: true,
      Size: 0,
      Metadata: { foo: '1', bar: '2' },
      Body: bytes,
    },
    data,
  )
  t.equal(encoded.status, 206)
  t.equal(encoded.body, bytes)
  t.strictSame(encoded.headers, [
    ['Last-Modified', 'Sun, 22 Sep 2024 20:49:28 GMT'],
    ['x-amz-object-lock-retain-until-date', '2030-01-01T00:00:00.000Z'],
    ['x-amz-delete-marker', 'true'],
    ['Content-Length', '0'],
    ['x-amz-meta-foo', '1'],
    ['x-amz-meta-bar', '2'],
  ])

  const tagging = structure({ Tagging: payload(structure({ TagSet: list(string()) })), Version: header('v', string()) })
  t.equal(
    encodeOutput(tagging, { Tagging: { TagSet: ['x'] } }, data).body,
    `${declaration}<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet><member>x</member></TagSet></Tagging>`,
    'a payload is named after its member',
  )
  t.strictSame(encodeOutput(tagging, { Version: '1' }, data), { headers: [['v', '1']] }, 'an absent payload')

  const policy = structure({ Policy: payload(string()), Type: header('Content-Type', string()) })
  t.strictSame(encodeOutput(policy, { Policy: '{"a":"<"}', Type: 'application/json' }, data), {
    headers: [['Content-Type', 'application/json']],
    body: '{"a":"<"}',
  })
})

t.test('elements of several kinds, in one order', async t => {
  const kinds = structure({ A: structure({ K: string() }), B: string() }, { unwrapped: true })
  const shape = structure({ Items: flattened(kinds), Last: string() })
  t.equal(
    encodeOutput(
      shape,
      { Items: [{ B: '1' }, { A: { K: '2' } }, {}, { B: '3' }], Last: '4' },
      { rootName: 'R', namespace: 'n' },
    ).body,
    `${declaration}<R xmlns="n"><B>1</B><A><K>2</K></A><B>3</B><Last>4</Last></R>`,
  )
})
