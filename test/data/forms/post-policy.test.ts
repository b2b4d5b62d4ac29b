import t from 'tap'
import { checkPostPolicy } from '../../../src/data/forms/post-policy.ts'
import type { Form } from '../../../src/protocol/request/form.ts'
import { refusal } from '../../protocol/signature/requests.ts'

const now = Date.UTC(2026, 0, 1)
const later = '2026-01-01T00:01:00.000Z'

type Fields = Readonly<Record<string, string>>

function formOf(fields: Fields): Form {
  return {
    fields: new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), { name, value }])),
    maxFileBytes: 100,
    async *chunks() {},
    close: async () => {},
  }
}

const encoded = (policy: unknown) =>
  Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)).toString('base64')

function check(policy: unknown, fields: Fields = { key: 'k' }) {
  return checkPostPolicy(formOf({ ...fields, policy: encoded(policy) }), 'my-bucket', now)
}
const conditions = (...list: unknown[]) => ({ expiration: later, conditions: list })
const anyKey = ['starts-with', '$key', '']

t.test('what holds', async t => {
  const rows: readonly (readonly [string, unknown, Fields])[] = [
    ['exact', conditions({ bucket: 'my-bucket' }, { key: 'k' }), { key: 'k' }],
    [
      'names without regard to case',
      conditions({ KeY: 'k' }, ['StArTs-WiTh', '$CoNtEnT-TyPe', 'text/']),
      { KEY: 'k', 'Content-Type': 'text/plain' },
    ],
    ['a bucket field', conditions({ bucket: 'my-bucket' }, anyKey), { key: 'k', bucket: 'anything' }],
    [
      'fields that need no condition',
      conditions(anyKey),
      { key: 'k', AWSAccessKeyId: 'a', signature: 's', 'X-Amz-Signature': 's', 'x-ignore-me': '1' },
    ],
    [
      'a list of types',
      conditions(anyKey, ['starts-with', '$Content-Type', 'image/']),
      { key: 'k', 'Content-Type': 'image/png, image/gif' },
    ],
    [
      'an escaped dollar sign',
      `{"expiration":"${later}","conditions":[["eq","$key","\\$a\\\\$b"]]}`,
      { key: '$a\\$b' },
    ],
    ['another offset', { expiration: '2026-01-01T01:01:00+01:00', conditions: [anyKey] }, { key: 'k' }],
  ]
  for (const [name, policy, fields] of rows)
    t.equal(
      refusal(() => check(policy, fields)),
      undefined,
      name,
    )
  t.strictSame(
    checkPostPolicy(formOf({ key: 'k' }), 'my-bucket', now),
    { min: 0, max: Number.POSITIVE_INFINITY },
    'none',
  )
  t.strictSame(check(conditions(anyKey, ['content-length-range', '5', 10], ['content-length-range', 0, 8])), {
    min: 5,
    max: 8,
  })
})

t.test('what does not', async t => {
  const rows: readonly (readonly [unknown, Fields, message: string])[] = [
    [conditions({ key: 'x' }), { key: 'k' }, 'Policy Condition failed: ["eq", "$key", "x"]'],
    [
      conditions({ 'X-Amz-Meta-A': 'x' }, anyKey),
      { key: 'k' },
      'Policy Condition failed: ["eq", "$X-Amz-Meta-A", "x"]',
    ],
    [conditions(['eq', 'key', 'k']), { key: 'k' }, 'Policy Condition failed: ["eq", "key", "k"]'],
    [conditions(['starts-with', '$key', 'K']), { key: 'k' }, 'Policy Condition failed: ["starts-with", "$key", "K"]'],
    [
      conditions(['starts-with', '$Content-Length', '']),
      { key: 'k' },
      'Policy Condition failed: ["starts-with", "$Content-Length", ""]',
    ],
    [conditions({ bucket: 'b' }, anyKey), { key: 'k', bucket: 'b' }, 'Policy Condition failed: ["eq", "$bucket", "b"]'],
    [
      conditions(anyKey, ['starts-with', '$content-type', 'image/']),
      { key: 'k', 'content-type': 'image/png,text/html' },
      'Policy Condition failed: ["starts-with", "$content-type", "image/"]',
    ],
    [
      conditions(anyKey, ['content-length-range', 'test', '10']),
      { key: 'k' },
      'Policy Condition failed: ["content-length-range", "test", "10"]',
    ],
    [conditions(anyKey), { key: 'k', Filename: 'f', acl: 'private' }, 'Extra input fields: Filename, acl'],
    [{ expiration: '2025-12-31T23:59:59Z', conditions: [] }, { key: 'k' }, 'Policy expired.'],
    [
      conditions(anyKey, ['starts-with', '$x-amz-date', '']),
      { key: 'k', 'x-amz-date': '20251224T235959Z' },
      'Policy expired.',
    ],
  ]
  for (const [policy, fields, message] of rows) {
    t.match(
      refusal(() => check(policy, fields)),
      { code: 'AccessDenied', status: 403, message: `Invalid according to Policy: ${message}` },
    )
  }
})

t.test('documents that cannot be read', async t => {
  const rows: readonly (readonly [unknown, message: string])[] = [
    ['', 'Invalid JSON.'],
    ['{', 'Invalid JSON.'],
    ['[]', 'Invalid JSON.'],
    [{ conditions: [] }, 'Policy missing expiration.'],
    [{ EXPIRATION: later, conditions: [] }, 'Policy missing expiration.'],
    [{ expiration: later }, 'Policy missing conditions.'],
    [{ expiration: later, CONDITIONS: [] }, 'Policy missing conditions.'],
    [{ expiration: later, conditions: {} }, 'Invalid Policy conditions.'],
    [{ expiration: '2026-01-01', conditions: [] }, "Invalid 'expiration' value: '2026-01-01'"],
    [
      { expiration: 'Thu, 01 Jan 2026 00:00:00 GMT', conditions: [] },
      "Invalid 'expiration' value: 'Thu, 01 Jan 2026 00:00:00 GMT'",
    ],
    [conditions({}), 'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.'],
    [
      conditions({ a: 'b', c: 'd' }),
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ],
    [conditions({ success_action_status: 201 }), 'Invalid Simple-Condition: value must be a string.'],
    [conditions('key'), 'Invalid Condition.'],
    [conditions(['content-length-range', 0]), 'Invalid Condition: wrong number of arguments for content-length-range.'],
    [conditions(['eq', '$key']), 'Invalid Condition: wrong number of arguments for eq.'],
    [conditions(['eq', '$key', 1]), 'Invalid Condition: value must be a string.'],
    [conditions(['ends-with', '$key', '']), 'Invalid Condition: unknown operation.'],
  ]
  for (const [policy, message] of rows) {
    t.match(
      refusal(() => check(policy)),
      { code: 'InvalidPolicyDocument', status: 400, message: `Invalid Policy: ${message}` },
    )
  }
})
