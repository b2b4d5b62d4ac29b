import { errors } from '../errors.ts'
import { type ReplicationRule, tagsOf } from './configuration.ts'

/**
 * What the rules of a replication configuration must be, beyond their shape (replication-spec 1.4, 1.5). Sentences are those of the
 * service where they are known: seen in public deployment logs, or in several independent test suites.
 */
const mostRules = 1000
const longestId = 255
const largestPriority = 2 ** 31 - 1

type Generation = 'V1' | 'V2'

/**
 * A rule without Filter makes the whole configuration one of the first generation, unless it has what only the second knows: Metrics or
 * ReplicationTime.
 */
function generationOf(rules: readonly ReplicationRule[]): Generation {
  return rules.some(({ Filter, Destination: { Metrics, ReplicationTime } }) => !Filter && !Metrics && !ReplicationTime)
    ? 'V1'
    : 'V2'
}

/** Throws MalformedXML for what the published schema excludes and the shape cannot say. */
export function checkSchema(rules: readonly ReplicationRule[]): void {
  for (const { Prefix, Filter } of rules) {
    if ((Prefix === undefined) === (Filter === undefined)) throw errors.MalformedXML()
    if (!Filter) continue
    if (Object.keys(Filter).length > 1) throw errors.MalformedXML()
    const { And: and } = Filter
    if (and && (and.Prefix === undefined ? 0 : 1) + (and.Tags ?? []).length < 2) throw errors.MalformedXML()
  }
}

/** Throws InvalidRequest or InvalidArgument for rules that S3 does not take: of the first rule that is wrong, its first mistake. */
export function checkRules(rules: readonly ReplicationRule[]): void {
  if (rules.length > mostRules) {
    // ASSUMED: the sentence; code and limit are documented.
    throw errors.InvalidArgument({
      Message: `The number of replication rules must not exceed the allowed limit of ${mostRules} rules.`,
      ArgumentName: 'Rule',
      ArgumentValue: String(rules.length),
    })
  }
  const generation = generationOf(rules)
  const ids = new Set<string>()
  const priorities = new Set<number>()
  const destinations = new Set<string>()
  for (const rule of rules) {
    checkId(rule, ids)
    checkPriority(rule, generation, priorities)
    checkDeleteMarkers(rule, generation)
    checkTags(rule)
    checkSourceSelection(rule, generation)
    checkReplicationTime(rule)
    checkDestination(rule)
    destinations.add(rule.Destination.Bucket)
    if (generation === 'V1' && destinations.size > 1) {
      throw errors.InvalidRequest({ Message: 'Number of distinct destination bucket ARNs cannot exceed 1' })
    }
  }
}

function invalid(message: string, name: string, value: string) {
  return errors.InvalidArgument({ Message: message, ArgumentName: name, ArgumentValue: value })
}

function schemaVersion(what: string) {
  return errors.InvalidRequest({
    Message: `${what} for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.`,
  })
}

function checkId({ ID: id }: ReplicationRule, ids: Set<string>): void {
  if (!id) return
  if (ids.has(id)) throw invalid('Rule Id must be unique', 'ID', id)
  if (id.length > longestId) throw invalid('Rule Id cannot be greater than 255', 'ID', id)
  // ASSUMED: the sentence; that it must be ASCII is documented.
  if (!/^[\x20-\x7e]*$/.test(id)) throw invalid('Rule Id must contain only ASCII characters', 'ID', id)
  ids.add(id)
}

function checkPriority({ Priority: priority }: ReplicationRule, generation: Generation, priorities: Set<number>): void {
  if (generation === 'V1') {
    if (priority !== undefined) throw schemaVersion('Priority cannot be used')
    return
  }
  if (priority === undefined) throw schemaVersion('Priority must be specified')
  if (priority < 0) {
    throw invalid(`Priority must be between 0 and ${largestPriority}.`, 'Priority', String(priority))
  }
  if (priorities.has(priority)) throw errors.InvalidRequest({ Message: `Found duplicate priority ${priority}.` })
  priorities.add(priority)
}

function checkDeleteMarkers(rule: ReplicationRule, generation: Generation): void {
  const status = rule.DeleteMarkerReplication?.Status
  if (generation === 'V1') {
    if (rule.DeleteMarkerReplication) throw schemaVersion('DeleteMarkerReplication cannot be used')
    return
  }
  if (status === undefined) throw schemaVersion('DeleteMarkerReplication must be specified')
  if (status === 'Enabled' && tagsOf(rule).length > 0) {
    throw errors.InvalidRequest({
      Message:
        'Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.',
    })
  }
}

function checkTags(rule: ReplicationRule): void {
  const keys = tagsOf(rule).map(({ Key }) => Key)
  if (new Set(keys).size < keys.length) {
    throw errors.InvalidRequest({ Message: 'Duplicate Tag Keys are not allowed.' })
  }
}

function checkSourceSelection(
  { SourceSelectionCriteria: criteria, Destination: { EncryptionConfiguration: encryption } }: ReplicationRule,
  generation: Generation,
): void {
  if (criteria && Object.keys(criteria).length === 0) {
    throw errors.InvalidRequest({ Message: 'SourceSelectionCriteria cannot be empty' })
  }
  // ASSUMED: the sentence; that only the second generation has it is documented.
  if (criteria?.ReplicaModifications && generation === 'V1') throw schemaVersion('ReplicaModifications cannot be used')
  const key = encryption?.ReplicaKmsKeyID
  if (encryption && !criteria?.SseKmsEncryptedObjects) {
    throw errors.InvalidRequest({
      Message: 'SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.',
    })
  }
  if (criteria?.SseKmsEncryptedObjects && key === undefined) {
    throw errors.InvalidRequest({
      Message: 'ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.',
    })
  }
  if (key !== undefined && !/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+$/.test(key)) {
    throw invalid('Invalid ReplicaKmsKeyID ARN.', 'ReplicaKmsKeyID', key)
  }
}

function checkReplicationTime({ Destination: { ReplicationTime: time, Metrics: metrics } }: ReplicationRule): void {
  if (time && !metrics) {
    throw errors.InvalidRequest({
      Message: 'Replication destination must contain both ReplicationTime and Metrics or neither.',
    })
  }
  const threshold = metrics?.EventThreshold
  if (threshold && time?.Status !== 'Enabled') {
    throw invalid(
      'Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled',
      'EventThreshold',
      String(threshold.Minutes ?? ''),
    )
  }
  if (time?.Status === 'Enabled' && !threshold) {
    throw invalid('ReplicationMetrics must contain an event threshold', 'EventThreshold', '')
  }
  if (time && time.Time.Minutes !== 15) {
    throw invalid('Invalid time minute value', 'Minutes', String(time.Time.Minutes ?? ''))
  }
  if (threshold && threshold.Minutes !== 15) {
    throw invalid('Invalid event threshold minute value', 'Minutes', String(threshold.Minutes ?? ''))
  }
  if (time && metrics && time.Status !== metrics.Status) {
    // ASSUMED: the sentence; that they must agree is documented.
    throw invalid('ReplicationTime and Metrics must have the same status', 'Status', metrics.Status)
  }
}

function checkDestination({ Destination: destination }: ReplicationRule): void {
  if (destination.AccessControlTranslation && destination.Account === undefined) {
    throw errors.InvalidRequest({
      Message: 'Account must be specified if the Owner in AccessControlTranslation has a value',
    })
  }
}
