import t from 'tap'
import { readCopySource } from '../../../src/data/objects/copy-source.ts'

t.test('reads bucket, key and version', async t => {
  const cases = [
    ['b/k', 'b', 'k', undefined],
    ['/b/k', 'b', 'k', undefined],
    ['b/dir/k%20%2B%3F.txt', 'b', 'dir/k +?.txt', undefined],
    ['b%2Fdir%2Fk', 'b', 'dir/k', undefined],
    ['b//k', 'b', '/k', undefined],
    ['b/k+1', 'b', 'k 1', undefined],
    ['https://s3.us-west-2.amazonaws.com/b/k', 'b', 'k', undefined],
    ['b/k?versionId=a%2Eb', 'b', 'k', 'a.b'],
    ['b/k?versionId=abc', 'b', 'k', 'abc'],
    ['b/a%3FversionId=x?versionId=null', 'b', 'a?versionId=x', 'null'],
  ] as const
  for (const [header, bucket, key, versionId] of cases) {
    t.strictSame(readCopySource(header), { bucket, key, versionId }, header)
  }
})

t.test('refuses what names no object', async t => {
  for (const header of ['b', 'b/', '/b', '', '/', 'b/%zz']) {
    t.throws(
      () => readCopySource(header),
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'Invalid copy source object key',
        fields: { ArgumentName: 'x-amz-copy-source', ArgumentValue: 'x-amz-copy-source' },
      },
      header,
    )
  }
})

t.test('refuses access points', async t => {
  for (const header of [
    'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap/object/k',
    'arn%3Aaws%3As3%3A%3A111122223333%3Aaccesspoint%2Fmfzwi23gnjvgw.mrap/k',
    'arn:aws:s3:us-west-2:111122223333:accesspoint/a/object/k',
    'mfzwi23gnjvgw.mrap/k',
  ]) {
    t.throws(() => readCopySource(header), { code: 'InvalidRequest', status: 400, hint: /source of a copy/ }, header)
  }
})
