import type { Readable } from 'node:stream'
import { ManagementError } from './errors.ts'

/** Larger documents are refused; snapshots are no documents and read their own streams. */
const limitBytes = 8 * 1024 * 1024

/** A body as JSON, undefined for an empty one. Throws BadRequest or TooLarge. */
export async function readJson(body: Readable): Promise<unknown> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > limitBytes) throw new ManagementError('TooLarge', `a document has at most ${limitBytes} bytes`)
    pieces.push(piece)
  }
  if (size === 0) return undefined
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)))
  } catch (error) {
    throw new ManagementError('BadRequest', `the body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
}
