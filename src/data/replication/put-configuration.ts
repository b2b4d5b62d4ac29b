import { parseBucketArn } from '../../protocol/endpoint/arn.ts'
import { randomIdUuid } from '../../protocol/random-bytes.ts'
import type { Bucket } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import { errors } from '../errors.ts'
import { changeBucket } from '../stored-configuration.ts'
import { type ReplicationConfiguration, type ReplicationRule, storedRules } from './configuration.ts'
import { checkRules, checkSchema } from './rules.ts'

/** Where a configuration is put: a bucket of the store, or of a world that is on its way there. */
export interface ReplicationContext {
  readonly store: Pick<Store, 'findBucket' | 'updateBucket'>
  readonly bucket: Bucket
}

const roleForm = /^arn:aws[a-z-]*:iam::(\d{12}):([\w+=,.@/-]+)$/

/**
 * Replaces the replication configuration of a bucket; whatever is refused leaves the old one. The order of the checks is that of
 * replication-spec 1.1. For PutBucketReplication, the templates and world files. Throws MalformedXML, InvalidArgument, InvalidRequest,
 * and AccessDenied for a role of another account.
 */
export async function putReplication(
  configuration: ReplicationConfiguration,
  context: ReplicationContext,
): Promise<void> {
  const { store } = context
  const { Role, Rules } = configuration
  const stored: ReplicationConfiguration = { Role, Rules: Rules.map(withId) }
  await changeBucket(context, bucket => {
    checkSchema(Rules)
    checkRole(Role, { bucket })
    if (bucket.versioning !== 'Enabled') {
      throw errors.InvalidRequest({
        Message: "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
      })
    }
    checkRules(Rules)
    for (const rule of Rules) requireDestination(rule, { store, bucket })
    return {
      configurations: { replication: JSON.stringify(stored) },
      replicationRules: storedRules(stored, { store, bucket }),
    }
  })
}

/** The role is text: whether it exists, and what it may do, is no question of the configuration. */
function checkRole(role: string, { bucket }: Pick<ReplicationContext, 'bucket'>): void {
  const [, accountId, resource] = roleForm.exec(role) ?? []
  if (accountId === undefined || resource === undefined) {
    throw errors.InvalidArgument({
      Message: 'Invalid Role specified in replication configuration',
      ArgumentName: 'Role',
      ArgumentValue: role,
    })
  }
  if (!/^role\/./.test(resource)) {
    throw errors.InvalidArgument({
      Message: 'The relative id should start with role',
      ArgumentName: 'Role',
      ArgumentValue: role,
    })
  }
  // Nobody can pass a role of another account.
  if (accountId !== bucket.accountId) throw errors.AccessDenied()
}

function requireDestination({ Destination }: ReplicationRule, { store, bucket }: ReplicationContext) {
  const name = parseBucketArn(Destination.Bucket)
  if (name === undefined) {
    throw errors.InvalidArgument({
      Message: 'Invalid bucket ARN',
      ArgumentName: 'Bucket',
      ArgumentValue: Destination.Bucket,
    })
  }
  if (name === bucket.name) {
    throw errors.InvalidRequest({ Message: 'Destination bucket cannot be the same as the source bucket.' })
  }
  const destination = store.findBucket(name)
  if (!destination) throw errors.InvalidRequest({ Message: 'Destination bucket must exist.' })
  if (destination.versioning !== 'Enabled') {
    throw errors.InvalidRequest({ Message: 'Destination bucket must have versioning enabled.' })
  }
}

/** A rule without an id is given one, once. ASSUMED: its form, 48 characters of base64. */
function withId(rule: ReplicationRule): ReplicationRule {
  return rule.ID ? rule : { ...rule, ID: Buffer.from(randomIdUuid()).toString('base64') }
}
