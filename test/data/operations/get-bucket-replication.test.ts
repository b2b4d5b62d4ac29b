import t from 'tap'
import getBucketReplication from '../../../src/data/operations/get-bucket-replication.ts'
import { dataWorld, refusedExchange } from '../../helpers/data-context.ts'

t.test('refuses: there is none', async t => {
  t.match(await refusedExchange(getBucketReplication, await dataWorld(t), ''), {
    code: 'ReplicationConfigurationNotFoundError',
    status: 404,
    fields: { BucketName: 'orders-usw2' },
  })
})
