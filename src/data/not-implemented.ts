import { structure } from '../server/xml/shape.ts'
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

/** Name and request of every other operation of the service model `s3`, `2006-03-01`, alphabetically, and the form upload. */
const others = [
  ['CreateBucketMetadataConfiguration', 'POST /{Bucket}?metadataConfiguration'],
  ['CreateBucketMetadataTableConfiguration', 'POST /{Bucket}?metadataTable'],
  ['CreateSession', 'GET /{Bucket}?session'],
  ['DeleteBucketAnalyticsConfiguration', 'DELETE /{Bucket}?analytics'],
  ['DeleteBucketCors', 'DELETE /{Bucket}?cors'],
  ['DeleteBucketEncryption', 'DELETE /{Bucket}?encryption'],
  ['DeleteBucketIntelligentTieringConfiguration', 'DELETE /{Bucket}?intelligent-tiering'],
  ['DeleteBucketInventoryConfiguration', 'DELETE /{Bucket}?inventory'],
  ['DeleteBucketLifecycle', 'DELETE /{Bucket}?lifecycle'],
  ['DeleteBucketMetadataConfiguration', 'DELETE /{Bucket}?metadataConfiguration'],
  ['DeleteBucketMetadataTableConfiguration', 'DELETE /{Bucket}?metadataTable'],
  ['DeleteBucketMetricsConfiguration', 'DELETE /{Bucket}?metrics'],
  ['DeleteBucketReplication', 'DELETE /{Bucket}?replication'],
  ['DeleteBucketTagging', 'DELETE /{Bucket}?tagging'],
  ['DeleteBucketWebsite', 'DELETE /{Bucket}?website'],
  ['DeleteObjectAnnotation', 'DELETE /{Bucket}/{Key+}?annotation'],
  ['GetBucketAbac', 'GET /{Bucket}?abac'],
  ['GetBucketAccelerateConfiguration', 'GET /{Bucket}?accelerate'],
  ['GetBucketAnalyticsConfiguration', 'GET /{Bucket}?analytics&id'],
  ['GetBucketCors', 'GET /{Bucket}?cors'],
  ['GetBucketEncryption', 'GET /{Bucket}?encryption'],
  ['GetBucketIntelligentTieringConfiguration', 'GET /{Bucket}?intelligent-tiering&id'],
  ['GetBucketInventoryConfiguration', 'GET /{Bucket}?inventory&id'],
  ['GetBucketLifecycleConfiguration', 'GET /{Bucket}?lifecycle'],
  ['GetBucketLogging', 'GET /{Bucket}?logging'],
  ['GetBucketMetadataConfiguration', 'GET /{Bucket}?metadataConfiguration'],
  ['GetBucketMetadataTableConfiguration', 'GET /{Bucket}?metadataTable'],
  ['GetBucketMetricsConfiguration', 'GET /{Bucket}?metrics&id'],
  ['GetBucketNotificationConfiguration', 'GET /{Bucket}?notification'],
  ['GetBucketReplication', 'GET /{Bucket}?replication'],
  ['GetBucketTagging', 'GET /{Bucket}?tagging'],
  ['GetBucketWebsite', 'GET /{Bucket}?website'],
  ['GetObjectAnnotation', 'GET /{Bucket}/{Key+}?annotation&annotationName'],
  ['GetObjectTorrent', 'GET /{Bucket}/{Key+}?torrent'],
  ['ListBucketAnalyticsConfigurations', 'GET /{Bucket}?analytics'],
  ['ListBucketIntelligentTieringConfigurations', 'GET /{Bucket}?intelligent-tiering'],
  ['ListBucketInventoryConfigurations', 'GET /{Bucket}?inventory'],
  ['ListBucketMetricsConfigurations', 'GET /{Bucket}?metrics'],
  ['ListDirectoryBuckets', 'GET /?x-id=ListDirectoryBuckets'],
  ['ListObjectAnnotations', 'GET /{Bucket}/{Key+}?annotation'],
  ['PostObject', 'POST /{Bucket}'],
  ['PutBucketAbac', 'PUT /{Bucket}?abac'],
  ['PutBucketAccelerateConfiguration', 'PUT /{Bucket}?accelerate'],
  ['PutBucketAnalyticsConfiguration', 'PUT /{Bucket}?analytics'],
  ['PutBucketCors', 'PUT /{Bucket}?cors'],
  ['PutBucketEncryption', 'PUT /{Bucket}?encryption'],
  ['PutBucketIntelligentTieringConfiguration', 'PUT /{Bucket}?intelligent-tiering'],
  ['PutBucketInventoryConfiguration', 'PUT /{Bucket}?inventory'],
  ['PutBucketLifecycleConfiguration', 'PUT /{Bucket}?lifecycle'],
  ['PutBucketLogging', 'PUT /{Bucket}?logging'],
  ['PutBucketMetricsConfiguration', 'PUT /{Bucket}?metrics'],
  ['PutBucketNotificationConfiguration', 'PUT /{Bucket}?notification'],
  ['PutBucketReplication', 'PUT /{Bucket}?replication'],
  ['PutBucketTagging', 'PUT /{Bucket}?tagging'],
  ['PutBucketWebsite', 'PUT /{Bucket}?website'],
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
