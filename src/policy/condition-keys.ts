/**
 * Condition keys that S3 takes in the policy of a bucket or access point, and the actions that each comes with. Source: service
 * authorization reference, "Actions, resources, and condition keys for Amazon S3".
 */
export interface ConditionKey {
  /** Names without `s3:`, in lower case; undefined: every action. */
  readonly actions: ReadonlySet<string> | undefined
}

/** The key of this name, in any case; undefined: S3 does not know it. Every name that begins with `aws:` is taken, as S3 does. */
export function findConditionKey(name: string): ConditionKey | undefined {
  const lower = name.toLowerCase()
  const slash = lower.indexOf('/')
  // A family of keys, such as s3:ExistingObjectTag/<key>: the name after the slash is the policy's own.
  const known = slash < 0 ? keys.get(lower) : slash < lower.length - 1 && keys.get(lower.slice(0, slash + 1))
  if (known) return known
  return /^aws:./.test(lower) || serviceKeys.has(lower) ? { actions: undefined } : undefined
}

/** Keys with the prefix of another service that requests to every service can carry. */
const serviceKeys = new Set([
  'codebuild:buildarn',
  'codebuild:projectarn',
  'ec2:roledelivery',
  'ec2:sourceinstancearn',
  'glue:credentialissuingservice',
  'glue:roleassumedby',
  'identitystore:userid',
  'lambda:sourcefunctionarn',
  'ssm:sourceinstancearn',
])

const generalKeys = `
  s3:AccessGrantsInstanceArn s3:AccessPointNetworkOrigin s3:AccessPointTag/ s3:authType s3:BucketTag/ s3:DataAccessPointAccount
  s3:DataAccessPointArn s3:ResourceAccount s3:signatureAge s3:signatureversion s3:TlsVersion s3:x-amz-content-sha256
`

/** Keys, and the actions they come with. */
const keysOfActions: readonly (readonly [keys: string, actions: string])[] = [
  ['s3:AccessGrantScope', 'CreateAccessGrant DeleteAccessGrant GetAccessGrant'],
  [
    's3:AccessGrantsLocationScope',
    'CreateAccessGrantsLocation DeleteAccessGrantsLocation GetAccessGrantsLocation UpdateAccessGrantsLocation',
  ],
  ['s3:annotation-prefix s3:max-annotation-results', 'ListObjectAnnotations ListObjectVersionAnnotations'],
  ['s3:delimiter s3:max-keys s3:prefix', 'ListBucket ListBucketVersions'],
  ['s3:deliverySourceArn s3:logType s3:resourceArnBeingAuthorized', 'AllowVendedLogDeliveryForResource'],
  ['s3:destinationRegion', 'PauseReplication'],
  [
    's3:ExistingJobOperation s3:ExistingJobPriority',
    'DeleteJobTagging PutJobTagging UpdateJobPriority UpdateJobStatus',
  ],
  [
    's3:ExistingObjectTag/',
    `
      DeleteObjectAnnotation DeleteObjectTagging DeleteObjectVersionAnnotation DeleteObjectVersionTagging GetObject
      GetObjectAcl GetObjectAnnotation GetObjectAttributes GetObjectTagging GetObjectVersion GetObjectVersionAcl
      GetObjectVersionAnnotation GetObjectVersionAttributes GetObjectVersionTagging ListObjectAnnotations
      ListObjectVersionAnnotations PutObjectAcl PutObjectAnnotation PutObjectTagging PutObjectVersionAcl
      PutObjectVersionAnnotation PutObjectVersionTagging UpdateObjectEncryption
    `,
  ],
  ['s3:if-match', 'DeleteObject PutObject'],
  ['s3:InventoryAccessibleOptionalFields', 'PutInventoryConfiguration'],
  ['s3:isReplicationPauseRequest', 'PutReplicationConfiguration'],
  ['s3:JobSuspendedCause', 'UpdateJobStatus'],
  ['s3:locationconstraint', 'CreateAccessPoint CreateBucket'],
  ['s3:object-lock-event-hold s3:object-lock-event-hold-duration-days', 'PutObject PutObjectRetention ReplicateObject'],
  ['s3:object-lock-legal-hold', 'PutObject PutObjectLegalHold'],
  [
    's3:object-lock-mode s3:object-lock-remaining-retention-days s3:object-lock-retain-until-date',
    'PutObject PutObjectRetention',
  ],
  ['s3:if-none-match s3:ObjectCreationOperation s3:x-amz-object-annotation-directive', 'PutObject'],
  ['s3:RequestJobOperation', 'CreateJob'],
  ['s3:RequestJobPriority', 'CreateJob UpdateJobPriority'],
  [
    's3:RequestObjectTag/ s3:RequestObjectTagKeys',
    'BypassGovernanceRetention PutObject PutObjectTagging PutObjectVersionTagging',
  ],
  [
    's3:versionid',
    `
      DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging GetObjectVersion
      GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAttributes GetObjectVersionTagging
      GetObjectVersionTorrent ListObjectVersionAnnotations PutObjectVersionAcl PutObjectVersionAnnotation
      PutObjectVersionTagging
    `,
  ],
  [
    's3:x-amz-acl',
    'BypassGovernanceRetention CreateAccessPoint CreateBucket PutBucketAcl PutObject PutObjectAcl PutObjectVersionAcl',
  ],
  ['s3:x-amz-bucket-namespace s3:x-amz-object-ownership', 'CreateBucket'],
  [
    's3:x-amz-copy-source s3:x-amz-metadata-directive s3:x-amz-website-redirect-location',
    'BypassGovernanceRetention PutObject',
  ],
  [
    `
      s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp s3:x-amz-grant-write
      s3:x-amz-grant-write-acp
    `,
    'BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl PutObjectVersionAcl',
  ],
  [
    's3:x-amz-object-if-match',
    'DeleteObjectAnnotation DeleteObjectVersionAnnotation PutObjectAnnotation PutObjectVersionAnnotation',
  ],
  [
    's3:x-amz-server-side-encryption s3:x-amz-server-side-encryption-aws-kms-key-id',
    'BypassGovernanceRetention PutObject ReplicateObject UpdateObjectEncryption',
  ],
  ['s3:x-amz-server-side-encryption-customer-algorithm', 'BypassGovernanceRetention PutObject ReplicateObject'],
  ['s3:x-amz-storage-class', 'BypassGovernanceRetention PutObject PutObjectAcl PutObjectVersionAcl'],
]

const keys: ReadonlyMap<string, ConditionKey> = new Map([
  ...words(generalKeys).map((name): [string, ConditionKey] => [name, { actions: undefined }]),
  ...keysOfActions.flatMap(([names, actions]) => {
    const key: ConditionKey = { actions: new Set(words(actions)) }
    return words(names).map((name): [string, ConditionKey] => [name, key])
  }),
])

function words(text: string): readonly string[] {
  return text.trim().toLowerCase().split(/\s+/)
}
