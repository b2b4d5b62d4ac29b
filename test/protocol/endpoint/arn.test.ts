import t from 'tap'
import {
  formatBucketArn,
  formatMrapArn,
  formatMrapObjectArn,
  formatObjectArn,
  formatRequestTokenArn,
  isMrapAlias,
  parseBucketArn,
  parseMrapArn,
  parseRequestTokenArn,
} from '../../../src/protocol/endpoint/arn.ts'

t.test('MRAP', async t => {
  const mrap = { accountId: '123456789012', alias: 'mfzwi23gnjvgw.mrap' }
  t.strictSame(parseMrapArn('arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap'), mrap)
  t.strictSame(parseMrapArn('arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap'), mrap)
  t.equal(formatMrapArn(mrap), 'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap')
  t.equal(formatMrapObjectArn(mrap, 'a/b'), 'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/object/a/b')
  for (const text of [
    '',
    'mfzwi23gnjvgw.mrap',
    'arn:aws:s3:us-west-2:123456789012:accesspoint/mfzwi23gnjvgw.mrap',
    'arn:aws:s3::12345678901:accesspoint/mfzwi23gnjvgw.mrap',
    'arn:aws:s3::123456789012:accesspoint/plain',
    'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/object/k',
    'arn:aws:s3::123456789012:accesspoint/MFZ.mrap',
    'arn:aws:s3::123456789012:accesspoint/.mrap',
    'arn:aws-cn:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap',
    'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap\n',
    `arn:aws:s3::123456789012:accesspoint/${'a'.repeat(59)}.mrap`,
  ]) {
    t.equal(parseMrapArn(text), undefined, text)
  }
  t.ok(isMrapAlias('a.mrap'))
  t.ok(isMrapAlias(`${'a'.repeat(58)}.mrap`))
  t.notOk(isMrapAlias(`${'a'.repeat(59)}.mrap`))
  t.notOk(isMrapAlias('1a.mrap'))
  t.notOk(isMrapAlias('a.b.mrap'))
})

t.test('request token', async t => {
  const arn = 'arn:aws:s3:us-west-2:123456789012:async-request/mrap/create/TTFYWa3pckRXc5905vmgCyvw7nbs'
  const parsed = { accountId: '123456789012', operation: 'create', token: 'TTFYWa3pckRXc5905vmgCyvw7nbs' } as const
  t.strictSame(parseRequestTokenArn(arn), parsed)
  t.equal(formatRequestTokenArn(parsed), arn)
  t.equal(parseRequestTokenArn(arn.replace('create', 'put-policy'))?.operation, 'put-policy')
  t.equal(parseRequestTokenArn(arn.replace('create', 'update')), undefined)
  t.equal(parseRequestTokenArn(arn.replace('us-west-2', 'us-east-1')), undefined)
  t.equal(parseRequestTokenArn(`${arn}/x`), undefined)
  t.equal(parseRequestTokenArn(arn + 'x'.repeat(2000)), undefined)
})

t.test('bucket and object', async t => {
  t.equal(parseBucketArn('arn:aws:s3:::my.bucket-1'), 'my.bucket-1')
  t.equal(formatBucketArn('b'), 'arn:aws:s3:::b')
  t.equal(formatObjectArn('b', 'a/b*'), 'arn:aws:s3:::b/a/b*')
  for (const text of ['arn:aws:s3:::b/k', 'arn:aws:s3:::', 'arn:aws:s3:us-west-2::bucket', 'bucket']) {
    t.equal(parseBucketArn(text), undefined, text)
  }
})
