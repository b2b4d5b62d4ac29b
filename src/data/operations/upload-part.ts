import { header, payload, stream, string, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import {
  partNumberQuery,
  readPartNumber,
  requireUpload,
  requireUploadKey,
  uploadMembers,
} from '../multipart/multipart.ts'
import { checkPartAlgorithm, partAlgorithmOf } from '../multipart/multipart-checksums.ts'
import { checksumOutput, computedChecksum } from '../objects/checksums.ts'
import { encryptionOutput } from '../objects/encryption.ts'
import { etagOf, quoted } from '../objects/etag.ts'
import { storeBody } from '../objects/objects.ts'
import { checksumHeaders, customerKeyHeaders, encryptionOutputHeaders } from '../shapes.ts'

/** Stores a part; one of the same number is replaced. Source: API_UploadPart. */
export default defineOperation({
  name: 'UploadPart',
  http: 'PUT /{Bucket}/{Key+}?partNumber&uploadId',
  action: 's3:PutObject',
  acceptsMrap: true,
  input: structure({
    ...uploadMembers,
    PartNumber: partNumberQuery,
    ...customerKeyHeaders,
    Body: payload(stream()),
  }),
  output: structure({ ETag: header('ETag', string()), ...checksumHeaders, ...encryptionOutputHeaders }),
  errors: ['InvalidEncryptionAlgorithmError', 'NoSuchUpload'],
  async handle(input, context) {
    const { store, clock } = context
    const partNumber = readPartNumber(input.PartNumber)
    const upload = requireUpload(input, context)
    requireUploadKey(input, upload)
    checkPartAlgorithm(context.body, upload)
    const algorithm = partAlgorithmOf(upload)
    const { body, checksum } = await storeBody(context, { algorithm })
    const etag = etagOf(body, upload.details.encryption)
    // Beside it the client may have declared another algorithm, which then is verified and shown, but not kept.
    const { value } = computedChecksum(algorithm, body.digests)
    const part = { partNumber, size: body.size, etag, lastModified: clock.now(), checksum: { algorithm, value } }
    if ((await store.putPart(upload.id, part, body)) === 'no-upload') {
      throw errors.NoSuchUpload({ UploadId: input.UploadId })
    }
    const isShown = upload.checksumAlgorithm !== undefined || context.body.declaredAlgorithm !== undefined
    return {
      ETag: quoted(etag),
      // A part has no type.
      ...(isShown && checksumOutput({ algorithm: checksum.algorithm, value: checksum.value })),
      ...encryptionOutput(upload.details.encryption),
    }
  },
})
