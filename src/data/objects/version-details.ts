import type { VersionDetails } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import type { StoredHeaders } from '../shapes.ts'
import { storedAclOf } from './access-control-list.ts'
import { type Encryption, encryptionOf } from './encryption.ts'
import { checkMetadata, checkRedirect, metadataInput, storedEntityHeaders } from './entity-headers.ts'
import { objectLockOf } from './object-lock.ts'
import { storageClassOf } from './storage-class.ts'
import { readTagging, type Tags } from './tags.ts'

/**
 * What the headers of a write decide about the version it makes, all checked. The checksum joins when the bytes are
 * there.
 */
export interface DetailsOfWrite {
  readonly details: VersionDetails
  readonly storageClass: string
  /** Account that will own the object. */
  readonly ownerId: string
}

/**
 * Reads and checks everything a write stores beside the bytes: entity headers, metadata, redirect, tags, Object Lock
 * (with the bucket's default retention), encryption, ACL, storage class. For PutObject, and for CreateMultipartUpload,
 * which keeps it until Complete. `metadataIsText`: it did not come in headers, so nothing in it is encoded. Throws the refusal of the first header that S3 would not take; nothing is stored then.
 */
export function detailsOf(
  input: StoredHeaders,
  context: DataContext,
  { metadataIsText = false }: { readonly metadataIsText?: boolean } = {},
): DetailsOfWrite {
  const storageClass = storageClassOf(input.StorageClass)
  const encryption = encryptionOf(input, context)
  const { acl, ownerId } = storedAclOf(input, context)
  const lock = objectLockOf(input, context)
  const details = compact({
    entityHeaders: storedEntityHeaders(input),
    metadata: checkMetadata(metadataIsText ? input.Metadata : metadataInput(input.Metadata)),
    websiteRedirectLocation: checkRedirect(input.WebsiteRedirectLocation),
    tags: input.Tagging === undefined ? undefined : readTagging(input.Tagging),
    encryption,
    acl,
  })
  return { details: { ...details, ...lock }, storageClass, ownerId }
}

interface Details {
  readonly entityHeaders: VersionDetails['entityHeaders']
  readonly metadata: VersionDetails['metadata']
  readonly websiteRedirectLocation: string | undefined
  readonly tags: Tags | undefined
  readonly encryption: Encryption | undefined
  readonly acl: unknown
}

/** Leaves out what is undefined or empty: the row keeps only what was given. */
export function compact(details: Details): VersionDetails {
  const { entityHeaders, metadata, websiteRedirectLocation, tags, encryption, acl } = details
  return {
    ...(entityHeaders && { entityHeaders }),
    ...(metadata && { metadata }),
    ...(websiteRedirectLocation !== undefined && { websiteRedirectLocation }),
    ...(tags && tags.length > 0 && { tags }),
    ...(encryption && { encryption }),
    ...(acl !== undefined && { acl }),
  }
}
