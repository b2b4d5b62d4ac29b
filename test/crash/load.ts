import { type Client, elementText, must, UnexpectedAnswer } from './client.ts'
import { between, bytesNamed, type Random } from './random.ts'

export const bucket = 'crash-usw2'
const KIB = 1024
const MIB = 1024 * KIB

/** One content that was sent for a key. */
export interface Content {
  /** Names the bytes. */
  readonly name: string
  readonly size: number
  /** Part sizes of a multipart upload; undefined for a plain put. */
  readonly parts?: readonly number[]
}

/** What must be true of a key after a crash: its last acknowledged content, or one that was under way. undefined: no object. */
export interface KeyState {
  acknowledged: Content | undefined
  underWay: (Content | undefined)[]
}

/** A multipart upload that was begun and neither completed nor known to be. */
export interface OpenUpload {
  readonly key: string
  readonly uploadId: string
  readonly content: Content
  /** ETags of acknowledged parts, by part number - 1. */
  readonly etags: string[]
}

/** A create request: acknowledged with a token, or sent. */
export interface CreateSent {
  readonly name: string
  readonly clientToken: string
  token: string | undefined
}

/** All that was sent and acknowledged over all rounds. */
export interface Ledger {
  readonly keys: Map<string, KeyState>
  uploads: OpenUpload[]
  creates: CreateSent[]
}

export const contentBytes = (content: Content) => bytesNamed(content.name, content.size)

function stateOf(ledger: Ledger, key: string): KeyState {
  const known = ledger.keys.get(key)
  if (known !== undefined) return known
  const fresh: KeyState = { acknowledged: undefined, underWay: [] }
  ledger.keys.set(key, fresh)
  return fresh
}

/** Runs a change of a key; what it does not live to see acknowledged stays under way. */
async function change(
  ledger: Ledger,
  key: string,
  to: Content | undefined,
  run: () => Promise<unknown>,
): Promise<void> {
  const state = stateOf(ledger, key)
  state.underWay.push(to)
  await run()
  state.acknowledged = to
  state.underWay = []
}

const pathOf = (key: string) => `/${bucket}/${key}`

export function deleteKey(client: Client, ledger: Ledger, key: string): Promise<void> {
  return change(ledger, key, undefined, () => must(client, 204, { method: 'DELETE', path: pathOf(key) }))
}

function put(client: Client, ledger: Ledger, key: string, content: Content): Promise<void> {
  const body = contentBytes(content)
  return change(ledger, key, content, () => must(client, 200, { method: 'PUT', path: pathOf(key), body }))
}

export function completeUpload(client: Client, ledger: Ledger, upload: OpenUpload): Promise<void> {
  const parts = upload.etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  const path = `${pathOf(upload.key)}?uploadId=${encodeURIComponent(upload.uploadId)}`
  return change(ledger, upload.key, upload.content, () => must(client, 200, { method: 'POST', path, body }))
}

async function multipart(client: Client, ledger: Ledger, key: string, content: Content): Promise<void> {
  const created = await must(client, 200, { method: 'POST', path: `${pathOf(key)}?uploads=` })
  const uploadId = elementText(created.body, 'UploadId')
  const upload: OpenUpload = { key, uploadId, content, etags: [] }
  ledger.uploads.push(upload)
  const bytes = contentBytes(content)
  let start = 0
  for (const [index, size] of (content.parts ?? []).entries()) {
    const part = await must(client, 200, {
      method: 'PUT',
      path: `${pathOf(key)}?partNumber=${index + 1}&uploadId=${encodeURIComponent(uploadId)}`,
      body: bytes.subarray(start, start + size),
    })
    upload.etags.push(String(part.headers.etag))
    start += size
  }
  await completeUpload(client, ledger, upload)
  ledger.uploads = ledger.uploads.filter(open => open !== upload)
}

/** Sends the create request of `sent`, for the first time or again: the client token makes both the same. */
export async function create(client: Client, accountId: string, sent: CreateSent): Promise<void> {
  const root = 'CreateMultiRegionAccessPointRequest'
  const body = Buffer.from(
    `<${root} xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><ClientToken>${sent.clientToken}</ClientToken>` +
      `<Details><Name>${sent.name}</Name><Regions><Region><Bucket>${bucket}</Bucket></Region></Regions></Details></${root}>`,
  )
  const headers = { 'x-amz-account-id': accountId }
  const path = '/v20180820/async-requests/mrap/create'
  sent.token = elementText((await must(client, 200, { method: 'POST', path, body, headers })).body, 'RequestTokenARN')
}

/**
 * Writes until the server is gone: small and large objects, overwrites, multipart uploads, one create request.
 * Throws when the server answered something else than success.
 */
export async function load(client: Client, ledger: Ledger, round: number, accountId: string, random: Random) {
  let count = 0
  const content = (size: number, parts?: readonly number[]): Content => ({
    name: `${round}/${++count}`,
    size,
    ...(parts === undefined ? {} : { parts }),
  })
  const workers = [
    // Small bodies travel inside the object's row, some keys are written again and again.
    () => put(client, ledger, `hot-${between(random, 0, 3)}`, content(between(random, 0, 4 * KIB))),
    () => put(client, ledger, `small-${round}-${count}`, content(between(random, 0, 64 * KIB))),
    () => put(client, ledger, `large-${round}-${count}`, content(MIB + between(random, 0, 300 * KIB))),
    () => multipart(client, ledger, `parts-${round}-${count}`, content(5 * MIB + 70_000, [5 * MIB, 70_000])),
  ]
  const sent: CreateSent = { name: `crash-${round}`, clientToken: `token-${round}`, token: undefined }
  ledger.creates.push(sent)
  const endlessly = async (work: () => Promise<void>) => {
    for (;;) await work()
  }
  for (const result of await Promise.allSettled([create(client, accountId, sent), ...workers.map(endlessly)])) {
    if (result.status === 'rejected' && result.reason instanceof UnexpectedAnswer) throw result.reason
  }
}
