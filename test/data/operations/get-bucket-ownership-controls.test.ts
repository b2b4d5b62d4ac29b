import t from 'tap'
import getOwnership from '../../../src/data/operations/get-bucket-ownership-controls.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t, { objectOwnership: 'BucketOwnerPreferred' })
  t.equal(
    (await exchange(getOwnership, world, '')).body,
    '<OwnershipControls xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ObjectOwnership>BucketOwnerPreferred</ObjectOwnership></Rule></OwnershipControls>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(await refusedExchange(getOwnership, world, ''), {
    code: 'OwnershipControlsNotFoundError',
    status: 404,
    message: 'The bucket ownership controls were not found',
    fields: { BucketName: 'orders-usw2' },
  })
})
