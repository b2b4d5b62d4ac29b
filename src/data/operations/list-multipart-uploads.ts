import { boolean, flattened, integer, query, string, structure, timestamp } from '../../protocol/xml/shape.ts'
import { shownInitiator } from '../access/initiator.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import {
  CommonPrefixes,
  commonPrefixesOf,
  keyWriter,
  listMembers,
  pageSize,
  rowsOf,
  wholeSeconds,
} from '../listing/listing.ts'
import { isUploadId } from '../multipart/multipart.ts'
import { ownerOf } from '../objects/owner.ts'
import { Owner } from '../shapes.ts'

const Upload = structure({
  Key: string(),
  UploadId: string(),
  Initiator: Owner,
  Owner,
  StorageClass: string(),
  Initiated: timestamp(),
  ChecksumAlgorithm: string(),
  ChecksumType: string(),
})

/** Lists the open uploads of a bucket by key, then by the time they were begun. Source: API_ListMultipartUploads. */
export default defineOperation({
  name: 'ListMultipartUploads',
  http: 'GET /{Bucket}?uploads',
  action: 's3:ListBucketMultipartUploads',
  acceptsMrap: true,
  input: structure({
    ...bucketLabel,
    ...listMembers,
    KeyMarker: query('key-marker', string()),
    UploadIdMarker: query('upload-id-marker', string()),
    MaxUploads: query('max-uploads', integer({ min: 0, max: 2_147_483_647 })),
  }),
  output: structure(
    {
      Bucket: string(),
      KeyMarker: string(),
      UploadIdMarker: string(),
      NextKeyMarker: string(),
      NextUploadIdMarker: string(),
      Prefix: string(),
      Delimiter: string(),
      EncodingType: string(),
      MaxUploads: integer(),
      IsTruncated: boolean(),
      Uploads: flattened(Upload, { xmlName: 'Upload' }),
      CommonPrefixes,
    },
    { xmlName: 'ListMultipartUploadsResult' },
  ),
  handle(input, context) {
    const { store, bucket } = context
    const { KeyMarker: keyMarker = '', Prefix = '', EncodingType } = input
    // Means nothing without a key marker.
    const uploadIdMarker = keyMarker === '' ? '' : (input.UploadIdMarker ?? '')
    const write = keyWriter(EncodingType)
    const delimiter = input.Delimiter || undefined
    const limit = pageSize(input.MaxUploads)
    const { entries, isTruncated } = store.listUploads({
      bucketId: bucket.id,
      prefix: Prefix,
      delimiter,
      after: collapsed(keyMarker, Prefix, delimiter) || undefined,
      afterUploadId: uploadIdMarker === '' ? undefined : requireMarker(keyMarker, uploadIdMarker, context),
      limit,
    })
    const uploads = rowsOf(entries)
    const last = uploads.at(-1)
    return {
      Bucket: bucket.name,
      KeyMarker: write(keyMarker),
      UploadIdMarker: uploadIdMarker,
      // Both are there on the last page too. They name an upload, never a common prefix (recorded:
      // list_multipart_uploads_marker_common_prefixes).
      NextKeyMarker: write(last?.key ?? ''),
      NextUploadIdMarker: last?.uploadId ?? '',
      Prefix: Prefix === '' ? undefined : write(Prefix),
      Delimiter: delimiter && write(delimiter),
      EncodingType,
      MaxUploads: limit,
      IsTruncated: isTruncated,
      Uploads: uploads.map(upload => ({
        Key: write(upload.key),
        UploadId: upload.uploadId,
        Initiator: shownInitiator(upload.initiatorId),
        Owner: ownerOf(upload.ownerId),
        StorageClass: upload.storageClass,
        Initiated: wholeSeconds(upload.initiatedAt),
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      })),
      CommonPrefixes: commonPrefixesOf(entries, write),
    }
  },
})

/** A marker below a common prefix skips all of that prefix. */
function collapsed(marker: string, prefix: string, delimiter: string | undefined): string {
  if (delimiter === undefined || !marker.startsWith(prefix)) return marker
  const at = marker.indexOf(delimiter, prefix.length)
  return at < 0 ? marker : marker.slice(0, at + delimiter.length)
}

/**
 * Throws InvalidArgument for the id of another key's upload, and for what is none. An upload that has ended meanwhile is still a place
 * to go on from.
 */
function requireMarker(key: string, uploadId: string, { store, bucket }: DataContext): string {
  const upload = store.findUpload(uploadId)
  const isOfKey = upload ? upload.bucketId === bucket.id && upload.key === key : isUploadId(uploadId)
  if (isOfKey) return uploadId
  throw errors.InvalidArgument({
    Message: 'Invalid uploadId marker',
    ArgumentName: 'upload-id-marker',
    ArgumentValue: uploadId,
  })
}
