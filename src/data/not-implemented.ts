import { structure } from '../protocol/xml/shape.ts'
import { type DataOperation, defineOperation } from './context.ts'
import { errors } from './errors.ts'

/** A row for an operation that S3 has and that is not built: it answers NotImplemented (501) and never falls through to another one. */
function notImplemented(name: string, http: string): DataOperation {
  return defineOperation({
    name,
    http,
    input: structure({}),
    output: structure({}),
    notImplemented: true,
    handle() {
      throw errors.NotImplemented(
        { Message: `The operation ${name} is not implemented.` },
        { hint: `${name} is an operation of S3 that is not built here yet; docs/coverage.md lists what is.` },
      )
    },
  })
}

/** Name and request of every other operation of the service model `s3`, `2006-03-01`, alphabetically. */
const others = [
  ['CreateBucketMetadataConfiguration', 'POST /{Bucket}?metadataConfiguration'],
  ['CreateBucketMetadataTableConfiguration', 'POST /{Bucket}?metadataTable'],
  ['CreateSession', 'GET /{Bucket}?session'],
  ['DeleteBucketMetadataConfiguration', 'DELETE /{Bucket}?metadataConfiguration'],
  ['DeleteBucketMetadataTableConfiguration', 'DELETE /{Bucket}?metadataTable'],
  ['DeleteBucketReplication', 'DELETE /{Bucket}?replication'],
  ['DeleteObjectAnnotation', 'DELETE /{Bucket}/{Key+}?annotation'],
  ['GetBucketMetadataConfiguration', 'GET /{Bucket}?metadataConfiguration'],
  ['GetBucketMetadataTableConfiguration', 'GET /{Bucket}?metadataTable'],
  ['GetObjectAnnotation', 'GET /{Bucket}/{Key+}?annotation&annotationName'],
  ['GetObjectTorrent', 'GET /{Bucket}/{Key+}?torrent'],
  ['ListDirectoryBuckets', 'GET /?x-id=ListDirectoryBuckets'],
  ['ListObjectAnnotations', 'GET /{Bucket}/{Key+}?annotation'],
  ['PutBucketReplication', 'PUT /{Bucket}?replication'],
  ['PutObjectAnnotation', 'PUT /{Bucket}/{Key+}?annotation'],
  ['RenameObject', 'PUT /{Bucket}/{Key+}?renameObject'],
  ['SelectObjectContent', 'POST /{Bucket}/{Key+}?select&select-type=2'],
  ['UpdateBucketMetadataAnnotationTableConfiguration', 'PUT /{Bucket}?metadataAnnotationTable'],
  ['UpdateBucketMetadataInventoryTableConfiguration', 'PUT /{Bucket}?metadataInventoryTable'],
  ['UpdateBucketMetadataJournalTableConfiguration', 'PUT /{Bucket}?metadataJournalTable'],
  ['UpdateObjectEncryption', 'PUT /{Bucket}/{Key+}?encryption'],
  ['WriteGetObjectResponse', 'POST /WriteGetObjectResponse'],
] as const

export const unbuiltOperations: readonly DataOperation[] = others.map(([name, http]) => notImplemented(name, http))
