import Type from 'typebox'
import type { Response } from '../../protocol/response.ts'
import { escapeText } from '../../protocol/xml/escape.ts'
import { ManagementError } from './errors.ts'
import { ask, headerOf, type OwnRequest, unescapeText } from './own-request.ts'
import { type Call, type Endpoint, json } from './resource.ts'
import { checked, formatInstant, strict } from './schema.ts'
import type { ManagementServices } from './services.ts'

const tagsBody = strict({ tags: Type.Record(Type.String(), Type.String(), { title: 'names and values' }) })
const mostListed = 1000

/** Objects, for console and tests: the S3 operations' own code, as the root of the bucket's account. */
export const objects: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/objects',
    summary: 'Objects or versions of a bucket: ?bucket&prefix&versions&after&limit',
    answer({ query }, services) {
      const bucket = bucketOf(query.get('bucket') ?? '', services)
      const limit = Math.min(Number(query.get('limit') ?? 100) || 100, mostListed)
      const asked = { bucketId: bucket.id, prefix: query.get('prefix') ?? '', after: query.get('after') ?? '', limit }
      const page = query.has('versions') ? services.store.listVersions(asked) : services.store.listObjects(asked)
      const rows = page.entries.flatMap(entry => (entry.kind === 'row' ? [entry.row] : []))
      return json(200, {
        objects: rows.map(row => ({
          key: row.key,
          versionId: row.versionId,
          isCurrent: row.isCurrent,
          isDeleteMarker: row.isDeleteMarker,
          size: row.size,
          etag: row.etag,
          lastModified: formatInstant(row.lastModified),
          storageClass: row.storageClass,
          replicationStatus: row.replication ?? null,
        })),
        isTruncated: page.isTruncated,
      })
    },
  },
  {
    route: 'GET /_mrap/v1/objects/{bucket}/{key+}',
    summary: 'The bytes of an object, as an attachment',
    async answer(call, services) {
      if (isTags(call)) return json(200, { tags: await readTags(call, services) })
      const response = await ask(requestFor(call, services, 'GET'), services)
      const length = headerOf(response, 'content-length')
      const headers: [string, string][] = [
        ['Content-Type', 'application/octet-stream'],
        ['Content-Disposition', 'attachment'],
        ['Content-Security-Policy', 'sandbox'],
        ['X-Content-Type-Options', 'nosniff'],
        ...(length === undefined ? [] : ([['Content-Length', length]] as [string, string][])),
      ]
      return { status: 200, headers, body: response.body }
    },
  },
  {
    route: 'PUT /_mrap/v1/objects/{bucket}/{key+}',
    summary: 'Writes an object from the body; a path that ends in /tags: its tags from {"tags": {…}}',
    async answer(call, services) {
      if (isTags(call)) return json(200, { tags: await writeTags(call, services) })
      const length = call.request.headers.get('content-length')
      const sent = length === undefined ? {} : { 'Content-Length': length }
      const type = call.request.headers.get('content-type')
      const headers = { ...sent, ...(type === undefined ? {} : { 'Content-Type': type }) }
      call.request.sendContinue()
      return written(await ask({ ...requestFor(call, services, 'PUT'), headers, body: call.request.body }, services))
    },
  },
  {
    route: 'DELETE /_mrap/v1/objects/{bucket}/{key+}',
    summary: 'Deletes an object, or with ?versionId a version; a path that ends in /tags: its tags',
    async answer(call, services) {
      if (!isTags(call)) return written(await ask(requestFor(call, services, 'DELETE'), services))
      await ask(tagsRequest(call, services, 'DELETE'), services)
      return json(200, { tags: {} })
    },
  },
]

function bucketOf(name: string, { store }: ManagementServices) {
  const bucket = store.findBucket(name)
  if (!bucket) throw new ManagementError('NotFound', `there is no bucket "${name.slice(0, 63)}"`)
  return bucket
}

function isTags({ labels: { key = '' } }: Call): boolean {
  return key.endsWith('/tags')
}

function requestFor({ labels, query }: Call, services: ManagementServices, method: string): OwnRequest {
  const bucket = bucketOf(labels.bucket ?? '', services)
  const key = (labels.key ?? '').split('/').map(encodeURIComponent).join('/')
  const versionId = query.get('versionId')
  return {
    accountId: bucket.accountId,
    method,
    host: `s3.${bucket.region}.amazonaws.com`,
    path: `/${bucket.name}/${key}`,
    query: versionId === null ? '' : `versionId=${encodeURIComponent(versionId)}`,
  }
}

function tagsRequest(call: Call, services: ManagementServices, method: string): OwnRequest {
  const key = (call.labels.key ?? '').slice(0, -'/tags'.length)
  const request = requestFor({ ...call, labels: { ...call.labels, key } }, services, method)
  return { ...request, query: request.query ? `tagging&${request.query}` : 'tagging' }
}

async function readTags(call: Call, services: ManagementServices): Promise<Record<string, string>> {
  const { body } = await ask(tagsRequest(call, services, 'GET'), services)
  const pairs = [...String(body).matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)<\/Value>/g)]
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [unescapeText(name), unescapeText(value)]))
}

async function writeTags(call: Call, services: ManagementServices): Promise<Readonly<Record<string, string>>> {
  const { tags } = checked(tagsBody, await call.json())
  const set = Object.entries(tags).map(
    ([name, value]) => `<Tag><Key>${escapeText(name)}</Key><Value>${escapeText(value)}</Value></Tag>`,
  )
  const body = `<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${set.join('')}</TagSet></Tagging>`
  await ask({ ...tagsRequest(call, services, 'PUT'), body }, services)
  return tags
}

function written(response: Response): Response {
  return json(200, {
    versionId: headerOf(response, 'x-amz-version-id') ?? null,
    etag: headerOf(response, 'etag') ?? null,
    deleteMarker: headerOf(response, 'x-amz-delete-marker') === 'true',
  })
}
