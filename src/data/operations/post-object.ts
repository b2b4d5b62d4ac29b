import type { Form } from '../../protocol/request/form.ts'
import type { IncomingBody } from '../../protocol/request/incoming-body.ts'
import { header, payload, status, stream, string, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { postAnswerOf } from '../forms/post-answer.ts'
import { checkPostPolicy, type SizeRange } from '../forms/post-policy.ts'
import { algorithmOf, checksumOutput } from '../objects/checksums.ts'
import { encryptionOutput } from '../objects/encryption.ts'
import { quoted } from '../objects/etag.ts'
import { requireKey } from '../objects/keys.ts'
import { maxBodyBytes, publishBody, storeBody } from '../objects/objects.ts'
import { detailsOf } from '../objects/version-details.ts'
import { shownVersionId } from '../objects/versions.ts'
import { checksumHeaders, encryptionOutputHeaders, objectWrite, versionHeader } from '../shapes.ts'

const PostResponse = structure(
  { Location: string(), Bucket: string(), Key: string(), ETag: string() },
  // As the service writes it.
  { xmlName: 'PostResponse', withoutNamespace: true },
)

/**
 * Stores the file of a form that a browser posts. Fields stand for the headers of PutObject; the policy, if there is one, must hold for
 * them. Source: API reference, "POST Object".
 */
export default defineOperation({
  name: 'PostObject',
  http: 'POST /{Bucket}',
  action: 's3:PutObject',
  readsForm: true,
  input: structure({
    ...objectWrite.members,
    ChecksumAlgorithm: header('x-amz-checksum-algorithm', string()),
    Body: payload(stream()),
  }),
  output: structure({
    Status: status(),
    ETag: header('ETag', string()),
    Location: header('Location', string()),
    ...checksumHeaders,
    ...encryptionOutputHeaders,
    ...versionHeader,
    PostResponse: payload(PostResponse),
  }),
  errors: [...objectWrite.errors, 'EntityTooSmall', 'InvalidPolicyDocument', 'PreconditionFailed'],
  ignores: objectWrite.ignores,
  async handle(input, context) {
    const { bucket, clock } = context
    const form = requireForm(context.form)
    const range = checkPostPolicy(form, bucket.name, clock.wall())
    requireKey(input.Key)
    const write = detailsOf(input, context)
    const algorithm = checksumAlgorithmOf(input.ChecksumAlgorithm)
    const stored = await storeBody({ ...context, body: sized(context.body, range) }, { algorithm })
    const { version, written } = await publishBody(input.Key, write, stored, context)
    const ETag = quoted(version.etag)
    const place = `${context.ownUrl() ?? `https://${bucket.name}.s3.amazonaws.com/`}${encodeURIComponent(input.Key)}`
    const answer = postAnswerOf(form, { bucket: bucket.name, key: input.Key, etag: ETag })
    return {
      Status: answer.status,
      ETag,
      Location: answer.redirect ?? place,
      ...checksumOutput(stored.checksum),
      ...encryptionOutput(version.details.encryption),
      VersionId: shownVersionId(written.versionId, written),
      ...(answer.status === 201 && {
        PostResponse: { Location: place, Bucket: bucket.name, Key: input.Key, ETag },
      }),
    }
  },
})

function requireForm(form: Form | undefined): Form {
  if (form) return form
  throw new Error('PostObject was called without a form')
}

function checksumAlgorithmOf(name: string | undefined) {
  if (name === undefined) return undefined
  const algorithm = algorithmOf(name.toUpperCase())
  if (algorithm) return algorithm
  throw errors.InvalidRequest({
    Message:
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  })
}

/** The bytes of a file that must have a certain size. One that is too large is read on, but not kept: its size is part of the refusal. */
function sized(body: IncomingBody, { min, max }: SizeRange): IncomingBody {
  const most = Math.min(max, maxBodyBytes)
  async function* chunks() {
    let size = 0
    for await (const chunk of body.chunks()) {
      size += chunk.length
      if (size <= most) yield chunk
    }
    if (size > most) throw errors.EntityTooLarge({ ProposedSize: String(size), MaxSizeAllowed: String(most) })
    if (size < min) throw errors.EntityTooSmall({ ProposedSize: String(size), MinSizeAllowed: String(min) })
  }
  return { ...body, chunks }
}
