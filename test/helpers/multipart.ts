import abortUpload from '../../src/data/operations/abort-multipart-upload.ts'
import completeUpload from '../../src/data/operations/complete-multipart-upload.ts'
import createUpload from '../../src/data/operations/create-multipart-upload.ts'
import uploadPart from '../../src/data/operations/upload-part.ts'
import { type DataWorld, exchange, type RequestOptions, refusedExchange, type WireAnswer } from './data-context.ts'

/** The key of every upload here. */
export const key = 'big.bin'
/** A part that need not be the last. */
export const fiveMiB = 'a'.repeat(5 * 1024 * 1024)

export type Headers = readonly (readonly [name: string, value: string])[]

/** Begins an upload and returns its id. */
export async function begin(world: DataWorld, headers: Headers = [], name = key): Promise<string> {
  const { body } = await exchange(createUpload, world, name, { query: 'uploads', headers })
  return textOf(body, 'UploadId')
}

export function partOptions(uploadId: string, partNumber: number | string, body: string, headers: Headers = []) {
  return { query: `partNumber=${partNumber}&uploadId=${uploadId}`, body, headers } satisfies RequestOptions
}

/** Uploads a part and returns its ETag, quoted. */
export async function upload(
  world: DataWorld,
  uploadId: string,
  partNumber: number,
  body: string,
  headers: Headers = [],
) {
  const answer = await exchange(uploadPart, world, key, partOptions(uploadId, partNumber, body, headers))
  return answer.headers.etag ?? ''
}

/** What a Complete lists: number, ETag, and elements such as `<ChecksumCRC32>` beside them. */
export type Listed = readonly (readonly [partNumber: number, etag: string, more?: string])[]

export function completeOptions(uploadId: string, parts: Listed, headers: Headers = []) {
  const listed = parts.map(
    ([partNumber, etag, more = '']) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag}</ETag>${more}</Part>`,
  )
  return {
    query: `uploadId=${uploadId}`,
    body: `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join('')}</CompleteMultipartUpload>`,
    headers,
  } satisfies RequestOptions
}

export function complete(
  world: DataWorld,
  uploadId: string,
  parts: Listed,
  headers: Headers = [],
): Promise<WireAnswer> {
  return exchange(completeUpload, world, key, completeOptions(uploadId, parts, headers))
}

export function refusedComplete(world: DataWorld, uploadId: string, parts: Listed, headers: Headers = []) {
  return refusedExchange(completeUpload, world, key, completeOptions(uploadId, parts, headers))
}

export function abort(world: DataWorld, uploadId: string, name = key): Promise<WireAnswer> {
  return exchange(abortUpload, world, name, { query: `uploadId=${uploadId}` })
}

/** Text of the first element of a name. */
export function textOf(body: string, name: string): string {
  return (new RegExp(`<${name}>(.*?)</${name}>`).exec(body)?.[1] ?? '').replaceAll('&quot;', '"')
}
