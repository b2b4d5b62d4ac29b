import type { Headers } from '../../protocol/request/headers.ts'
import type { Query } from '../../protocol/request/query.ts'
import type { DataOperation } from '../context.ts'

/** What of a request decides which actions it needs. */
interface Said {
  readonly query: Query
  readonly headers: Headers
}

/**
 * The actions that a request needs of the bucket or the key it names, its own first. What stands in a document (the keys of
 * DeleteObjects, the tags of CreateBucket) and what is copied are asked for by the operations: `tagsOfSource`, `tagsOfCopy`.
 * Sources: user guide, "Required permissions for Amazon S3 API operations"; API reference, "Permissions" of each operation.
 */
export function requiredActions(
  { name, action = `s3:${name}` }: Pick<DataOperation, 'name' | 'action'>,
  { query, headers }: Said,
): readonly string[] {
  const isVersioned = query.has('versionId')
  const own = typeof action === 'string' ? action : isVersioned ? action.versioned : action.plain
  const beside = besideByOperation.get(name)
  if (beside === undefined) return [own]
  const actions = new Set([own])
  for (const rule of beside) {
    if (rule.header === undefined || asks(rule, headers)) {
      for (const needed of rule.actions) actions.add(isVersioned ? (versionForms.get(needed) ?? needed) : needed)
    }
  }
  return [...actions]
}

/** What a copy needs of its source and of itself, beside reading and writing, when it takes tags along. */
export const tagsOfSource = { plain: 's3:GetObjectTagging', versioned: 's3:GetObjectVersionTagging' } as const
export const tagsOfCopy = 's3:PutObjectTagging'

interface Rule {
  /** Lower case; ending in `*`: any header that begins so. undefined: whatever the request says. */
  readonly header?: string
  /** A value, lower case, that asks for nothing. */
  readonly unless?: string
  readonly actions: readonly string[]
}

/** The action for an object's one version, where the rule is for the current one. */
const versionForms = new Map([['s3:GetObject', 's3:GetObjectVersion']])

const ofNewObject: readonly Rule[] = [
  { header: 'x-amz-acl', actions: ['s3:PutObjectAcl'] },
  { header: 'x-amz-grant-*', actions: ['s3:PutObjectAcl'] },
  { header: 'x-amz-tagging', actions: ['s3:PutObjectTagging'] },
  { header: 'x-amz-object-lock-mode', actions: ['s3:PutObjectRetention'] },
  { header: 'x-amz-object-lock-retain-until-date', actions: ['s3:PutObjectRetention'] },
  { header: 'x-amz-object-lock-legal-hold', actions: ['s3:PutObjectLegalHold'] },
]
/** An ETag tells what the object holds. Source: user guide, "How to prevent object overwrites with conditional writes". */
const ofCondition: Rule = { header: 'if-match', unless: '*', actions: ['s3:GetObject'] }
const ofBypass: Rule = { header: 'x-amz-bypass-governance-retention', actions: ['s3:BypassGovernanceRetention'] }

const besideByOperation: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['CompleteMultipartUpload', [ofCondition]],
  ['CopyObject', [...ofNewObject, ofCondition]],
  [
    'CreateBucket',
    [
      { header: 'x-amz-acl', unless: 'private', actions: ['s3:PutBucketAcl'] },
      { header: 'x-amz-grant-*', actions: ['s3:PutBucketAcl'] },
      {
        header: 'x-amz-bucket-object-lock-enabled',
        unless: 'false',
        actions: ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
      },
      { header: 'x-amz-object-ownership', actions: ['s3:PutBucketOwnershipControls'] },
    ],
  ],
  ['CreateMultipartUpload', ofNewObject],
  ['DeleteObject', [ofBypass, ofCondition]],
  ['GetObjectAttributes', [{ actions: ['s3:GetObject'] }]],
  ['PostObject', ofNewObject],
  ['PutObject', [...ofNewObject, ofCondition]],
  ['PutObjectRetention', [ofBypass]],
])

function asks({ header = '', unless }: Rule, headers: Headers): boolean {
  if (header.endsWith('*')) return headers.names().some(name => name.startsWith(header.slice(0, -1)))
  const value = headers.get(header)
  return value !== undefined && value.toLowerCase() !== unless
}
