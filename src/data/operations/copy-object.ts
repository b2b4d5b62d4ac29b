import { header, payload, string, structure, timestamp } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { checksumOutput } from '../objects/checksums.ts'
import { type Copy, copiedDetails, publishCopy, replacesTags, requireChange } from '../objects/copy.ts'
import { copySourceHeaders, readCopySource, requireSource } from '../objects/copy-source.ts'
import { encryptionOutput } from '../objects/encryption.ts'
import { quoted } from '../objects/etag.ts'
import { requireKey } from '../objects/keys.ts'
import { expirationHeader } from '../objects/lifecycle.ts'
import { expectationOf } from '../objects/preconditions.ts'
import { shownTime, shownVersionId } from '../objects/versions.ts'
import {
  checksumElements,
  encryptionOutputHeaders,
  expirationHeaders,
  objectWrite,
  versionHeader,
  writeConditions,
} from '../shapes.ts'

/**
 * Stores a copy of an object version under another key, or under the same with other properties. Source:
 * API_CopyObject.
 */
export default defineOperation({
  name: 'CopyObject',
  http: 'PUT /{Bucket}/{Key+}|x-amz-copy-source',
  action: 's3:PutObject',
  answersEarly: true,
  input: structure({
    ...objectWrite.members,
    ...writeConditions,
    ...copySourceHeaders,
    ChecksumAlgorithm: header('x-amz-checksum-algorithm', string()),
    MetadataDirective: header('x-amz-metadata-directive', string()),
    TaggingDirective: header('x-amz-tagging-directive', string()),
  }),
  output: structure({
    ...expirationHeaders,
    CopySourceVersionId: header('x-amz-copy-source-version-id', string()),
    ...versionHeader,
    ...encryptionOutputHeaders,
    CopyObjectResult: payload(
      structure({ ETag: string(), LastModified: timestamp(), ...checksumElements }, { xmlName: 'CopyObjectResult' }),
    ),
  }),
  errors: [...objectWrite.errors, 'InvalidObjectState', 'NoSuchKey', 'NoSuchVersion', 'PreconditionFailed'],
  ignores: objectWrite.ignores,
  async handle(input, context) {
    requireKey(input.Key)
    const expect = expectationOf(input)
    const name = readCopySource(input.CopySource)
    const source = requireSource(name, input, context)
    if (source.version.details.tags && !replacesTags(input)) {
      context.authorizeCopiedTags({ ...name, bucket: source.bucket }, input.Key)
    }
    requireChange(input, { name, version: source.version }, context)
    const copy: Copy = {
      source: source.version,
      key: input.Key,
      expect,
      ...copiedDetails(input, source.version, context),
    }
    const { version, written } = await publishCopy(copy, context)
    return {
      Expiration: expirationHeader({ ...version, size: source.version.size }, context),
      // Of a null version nothing is said (recorded), even in a bucket that has versions.
      CopySourceVersionId: source.version.versionId === 'null' ? undefined : source.version.versionId,
      VersionId: shownVersionId(written.versionId, written),
      ...encryptionOutput(version.details.encryption),
      CopyObjectResult: {
        ETag: quoted(version.etag),
        LastModified: shownTime(version.lastModified),
        ...checksumOutput(version.details.checksum),
      },
    }
  },
})
