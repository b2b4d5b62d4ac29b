import { boolean, flattened, integer, query, string, structure, timestamp } from '../../protocol/xml/shape.ts'
import { shownInitiator } from '../access/initiator.ts'
import { defineOperation } from '../context.ts'
import { pageSize, wholeSeconds } from '../listing/listing.ts'
import { requireUpload, uploadMembers } from '../multipart/multipart.ts'
import { shownChecksum } from '../multipart/multipart-checksums.ts'
import { checksumOutput } from '../objects/checksums.ts'
import { quoted } from '../objects/etag.ts'
import { abortOutput } from '../objects/lifecycle.ts'
import { ownerOf } from '../objects/owner.ts'
import { abortHeaders, checksumElements, Owner } from '../shapes.ts'

const anyNumber = integer({ min: 0, max: 2_147_483_647 })

/** Lists the parts an open upload has so far. Source: API_ListParts. */
export default defineOperation({
  name: 'ListParts',
  http: 'GET /{Bucket}/{Key+}?uploadId',
  action: 's3:ListMultipartUploadParts',
  acceptsMrap: true,
  input: structure({
    ...uploadMembers,
    MaxParts: query('max-parts', anyNumber),
    PartNumberMarker: query('part-number-marker', anyNumber),
  }),
  output: structure(
    {
      ...abortHeaders,
      Bucket: string(),
      Key: string(),
      UploadId: string(),
      Initiator: Owner,
      Owner,
      StorageClass: string(),
      PartNumberMarker: integer(),
      NextPartNumberMarker: integer(),
      MaxParts: integer(),
      IsTruncated: boolean(),
      ChecksumAlgorithm: string(),
      ChecksumType: string(),
      Parts: flattened(
        structure({
          PartNumber: integer(),
          LastModified: timestamp(),
          ETag: string(),
          Size: integer(),
          ...checksumElements,
        }),
        { xmlName: 'Part' },
      ),
    },
    { xmlName: 'ListPartsResult' },
  ),
  errors: ['NoSuchUpload'],
  // SSE-C of the upload: the parts say nothing that would need the key.
  ignores: [
    'x-amz-server-side-encryption-customer-algorithm',
    'x-amz-server-side-encryption-customer-key',
    'x-amz-server-side-encryption-customer-key-MD5',
  ],
  handle(input, context) {
    const { store, bucket } = context
    const { PartNumberMarker = 0 } = input
    const upload = requireUpload(input, context)
    const limit = pageSize(input.MaxParts)
    const found = store.listParts(upload.id, PartNumberMarker, limit + 1)
    const page = found.slice(0, limit)
    return {
      ...abortOutput(upload, context),
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      Initiator: shownInitiator(upload.initiatorId),
      Owner: ownerOf(upload.ownerId),
      StorageClass: upload.storageClass,
      PartNumberMarker,
      NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
      MaxParts: limit,
      IsTruncated: limit > 0 && found.length > limit,
      ChecksumAlgorithm: upload.checksumAlgorithm,
      ChecksumType: upload.checksumType,
      Parts: page.map(part => ({
        PartNumber: part.partNumber,
        LastModified: wholeSeconds(part.lastModified),
        ETag: quoted(part.etag),
        Size: part.size,
        ...checksumOutput(shownChecksum(part, upload)),
      })),
    }
  },
})
