import { unbuilt } from '../protocol/operation.ts'
import type { DataOperation } from './context.ts'
import { errors } from './errors.ts'

/** Answers before bucket and caller are looked at: see `plane.ts`. */
function refusal(name: string) {
  return errors.NotImplemented(
    { Message: `${name} is not implemented.` },
    { hint: `${name} is an operation of S3 that this emulator does not have yet; docs/coverage.md lists them.` },
  )
}

/** Name and request of every other operation of the service model `s3`, `2006-03-01`, alphabetically. */
const others = [
  ['CreateBucketMetadataConfiguration', 'POST /{Bucket}?metadataConfiguration'],
  ['CreateBucketMetadataTableConfiguration', 'POST /{Bucket}?metadataTable'],
  ['CreateSession', 'GET /{Bucket}?session'],
  ['DeleteBucketMetadataConfiguration', 'DELETE /{Bucket}?metadataConfiguration'],
  ['DeleteBucketMetadataTableConfiguration', 'DELETE /{Bucket}?metadataTable'],
  ['DeleteObjectAnnotation', 'DELETE /{Bucket}/{Key+}?annotation'],
  ['GetBucketMetadataConfiguration', 'GET /{Bucket}?metadataConfiguration'],
  ['GetBucketMetadataTableConfiguration', 'GET /{Bucket}?metadataTable'],
  ['GetObjectAnnotation', 'GET /{Bucket}/{Key+}?annotation&annotationName'],
  ['GetObjectTorrent', 'GET /{Bucket}/{Key+}?torrent'],
  ['ListDirectoryBuckets', 'GET /?x-id=ListDirectoryBuckets'],
  ['ListObjectAnnotations', 'GET /{Bucket}/{Key+}?annotation'],
  ['PutObjectAnnotation', 'PUT /{Bucket}/{Key+}?annotation'],
  ['RenameObject', 'PUT /{Bucket}/{Key+}?renameObject'],
  ['SelectObjectContent', 'POST /{Bucket}/{Key+}?select&select-type=2'],
  ['UpdateBucketMetadataAnnotationTableConfiguration', 'PUT /{Bucket}?metadataAnnotationTable'],
  ['UpdateBucketMetadataInventoryTableConfiguration', 'PUT /{Bucket}?metadataInventoryTable'],
  ['UpdateBucketMetadataJournalTableConfiguration', 'PUT /{Bucket}?metadataJournalTable'],
  ['UpdateObjectEncryption', 'PUT /{Bucket}/{Key+}?encryption'],
  ['WriteGetObjectResponse', 'POST /WriteGetObjectResponse'],
] as const

export const unbuiltOperations: readonly DataOperation[] = others.map(([name, http]) => unbuilt(name, http, refusal))
