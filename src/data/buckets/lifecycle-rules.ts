import { randomIdUuid } from '../../protocol/random-bytes.ts'
import { errors } from '../errors.ts'
import type { LifecycleRule } from '../objects/lifecycle.ts'

const dayMs = 24 * 60 * 60 * 1000
const longestId = 255

/**
 * The rules as they are kept: each has an id. Throws MalformedXML, InvalidArgument or InvalidRequest for rules that S3 does not take.
 * The sentences of dates, tags and sizes are recorded from the service, others are those of its documentation and of reports.
 */
export function completeRules(rules: readonly LifecycleRule[]): LifecycleRule[] {
  const ids = new Set<string>()
  return rules.map(rule => {
    checkFilter(rule)
    checkExpiration(rule)
    checkTransitions(rule)
    checkNoncurrent(rule)
    checkAbort(rule)
    requireAction(rule)
    const id = rule.ID || randomIdUuid()
    if (id.length > longestId) throw invalid('ID length should not exceed allowed limit of 255', 'ID', id)
    if (ids.has(id)) {
      throw invalid('Rule ID must be unique. Found same ID for more than one rule', 'ID', id)
    }
    ids.add(id)
    return { ...rule, ID: id }
  })
}

function invalid(message: string, name: string, value: string | number) {
  return errors.InvalidArgument({ Message: message, ArgumentName: name, ArgumentValue: String(value) })
}

/** One of a rule's own prefix and a filter; a filter has one condition, or several inside `And`. */
function checkFilter({ Prefix, Filter }: LifecycleRule): void {
  if ((Prefix === undefined) === (Filter === undefined)) throw errors.MalformedXML()
  if (!Filter) return
  if (Object.keys(Filter).length > 1) throw errors.MalformedXML()
  const { And: and } = Filter
  if (!and) return
  const keys = (and.Tags ?? []).map(({ Key }) => Key)
  if (new Set(keys).size < keys.length) {
    throw errors.InvalidRequest({ Message: 'Duplicate Tag Keys are not allowed.' })
  }
  const { ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = and
  if (above !== undefined && below !== undefined && above >= below) {
    throw errors.InvalidRequest({
      Message: "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'",
    })
  }
}

function checkExpiration({ Expiration }: LifecycleRule): void {
  if (!Expiration) return
  if (Object.keys(Expiration).length !== 1) throw errors.MalformedXML()
  checkDate(Expiration.Date)
  const { Days: days } = Expiration
  if (days !== undefined && days < 1) {
    throw invalid("'Days' for Expiration action must be a positive integer", 'Days', days)
  }
}

function checkDate(date: number | undefined): void {
  if (date === undefined || date % dayMs === 0) return
  throw invalid("'Date' must be at midnight GMT", 'Date', new Date(date).toISOString())
}

function checkTransitions({ Transitions = [], Expiration }: LifecycleRule): void {
  const classes = new Set(Transitions.map(({ StorageClass }) => StorageClass))
  // ASSUMED: the sentence.
  if (classes.size < Transitions.length) {
    throw errors.InvalidRequest({ Message: 'Transition actions must be for different storage classes.' })
  }
  for (const { Date: date, Days: days, StorageClass } of Transitions) {
    if ((date === undefined) === (days === undefined)) throw errors.MalformedXML()
    checkDate(date)
    if (days === undefined) continue
    if (days < 0) throw invalid("'Days' in Transition action must be nonnegative", 'Days', days)
    if (days < 30 && StorageClass.endsWith('_IA')) {
      throw invalid(
        `'Days' in Transition action must be greater than or equal to 30 for storageClass '${StorageClass}'`,
        'Days',
        days,
      )
    }
    if (Expiration?.Days !== undefined && Expiration.Days <= days) {
      throw invalid(
        "'Days' in the Expiration action must be greater than 'Days' in the Transition action",
        'Days',
        days,
      )
    }
  }
}

function checkNoncurrent({ NoncurrentVersionExpiration: expiration, ...rule }: LifecycleRule): void {
  if (expiration) {
    const { NoncurrentDays: days, NewerNoncurrentVersions: newer } = expiration
    // The service wants the days even where a number of versions is kept.
    if (days === undefined) throw errors.MalformedXML()
    if (days < 1) {
      throw invalid(
        "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
        'NoncurrentDays',
        days,
      )
    }
    checkNewer(newer)
  }
  for (const { NoncurrentDays: days, NewerNoncurrentVersions: newer } of rule.NoncurrentVersionTransitions ?? []) {
    if (days === undefined) throw errors.MalformedXML()
    if (days < 0) {
      throw invalid(
        "'NoncurrentDays' in NoncurrentVersionTransition action must be nonnegative",
        'NoncurrentDays',
        days,
      )
    }
    checkNewer(newer)
  }
}

// ASSUMED: the sentence; the range is documented.
function checkNewer(newer: number | undefined): void {
  if (newer === undefined || (newer >= 1 && newer <= 100)) return
  throw invalid("'NewerNoncurrentVersions' must be between 1 and 100", 'NewerNoncurrentVersions', newer)
}

function checkAbort({ AbortIncompleteMultipartUpload: abort, Filter: filter, Expiration }: LifecycleRule): void {
  const hasTags = filter?.Tag !== undefined || (filter?.And?.Tags ?? []).length > 0
  if (hasTags && Expiration?.ExpiredObjectDeleteMarker !== undefined) {
    throw errors.InvalidRequest({ Message: 'ExpiredObjectDeleteMarker cannot be specified with Tags.' })
  }
  if (!abort) return
  if (hasTags) {
    throw errors.InvalidRequest({ Message: 'AbortIncompleteMultipartUpload cannot be specified with Tags.' })
  }
  const { DaysAfterInitiation: days } = abort
  if (days < 1) {
    throw invalid(
      "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
      'DaysAfterInitiation',
      days,
    )
  }
}

function requireAction(rule: LifecycleRule): void {
  const lists = [rule.Transitions, rule.NoncurrentVersionTransitions].some(list => list && list.length > 0)
  if (lists || rule.Expiration || rule.NoncurrentVersionExpiration || rule.AbortIncompleteMultipartUpload) return
  throw errors.InvalidRequest({ Message: 'At least one action needs to be specified in a rule' })
}
