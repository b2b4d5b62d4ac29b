import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Credential } from '../../../src/protocol/caller.ts'
import { manualClock } from '../../../src/protocol/clock.ts'
import { incomingBody } from '../../../src/protocol/request/body.ts'
import { createDigests } from '../../../src/protocol/request/digests.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import { parseAmzDate } from '../../../src/protocol/signature/amz-date.ts'
import { readClaim } from '../../../src/protocol/signature/read-claim.ts'
import { verifyClaim } from '../../../src/protocol/signature/verify.ts'
import { credential, rawRequest } from './requests.ts'

/** One recorded request; `fixtures/signing/README.md` explains the members. */
export interface Recorded {
  readonly id: string
  readonly kind: string
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body_b64: string
  readonly access_key_id: string
  readonly secret_access_key: string
  readonly session_token: string | null
  readonly signing_time: string
  readonly region_set: string
  readonly payload_hash: string
  readonly decoded_length?: number
  readonly public_key: { readonly x: string; readonly y: string }
  readonly verified: boolean
}

export const signingFixtures = fileURLToPath(new URL('../../../../fixtures/signing/', import.meta.url))

/** Requests of all clients, or of the named files. */
export function recordedRequests(): readonly { readonly file: string; readonly requests: readonly Recorded[] }[] {
  const folder = `${signingFixtures}requests/`
  return readdirSync(folder).map(file => ({ file, requests: JSON.parse(readFileSync(folder + file, 'utf8')) }))
}

export function targetOf(recorded: Recorded): string {
  return recorded.url.slice(recorded.url.indexOf('/', 'https://'.length))
}

export function requestOf(recorded: Recorded): RawRequest {
  const { method, headers, body_b64: body } = recorded
  return rawRequest({ method, target: targetOf(recorded), headers, body: Buffer.from(body, 'base64') })
}

function credentialOf(recorded: Recorded): Credential {
  return credential({
    accessKeyId: recorded.access_key_id,
    secretAccessKey: recorded.secret_access_key,
    sessionToken: recorded.session_token ?? undefined,
  })
}

/** A Region that the set of a recorded request covers. */
function regionOf(recorded: Recorded): string {
  const [first = ''] = recorded.region_set.split(',')
  return first === '*' ? 'us-east-1' : first.replace('*', 'east-1')
}

/** Checks the signature as the life of a request does, at the time of signing. Throws the refusal. */
export function verifyHead(recorded: Recorded, request: RawRequest) {
  const query = readQuery(request.query)
  const claim = readClaim(request, query)
  const known = credentialOf(recorded)
  if (claim?.accessKeyId !== known.accessKeyId) return undefined
  const clock = manualClock(parseAmzDate(recorded.signing_time) ?? 0)
  const options = { clock, region: regionOf(recorded), acceptAnyRegion: false, service: ['s3'] }
  return { claim, chunks: verifyClaim(claim, request, query, known, options) }
}

/** Reads and verifies the body too; resolves with its bytes, or undefined when the claim names another key. */
export async function verifyWhole(recorded: Recorded, request: RawRequest): Promise<Buffer | undefined> {
  const verified = verifyHead(recorded, request)
  if (!verified) return undefined
  const body = incomingBody(request, verified.claim, verified.chunks)
  const digests = createDigests(body.requiredDigests)
  const pieces: Uint8Array[] = []
  for await (const piece of body.chunks()) {
    digests.update(piece)
    pieces.push(piece)
  }
  body.verify(digests.values())
  return Buffer.concat(pieces)
}
