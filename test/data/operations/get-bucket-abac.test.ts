import t from 'tap'
import getBucketAbac from '../../../src/data/operations/get-bucket-abac.ts'
import { dataWorld, exchange } from '../../helpers/data-context.ts'

t.test('reads and writes the wire', async t => {
  const body = '<AbacStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Disabled</Status></AbacStatus>'
  t.match(await exchange(getBucketAbac, await dataWorld(t), ''), { status: 200, body })
})
