import { boolean, flattened, integer, query, string, structure, timestamp } from '../../server/xml/shape.ts'
import { bucketLabel } from '../bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import {
  CommonPrefixes,
  commonPrefixesOf,
  keyWriter,
  lastOf,
  listMembers,
  ownerOf,
  pageSize,
  rowsOf,
  wholeSeconds,
} from '../listing.ts'
import { isUploadId } from '../multipart.ts'
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
  handle(input, { store, bucket }) {
    const { KeyMarker: keyMarker = '', UploadIdMarker: uploadIdMarker = '', Prefix, EncodingType } = input
    const write = keyWriter(EncodingType)
    const delimiter = input.Delimiter || undefined
    const limit = pageSize(input.MaxUploads)
    const { entries, isTruncated } = store.listUploads({
      bucketId: bucket.id,
      prefix: Prefix ?? '',
      delimiter,
      after: keyMarker || undefined,
      afterUploadId: markerOf(keyMarker, uploadIdMarker),
      limit,
    })
    const last = entries.at(-1)
    return {
      Bucket: bucket.name,
      KeyMarker: write(keyMarker),
      UploadIdMarker: uploadIdMarker,
      // Both are there on the last page too.
      NextKeyMarker: write(lastOf(entries) ?? ''),
      NextUploadIdMarker: last?.kind === 'row' ? last.row.uploadId : '',
      Prefix: Prefix && write(Prefix),
      Delimiter: delimiter && write(delimiter),
      EncodingType,
      MaxUploads: limit,
      IsTruncated: isTruncated,
      Uploads: rowsOf(entries).map(upload => ({
        Key: write(upload.key),
        UploadId: upload.uploadId,
        Initiator: ownerOf(upload.initiatorId),
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

/** Means nothing without a key marker. An upload that was ended meanwhile is still a place to go on from. */
function markerOf(keyMarker: string, uploadIdMarker: string): string | undefined {
  if (keyMarker === '' || uploadIdMarker === '') return undefined
  if (isUploadId(uploadIdMarker)) return uploadIdMarker
  throw errors.InvalidArgument({
    Message: 'Invalid uploadId marker',
    ArgumentName: 'upload-id-marker',
    ArgumentValue: uploadIdMarker,
  })
}
