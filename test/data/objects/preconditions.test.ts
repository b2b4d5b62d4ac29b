import t from 'tap'
import {
  checkReadConditions,
  expectationOf,
  failedCondition,
  unexpectedError,
} from '../../../src/data/objects/preconditions.ts'
import { objectVersion } from '../../helpers/object-version.ts'

const modified = Date.UTC(2026, 0, 1, 12, 0, 0, 700)
const now = modified + 3_600_000
const version = objectVersion({ etag: '5d41402abc4b2a76b9719d911017c592', lastModified: modified })
const etag = '"5d41402abc4b2a76b9719d911017c592"'
const before = 'Thu, 01 Jan 2026 11:59:59 GMT'
const same = 'Thu, 01 Jan 2026 12:00:00 GMT'
const future = 'Fri, 02 Jan 2026 12:00:00 GMT'

t.test('conditions of a read', async t => {
  const cases = [
    ['the ETag', { IfMatch: etag }, undefined],
    ['the ETag without quotes', { IfMatch: version.etag }, undefined],
    ['one of a list', { IfMatch: `"x", ${etag}` }, undefined],
    ['any', { IfMatch: '*' }, undefined],
    ['another ETag', { IfMatch: '"x"' }, 'IfMatch'],
    ['none of these', { IfNoneMatch: '"x"' }, undefined],
    ['the ETag is known', { IfNoneMatch: etag }, 'IfNoneMatch'],
    ['a weak form of it is known', { IfNoneMatch: `W/${etag}` }, 'IfNoneMatch'],
    ['modified before', { IfModifiedSince: before }, undefined],
    ['not modified since its second', { IfModifiedSince: same }, 'IfModifiedSince'],
    ['a date in the future is ignored', { IfModifiedSince: future }, undefined],
    ['what is no date is ignored', { IfModifiedSince: 'yesterday' }, undefined],
    ['unmodified since its second', { IfUnmodifiedSince: same }, undefined],
    ['modified since', { IfUnmodifiedSince: before }, 'IfUnmodifiedSince'],
    ['a match makes the date void', { IfMatch: etag, IfUnmodifiedSince: before }, undefined],
    ['a known ETag counts though the date has passed', { IfNoneMatch: etag, IfModifiedSince: before }, 'IfNoneMatch'],
    ['an unknown ETag makes the date void', { IfNoneMatch: '"x"', IfModifiedSince: same }, undefined],
  ] as const
  for (const [name, conditions, expected] of cases) t.equal(failedCondition(conditions, version, now), expected, name)
})

t.test('what a failed read condition answers', async t => {
  const check = (conditions: Parameters<typeof checkReadConditions>[0]) =>
    checkReadConditions(conditions, version, now, { 'Cache-Control': 'no-cache' })
  t.throws(() => check({ IfMatch: '"x"' }), {
    code: 'PreconditionFailed',
    status: 412,
    message: 'At least one of the pre-conditions you specified did not hold',
    fields: { Condition: 'If-Match' },
  })
  t.throws(() => check({ IfUnmodifiedSince: before }), {
    code: 'PreconditionFailed',
    fields: { Condition: 'If-Unmodified-Since' },
  })
  for (const conditions of [{ IfNoneMatch: etag }, { IfModifiedSince: same }]) {
    t.throws(() => check(conditions), {
      code: 'NotModified',
      status: 304,
      headers: { 'Cache-Control': 'no-cache', ETag: etag, 'Last-Modified': same },
    })
  }
  t.doesNotThrow(() => check({}))
})

t.test('what a conditional write expects', async t => {
  t.equal(expectationOf({}), undefined)
  t.strictSame(expectationOf({ IfNoneMatch: '*' }), { kind: 'absent' })
  t.strictSame(expectationOf({ IfMatch: '"abc"' }), { kind: 'etag', etag: 'abc' })
  t.strictSame(expectationOf({ IfMatch: 'abc' }), { kind: 'etag', etag: 'abc' })
  t.strictSame(expectationOf({ IfMatch: '*' }, { takesStar: true }), { kind: 'present' })
  const refused = [
    [{ IfMatch: '*' }, 'If-Match', "We don't accept the provided value of If-Match header for this API"],
    [
      { IfNoneMatch: '"abc"' },
      'If-None-Match',
      "We don't accept the provided value of If-None-Match header for this API",
    ],
    [
      { IfMatch: '"abc"', IfNoneMatch: '*' },
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    ],
  ] as const
  for (const [conditions, Header, additionalMessage] of refused) {
    t.throws(() => expectationOf(conditions), {
      code: 'NotImplemented',
      status: 501,
      message: 'A header you provided implies functionality that is not implemented',
      fields: { Header, additionalMessage },
    })
  }
})

t.test('how a write that did not happen is told', async t => {
  const told = (expect: Parameters<typeof unexpectedError>[0], current: 'absent' | 'present') =>
    unexpectedError(expect, { outcome: 'unexpected', current }, 'k')
  t.match(told({ kind: 'absent' }, 'present'), { status: 412, fields: { Condition: 'If-None-Match' } })
  t.match(told({ kind: 'etag', etag: 'a' }, 'present'), { status: 412, fields: { Condition: 'If-Match' } })
  t.match(told({ kind: 'etag', etag: 'a' }, 'absent'), { code: 'NoSuchKey', status: 404, fields: { Key: 'k' } })
  t.match(told({ kind: 'present' }, 'absent'), { status: 412, fields: { Condition: 'If-Match' } })
})
