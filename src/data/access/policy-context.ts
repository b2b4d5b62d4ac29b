import type { ConditionContext } from '../../policy/conditions.ts'
import { type KeyValues, type RequestSeen, requestKeys } from '../../policy/request-keys.ts'
import type { Query } from '../../protocol/request/query.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Claim } from '../../protocol/signature/claim.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import type { DocumentValues, MrapAccess } from '../context.ts'
import { readTagging, type Tags } from '../objects/tags.ts'

/** What conditions of policies may ask about a request. */
export interface RequestFacts {
  /** For traces of decisions. */
  readonly requestId?: string | undefined
  readonly request: RawRequest
  readonly query: Query
  /** undefined: not signed. */
  readonly claim: Claim | undefined
  /** Known once the document has been read. They win over what headers and query say. */
  readonly values?: DocumentValues | undefined
}

/** A request as conditions see it. */
interface Seen extends RequestFacts, Omit<RequestSeen, keyof RequestFacts> {
  readonly action: string
  readonly mrap: MrapAccess | undefined
  /** The object asked for, if it is there. */
  readonly existing: () => ObjectVersion | undefined
}

type Value = string | readonly string[] | undefined

const existingTag = 's3:existingobjecttag/'
const requestTag = 's3:requestobjecttag/'
const dayMs = 24 * 60 * 60 * 1000

/**
 * The condition keys of a request, each computed when a statement asks for it. Source: service authorization reference, "Condition
 * keys for Amazon S3".
 */
export function conditionContext(seen: Seen): ConditionContext {
  return key => {
    if (seen.values && Object.hasOwn(seen.values, key)) return seen.values[key]
    const known = seen.caller.circumstances?.get(key)
    if (known) return known
    const value = key.includes('/') ? tagValue(key, seen) : valuesByKey.get(key)?.(seen)
    return typeof value === 'string' ? [value] : value
  }
}

/** Tags of a request as conditions know them. */
export function tagValues(tags: Tags): DocumentValues {
  return {
    's3:requestobjecttagkeys': tags.map(([key]) => key),
    ...Object.fromEntries(tags.map(([key, value]) => [`${requestTag}${key.toLowerCase()}`, [value]])),
  }
}

/** Object Lock of a request as conditions know it. */
export function lockValues(
  lock: {
    readonly mode?: string | undefined
    /** Milliseconds since the epoch. */
    readonly retainUntil?: number | undefined
    readonly legalHold?: string | undefined
  },
  now: number,
): DocumentValues {
  const { mode, retainUntil, legalHold } = lock
  return {
    ...(mode !== undefined && { 's3:object-lock-mode': [mode] }),
    ...(legalHold !== undefined && { 's3:object-lock-legal-hold': [legalHold] }),
    ...(retainUntil !== undefined &&
      Number.isFinite(retainUntil) && {
        's3:object-lock-retain-until-date': [new Date(retainUntil).toISOString()],
        's3:object-lock-remaining-retention-days': [String(Math.ceil((retainUntil - now) / dayMs))],
      }),
  }
}

/** Condition keys are not case-sensitive, so neither are the tag keys in them. */
function tagValue(key: string, seen: Seen): Value {
  if (key.startsWith(existingTag)) return tagOf(key.slice(existingTag.length), seen.existing()?.details.tags)
  if (key.startsWith(requestTag)) return tagOf(key.slice(requestTag.length), sentTags(seen))
  return undefined
}

function tagOf(lowerKey: string, tags: Tags | undefined): Value {
  return tags?.find(([key]) => key.toLowerCase() === lowerKey)?.[1]
}

/** Tags of the header. One that cannot be read is refused when the operation reads it. */
function sentTags({ request }: Seen): Tags | undefined {
  const header = request.headers.get('x-amz-tagging')
  if (header === undefined) return undefined
  try {
    return readTagging(header)
  } catch {
    return undefined
  }
}

const listing = new Set(['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'])

const header = (name: string) => (seen: Seen) => seen.request.headers.get(name)
/** A parameter of listings; in other requests the key is absent. */
const listed = (name: string) => (seen: Seen) => (listing.has(seen.action) ? seen.query.get(name) : undefined)
const lock = (key: string) => (seen: Seen) => {
  const { headers } = seen.request
  const until = headers.get('x-amz-object-lock-retain-until-date')
  const sent = {
    mode: headers.get('x-amz-object-lock-mode'),
    legalHold: headers.get('x-amz-object-lock-legal-hold'),
    retainUntil: until === undefined ? undefined : Date.parse(until),
  }
  return lockValues(sent, seen.now)[key]
}

/** By key in lower case. */
const values: KeyValues<Seen> = {
  ...requestKeys,
  's3:accesspointnetworkorigin': ({ mrap }) => mrap && 'Internet',
  's3:dataaccesspointaccount': ({ mrap }) => mrap?.accountId,
  's3:dataaccesspointarn': ({ mrap }) => mrap?.arn,
  's3:delimiter': listed('delimiter'),
  's3:if-match': header('if-match'),
  's3:if-none-match': header('if-none-match'),
  's3:max-keys': listed('max-keys'),
  's3:object-lock-legal-hold': lock('s3:object-lock-legal-hold'),
  's3:object-lock-mode': lock('s3:object-lock-mode'),
  's3:object-lock-remaining-retention-days': lock('s3:object-lock-remaining-retention-days'),
  's3:object-lock-retain-until-date': lock('s3:object-lock-retain-until-date'),
  's3:prefix': listed('prefix'),
  's3:requestobjecttagkeys': seen => sentTags(seen)?.map(([key]) => key),
  's3:versionid': ({ query }) => query.get('versionId'),
  's3:x-amz-acl': header('x-amz-acl'),
  's3:x-amz-copy-source': seen => copySourceOf(seen.request),
  's3:x-amz-grant-full-control': header('x-amz-grant-full-control'),
  's3:x-amz-grant-read': header('x-amz-grant-read'),
  's3:x-amz-grant-read-acp': header('x-amz-grant-read-acp'),
  's3:x-amz-grant-write': header('x-amz-grant-write'),
  's3:x-amz-grant-write-acp': header('x-amz-grant-write-acp'),
  's3:x-amz-metadata-directive': header('x-amz-metadata-directive'),
  's3:x-amz-object-ownership': header('x-amz-object-ownership'),
  's3:x-amz-server-side-encryption': header('x-amz-server-side-encryption'),
  's3:x-amz-server-side-encryption-aws-kms-key-id': header('x-amz-server-side-encryption-aws-kms-key-id'),
  's3:x-amz-server-side-encryption-customer-algorithm': header('x-amz-server-side-encryption-customer-algorithm'),
  's3:x-amz-storage-class': header('x-amz-storage-class'),
  's3:x-amz-website-redirect-location': header('x-amz-website-redirect-location'),
}

/** A map, since keys come from clients: an object would find its own `constructor`. */
const valuesByKey = new Map(Object.entries(values))

/** Bucket and key of the source, decoded, as policies name them: no slash before, no version behind. */
function copySourceOf({ headers }: RawRequest): string | undefined {
  const sent = headers.get('x-amz-copy-source')
  if (sent === undefined) return undefined
  const [path = ''] = sent.replace(/^\//, '').split('?versionId=')
  try {
    return decodeURIComponent(path).replace(/^\//, '')
  } catch {
    return path
  }
}
