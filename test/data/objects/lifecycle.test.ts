import t from 'tap'
import { abortOutput, expirationHeader } from '../../../src/data/objects/lifecycle.ts'
import { dataWorld } from '../../helpers/data-context.ts'

const noon = Date.UTC(2026, 0, 1, 12)

t.test('which rule expires a version when', async t => {
  const { store, bucket } = await dataWorld(t)
  const expiration = async (
    rules: readonly object[],
    version: { key?: string; size?: number; tags?: [string, string][] } = {},
  ) => {
    await store.putBucketConfiguration(bucket.id, 'lifecycle', JSON.stringify({ rules }))
    const { key = 'k', size = 4, tags = [] } = version
    return expirationHeader({ key, size, lastModified: noon, details: { tags } }, { store, bucket })
  }
  const rule = (ID: string, Filter: object, days = 7) => ({ ID, Status: 'Enabled', Filter, Expiration: { Days: days } })
  const id = async (...rest: Parameters<typeof expiration>) =>
    /rule-id="(.*)"/.exec((await expiration(...rest)) ?? '')?.[1]

  t.equal(await expiration([rule('a b', {})]), 'expiry-date="Fri, 09 Jan 2026 00:00:00 GMT", rule-id="a%20b"')
  t.equal(
    expirationHeader({ key: 'k', size: 1, lastModified: Date.UTC(2026, 0, 1), details: {} }, { store, bucket }),
    'expiry-date="Thu, 08 Jan 2026 00:00:00 GMT", rule-id="a%20b"',
  )
  t.equal(
    await expiration([{ ...rule('a', {}), Expiration: { Date: Date.UTC(2023, 0, 1) } }]),
    'expiry-date="Sun, 01 Jan 2023 00:00:00 GMT", rule-id="a"',
  )
  t.equal(await expiration([]), undefined)
  t.equal(await expiration([{ ...rule('a', {}), Status: 'Disabled' }]), undefined)
  t.equal(await expiration([{ ...rule('a', {}), Expiration: { ExpiredObjectDeleteMarker: true } }]), undefined)
  const prefixes = [
    rule('one', { Prefix: 'testobject' }),
    rule('two', { Prefix: 'test' }),
    rule('three', { Prefix: 't' }, 3),
  ]
  t.equal(await id(prefixes.slice(0, 2), { key: 'testobject-1' }), 'one', 'the first of equals')
  t.equal(await id(prefixes, { key: 'testobject-1' }), 'three', 'the earliest')
  t.equal(await id([{ ...rule('old', {}), Filter: undefined, Prefix: 'a/' }], { key: 'a/b' }), 'old')
  t.equal(await id(prefixes, { key: 'other' }), undefined)
  const sizes = [rule('big', { ObjectSizeGreaterThan: 20 }), rule('small', { ObjectSizeLessThan: 10 })]
  t.strictSame(await Promise.all([id(sizes, { size: 22 })]), ['big'])
  t.equal(await id(sizes, { size: 5 }), 'small')
  t.equal(await id(sizes, { size: 15 }), undefined)
  const tags = [
    rule('one', { Tag: { Key: 'a', Value: '1' } }),
    rule('both', {
      And: {
        Prefix: 'k',
        Tags: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '2' },
        ],
      },
    }),
  ]
  t.equal(await id(tags, { tags: [['a', '1']] }), 'one')
  t.equal(
    await id(tags, {
      tags: [
        ['b', '2'],
        ['a', '2'],
      ],
    }),
    'both',
  )
  t.equal(await id(tags, { tags: [['a', '2']] }), undefined)
})

t.test('which rule aborts an upload when', async t => {
  const { store, bucket } = await dataWorld(t)
  t.strictSame(abortOutput({ key: 'k', initiatedAt: noon }, { store, bucket }), {})
  const rules = [
    { ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } },
  ]
  await store.putBucketConfiguration(bucket.id, 'lifecycle', JSON.stringify({ rules }))
  t.strictSame(abortOutput({ key: 'k', initiatedAt: noon }, { store, bucket }), {
    AbortDate: Date.UTC(2026, 0, 4),
    AbortRuleId: 'x',
  })
})
