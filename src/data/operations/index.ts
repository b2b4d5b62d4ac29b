import type { DataOperation } from '../context.ts'
import { unbuiltOperations } from '../not-implemented.ts'
import abortMultipartUpload from './abort-multipart-upload.ts'
import completeMultipartUpload from './complete-multipart-upload.ts'
import copyObject from './copy-object.ts'
import createBucket from './create-bucket.ts'
import createMultipartUpload from './create-multipart-upload.ts'
import deleteBucket from './delete-bucket.ts'
import deleteBucketOwnershipControls from './delete-bucket-ownership-controls.ts'
import deleteBucketPolicy from './delete-bucket-policy.ts'
import deleteObject from './delete-object.ts'
import deleteObjectTagging from './delete-object-tagging.ts'
import deleteObjects from './delete-objects.ts'
import deletePublicAccessBlock from './delete-public-access-block.ts'
import getBucketAcl from './get-bucket-acl.ts'
import getBucketLocation from './get-bucket-location.ts'
import getBucketOwnershipControls from './get-bucket-ownership-controls.ts'
import getBucketPolicy from './get-bucket-policy.ts'
import getBucketPolicyStatus from './get-bucket-policy-status.ts'
import getBucketRequestPayment from './get-bucket-request-payment.ts'
import getBucketVersioning from './get-bucket-versioning.ts'
import getObject from './get-object.ts'
import getObjectAcl from './get-object-acl.ts'
import getObjectAttributes from './get-object-attributes.ts'
import getObjectLegalHold from './get-object-legal-hold.ts'
import getObjectLockConfiguration from './get-object-lock-configuration.ts'
import getObjectRetention from './get-object-retention.ts'
import getObjectTagging from './get-object-tagging.ts'
import getPublicAccessBlock from './get-public-access-block.ts'
import headBucket from './head-bucket.ts'
import headObject from './head-object.ts'
import listBuckets from './list-buckets.ts'
import listMultipartUploads from './list-multipart-uploads.ts'
import listObjectVersions from './list-object-versions.ts'
import listObjects from './list-objects.ts'
import listObjectsV2 from './list-objects-v2.ts'
import listParts from './list-parts.ts'
import putBucketAcl from './put-bucket-acl.ts'
import putBucketOwnershipControls from './put-bucket-ownership-controls.ts'
import putBucketPolicy from './put-bucket-policy.ts'
import putBucketRequestPayment from './put-bucket-request-payment.ts'
import putBucketVersioning from './put-bucket-versioning.ts'
import putObject from './put-object.ts'
import putObjectAcl from './put-object-acl.ts'
import putObjectLegalHold from './put-object-legal-hold.ts'
import putObjectLockConfiguration from './put-object-lock-configuration.ts'
import putObjectRetention from './put-object-retention.ts'
import putObjectTagging from './put-object-tagging.ts'
import putPublicAccessBlock from './put-public-access-block.ts'
import restoreObject from './restore-object.ts'
import uploadPart from './upload-part.ts'
import uploadPartCopy from './upload-part-copy.ts'

/** Every operation of S3: what is built, alphabetically, then what answers NotImplemented. The order means nothing. */
export const dataOperations: readonly DataOperation[] = [
  abortMultipartUpload,
  completeMultipartUpload,
  copyObject,
  createBucket,
  createMultipartUpload,
  deleteBucket,
  deleteBucketOwnershipControls,
  deleteBucketPolicy,
  deleteObject,
  deleteObjectTagging,
  deleteObjects,
  deletePublicAccessBlock,
  getBucketAcl,
  getBucketLocation,
  getBucketOwnershipControls,
  getBucketPolicy,
  getBucketPolicyStatus,
  getBucketRequestPayment,
  getBucketVersioning,
  getObject,
  getObjectAcl,
  getObjectAttributes,
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  getObjectTagging,
  getPublicAccessBlock,
  headBucket,
  headObject,
  listBuckets,
  listMultipartUploads,
  listObjectVersions,
  listObjects,
  listObjectsV2,
  listParts,
  putBucketAcl,
  putBucketOwnershipControls,
  putBucketPolicy,
  putBucketRequestPayment,
  putBucketVersioning,
  putObject,
  putObjectAcl,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
  putObjectTagging,
  putPublicAccessBlock,
  restoreObject,
  uploadPart,
  uploadPartCopy,
  ...unbuiltOperations,
]
