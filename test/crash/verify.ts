import assert from 'node:assert/strict'
import { type Client, elementText, must } from './client.ts'
import {
  bucket,
  type Content,
  completeUpload,
  contentBytes,
  create,
  deleteKey,
  type KeyState,
  type Ledger,
} from './load.ts'

const describeContent = (content: Content | undefined) =>
  content === undefined ? 'no object' : `${content.size} bytes of ${content.name}`

/** Reads a key and demands one of the states it may be in; afterwards that state is the acknowledged one. */
async function verifyKey(client: Client, key: string, state: KeyState): Promise<void> {
  const answer = await client({ method: 'GET', path: `/${bucket}/${key}` })
  const allowed = [state.acknowledged, ...state.underWay]
  const found = allowed.find(content =>
    content === undefined
      ? answer.status === 404
      : answer.status === 200 && answer.body.length === content.size && answer.body.equals(contentBytes(content)),
  )
  const isAllowed = found !== undefined || (answer.status === 404 && allowed.includes(undefined))
  assert(
    isAllowed,
    `${key}: expected ${allowed.map(describeContent).join(' or ')}, got ${answer.status}, ${answer.body.length} bytes`,
  )
  state.acknowledged = found
  state.underWay = []
}

/** All keys of the bucket, in pages of 1,000. */
async function listKeys(client: Client): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  let token = ''
  do {
    const query = `list-type=2${token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`}`
    const { body } = await must(client, 200, { method: 'GET', path: `/${bucket}?${query}` })
    for (const [contents] of body.toString().matchAll(/<Contents>.*?<\/Contents>/gs)) {
      sizes.set(elementText(contents, 'Key'), Number(elementText(contents, 'Size')))
    }
    token = elementText(body, 'NextContinuationToken')
  } while (token !== '')
  return sizes
}

async function verifyListing(client: Client, ledger: Ledger): Promise<void> {
  const listed = await listKeys(client)
  for (const [key, { acknowledged }] of ledger.keys) {
    assert.equal(listed.get(key), acknowledged?.size, `${key} in the listing`)
    listed.delete(key)
  }
  assert.deepEqual([...listed.keys()], [], 'keys that nobody wrote')
}

/** Goes on with the multipart uploads that the crash interrupted: acknowledged parts are there, and complete uploads complete. */
async function verifyUploads(client: Client, ledger: Ledger): Promise<void> {
  for (const upload of ledger.uploads) {
    const path = `/${bucket}/${upload.key}?uploadId=${encodeURIComponent(upload.uploadId)}`
    const listed = await client({ method: 'GET', path })
    if (listed.status === 404) {
      // Only the completion that was under way may have ended it.
      assert(ledger.keys.get(upload.key)?.acknowledged !== undefined, `the upload of ${upload.key} is lost`)
      continue
    }
    const etags = [...listed.body.toString().matchAll(/<ETag>([^<]*)<\/ETag>/g)].map(([, etag = '']) =>
      etag.replaceAll('&quot;', '"'),
    )
    assert.deepEqual(etags.slice(0, upload.etags.length), upload.etags, `parts of ${upload.key}`)
    if (upload.etags.length === upload.content.parts?.length) {
      await completeUpload(client, ledger, upload)
      await verifyKey(client, upload.key, { acknowledged: upload.content, underWay: [] })
    } else {
      await must(client, 204, { method: 'DELETE', path })
    }
  }
  ledger.uploads = []
}

/** A create operation that was acknowledged completes; one that was not can be sent again. Then the access point is deleted. */
async function verifyCreates(client: Client, ledger: Ledger, accountId: string): Promise<void> {
  const headers = { 'x-amz-account-id': accountId }
  for (const sent of ledger.creates) {
    if (sent.token === undefined) await create(client, accountId, sent)
    const path = `/v20180820/async-requests/mrap/${encodeURIComponent(sent.token ?? '').replaceAll('%2F', '/')}`
    let status = ''
    const deadline = performance.now() + 30_000
    do {
      status = elementText((await must(client, 200, { method: 'GET', path, headers })).body, 'RequestStatus')
    } while (status !== 'SUCCEEDED' && status !== 'FAILED' && performance.now() < deadline)
    assert.equal(status, 'SUCCEEDED', `create of ${sent.name}`)
    const got = await must(client, 200, { method: 'GET', path: `/v20180820/mrap/instances/${sent.name}`, headers })
    assert.equal(elementText(got.body, 'Status'), 'READY', sent.name)
    const root = 'DeleteMultiRegionAccessPointRequest'
    const body = Buffer.from(
      `<${root} xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><ClientToken>${sent.clientToken}</ClientToken>` +
        `<Details><Name>${sent.name}</Name></Details></${root}>`,
    )
    await must(client, 200, { method: 'POST', path: '/v20180820/async-requests/mrap/delete', body, headers })
  }
  ledger.creates = []
}

/**
 * Demands that the emulator holds what the ledger says: every acknowledged object byte for byte, nothing half written, uploads and
 * create operations that go on. Keys that no crash has touched since they were read are read again only when `all` is set.
 */
export async function verify(client: Client, ledger: Ledger, touched: string, accountId: string, all: boolean) {
  for (const [key, state] of ledger.keys) {
    if (all || state.underWay.length > 0 || key.startsWith('hot-') || key.includes(touched)) {
      await verifyKey(client, key, state)
    }
  }
  await verifyUploads(client, ledger)
  await verifyListing(client, ledger)
  await verifyCreates(client, ledger, accountId)
  // Large objects have served: they are removed so that many rounds fit on the disk.
  for (const [key, { acknowledged }] of ledger.keys) {
    if (acknowledged !== undefined && acknowledged.size > 512 * 1024) await deleteKey(client, ledger, key)
  }
}
