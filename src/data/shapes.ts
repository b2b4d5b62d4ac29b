import {
  boolean,
  header,
  type InferMembers,
  integer,
  label,
  list,
  oneOf,
  prefixHeaders,
  query,
  required,
  string,
  structure,
  timestamp,
} from '../protocol/xml/shape.ts'

/**
 * Shapes and groups of members that several operations of the data plane share. Names and places as in AWS's service
 * model `s3` 2006-03-01. Members whose refusal has a sentence of its own are plain strings here and are checked in
 * their domain module.
 */
export const dataNamespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

const invalidAcl = { invalid: { code: 'MalformedACLError' } } as const

/** Canonical user ids only: DisplayName is no longer sent (2026 recordings). */
export const Owner = structure({ ID: string(), DisplayName: string() })

export const Tag = structure({ Key: required(string()), Value: required(string()) }, { xmlName: 'Tag' })
/** Without a TagSet: no tags; recorded from the service. */
export const Tagging = structure({ TagSet: list(Tag) }, { xmlName: 'Tagging' })

const Grantee = structure(
  {
    Type: required(string({ attribute: true, xmlName: 'xsi:type', ...invalidAcl })),
    ID: string(invalidAcl),
    DisplayName: string(invalidAcl),
    EmailAddress: string(invalidAcl),
    URI: string(invalidAcl),
  },
  { namespace: ['xmlns:xsi', 'http://www.w3.org/2001/XMLSchema-instance'], ...invalidAcl },
)
export const permissions = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const
const Grant = structure(
  { Grantee: required(Grantee), Permission: required(oneOf(permissions, invalidAcl)) },
  { xmlName: 'Grant', ...invalidAcl },
)
export const AccessControlPolicy = structure(
  {
    Owner: required(structure({ ID: string(invalidAcl), DisplayName: string(invalidAcl) }, invalidAcl)),
    AccessControlList: required(list(Grant, invalidAcl)),
  },
  { xmlName: 'AccessControlPolicy', ...invalidAcl },
)

export const retentionModes = ['GOVERNANCE', 'COMPLIANCE'] as const
export const Retention = structure(
  { Mode: oneOf(retentionModes), RetainUntilDate: timestamp() },
  { xmlName: 'Retention', unbuilt: ['EventHold', 'EventHoldDuration'] },
)
export const LegalHold = structure({ Status: required(oneOf(['ON', 'OFF'])) }, { xmlName: 'LegalHold' })

export const restoreTiers = ['Standard', 'Bulk', 'Expedited'] as const
export const RestoreRequest = structure(
  {
    Days: integer({ min: 1 }),
    GlacierJobParameters: structure({ Tier: required(oneOf(restoreTiers)) }),
    Type: oneOf(['SELECT']),
    Tier: oneOf(restoreTiers),
    Description: string(),
  },
  { xmlName: 'RestoreRequest', unbuilt: ['SelectParameters', 'OutputLocation'] },
)

/** Every operation on an object. */
export const objectLabels = { Bucket: label(), Key: label() }
/** Operations that may name a version; see `versions.ts` for what is accepted. */
export const versionQuery = { VersionId: query('versionId', string()) }
/** `null` on buckets whose versioning is suspended, absent on buckets that were never versioned. */
export const versionHeader = { VersionId: header('x-amz-version-id', string()) }

/** Entity headers that are stored with an object and come back with it. */
export const entityHeaders = {
  CacheControl: header('Cache-Control', string()),
  ContentDisposition: header('Content-Disposition', string()),
  ContentEncoding: header('Content-Encoding', string()),
  ContentLanguage: header('Content-Language', string()),
  ContentType: header('Content-Type', string()),
  Expires: header('Expires', string()),
}
/** When a lifecycle rule will expire the version; see `expirationHeader`. */
export const expirationHeaders = { Expiration: header('x-amz-expiration', string()) }
/** When a lifecycle rule will abort the upload; see `abortOutput`. */
export const abortHeaders = {
  AbortDate: header('x-amz-abort-date', timestamp()),
  AbortRuleId: header('x-amz-abort-rule-id', string()),
}
export const metadataHeaders = { Metadata: prefixHeaders('x-amz-meta-') }
export const websiteRedirectHeader = {
  WebsiteRedirectLocation: header('x-amz-website-redirect-location', string()),
}
export const storageClassHeader = { StorageClass: header('x-amz-storage-class', string()) }

/** How a write names the access control list: a canned one or grants, not both. */
export const aclHeaders = {
  ACL: header('x-amz-acl', string()),
  GrantFullControl: header('x-amz-grant-full-control', string()),
  GrantRead: header('x-amz-grant-read', string()),
  GrantReadACP: header('x-amz-grant-read-acp', string()),
  GrantWriteACP: header('x-amz-grant-write-acp', string()),
}

/**
 * SSE-C: encryption with a key that the client keeps. Reads of such objects and parts of such uploads carry them too.
 */
export const customerKeyHeaders = {
  SSECustomerAlgorithm: header('x-amz-server-side-encryption-customer-algorithm', string()),
  SSECustomerKey: header('x-amz-server-side-encryption-customer-key', string()),
  SSECustomerKeyMD5: header('x-amz-server-side-encryption-customer-key-MD5', string()),
}
/**
 * What a write may ask of encryption. `x-amz-server-side-encryption-context` has no effect: operations list it in
 * `ignores`.
 */
export const encryptionHeaders = {
  ServerSideEncryption: header('x-amz-server-side-encryption', string()),
  SSEKMSKeyId: header('x-amz-server-side-encryption-aws-kms-key-id', string()),
  BucketKeyEnabled: header('x-amz-server-side-encryption-bucket-key-enabled', boolean()),
  ...customerKeyHeaders,
}
/** What an answer says about encryption; see `encryptionOutput`. */
export const encryptionOutputHeaders = {
  ServerSideEncryption: header('x-amz-server-side-encryption', string()),
  SSECustomerAlgorithm: header('x-amz-server-side-encryption-customer-algorithm', string()),
  SSECustomerKeyMD5: header('x-amz-server-side-encryption-customer-key-MD5', string()),
  SSEKMSKeyId: header('x-amz-server-side-encryption-aws-kms-key-id', string()),
  BucketKeyEnabled: header('x-amz-server-side-encryption-bucket-key-enabled', boolean()),
}

/** Object Lock of a write; see `object-lock.ts` for values and refusals. */
export const objectLockHeaders = {
  ObjectLockMode: header('x-amz-object-lock-mode', string()),
  ObjectLockRetainUntilDate: header('x-amz-object-lock-retain-until-date', string()),
  ObjectLockLegalHoldStatus: header('x-amz-object-lock-legal-hold', string()),
}
export const bypassGovernanceHeader = {
  BypassGovernanceRetention: header('x-amz-bypass-governance-retention', boolean()),
}

/** Everything that PutObject, CopyObject, CreateMultipartUpload and PostObject store with an object; `detailsOf` reads it. */
const storedHeaders = {
  ...entityHeaders,
  ...metadataHeaders,
  ...websiteRedirectHeader,
  ...storageClassHeader,
  ...aclHeaders,
  ...encryptionHeaders,
  ...objectLockHeaders,
  Tagging: header('x-amz-tagging', string()),
}
export type StoredHeaders = InferMembers<typeof storedHeaders>

/** What these four have in common. Each adds its own members and errors. */
export const objectWrite = {
  members: { ...objectLabels, ...storedHeaders },
  errors: [
    'AccessControlListNotSupported',
    'InvalidEncryptionAlgorithmError',
    'InvalidRedirectLocation',
    'InvalidStorageClass',
    'InvalidTag',
    'KMS.NotFoundException',
    'MetadataTooLarge',
    'NoSuchBucket',
  ],
  ignores: ['x-amz-server-side-encryption-context'],
}

/** A checksum in response headers; see `checksumOutput`. */
export const checksumHeaders = {
  ChecksumCRC32: header('x-amz-checksum-crc32', string()),
  ChecksumCRC32C: header('x-amz-checksum-crc32c', string()),
  ChecksumCRC64NVME: header('x-amz-checksum-crc64nvme', string()),
  ChecksumSHA1: header('x-amz-checksum-sha1', string()),
  ChecksumSHA256: header('x-amz-checksum-sha256', string()),
  ChecksumSHA512: header('x-amz-checksum-sha512', string()),
  ChecksumMD5: header('x-amz-checksum-md5', string()),
  ChecksumType: header('x-amz-checksum-type', string()),
}
/** The same in an XML body. */
export const checksumElements = {
  ChecksumCRC32: string(),
  ChecksumCRC32C: string(),
  ChecksumCRC64NVME: string(),
  ChecksumSHA1: string(),
  ChecksumSHA256: string(),
  ChecksumSHA512: string(),
  ChecksumMD5: string(),
  ChecksumType: string(),
}

/** Conditional writes; see `expectationOf`. */
export const writeConditions = {
  IfMatch: header('If-Match', string()),
  IfNoneMatch: header('If-None-Match', string()),
}
/** Conditional reads; see `checkReadConditions`. */
export const readConditions = {
  IfMatch: header('If-Match', string()),
  IfModifiedSince: header('If-Modified-Since', string()),
  IfNoneMatch: header('If-None-Match', string()),
  IfUnmodifiedSince: header('If-Unmodified-Since', string()),
}
