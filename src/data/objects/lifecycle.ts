import {
  boolean,
  flattened,
  type Infer,
  integer,
  oneOf,
  required,
  string,
  structure,
  timestamp,
} from '../../protocol/xml/shape.ts'
import type { ObjectVersion, Upload } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { Tag } from '../shapes.ts'
import type { Tags } from './tags.ts'

/**
 * Lifecycle configuration: stored, returned and shown in the headers that announce what it will do. Nothing expires or moves by itself.
 * Source: API_PutBucketLifecycleConfiguration; `lifecycle-rules.ts` has the refusals.
 */
const transitionClasses = [
  'GLACIER',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
] as const

const sizes = { ObjectSizeGreaterThan: integer({ min: 0 }), ObjectSizeLessThan: integer({ min: 0 }) }

export const LifecycleRule = structure({
  Expiration: structure({ Date: timestamp(), Days: integer(), ExpiredObjectDeleteMarker: boolean() }),
  ID: string(),
  Prefix: string(),
  Filter: structure({
    Prefix: string(),
    Tag,
    ...sizes,
    And: structure({ Prefix: string(), Tags: flattened(Tag, { xmlName: 'Tag' }), ...sizes }),
  }),
  Status: required(oneOf(['Enabled', 'Disabled'])),
  Transitions: flattened(
    structure({ Date: timestamp(), Days: integer(), StorageClass: required(oneOf(transitionClasses)) }),
    { xmlName: 'Transition' },
  ),
  NoncurrentVersionTransitions: flattened(
    structure({
      NoncurrentDays: integer(),
      StorageClass: required(oneOf(transitionClasses)),
      NewerNoncurrentVersions: integer(),
    }),
    { xmlName: 'NoncurrentVersionTransition' },
  ),
  NoncurrentVersionExpiration: structure({ NoncurrentDays: integer(), NewerNoncurrentVersions: integer() }),
  AbortIncompleteMultipartUpload: structure({ DaysAfterInitiation: required(integer()) }),
})
export type LifecycleRule = Infer<typeof LifecycleRule>

export const LifecycleConfiguration = structure(
  { Rules: required(flattened(LifecycleRule, { xmlName: 'Rule', minItems: 1, maxItems: 1000 })) },
  { xmlName: 'LifecycleConfiguration' },
)

/** As it is kept. */
export interface StoredLifecycle {
  readonly rules: readonly LifecycleRule[]
  readonly transitionDefaultMinimumObjectSize: string
}

/** What a rule's filter looks at. */
interface Subject {
  readonly key: string
  readonly size: number
  readonly tags: Tags
}

/** The lifecycle configuration of the bucket reached; undefined: it has none. */
export function findLifecycle({ store, bucket }: Pick<DataContext, 'store' | 'bucket'>): StoredLifecycle | undefined {
  const text = store.findBucketConfiguration(bucket.id, 'lifecycle')
  return text === undefined ? undefined : parse(text)
}

/** Configurations are parsed once, not with every object. All are forgotten when there are many. */
const parsed = new Map<string, StoredLifecycle>()
const mostParsed = 50

function parse(text: string): StoredLifecycle {
  const known = parsed.get(text)
  if (known) return known
  const lifecycle: StoredLifecycle = JSON.parse(text)
  if (parsed.size >= mostParsed) parsed.clear()
  parsed.set(text, lifecycle)
  return lifecycle
}

/**
 * `x-amz-expiration` of a current version: when which rule will expire it, the earliest first; undefined: none will.
 * Source: recorded answers; user guide, "Expiring objects".
 */
export function expirationHeader(
  version: Pick<ObjectVersion, 'key' | 'size' | 'lastModified' | 'details'>,
  context: Pick<DataContext, 'store' | 'bucket'>,
): string | undefined {
  const subject = { key: version.key, size: version.size, tags: version.details.tags ?? [] }
  const due = earliest(subject, context, ({ Expiration: expiration }) => {
    if (expiration?.Date !== undefined) return expiration.Date
    return expiration?.Days === undefined ? undefined : midnightAfter(version.lastModified, expiration.Days)
  })
  return due && `expiry-date="${new Date(due.time).toUTCString()}", rule-id="${encodeURIComponent(due.id)}"`
}

/** When which rule will abort an open upload, as headers; filters by tag and size do not apply to uploads. */
export function abortOutput(
  upload: Pick<Upload, 'key' | 'initiatedAt'>,
  context: Pick<DataContext, 'store' | 'bucket'>,
): { readonly AbortDate?: number; readonly AbortRuleId?: string } {
  const due = earliest({ key: upload.key, size: 0, tags: [] }, context, ({ AbortIncompleteMultipartUpload: abort }) =>
    abort ? midnightAfter(upload.initiatedAt, abort.DaysAfterInitiation) : undefined,
  )
  return due ? { AbortDate: due.time, AbortRuleId: encodeURIComponent(due.id) } : {}
}

function earliest(
  subject: Subject,
  context: Pick<DataContext, 'store' | 'bucket'>,
  dueOf: (rule: LifecycleRule) => number | undefined,
): { readonly time: number; readonly id: string } | undefined {
  let first: { readonly time: number; readonly id: string } | undefined
  for (const rule of findLifecycle(context)?.rules ?? []) {
    if (rule.Status !== 'Enabled' || !applies(rule, subject)) continue
    const time = dueOf(rule)
    if (time !== undefined && (!first || time < first.time)) first = { time, id: rule.ID ?? '' }
  }
  return first
}

function applies({ Prefix: prefix, Filter: filter = {} }: LifecycleRule, { key, size, tags }: Subject): boolean {
  const { And: and, Tag: tag, ...single } = filter
  const wanted = [...(tag ? [tag] : []), ...(and?.Tags ?? [])]
  const { Prefix: filtered, ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = and ?? single
  return (
    key.startsWith(filtered ?? prefix ?? '') &&
    (above === undefined || size > above) &&
    (below === undefined || size < below) &&
    wanted.every(({ Key, Value }) => tags.some(([name, value]) => name === Key && value === Value))
  )
}

const dayMs = 24 * 60 * 60 * 1000

/** The service adds the days and rounds up to the next midnight UTC. */
function midnightAfter(time: number, days: number): number {
  return Math.ceil((time + days * dayMs) / dayMs) * dayMs
}
