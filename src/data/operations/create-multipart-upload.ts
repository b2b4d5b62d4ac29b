import { header, string, structure } from '../../protocol/xml/shape.ts'
import { initiatorOf } from '../access/initiator.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { newUploadId } from '../multipart/multipart.ts'
import { uploadChecksumOf } from '../multipart/multipart-checksums.ts'
import { encryptionOutput } from '../objects/encryption.ts'
import { requireKey } from '../objects/keys.ts'
import { abortOutput } from '../objects/lifecycle.ts'
import { detailsOf } from '../objects/version-details.ts'
import { abortHeaders, encryptionOutputHeaders, objectWrite } from '../shapes.ts'

const checksumSettings = {
  ChecksumAlgorithm: header('x-amz-checksum-algorithm', string()),
  ChecksumType: header('x-amz-checksum-type', string()),
}

/** Begins an upload in parts; what the headers say is checked now and kept for the object. Source: API_CreateMultipartUpload. */
export default defineOperation({
  name: 'CreateMultipartUpload',
  http: 'POST /{Bucket}/{Key+}?uploads',
  action: 's3:PutObject',
  acceptsMrap: true,
  input: structure({ ...objectWrite.members, ...checksumSettings }),
  output: structure(
    {
      ...abortHeaders,
      ...encryptionOutputHeaders,
      ...checksumSettings,
      Bucket: string(),
      Key: string(),
      UploadId: string(),
    },
    { xmlName: 'InitiateMultipartUploadResult' },
  ),
  errors: objectWrite.errors,
  ignores: objectWrite.ignores,
  async handle(input, context) {
    const { store, bucket, clock, caller } = context
    requireKey(input.Key)
    const checksum = uploadChecksumOf(input.ChecksumAlgorithm, input.ChecksumType)
    const { details, storageClass, ownerId } = detailsOf(input, context)
    const uploadId = newUploadId()
    const created = await store.insertUpload({
      uploadId,
      bucketId: bucket.id,
      key: input.Key,
      initiatedAt: clock.now(),
      initiatorId: initiatorOf(caller, bucket.accountId),
      ownerId,
      storageClass,
      checksumAlgorithm: checksum?.algorithm,
      checksumType: checksum?.type,
      details,
    })
    if (created === 'no-bucket') throw errors.NoSuchBucket({ BucketName: bucket.name })
    return {
      ...abortOutput({ key: input.Key, initiatedAt: clock.now() }, context),
      Bucket: bucket.name,
      Key: input.Key,
      UploadId: uploadId,
      ChecksumAlgorithm: checksum?.algorithm,
      ChecksumType: checksum?.type,
      ...encryptionOutput(details.encryption),
    }
  },
})
