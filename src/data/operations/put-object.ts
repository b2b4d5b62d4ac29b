import { header, payload, stream, string, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { checksumOutput } from '../objects/checksums.ts'
import { encryptionOutput } from '../objects/encryption.ts'
import { quoted } from '../objects/etag.ts'
import { requireKey } from '../objects/keys.ts'
import { expirationHeader } from '../objects/lifecycle.ts'
import { requireDigest } from '../objects/object-lock.ts'
import { publishBody, storeBody } from '../objects/objects.ts'
import { expectationOf } from '../objects/preconditions.ts'
import { detailsOf } from '../objects/version-details.ts'
import {
  checksumHeaders,
  encryptionOutputHeaders,
  expirationHeaders,
  objectWrite,
  versionHeader,
  writeConditions,
} from '../shapes.ts'

/**
 * Stores an object: everything is checked, then the body is received and checked, then both become visible at once.
 * Source: API_PutObject.
 */
export default defineOperation({
  name: 'PutObject',
  http: 'PUT /{Bucket}/{Key+}',
  action: 's3:PutObject',
  acceptsMrap: true,
  input: structure({ ...objectWrite.members, ...writeConditions, Body: payload(stream()) }),
  output: structure({
    ...expirationHeaders,
    ETag: header('ETag', string()),
    ...checksumHeaders,
    ...encryptionOutputHeaders,
    ...versionHeader,
  }),
  errors: [...objectWrite.errors, 'NoSuchKey', 'PreconditionFailed'],
  ignores: objectWrite.ignores,
  async handle(input, context) {
    requireKey(input.Key)
    const expect = expectationOf(input)
    const write = detailsOf(input, context)
    requireDigest(write.details, context)
    const stored = await storeBody(context)
    const { version, written } = await publishBody(input.Key, write, stored, context, expect)
    return {
      Expiration: expirationHeader({ ...version, size: stored.body.size }, context),
      ETag: quoted(version.etag),
      ...checksumOutput(stored.checksum),
      ...encryptionOutput(version.details.encryption),
      // Of all answers this one is silent about the null version of a suspended bucket (recorded).
      VersionId: written.versionId === 'null' ? undefined : written.versionId,
    }
  },
})
