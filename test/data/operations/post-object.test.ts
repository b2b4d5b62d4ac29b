import t, { type Test } from 'tap'
import { errors } from '../../../src/data/errors.ts'
import { readPostForm } from '../../../src/data/forms/post-form.ts'
import postObject from '../../../src/data/operations/post-object.ts'
import { dataNamespace } from '../../../src/data/shapes.ts'
import { AwsError } from '../../../src/protocol/errors.ts'
import { bodyOfForm, openForm } from '../../../src/protocol/request/form.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { decodeInput } from '../../../src/protocol/xml/decode.ts'
import { encodeOutput } from '../../../src/protocol/xml/encode.ts'
import type { Bucket } from '../../../src/store/rows.ts'
import { type DataWorld, dataWorld, textOf } from '../../helpers/data-context.ts'

type Fields = Readonly<Record<string, string>>
interface Post {
  readonly fields?: Fields
  readonly file?: string
  /** `; filename="..."`. */
  readonly filename?: string
}

const boundary = 'boundary'
const variable = '$\x7bfilename}'
const part = (disposition: string, content: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`
const policyOf = (...conditions: unknown[]) =>
  Buffer.from(JSON.stringify({ expiration: '2100-01-01T00:00:00Z', conditions })).toString('base64')

/** As the dispatcher does it, without a signature. */
async function post(world: DataWorld, { fields = { key: 'k' }, file = 'hello', filename }: Post) {
  const parts = Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value))
  const body = `${parts.join('')}${part(`name="file"${filename === undefined ? '' : `; filename="${filename}"`}`, file)}--${boundary}--\r\n`
  const headers = [['Content-Type', `multipart/form-data; boundary=${boundary}`]] as const
  const context = world.context({ method: 'POST', path: '/', headers, body })
  const form = await openForm(context.request)
  const { labels, request } = await readPostForm(form, context.request)
  const input = await decodeInput(
    postObject.input,
    {
      labels: { Bucket: world.bucket.name, ...labels },
      query: readQuery(''),
      headers: request.headers,
      body: undefined,
    },
    errors,
  )
  const output = await postObject.handle(input, { ...context, form, body: bodyOfForm(request, form) })
  const encoded = encodeOutput(postObject.output, output, { rootName: 'PostObjectResult', namespace: dataNamespace })
  return {
    status: encoded.status,
    headers: Object.fromEntries(encoded.headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof encoded.body === 'string' ? encoded.body : '',
  }
}

async function refused(world: DataWorld, request: Post): Promise<AwsError> {
  try {
    await post(world, request)
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
  throw new Error('not refused')
}

const current = (world: DataWorld, key: string) => world.store.findCurrentVersion(world.bucket.id, key)
const md5 = '"5d41402abc4b2a76b9719d911017c592"'

async function stored(t: Test, request: Post, bucket: Partial<Bucket> = {}) {
  const world = await dataWorld(t, bucket)
  const answer = await post(world, request)
  return { answer, world, version: current(world, request.fields?.key ?? 'k') }
}

t.test('does the work', async t => {
  t.test('the file is the object', async t => {
    const { world, version } = await stored(t, { file: 'x'.repeat(300_000) })
    t.equal(version?.size, 300_000)
    t.equal(await textOf(version && world.store.bodies.read(version)), 'x'.repeat(300_000))
  })

  t.test('fields say what headers say elsewhere', async t => {
    const fields = {
      key: 'k',
      'Content-Type': 'text/plain',
      'Cache-Control': 'a—b',
      'X-Amz-Meta-Color': 'blÜe',
      'x-amz-storage-class': 'STANDARD_IA',
      tagging: '<Tagging><TagSet><Tag><Key>a b</Key><Value>c&amp;d</Value></Tag></TagSet></Tagging>',
      submit: 'Upload',
    }
    const { version } = await stored(t, { fields: { ...fields, tagging: fields.tagging.replace('c&amp;d', 'c=d') } })
    t.match(version?.details, {
      entityHeaders: { 'content-type': 'text/plain', 'cache-control': 'a b' },
      metadata: { color: 'blÜe' },
      tags: [['a b', 'c=d']],
    })
    t.equal(version?.storageClass, 'STANDARD_IA')
  })

  t.test('private, where ACLs are off', async t => {
    const { version } = await stored(t, { fields: { key: 'k', acl: 'private' } })
    t.equal(version?.size, 5)
    t.equal(version?.details.acl, undefined)
  })

  t.test('the name of the file, without its folders', async t => {
    const world = await dataWorld(t)
    for (const [filename, key] of [
      ['a.txt', 'up/a.txt'],
      ['C:\\x\\b.txt', 'up/b.txt'],
      ['d/c.txt', 'up/c.txt'],
      ['', 'up/'],
    ] as const) {
      await post(world, { fields: { key: `up/${variable}`, 'x-amz-meta-name': variable }, filename })
      t.equal(current(world, key)?.details.metadata?.name, key.slice(3))
    }
    await post(world, { fields: { key: `up/${variable}` } })
    t.ok(current(world, `up/${variable}`), 'a file without a name leaves it as it is')
  })

  t.test('a document that is no tag set names no tags', async t => {
    const { version } = await stored(t, { fields: { key: 'k', tagging: '<InvalidXmlTagging></InvalidXmlTagging>' } })
    t.equal(version?.details.tags, undefined)
  })

  t.test('sizes within the policy', async t => {
    const world = await dataWorld(t)
    const policy = policyOf(['eq', '$key', 'k'], ['content-length-range', 2, 5])
    for (const file of ['ab', 'hello']) t.equal((await post(world, { fields: { key: 'k', policy }, file })).status, 204)
  })
})

t.test('reads and writes the wire', async t => {
  t.test('204 by default, without a body', async t => {
    const { answer } = await stored(t, {}, { versioning: 'Enabled' })
    t.equal(answer.status, 204)
    t.equal(answer.body, '')
    t.match(answer.headers, {
      etag: md5,
      location: 'https://orders-usw2.s3.amazonaws.com/k',
      'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=',
      'x-amz-checksum-type': 'FULL_OBJECT',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-version-id': /^[\w.]{32}$/,
    })
    t.notOk(answer.headers['content-type'])
  })

  t.test('201 with a document', async t => {
    const { answer } = await stored(t, { fields: { key: 'a/é', success_action_status: '201' } })
    const place = 'https://orders-usw2.s3.amazonaws.com/a%2F%C3%A9'
    t.equal(answer.status, 201)
    t.equal(answer.headers.location, place)
    t.match(
      answer.body,
      `<PostResponse><Location>${place}</Location><Bucket>orders-usw2</Bucket><Key>a/é</Key><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></PostResponse>`,
    )
  })

  t.test('303 with a place', async t => {
    const { answer } = await stored(t, { fields: { key: 'k', success_action_redirect: 'http://a.test/' } })
    t.equal(answer.status, 303)
    t.equal(
      answer.headers.location,
      'http://a.test/?bucket=orders-usw2&key=k&etag=%225d41402abc4b2a76b9719d911017c592%22',
    )
  })

  t.test('checksums of the file', async t => {
    const { answer } = await stored(t, { fields: { key: 'k', 'x-amz-checksum-crc32': 'NhCmhg==' } })
    t.equal(answer.headers['x-amz-checksum-crc32'], 'NhCmhg==')
    const computed = await stored(t, { fields: { key: 'k', 'x-amz-checksum-algorithm': 'SHA256' } })
    t.equal(computed.answer.headers['x-amz-checksum-sha256'], 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=')
  })
})

t.test('refuses', async t => {
  const key = { key: 'k' }
  const rows: readonly (readonly [string, Post, code: string, status: number, fields?: Fields])[] = [
    ['no key', { fields: {} }, 'InvalidArgument', 400, { ArgumentName: 'key', ArgumentValue: '' }],
    ['an empty key', { fields: { key: '' } }, 'InvalidArgument', 400, { ArgumentName: 'key', ArgumentValue: '' }],
    ['a long key', { fields: { key: 'k'.repeat(1025) } }, 'KeyTooLongError', 400],
    [
      'another class',
      { fields: { ...key, 'x-amz-storage-class': 'FakeClass' } },
      'InvalidStorageClass',
      400,
      { StorageClassRequested: 'FakeClass' },
    ],
    ['tags that are no XML', { fields: { ...key, tagging: 'not-xml' } }, 'MalformedXML', 400],
    ['a policy that cannot be read', { fields: { ...key, policy: 'e30=' } }, 'InvalidPolicyDocument', 400],
    ['a policy that does not hold', { fields: { ...key, policy: policyOf({ key: 'x' }) } }, 'AccessDenied', 403],
    [
      'too large',
      { fields: { ...key, policy: policyOf(key, ['content-length-range', 0, 4]) } },
      'EntityTooLarge',
      400,
      { ProposedSize: '5', MaxSizeAllowed: '4' },
    ],
    [
      'too small',
      { fields: { ...key, policy: policyOf(key, ['content-length-range', 6, 9]) } },
      'EntityTooSmall',
      400,
      { ProposedSize: '5', MinSizeAllowed: '6' },
    ],
    ['another checksum', { fields: { ...key, 'x-amz-checksum-crc32': 'AAAAAA==' } }, 'BadDigest', 400],
    ['another MD5', { fields: { ...key, 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }, 'BadDigest', 400],
    ['an unknown checksum', { fields: { ...key, 'x-amz-checksum-algorithm': 'ADLER' } }, 'InvalidRequest', 400],
    ['a name that is no header', { fields: { ...key, 'x-amz-meta-a b': 'x' } }, 'InvalidArgument', 400],
    ['an ACL where there are none', { fields: { ...key, acl: 'public-read' } }, 'AccessControlListNotSupported', 400],
  ]
  for (const [name, request, code, status, fields] of rows) {
    const world = await dataWorld(t)
    const error = await refused(world, request)
    t.match(error, { code, status, ...(fields && { fields }) }, name)
    t.equal(current(world, 'k'), undefined, `${name}: nothing is stored`)
  }
})
