import { createHash } from 'node:crypto'
import { test } from 'tap'
import { accountWith, allow, deny, keyOf, policyText } from '../helpers/accounts.ts'
import { type Ask, account, bucket, startApp, type TestApp } from '../helpers/app.ts'
import { textOf } from '../helpers/xml.ts'

const west = { region: 'us-west-2' } as const
const root = { ...west, as: keyOf(`root-${account}`) } as const
const hold = { 'x-amz-object-lock-legal-hold': 'ON' }
const locked = {
  'x-amz-object-lock-mode': 'GOVERNANCE',
  'x-amz-object-lock-retain-until-date': '2030-01-01T00:00:00Z',
}
const crc = { 'x-amz-checksum-crc32': 'jNwWgw==' }
const attributes = { 'x-amz-object-attributes': 'ETag' }
const acl = { 'x-amz-acl': 'bucket-owner-full-control' }

interface Row {
  readonly name: string
  readonly line: string
  readonly ask?: Ask
  readonly actions: readonly string[]
}

/** Requests with all actions they need; `{v}`: a version of `k`, `{u}`: an open upload, `{e}`: the ETag of `k`. */
const rows: readonly Row[] = [
  {
    name: 'attributes',
    line: 'GET /b/k?attributes',
    ask: { headers: attributes },
    actions: ['GetObject', 'GetObjectAttributes'],
  },
  {
    name: 'attributes of a version',
    line: 'GET /b/k?attributes&versionId={v}',
    ask: { headers: attributes },
    actions: ['GetObjectVersion', 'GetObjectVersionAttributes'],
  },
  { name: 'a plain write', line: 'PUT /b/k', ask: { body: 'x' }, actions: ['PutObject'] },
  { name: 'with an ACL', line: 'PUT /b/k', ask: { body: 'x', headers: acl }, actions: ['PutObject', 'PutObjectAcl'] },
  {
    name: 'with tags',
    line: 'PUT /b/k',
    ask: { body: 'x', headers: { 'x-amz-tagging': 'a=b' } },
    actions: ['PutObject', 'PutObjectTagging'],
  },
  {
    name: 'with a hold',
    line: 'PUT /b/k',
    ask: { body: 'x', headers: { ...hold, ...crc } },
    actions: ['PutObject', 'PutObjectLegalHold'],
  },
  {
    name: 'with retention',
    line: 'PUT /b/k',
    ask: { body: 'x', headers: { ...locked, ...crc } },
    actions: ['PutObject', 'PutObjectRetention'],
  },
  {
    name: 'with If-Match',
    line: 'PUT /b/k',
    ask: { body: 'x', headers: { 'If-Match': '{e}' } },
    actions: ['PutObject', 'GetObject'],
  },
  {
    name: 'with If-None-Match',
    line: 'PUT /b/new',
    ask: { body: 'x', headers: { 'If-None-Match': '*' } },
    actions: ['PutObject'],
  },
  {
    name: 'an upload with tags',
    line: 'POST /b/k?uploads',
    ask: { headers: { 'x-amz-tagging': 'a=b' } },
    actions: ['PutObject', 'PutObjectTagging'],
  },
  {
    name: 'an upload with an ACL',
    line: 'POST /b/k?uploads',
    ask: { headers: acl },
    actions: ['PutObject', 'PutObjectAcl'],
  },
  {
    name: 'a part with a stray ACL',
    line: 'PUT /b/k?partNumber=1&uploadId={u}',
    ask: { body: 'x', headers: acl },
    actions: ['PutObject'],
  },
  {
    name: 'a copy',
    line: 'PUT /b/c',
    ask: { headers: { 'x-amz-copy-source': 'b/k' } },
    actions: ['PutObject', 'GetObject'],
  },
  {
    name: 'a copy of a version',
    line: 'PUT /b/c',
    ask: { headers: { 'x-amz-copy-source': 'b/k?versionId={v}' } },
    actions: ['PutObject', 'GetObjectVersion'],
  },
  {
    name: 'a copy with the tags of its source',
    line: 'PUT /b/c',
    ask: { headers: { 'x-amz-copy-source': 'b/tagged' } },
    actions: ['PutObject', 'GetObject', 'GetObjectTagging', 'PutObjectTagging'],
  },
  {
    name: 'a copy with tags of its own',
    line: 'PUT /b/c',
    ask: { headers: { 'x-amz-copy-source': 'b/tagged', 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': 'a=b' } },
    actions: ['PutObject', 'GetObject', 'PutObjectTagging'],
  },
  {
    name: 'a copy without its source tags',
    line: 'PUT /b/c',
    ask: { headers: { 'x-amz-copy-source': 'b/tagged', 'x-amz-tagging-directive': 'REPLACE' } },
    actions: ['PutObject', 'GetObject'],
  },
  {
    name: 'a part of a tagged source',
    line: 'PUT /b/k?partNumber=1&uploadId={u}',
    ask: { headers: { 'x-amz-copy-source': 'b/tagged' } },
    actions: ['PutObject', 'GetObject'],
  },
  { name: 'a delete', line: 'DELETE /b/k', actions: ['DeleteObject'] },
  {
    name: 'a delete with If-Match',
    line: 'DELETE /b/k',
    ask: { headers: { 'If-Match': '{e}' } },
    actions: ['DeleteObject', 'GetObject'],
  },
  {
    name: 'a delete of what must be there',
    line: 'DELETE /b/k',
    ask: { headers: { 'If-Match': '*' } },
    actions: ['DeleteObject'],
  },
  {
    name: 'a delete of a version past its lock',
    line: 'DELETE /b/k?versionId={v}',
    ask: { headers: { 'x-amz-bypass-governance-retention': 'true' } },
    actions: ['DeleteObjectVersion', 'BypassGovernanceRetention'],
  },
  { name: 'all versions', line: 'GET /b?versions', actions: ['ListBucketVersions'] },
  { name: 'uploads', line: 'GET /b?uploads', actions: ['ListBucketMultipartUploads'] },
  { name: 'parts', line: 'GET /b/k?uploadId={u}', actions: ['ListMultipartUploadParts'] },
  { name: 'a new bucket', line: 'PUT /new', actions: ['CreateBucket'] },
  { name: 'a private one', line: 'PUT /new', ask: { headers: { 'x-amz-acl': 'private' } }, actions: ['CreateBucket'] },
  {
    name: 'one with ownership and a list',
    line: 'PUT /new',
    ask: { headers: { 'x-amz-acl': 'aws-exec-read', 'x-amz-object-ownership': 'ObjectWriter' } },
    actions: ['CreateBucket', 'PutBucketAcl', 'PutBucketOwnershipControls'],
  },
  {
    name: 'one with Object Lock',
    line: 'PUT /new',
    ask: { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } },
    actions: ['CreateBucket', 'PutBucketObjectLockConfiguration', 'PutBucketVersioning'],
  },
  {
    name: 'one with tags',
    line: 'PUT /new',
    ask: {
      body: '<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>',
    },
    actions: ['CreateBucket', 'TagResource'],
  },
]

/** Users that may do what a row needs, and for each of its actions one whom only that is denied or not allowed. */
function usersOf({ actions }: Row) {
  const named = actions.map(action => `s3:${action}`)
  return {
    all: [policyText(allow(named, '*'))],
    ...Object.fromEntries(
      named.flatMap((action, index) => [
        [
          `without${index}`,
          [policyText(allow(named.filter(other => other !== action).concat('s3:GetBucketLocation'), '*'))],
        ],
        [`denied${index}`, [policyText(allow('s3:*', '*')), policyText(deny(action, '*'))]],
      ]),
    ),
  }
}

async function prepared(t: Parameters<typeof startApp>[0], row: Row) {
  const objects = [
    { key: 'k', content: { body: 'hello' }, metadata: {}, tags: {} },
    { key: 'tagged', content: { body: 'hello' }, metadata: {}, tags: { a: 'b' } },
  ]
  const users = usersOf(row)
  const world = {
    accounts: [accountWith(account, { users })],
    buckets: [bucket('b', 'us-west-2', { objects, objectLock: true })],
  }
  return { app: await startApp(t, { world }), users: Object.keys(users) }
}

async function filled(app: TestApp, { line, ask = {} }: Row): Promise<[string, Ask]> {
  const head = await app.ask('HEAD /b/k', root)
  const uploadId = textOf((await app.ask('POST /b/k?uploads', root)).text, 'UploadId') ?? ''
  const fill = (text: string) =>
    text
      .replace('{v}', head.header('x-amz-version-id') ?? '')
      .replace('{u}', uploadId)
      .replace('{e}', head.header('etag') ?? '')
  const headers = Object.fromEntries(Object.entries(ask.headers ?? {}).map(([name, value]) => [name, fill(value)]))
  return [fill(line), { ...(line.startsWith('PUT /new') ? {} : west), ...ask, headers }]
}

for (const row of rows) {
  test(`${row.name}: ${row.actions.join(', ')}`, async t => {
    const { app, users } = await prepared(t, row)
    for (const user of users.filter(name => name !== 'all')) {
      const [line, ask] = await filled(app, row)
      const answer = await app.ask(line, { ...ask, as: keyOf(user) })
      t.equal(answer.status, 403, `${user}: ${answer.text}`)
    }
    const [line, ask] = await filled(app, row)
    const answer = await app.ask(line, { ...ask, as: keyOf('all') })
    t.ok(answer.status < 300, `these suffice: ${answer.status} ${answer.text}`)
  })
}

test('what a read shows of tags and locks is for those who may ask for them', async t => {
  const row = {
    name: '',
    line: '',
    actions: ['GetObject', 'GetObjectTagging', 'GetObjectRetention', 'GetObjectLegalHold'],
  }
  const { app } = await prepared(t, row)
  await app.ask('PUT /b/k', { ...root, body: 'x', headers: { ...hold, ...locked, ...crc, 'x-amz-tagging': 'a=b' } })
  const shown = async (user: string, method: string) => {
    const answer = await app.ask(`${method} /b/k`, { ...west, as: keyOf(user) })
    t.equal(answer.status, 200)
    return [
      'x-amz-tagging-count',
      'x-amz-object-lock-mode',
      'x-amz-object-lock-retain-until-date',
      'x-amz-object-lock-legal-hold',
    ]
      .map(name => (answer.header(name) === undefined ? 0 : 1))
      .join('')
  }
  for (const method of ['GET', 'HEAD']) {
    t.equal(await shown('all', method), '1111')
    for (const way of ['without', 'denied']) {
      t.equal(await shown(`${way}1`, method), '0111', 'tags')
      t.equal(await shown(`${way}2`, method), '1001', 'retention')
      t.equal(await shown(`${way}3`, method), '1110', 'legal hold')
    }
  }
})

test('DeleteObjects asks for each of its keys', async t => {
  const { app } = await prepared(t, { name: '', line: '', actions: ['DeleteObject', 'GetObject'] })
  const etag = (await app.ask('HEAD /b/k', root)).header('etag') ?? ''
  const removed = async (user: string, condition: string) => {
    const body = `<Delete><Object><Key>k</Key>${condition}</Object></Delete>`
    const headers = { 'Content-MD5': createHash('md5').update(body).digest('base64') }
    return (
      textOf((await app.ask('POST /b?delete', { ...west, as: keyOf(user), body, headers })).text, 'Code') ?? 'deleted'
    )
  }
  const condition = `<ETag>${etag.replaceAll('"', '&quot;')}</ETag>`
  for (const user of ['without1', 'denied1']) t.equal(await removed(user, condition), 'AccessDenied', user)
  t.equal(await removed('all', condition), 'deleted')
  t.equal(await removed('without1', ''), 'deleted', 'without a condition')
})
