import { createHash } from 'node:crypto'
import { type Test, test } from 'tap'
import { account, alias, bucket, mrapHost, startApp, type TestApp } from '../helpers/app.ts'
import { textOf } from '../helpers/xml.ts'

/** Scenarios of two or three buckets that replicate, as clients see them. Replication waits until it is settled, but where a test says so. */
const later = { replicationLagMs: { min: 3_600_000, max: 3_600_000 } }
const versioned = { versioning: 'Enabled' } as const
const world = {
  buckets: [
    bucket('a-use1', 'us-east-1', versioned),
    bucket('b-euw1', 'eu-west-1', versioned),
    bucket('c-apne1', 'ap-northeast-1', versioned),
  ],
}
const regions = { 'a-use1': 'us-east-1', 'b-euw1': 'eu-west-1', 'c-apne1': 'ap-northeast-1' }
type Name = keyof typeof regions

interface RuleOptions {
  readonly priority?: number
  readonly filter?: string
  readonly markers?: boolean
  readonly status?: 'Enabled' | 'Disabled'
  readonly criteria?: string
  readonly more?: string
}

function rule(to: string, options: RuleOptions = {}): string {
  const {
    priority = 1,
    filter = '<Prefix></Prefix>',
    markers = false,
    status = 'Enabled',
    criteria = '',
    more = '',
  } = options
  return (
    `<Rule><ID>to-${to}-${priority}</ID><Priority>${priority}</Priority><Filter>${filter}</Filter><Status>${status}</Status>${criteria}` +
    `<Destination><Bucket>arn:aws:s3:::${to}</Bucket>${more}</Destination>` +
    `<DeleteMarkerReplication><Status>${markers ? 'Enabled' : 'Disabled'}</Status></DeleteMarkerReplication></Rule>`
  )
}

const sync =
  '<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status></ReplicaModifications></SourceSelectionCriteria>'

function clientOf(app: TestApp) {
  const ask = (line: string, name: Name, more: Parameters<TestApp['ask']>[1] = {}) =>
    app.ask(line, { region: regions[name], ...more })
  return {
    ask,
    async rules(name: Name, ...rules: readonly string[]) {
      const body = `<ReplicationConfiguration><Role>arn:aws:iam::${account}:role/r</Role>${rules.join('')}</ReplicationConfiguration>`
      const { status, text } = await ask(`PUT /${name}?replication`, name, { body })
      if (status !== 200) throw new Error(text)
    },
    async put(name: Name, key: string, body = key, headers = {}) {
      const answer = await ask(`PUT /${name}/${key}`, name, { body, headers })
      return answer.header('x-amz-version-id') ?? ''
    },
    async head(name: Name, key: string, versionId?: string) {
      const query = versionId === undefined ? '' : `?versionId=${versionId}`
      const answer = await ask(`HEAD /${name}/${key}${query}`, name)
      return { status: answer.status, replication: answer.header('x-amz-replication-status'), header: answer.header }
    },
    async get(name: Name, key: string, versionId?: string) {
      const query = versionId === undefined ? '' : `?versionId=${versionId}`
      const { status, text } = await ask(`GET /${name}/${key}${query}`, name)
      return status === 200 ? text : `${status} ${textOf(text, 'Code')}`
    },
    async versions(name: Name) {
      const { text } = await ask(`GET /${name}?versions`, name)
      return [
        ...text.matchAll(
          /<(Version|DeleteMarker)><Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId><IsLatest>(.*?)<\/IsLatest>/g,
        ),
      ].map(([, kind, key, id, isLatest]) => `${kind} ${key} ${id} ${isLatest}`)
    },
    async tag(name: Name, key: string, value: string, versionId?: string) {
      const query = versionId === undefined ? '' : `&versionId=${versionId}`
      const body = `<Tagging><TagSet><Tag><Key>k</Key><Value>${value}</Value></Tag></TagSet></Tagging>`
      return (await ask(`PUT /${name}/${key}?tagging${query}`, name, { body })).status
    },
    async tagsOf(name: Name, key: string) {
      return textOf((await ask(`GET /${name}/${key}?tagging`, name)).text, 'Value')
    },
  }
}

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('base64')

async function pair(t: Test, config: object = later) {
  const app = await startApp(t, { world, config })
  return { app, replication: app.replication, ...clientOf(app) }
}

test('B1 a replica is its source but for the status', async t => {
  const { rules, put, head, get, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  const headers = { 'x-amz-meta-a': 'b', 'x-amz-tagging': 'k=v', 'content-type': 'text/x', 'cache-control': 'no-cache' }
  const id = await put('a-use1', 'k', 'hello', headers)
  t.match(await head('a-use1', 'k'), { status: 200, replication: 'PENDING' })
  t.equal((await head('b-euw1', 'k')).status, 404)
  t.equal(await get('b-euw1', 'k', id), '404 NoSuchVersion')
  t.match(await replication.settle(), { done: 1, failed: 0, left: [] })
  const source = await head('a-use1', 'k')
  const replica = await head('b-euw1', 'k')
  t.equal(source.replication, 'COMPLETED')
  t.equal(replica.replication, 'REPLICA')
  for (const name of [
    'x-amz-version-id',
    'etag',
    'last-modified',
    'x-amz-meta-a',
    'x-amz-tagging-count',
    'content-type',
    'cache-control',
    'content-length',
  ]) {
    t.ok(source.header(name), name)
    t.equal(replica.header(name), source.header(name), name)
  }
  t.equal(await get('b-euw1', 'k'), 'hello')
  t.equal(await get('b-euw1', 'k', id), 'hello')
})

test('at once where there is no lag', async t => {
  const { rules, put, head } = await pair(t, {})
  await rules('a-use1', rule('b-euw1'))
  await put('a-use1', 'k')
  t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
  t.equal((await head('b-euw1', 'k')).replication, 'REPLICA')
})

test('at its time where there is a lag', async t => {
  const { app, rules, put, head, replication } = await pair(t, { replicationLagMs: { min: 15_000, max: 15_000 } })
  await rules('a-use1', rule('b-euw1'))
  await put('a-use1', 'k')
  t.strictSame(replication.nextDue(), { at: app.clock.now() + 15_000, kind: 'replication' })
  const what = 'a-use1 to b-euw1: k'
  const due = replication.dueWork.flatMap(work => work.nextDue(app.clock.now()))
  t.strictSame(due, [{ at: app.clock.now() + 15_000, kind: 'replication', what }])
  app.clock.advance(14_999)
  await replication.run()
  t.equal((await head('a-use1', 'k')).replication, 'PENDING')
  app.clock.advance(1)
  await replication.run()
  t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
  t.equal(replication.nextDue(), undefined)
})

test('B2 two ways make one replica, and nothing goes back', async t => {
  const { put, head, versions, replication } = await pair(t)
  await replication.template({ kind: 'two-way', sources: ['a-use1', 'b-euw1'] })
  await put('a-use1', 'k')
  t.match(await replication.settle(), { done: 1 })
  t.match(await replication.settle(), { done: 0, left: [] })
  t.strictSame(await versions('a-use1'), await versions('b-euw1'))
  t.equal((await head('b-euw1', 'k')).replication, 'REPLICA')
})

test('B3, B4, B25 the later write is current at both ends, whatever arrives when', async t => {
  for (const first of ['a-use1', 'b-euw1'] as const) {
    const { app, put, get, versions, replication } = await pair(t)
    await replication.template({ kind: 'two-way', sources: ['a-use1', 'b-euw1'] })
    const second = first === 'a-use1' ? 'b-euw1' : 'a-use1'
    await replication.pause({ source: first })
    const older = await put(first, 'k', 'older')
    app.clock.advance(1000)
    const newer = await put(second, 'k', 'newer')
    await replication.settle()
    t.match(await replication.settle(), { left: [{ source: first, held: 1, paused: true }] })
    t.equal(await replication.resume({ source: first }), 1)
    await replication.settle()
    for (const name of ['a-use1', 'b-euw1'] as const) {
      t.equal(await get(name, 'k'), 'newer')
      t.strictSame(await versions(name), [`Version k ${newer} true`, `Version k ${older} false`])
    }
  }
})

test('B5 delete markers travel where the rule says so', async t => {
  for (const markers of [false, true]) {
    const { ask, rules, put, head, versions, replication } = await pair(t)
    await rules('a-use1', rule('b-euw1', { markers }))
    await put('a-use1', 'k')
    await replication.settle()
    const { header } = await ask('DELETE /a-use1/k', 'a-use1')
    await replication.settle()
    t.equal((await head('a-use1', 'k')).status, 404)
    t.equal((await head('b-euw1', 'k')).status, markers ? 404 : 200)
    const marker = `DeleteMarker k ${header('x-amz-version-id')} true`
    t.equal((await versions('b-euw1')).includes(marker), markers)
  }
})

test('B6 a version that is deleted while it waits never arrives; others stay where they are', async t => {
  const { ask, rules, put, get, head, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1', { markers: true }))
  const waiting = await put('a-use1', 'k')
  await ask(`DELETE /a-use1/k?versionId=${waiting}`, 'a-use1')
  t.match(replication.list(), [{ pendingOperations: 0, pendingBytes: 0 }])
  await replication.settle()
  t.equal(await get('b-euw1', 'k', waiting), '404 NoSuchVersion')
  const copied = await put('a-use1', 'l')
  await replication.settle()
  await ask(`DELETE /a-use1/l?versionId=${copied}`, 'a-use1')
  await replication.settle()
  t.equal((await head('b-euw1', 'l')).status, 200)
})

test('B7 what was written while a rule was off is copied by hand alone', async t => {
  const { rules, put, head, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1', { status: 'Disabled' }))
  await put('a-use1', 'k')
  await rules('a-use1', rule('b-euw1'))
  await replication.settle()
  t.match(await head('a-use1', 'k'), { status: 200, replication: undefined })
  t.equal((await head('b-euw1', 'k')).status, 404)
  t.strictSame(await replication.backfill({ bucket: 'a-use1' }), { matched: 1, admitted: 1 })
  await replication.settle()
  t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
  t.equal((await head('b-euw1', 'k')).replication, 'REPLICA')
})

test('B8 tags count when a version is made', async t => {
  const { ask, rules, put, head, tag, tagsOf, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1', { filter: '<Tag><Key>k</Key><Value>v</Value></Tag>' }))
  await put('a-use1', 'untagged')
  await tag('a-use1', 'untagged', 'v')
  await replication.settle()
  t.equal((await head('a-use1', 'untagged')).replication, undefined)
  t.equal((await head('b-euw1', 'untagged')).status, 404)
  await put('a-use1', 'tagged', 'x', { 'x-amz-tagging': 'k=v' })
  await replication.settle()
  t.equal((await head('b-euw1', 'tagged')).status, 200)
  await ask('DELETE /a-use1/tagged?tagging', 'a-use1')
  await replication.settle()
  t.equal(await tagsOf('a-use1', 'tagged'), undefined)
  t.equal(await tagsOf('b-euw1', 'tagged'), 'v')
  t.equal((await head('a-use1', 'tagged')).replication, 'COMPLETED')
})

test('B9 what failed stays so until its metadata is changed', async t => {
  const { rules, put, head, tag, tagsOf, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  await replication.failNext({ destination: 'b-euw1' }, { reason: 'DstPutObjectNotPermitted', count: 1 })
  await put('a-use1', 'k')
  t.match(await replication.settle(), { done: 0, failed: 1 })
  t.match(await replication.settle(), { done: 0, failed: 0 })
  t.equal((await head('a-use1', 'k')).replication, 'FAILED')
  t.match(replication.versions('a-use1', 'k'), [
    { destinations: [{ bucket: 'b-euw1', state: 'failed', reason: 'DstPutObjectNotPermitted' }] },
  ])
  await put('a-use1', 'k2')
  await replication.settle()
  t.equal((await head('a-use1', 'k2')).replication, 'COMPLETED', 'one failure was asked for')
  await tag('a-use1', 'k', 'v')
  t.equal((await head('a-use1', 'k')).replication, 'PENDING')
  await replication.settle()
  t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
  t.equal((await head('b-euw1', 'k')).replication, 'REPLICA')
  t.equal(await tagsOf('b-euw1', 'k'), 'v')
})

test('B9 retry takes up what failed', async t => {
  const { rules, put, head, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  await replication.failNext({}, { reason: 'DstPutObjectNotPermitted', count: 2 })
  for (const key of ['k1', 'k2', 'k3']) await put('a-use1', key)
  t.match(await replication.settle(), { done: 1, failed: 2 })
  t.strictSame(await replication.retry({ bucket: 'a-use1' }), { matched: 2, admitted: 2 })
  t.match(await replication.settle(), { done: 2, failed: 0 })
  t.equal((await head('b-euw1', 'k1')).status, 200)
  t.match(replication.list(), [{ failed: 0, done: 3 }])
})

test('B10 several destinations: pending until all are done, failed as soon as one has', async t => {
  const { rules, put, head, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1', { priority: 1 }), rule('c-apne1', { priority: 2 }))
  const { id } = await replication.pause({ destinationRegion: 'eu-west-1' })
  await put('a-use1', 'k')
  await replication.settle()
  t.equal((await head('c-apne1', 'k')).replication, 'REPLICA')
  t.equal((await head('a-use1', 'k')).replication, 'PENDING')
  await replication.resume({ id })
  await replication.settle()
  t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
  await replication.failNext({ destination: 'c-apne1' }, { reason: 'DstPutObjectNotPermitted', count: 1 })
  await put('a-use1', 'k')
  await replication.settle()
  t.equal((await head('a-use1', 'k')).replication, 'FAILED')
})

test('B11 a multipart object keeps its parts', async t => {
  const { ask, rules, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  const begun = await ask('POST /a-use1/m?uploads', 'a-use1', { headers: { 'x-amz-checksum-algorithm': 'SHA256' } })
  const upload = textOf(begun.text, 'UploadId')
  const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.alloc(5 * 1024 * 1024, 'b'), Buffer.from('end')]
  let parts = ''
  for (const [index, body] of bodies.entries()) {
    const number = index + 1
    const answer = await ask(`PUT /a-use1/m?partNumber=${number}&uploadId=${upload}`, 'a-use1', {
      body,
      headers: { 'x-amz-checksum-sha256': sha256(body) },
    })
    parts += `<Part><PartNumber>${number}</PartNumber><ETag>${answer.header('etag')}</ETag><ChecksumSHA256>${sha256(body)}</ChecksumSHA256></Part>`
  }
  const body = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`
  t.equal((await ask(`POST /a-use1/m?uploadId=${upload}`, 'a-use1', { body })).status, 200)
  await replication.settle()
  for (const query of ['', '?partNumber=2']) {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    const source = await ask(`HEAD /a-use1/m${query}`, 'a-use1', { headers })
    const replica = await ask(`HEAD /b-euw1/m${query}`, 'b-euw1', { headers })
    t.match(source.header('etag'), /-3"$/)
    for (const name of ['etag', 'content-length', 'x-amz-mp-parts-count', 'last-modified', 'x-amz-checksum-sha256']) {
      t.equal(replica.header(name), source.header(name), `${query} ${name}`)
    }
  }
  await ask('DELETE /a-use1/m', 'a-use1')
  const { length } = (await ask('GET /b-euw1/m', 'b-euw1')).text
  t.equal(length, 10 * 1024 * 1024 + 3)
})

test('B12 what is on its way arrives under the rule it began with', async t => {
  const { ask, rules, put, head, tag, tagsOf, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  await put('a-use1', 'k')
  await ask('DELETE /a-use1?replication', 'a-use1')
  await replication.settle()
  t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
  t.equal((await head('b-euw1', 'k')).replication, 'REPLICA')
  await put('a-use1', 'l')
  t.equal((await head('a-use1', 'l')).replication, undefined)
  await tag('a-use1', 'k', 'v')
  await replication.settle()
  t.equal(await tagsOf('b-euw1', 'k'), undefined, 'a change is judged by the rules of its moment')
  await rules('a-use1', rule('b-euw1'))
  await put('a-use1', 'm')
  await rules('a-use1', rule('c-apne1'))
  await put('a-use1', 'n')
  await replication.settle()
  t.equal((await head('b-euw1', 'm')).status, 200)
  t.equal((await head('c-apne1', 'm')).status, 404)
  t.equal((await head('c-apne1', 'n')).status, 200)
})

test('B13 versioning: the source keeps it, a destination without it fails what comes', async t => {
  const { ask, rules, put, head, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  const body = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'
  const refused = await ask('PUT /a-use1?versioning', 'a-use1', { body })
  t.equal(`${refused.status} ${textOf(refused.text, 'Code')}`, '409 InvalidBucketState')
  t.equal((await ask('PUT /b-euw1?versioning', 'b-euw1', { body })).status, 200)
  await put('a-use1', 'k')
  await replication.settle()
  t.equal((await head('a-use1', 'k')).replication, 'FAILED')
  t.match(replication.versions('a-use1', 'k'), [{ destinations: [{ reason: 'DstBucketUnversioned' }] }])
})

test('a destination that is gone fails what comes, and takes it when it is there again', async t => {
  const { ask, rules, put, head, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  t.equal((await ask('DELETE /b-euw1', 'b-euw1')).status, 204)
  await put('a-use1', 'k')
  await replication.settle()
  t.match(replication.versions('a-use1', 'k'), [{ destinations: [{ reason: 'DstBucketNotFound' }] }])
  const body =
    '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'
  await ask('PUT /b-euw1', 'b-euw1', { body })
  const enabled = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  await ask('PUT /b-euw1?versioning', 'b-euw1', { body: enabled })
  await put('a-use1', 'l')
  await replication.settle()
  t.equal((await head('b-euw1', 'l')).status, 200)
  t.equal((await head('a-use1', 'k')).replication, 'FAILED')
})

test('B22 tags of replicas travel where sync is on at both ends', async t => {
  for (const criteria of ['', sync]) {
    const { app, rules, put, head, tag, tagsOf, versions, replication } = await pair(t)
    await rules('a-use1', rule('b-euw1', { criteria }))
    await rules('b-euw1', rule('a-use1', { criteria }))
    await put('a-use1', 'k')
    await replication.settle()
    app.clock.advance(1)
    await tag('b-euw1', 'k', 'there')
    t.equal((await head('b-euw1', 'k')).replication, criteria ? 'PENDING' : 'REPLICA')
    await replication.settle()
    t.equal(await tagsOf('a-use1', 'k'), criteria ? 'there' : undefined)
    t.equal((await head('b-euw1', 'k')).replication, 'REPLICA')
    t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
    t.equal((await versions('b-euw1')).length, 1)
    await tag('a-use1', 'k', 'here')
    t.equal((await head('a-use1', 'k')).replication, 'PENDING')
    await replication.settle()
    t.equal(await tagsOf('b-euw1', 'k'), 'here', 'and those of the source in any case')
    t.match(await replication.settle(), { done: 0, left: [] })
  }
})

test('B22 of two changes the later one holds at both ends', async t => {
  const { app, rules, put, tag, tagsOf, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1', { criteria: sync }))
  await rules('b-euw1', rule('a-use1', { criteria: sync }))
  await put('a-use1', 'k')
  await replication.settle()
  await tag('b-euw1', 'k', 'first')
  app.clock.advance(1)
  await tag('a-use1', 'k', 'second')
  await replication.settle()
  t.equal(await tagsOf('a-use1', 'k'), 'second')
  t.equal(await tagsOf('b-euw1', 'k'), 'second')
  await tag('a-use1', 'k', 'x')
  await tag('b-euw1', 'k', 'y')
  await replication.settle()
  t.equal(await tagsOf('a-use1', 'k'), await tagsOf('b-euw1', 'k'), 'at the same time: one of them, the same at both')
})

test('B24 two create once: both do, one is current', async t => {
  const { app, put, get, versions, replication } = await pair(t)
  await replication.template({ kind: 'two-way', sources: ['a-use1', 'b-euw1'] })
  const once = { 'if-none-match': '*' }
  await put('a-use1', 'k', 'a', once)
  app.clock.advance(5)
  await put('b-euw1', 'k', 'b', once)
  await replication.settle()
  t.equal((await versions('a-use1')).length, 2)
  t.strictSame(await versions('a-use1'), await versions('b-euw1'))
  t.equal(await get('a-use1', 'k'), 'b')
})

test('priorities: the highest enabled rule that takes the version decides', async t => {
  const { rules, put, head, replication } = await pair(t)
  const cold = '<StorageClass>STANDARD_IA</StorageClass>'
  const frozen = '<StorageClass>GLACIER</StorageClass>'
  await rules(
    'a-use1',
    rule('b-euw1', { priority: 1 }),
    rule('b-euw1', { priority: 5, filter: '<Prefix>logs/</Prefix>', more: cold }),
    rule('b-euw1', { priority: 9, filter: '<Prefix>logs/</Prefix>', more: frozen, status: 'Disabled' }),
  )
  await put('a-use1', 'x')
  await put('a-use1', 'logs/x')
  await replication.settle()
  t.equal((await head('b-euw1', 'x')).header('x-amz-storage-class'), undefined)
  t.equal((await head('b-euw1', 'logs/x')).header('x-amz-storage-class'), 'STANDARD_IA')
  await rules('a-use1', rule('b-euw1', { more: frozen }))
  await put('a-use1', 'archived')
  await replication.settle()
  t.equal((await head('b-euw1', 'archived')).header('x-amz-storage-class'), 'GLACIER')
})

test('not taken: archived classes, KMS without the switch, replicas', async t => {
  const { rules, put, head, replication } = await pair(t)
  await rules('a-use1', rule('b-euw1'))
  await rules('b-euw1', rule('c-apne1'))
  await put('a-use1', 'cold', 'x', { 'x-amz-storage-class': 'GLACIER' })
  await put('a-use1', 'kms', 'x', { 'x-amz-server-side-encryption': 'aws:kms' })
  await put('a-use1', 'plain')
  await replication.settle()
  t.equal((await head('a-use1', 'cold')).replication, undefined)
  t.equal((await head('a-use1', 'kms')).replication, undefined)
  t.equal((await head('b-euw1', 'plain')).replication, 'REPLICA')
  t.equal((await head('c-apne1', 'plain')).status, 404, 'not onward')
})

test('a Region whose replication is down holds what goes there and what comes from it', async t => {
  const { app, put, head, replication } = await pair(t, {})
  await replication.template({ kind: 'two-way', sources: ['a-use1', 'b-euw1'] })
  const region = (condition: string) =>
    app.ask('PUT /_mrap/v1/regions/eu-west-1', {
      sign: 'none',
      body: JSON.stringify({ replication: condition }),
      headers: { 'content-type': 'application/json' },
    })
  t.equal((await region('down')).status, 200)
  await put('a-use1', 'k')
  await put('b-euw1', 'l')
  t.match(await replication.settle(), { done: 0, left: [{ held: 1 }, { held: 1 }] })
  t.equal((await head('a-use1', 'k')).replication, 'PENDING')
  const { text } = await region('up')
  t.match(JSON.parse(text), { replication: 'up' })
  await replication.run()
  t.equal((await head('a-use1', 'k')).replication, 'COMPLETED')
  t.equal((await head('a-use1', 'l')).replication, 'REPLICA')
})

test('B23, B16 through an access point: after the failover the other Region has what arrived', async t => {
  const mrap = { name: 'orders', alias, buckets: [{ name: 'a-use1' }, { name: 'b-euw1' }], routes: {} }
  const app = await startApp(t, { world: { ...world, multiRegionAccessPoints: [mrap] }, config: later })
  const { replication } = app
  await replication.template({ kind: 'two-way', sources: ['a-use1', 'b-euw1'] })
  const through = (line: string, from: string, more: Parameters<TestApp['ask']>[1] = {}) =>
    app.ask(line, { host: mrapHost, sign: 'v4a', ...more, headers: { 'x-mrap-client-region': from } })
  const written = await through('PUT /k', 'us-east-1', { body: 'one' })
  const id = written.header('x-amz-version-id')
  t.equal(written.header('x-mrap-served-by'), 'us-east-1')
  const before = await through(`GET /k?versionId=${id}`, 'eu-west-1')
  t.equal(`${before.status} ${textOf(before.text, 'Code')}`, '404 NoSuchVersion')
  await replication.settle()
  const after = await through(`GET /k?versionId=${id}`, 'eu-west-1')
  t.equal(after.text, 'one')
  t.equal(after.header('x-mrap-served-by'), 'eu-west-1')
  t.equal(after.header('x-amz-replication-status'), 'REPLICA')
  // Stranded in the one Region, written anew in the other: the later one stays.
  await through('PUT /k', 'us-east-1', { body: 'stranded' })
  app.clock.advance(1000)
  await through('PUT /k', 'eu-west-1', { body: 'anew' })
  t.equal((await through('GET /k', 'eu-west-1')).text, 'anew')
  await replication.settle()
  for (const from of ['us-east-1', 'eu-west-1']) t.equal((await through('GET /k', from)).text, 'anew')
})
