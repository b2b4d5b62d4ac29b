import t from 'tap'
import { AwsError } from '../../src/protocol/errors.ts'
import { type AnyOperation, operationDefiner } from '../../src/protocol/operation.ts'
import { readHeaders } from '../../src/protocol/request/headers.ts'
import { readQuery } from '../../src/protocol/request/query.ts'
import { createRouter } from '../../src/protocol/router.ts'
import { query, string, structure } from '../../src/protocol/xml/shape.ts'

const defineOperation = operationDefiner<unknown>()
const row = (name: string, http: string, ...queryMembers: string[]): AnyOperation<unknown> =>
  defineOperation({
    name,
    http,
    input: structure(Object.fromEntries(queryMembers.map(member => [member, query(member, string())]))),
    output: structure({}),
    handle: () => ({}),
  })

// Methods and paths as in the service model of S3.
const data = [
  row('ListBuckets', 'GET /'),
  row('CreateBucket', 'PUT /{Bucket}'),
  row('HeadBucket', 'HEAD /{Bucket}'),
  row('ListObjects', 'GET /{Bucket}', 'prefix', 'max-keys'),
  row('ListObjectsV2', 'GET /{Bucket}?list-type=2', 'prefix', 'max-keys'),
  row('ListObjectVersions', 'GET /{Bucket}?versions', 'prefix'),
  row('ListMultipartUploads', 'GET /{Bucket}?uploads', 'prefix'),
  row('GetBucketPolicy', 'GET /{Bucket}?policy'),
  row('PutBucketPolicy', 'PUT /{Bucket}?policy'),
  row('GetBucketAcl', 'GET /{Bucket}?acl'),
  row('PutBucketReplication', 'PUT /{Bucket}?replication'),
  row('DeleteObjects', 'POST /{Bucket}?delete'),
  row('GetObject', 'GET /{Bucket}/{Key+}', 'versionId', 'partNumber'),
  row('HeadObject', 'HEAD /{Bucket}/{Key+}', 'versionId', 'partNumber'),
  row('PutObject', 'PUT /{Bucket}/{Key+}'),
  row('CopyObject', 'PUT /{Bucket}/{Key+}|x-amz-copy-source'),
  row('DeleteObject', 'DELETE /{Bucket}/{Key+}', 'versionId'),
  row('GetObjectAcl', 'GET /{Bucket}/{Key+}?acl', 'versionId'),
  row('GetObjectTagging', 'GET /{Bucket}/{Key+}?tagging', 'versionId'),
  row('PutObjectTagging', 'PUT /{Bucket}/{Key+}?tagging', 'versionId'),
  row('CreateMultipartUpload', 'POST /{Bucket}/{Key+}?uploads'),
  row('UploadPart', 'PUT /{Bucket}/{Key+}?partNumber&uploadId', 'partNumber', 'uploadId'),
  row('UploadPartCopy', 'PUT /{Bucket}/{Key+}?partNumber&uploadId|x-amz-copy-source', 'partNumber', 'uploadId'),
  row('ListParts', 'GET /{Bucket}/{Key+}?uploadId', 'uploadId', 'max-parts'),
  row('AbortMultipartUpload', 'DELETE /{Bucket}/{Key+}?uploadId', 'uploadId'),
  row('SelectObjectContent', 'POST /{Bucket}/{Key+}?select&select-type=2'),
]

const control = [
  row('CreateMultiRegionAccessPoint', 'POST /v20180820/async-requests/mrap/create'),
  row('DescribeMultiRegionAccessPointOperation', 'GET /v20180820/async-requests/mrap/{RequestTokenARN+}'),
  row('ListMultiRegionAccessPoints', 'GET /v20180820/mrap/instances', 'nextToken', 'maxResults'),
  row('GetMultiRegionAccessPoint', 'GET /v20180820/mrap/instances/{Name+}'),
  row('GetMultiRegionAccessPointPolicy', 'GET /v20180820/mrap/instances/{Name+}/policy'),
  row('GetMultiRegionAccessPointPolicyStatus', 'GET /v20180820/mrap/instances/{Name+}/policystatus'),
  row('GetMultiRegionAccessPointRoutes', 'GET /v20180820/mrap/instances/{Mrap+}/routes'),
  row('SubmitMultiRegionAccessPointRoutes', 'PATCH /v20180820/mrap/instances/{Mrap+}/routes'),
]

function find(
  table: readonly AnyOperation<unknown>[],
  request: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const [method = '', target = ''] = request.split(' ')
  const [path = '', search = ''] = target.split('?')
  return createRouter(table).match(method, path, readQuery(search), readHeaders(Object.entries(headers)))
}

const shuffles = [
  (rows: readonly AnyOperation<unknown>[]) => rows,
  (rows: readonly AnyOperation<unknown>[]) => rows.toReversed(),
]

t.test('finds the operation of the data plane, whatever the order of the table', async t => {
  const copy = { 'X-Amz-Copy-Source': 'b/k' }
  for (const [request, name, labels, headers] of [
    ['GET /', 'ListBuckets', {}],
    ['GET /?x-id=ListBuckets', 'ListBuckets', {}],
    ['GET /b', 'ListObjects', { Bucket: 'b' }],
    ['GET /b?list-type=2&prefix=a', 'ListObjectsV2', { Bucket: 'b' }],
    ['GET /b?list-type=1', 'ListObjects', { Bucket: 'b' }],
    ['GET /b?uploads=&prefix=x', 'ListMultipartUploads', { Bucket: 'b' }],
    ['GET /b?policy', 'GetBucketPolicy', { Bucket: 'b' }],
    ['GET /b?something-unknown', 'ListObjects', { Bucket: 'b' }],
    ['GET /b?uploadId=1', 'ListObjects', { Bucket: 'b' }],
    ['HEAD /b', 'HeadBucket', { Bucket: 'b' }],
    ['POST /b?delete', 'DeleteObjects', { Bucket: 'b' }],
    ['GET /b/k', 'GetObject', { Bucket: 'b', Key: 'k' }],
    ['GET /b/a/b/c', 'GetObject', { Bucket: 'b', Key: 'a/b/c' }],
    ['GET /b//k', 'GetObject', { Bucket: 'b', Key: '/k' }],
    ['GET /b//', 'GetObject', { Bucket: 'b', Key: '/' }],
    ['GET /b/k/', 'GetObject', { Bucket: 'b', Key: 'k/' }],
    ['GET /b/../x', 'GetObject', { Bucket: 'b', Key: '../x' }],
    ['GET /b/a%2Fb%20c%C3%BC', 'GetObject', { Bucket: 'b', Key: 'a/b cü' }],
    ['GET /b/a%252F', 'GetObject', { Bucket: 'b', Key: 'a%2F' }],
    ['GET /b/a+b', 'GetObject', { Bucket: 'b', Key: 'a+b' }],
    ['GET /b/__proto__', 'GetObject', { Bucket: 'b', Key: '__proto__' }],
    ['GET /b/k?partNumber=1&versionId=v', 'GetObject', { Bucket: 'b', Key: 'k' }],
    ['GET /b/k?acl&versionId=v', 'GetObjectAcl', { Bucket: 'b', Key: 'k' }],
    ['GET /b/k?uploadId=u', 'ListParts', { Bucket: 'b', Key: 'k' }],
    ['PUT /b/k', 'PutObject', { Bucket: 'b', Key: 'k' }],
    ['PUT /b/k?x-id=PutObject', 'PutObject', { Bucket: 'b', Key: 'k' }],
    ['PUT /b/k', 'CopyObject', { Bucket: 'b', Key: 'k' }, copy],
    ['PUT /b/k?X-Amz-Signature=s&X-Amz-Copy-Source=b%2Fk', 'CopyObject', { Bucket: 'b', Key: 'k' }],
    ['PUT /b/k?x-amz-copy-source=b%2Fk', 'PutObject', { Bucket: 'b', Key: 'k' }],
    ['PUT /b/k?tagging', 'PutObjectTagging', { Bucket: 'b', Key: 'k' }, copy],
    ['PUT /b/k?uploadId=u&partNumber=1', 'UploadPart', { Bucket: 'b', Key: 'k' }],
    ['PUT /b/k?partNumber=1&uploadId=u', 'UploadPartCopy', { Bucket: 'b', Key: 'k' }, copy],
    ['DELETE /b/k?uploadId=u', 'AbortMultipartUpload', { Bucket: 'b', Key: 'k' }],
    ['POST /b/k?uploads', 'CreateMultipartUpload', { Bucket: 'b', Key: 'k' }],
    ['POST /b/k?select&select-type=2', 'SelectObjectContent', { Bucket: 'b', Key: 'k' }],
  ] as const) {
    for (const shuffle of shuffles) {
      const match = find(shuffle(data), request, headers)
      t.equal(match.operation.name, name, request)
      t.strictSame({ ...match.labels }, labels, request)
    }
  }
})

t.test('finds the operation of the control plane', async t => {
  const encoded = 'arn%3Aaws%3As3%3A%3A111122223333%3Aaccesspoint/abcdef0123456.mrap'
  const arn = 'arn:aws:s3::111122223333:accesspoint/abcdef0123456.mrap'
  for (const [request, name, labels] of [
    ['POST /v20180820/async-requests/mrap/create', 'CreateMultiRegionAccessPoint', {}],
    [
      'GET /v20180820/async-requests/mrap/arn%3Aaws%3As3%3Aus-west-2%3A1%3Aasync-request/mrap/create/abc%2BD/%3D%3Dx',
      'DescribeMultiRegionAccessPointOperation',
      { RequestTokenARN: 'arn:aws:s3:us-west-2:1:async-request/mrap/create/abc+D/==x' },
    ],
    ['GET /v20180820/mrap/instances?maxResults=10', 'ListMultiRegionAccessPoints', {}],
    ['GET /v20180820/mrap/instances/demo', 'GetMultiRegionAccessPoint', { Name: 'demo' }],
    ['GET /v20180820/mrap/instances/demo/policy', 'GetMultiRegionAccessPointPolicy', { Name: 'demo' }],
    ['GET /v20180820/mrap/instances/policy/policy', 'GetMultiRegionAccessPointPolicy', { Name: 'policy' }],
    ['GET /v20180820/mrap/instances/policy', 'GetMultiRegionAccessPoint', { Name: 'policy' }],
    ['GET /v20180820/mrap/instances/demo/policystatus', 'GetMultiRegionAccessPointPolicyStatus', { Name: 'demo' }],
    [`GET /v20180820/mrap/instances/${encoded}/routes`, 'GetMultiRegionAccessPointRoutes', { Mrap: arn }],
    [
      `GET /v20180820/mrap/instances/${encodeURIComponent(arn)}/routes`,
      'GetMultiRegionAccessPointRoutes',
      { Mrap: arn },
    ],
    [`PATCH /v20180820/mrap/instances/${arn}/routes`, 'SubmitMultiRegionAccessPointRoutes', { Mrap: arn }],
  ] as const) {
    for (const shuffle of shuffles) {
      const match = find(shuffle(control), request)
      t.equal(match.operation.name, name, request)
      t.strictSame({ ...match.labels }, labels, request)
    }
  }
})

t.test('refuses', async t => {
  const notAllowed = (Method: string, ResourceType: string, Allow?: string) => ({
    code: 'MethodNotAllowed',
    status: 405,
    fields: { Method, ResourceType },
    headers: Allow === undefined ? {} : { Allow },
  })
  for (const [name, table, request, expected] of [
    ['a method on the service', data, 'POST /', notAllowed('POST', 'SERVICE', 'GET')],
    ['a method on a bucket', data, 'PATCH /b', notAllowed('PATCH', 'BUCKET', 'GET, HEAD, PUT')],
    ['an odd verb on an object', data, 'PROPFIND /b/k', notAllowed('PROPFIND', 'OBJECT', 'DELETE, GET, HEAD, PUT')],
    ['a subresource with another method only', data, 'GET /b?replication', notAllowed('GET', 'BUCKET', 'PUT')],
    ['a subresource of another level', data, 'GET /b/k?policy', notAllowed('GET', 'OBJECT')],
    ['deleting a subresource', data, 'DELETE /b/k?tagging', notAllowed('DELETE', 'OBJECT', 'GET, PUT')],
    [
      'two subresources',
      data,
      'GET /b?policy&acl',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'Conflicting query string parameters: acl, policy',
        fields: { ArgumentName: 'ResourceType', ArgumentValue: 'acl' },
      },
    ],
    ['a part without its number', data, 'PUT /b/k?uploadId=u', { code: 'InvalidRequest', status: 400 }],
    ['a part without its upload', data, 'PUT /b/k?partNumber=1', { code: 'InvalidRequest', status: 400 }],
    [
      'an upload id where none belongs',
      data,
      'HEAD /b/k?uploadId=u',
      notAllowed('HEAD', 'OBJECT', 'DELETE, GET, HEAD, PUT'),
    ],
    ['a select without its type', data, 'POST /b/k?select', { code: 'InvalidRequest', message: /select-type/ }],
    ['a bad escape', data, 'GET /b/%zz', { code: 'InvalidURI', status: 400, fields: { URI: '/b/%zz' } }],
    ['half an escape', data, 'GET /b/100%', { code: 'InvalidURI' }],
    ['an escape that is not UTF-8', data, 'GET /b/%ff', { code: 'InvalidURI' }],
    ['no bucket before the key', data, 'GET //k', { code: 'InvalidURI' }],
    [
      'a method of the control plane',
      control,
      'DELETE /v20180820/mrap/instances/x/routes',
      { code: 'MethodNotAllowed', fields: { Method: 'DELETE' } },
    ],
    [
      'another API of the control plane',
      control,
      'GET /v20180820/accesspoint/x',
      { code: 'NotImplemented', status: 501 },
    ],
    ['another version', control, 'GET /v20180821/mrap/instances', { code: 'NotImplemented' }],
  ] as const) {
    const error = refusal(() => find(table, request))
    t.match(error, { ...expected }, name)
    if ('fields' in expected) t.strictSame(error.fields, expected.fields, `${name}: members`)
    if ('headers' in expected) t.strictSame(error.headers, expected.headers, `${name}: headers`)
  }
})

t.test('a table in which one request means two operations stops the start', async t => {
  for (const [name, ...patterns] of [
    ['the same pattern twice', 'GET /{Bucket}', 'GET /{Name}'],
    ['two headers', 'PUT /{Bucket}|a', 'PUT /{Bucket}|b'],
    ['crossing literals', 'GET /a/{X}', 'GET /{Y}/b'],
  ] as const) {
    t.throws(() => createRouter(patterns.map((pattern, index) => row(`Op${index}`, pattern))), /clash/, name)
  }
  t.throws(
    () => createRouter([row('A', 'GET /{B}?x', 'x', 'y'), row('B', 'GET /{B}?y', 'x', 'y')]),
    /clash/,
    'two keys that both read',
  )
  t.throws(() => createRouter([row('A', '/{Bucket}')]), /not a route pattern/)
  t.doesNotThrow(() => createRouter([row('A', 'GET /{B}?t=1'), row('B', 'GET /{B}?t=2'), row('C', 'GET /{B}/{K+}')]))
})

t.test('odd paths are matched in linear time', async t => {
  const router = createRouter(control)
  const started = performance.now()
  for (const path of [
    `/v20180820/mrap/instances/${'/'.repeat(16_000)}x`,
    `/${'a/'.repeat(8000)}`,
    '/'.repeat(16_000),
  ]) {
    for (let round = 0; round < 20; round++) {
      t.ok(refusal(() => router.match('PUT', path, readQuery(''), readHeaders([]))))
    }
  }
  t.ok(performance.now() - started < 1000)
})

function refusal(action: () => unknown): AwsError {
  try {
    action()
  } catch (thrown) {
    if (thrown instanceof AwsError) return thrown
    throw thrown
  }
  throw new Error('not refused')
}
