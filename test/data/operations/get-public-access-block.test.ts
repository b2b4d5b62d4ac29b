import t from 'tap'
import getPublicAccessBlock from '../../../src/data/operations/get-public-access-block.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t, {
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: false,
      blockPublicPolicy: true,
      restrictPublicBuckets: false,
    },
  })
  t.equal(
    (await exchange(getPublicAccessBlock, world, '')).body,
    '<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>true</BlockPublicAcls>' +
      '<IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>' +
      '<RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refusedExchange(getPublicAccessBlock, world, ''), {
    code: 'NoSuchPublicAccessBlockConfiguration',
    status: 404,
    message: 'The public access block configuration was not found',
    fields: { BucketName: 'orders-usw2' },
  })
})
