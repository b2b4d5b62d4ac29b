import { header, payload, string, structure, timestamp } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import {
  partNumberQuery,
  readPartNumber,
  requireUpload,
  requireUploadKey,
  uploadMembers,
} from '../multipart/multipart.ts'
import { shownChecksum } from '../multipart/multipart-checksums.ts'
import { copyPart, copyRangeOf } from '../multipart/part-copy.ts'
import { checksumOutput } from '../objects/checksums.ts'
import { copySourceHeaders, readCopySource, requireSource } from '../objects/copy-source.ts'
import { encryptionOutput } from '../objects/encryption.ts'
import { quoted } from '../objects/etag.ts'
import { shownTime, shownVersionId } from '../objects/versions.ts'
import { checksumElements, customerKeyHeaders, encryptionOutputHeaders } from '../shapes.ts'

const { ChecksumType: _, ...partChecksums } = checksumElements

/** Stores a part whose bytes are those of an object, or some of them. Source: API_UploadPartCopy. */
export default defineOperation({
  name: 'UploadPartCopy',
  http: 'PUT /{Bucket}/{Key+}?partNumber&uploadId|x-amz-copy-source',
  action: 's3:PutObject',
  answersEarly: true,
  input: structure({
    ...uploadMembers,
    PartNumber: partNumberQuery,
    ...copySourceHeaders,
    CopySourceRange: header('x-amz-copy-source-range', string()),
    ...customerKeyHeaders,
  }),
  output: structure({
    CopySourceVersionId: header('x-amz-copy-source-version-id', string()),
    ...encryptionOutputHeaders,
    CopyPartResult: payload(
      structure({ ETag: string(), LastModified: timestamp(), ...partChecksums }, { xmlName: 'CopyPartResult' }),
    ),
  }),
  errors: [
    'InvalidEncryptionAlgorithmError',
    'InvalidObjectState',
    'NoSuchBucket',
    'NoSuchKey',
    'NoSuchUpload',
    'NoSuchVersion',
    'PreconditionFailed',
  ],
  async handle(input, context) {
    const partNumber = readPartNumber(input.PartNumber)
    const upload = requireUpload(input, context)
    requireUploadKey(input, upload)
    const { version, bucket } = requireSource(readCopySource(input.CopySource), input, context, { isRanged: true })
    const range = copyRangeOf(input.CopySourceRange, version)
    const part = await copyPart(version, range, { upload, partNumber }, context)
    return {
      CopySourceVersionId: shownVersionId(version.versionId, bucket),
      ...encryptionOutput(upload.details.encryption),
      CopyPartResult: {
        ETag: quoted(part.etag),
        LastModified: shownTime(part.lastModified),
        ...checksumOutput(shownChecksum(part, upload)),
      },
    }
  },
})
