import t from 'tap'
import putBucketAbac from '../../../src/data/operations/put-bucket-abac.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (status: string) =>
  `<AbacStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></AbacStatus>`

t.test('does the work, which is nothing', async t => {
  const answer = await exchange(putBucketAbac, await dataWorld(t), '', { body: document('Disabled') })
  t.strictSame(answer, { status: 200, headers: {}, body: '' })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const refused = (status: string) => refusedExchange(putBucketAbac, world, '', { body: document(status) })
  t.match(await refused('Enabled'), { code: 'NotImplemented', status: 501 })
  t.match(await refused('On'), { code: 'MalformedXML', status: 400 })
})
