/**
 * What the user guide's examples ("Using Multi-Region Access Points with supported API operations") take for granted: the account, the
 * access point `abcdef0123456.mrap` and its buckets. Bucket names are placeholders there; a second access point stands over a Requester
 * Pays bucket that account 444455556666 may read.
 */
const owner = '111122223333'
const reader = '444455556666'
const readerArn = `arn:aws:iam::${reader}:root`
const paidAlias = 'mrequesterpay.mrap'

const allowReader = (resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: readerArn }, Action: 's3:GetObject', Resource: resource }],
})

export const guideWorld = {
  buckets: [
    { name: 'doc-example-bucket1', region: 'ca-central-1', account: owner },
    { name: 'doc-example-bucket2', region: 'eu-west-1', account: owner },
    { name: 'doc-example-bucket3', region: 'ap-southeast-2', account: owner },
    {
      name: 'doc-example-requester-pays',
      region: 'us-east-2',
      account: owner,
      requestPayer: 'Requester',
      policy: allowReader('arn:aws:s3:::doc-example-requester-pays/*'),
      objects: [{ key: 'example-file-in-bucket.txt', body: 'paid by the reader' }],
    },
  ],
  multiRegionAccessPoints: [
    {
      name: 'guide',
      account: owner,
      alias: 'abcdef0123456.mrap',
      buckets: ['doc-example-bucket1', 'doc-example-bucket2', 'doc-example-bucket3'],
    },
    {
      name: 'guide-requester-pays',
      account: owner,
      alias: paidAlias,
      buckets: ['doc-example-requester-pays'],
      policy: allowReader(`arn:aws:s3::${owner}:accesspoint/${paidAlias}/object/*`),
    },
  ],
}
