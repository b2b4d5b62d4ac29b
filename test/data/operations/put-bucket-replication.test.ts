import t from 'tap'
import getBucketReplication from '../../../src/data/operations/get-bucket-replication.ts'
import putBucketReplication from '../../../src/data/operations/put-bucket-replication.ts'
import { dataWorld, exchange, owner, refusedExchange } from '../../helpers/data-context.ts'

const document = (rules: string) =>
  `<ReplicationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Role>arn:aws:iam::${owner}:role/r</Role>${rules}</ReplicationConfiguration>`
const destination = '<Destination><Bucket>arn:aws:s3:::orders-euw1</Bucket></Destination>'
const end = '<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>'

async function pair(t: Parameters<typeof dataWorld>[0]) {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', versioning: 'Enabled' })
  return world
}

t.test('does the work: a configuration replaces the one before', async t => {
  const world = await pair(t)
  const first = document(`<Rule><ID>a</ID><Prefix>a</Prefix><Status>Enabled</Status>${destination}</Rule>`)
  const second = document(
    `<Rule><ID>b</ID><Priority>0</Priority><Filter/><Status>Disabled</Status>${destination}${end}</Rule>`,
  )
  for (const body of [first, second]) {
    t.match(await exchange(putBucketReplication, world, '', { body }), { status: 200, headers: {}, body: '' })
    t.equal((await exchange(getBucketReplication, world, '')).body, body, 'nothing is filled in')
  }
})

t.test('a rule without an id has one from then on', async t => {
  const world = await pair(t)
  const rule = `<Rule><Priority>1</Priority><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>${destination}${end}</Rule>`
  await exchange(putBucketReplication, world, '', { body: document(rule) })
  const shown = (await exchange(getBucketReplication, world, '')).body
  t.match(shown, /<Rule><ID>[A-Za-z0-9+/=]{48}<\/ID><Priority>1<\/Priority><Filter><Prefix(\/>|><\/Prefix>)<\/Filter>/)
  t.equal((await exchange(getBucketReplication, world, '')).body, shown, 'the same at every look')
})

t.test('refuses', async t => {
  const world = await pair(t)
  t.match(await refusedExchange(putBucketReplication, world, '', { body: document('') }), { code: 'MalformedXML' })
})
