import t from 'tap'
import putBucketVersioning from '../../../src/data/operations/put-bucket-versioning.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</VersioningConfiguration>`
const put = (world: DataWorld, content: string) => exchange(putBucketVersioning, world, '', { body: document(content) })
const refused = (world: DataWorld, body: string) => refusedExchange(putBucketVersioning, world, '', { body })

t.test('does the work', async t => {
  const world = await dataWorld(t)
  for (const status of ['Enabled', 'Suspended', 'Enabled'] as const) {
    t.strictSame(await put(world, `<Status>${status}</Status>`), { status: 200, headers: {}, body: '' })
    t.equal(world.store.findBucket('orders-usw2')?.versioning, status)
  }
  await put(world, '<MfaDelete>Disabled</MfaDelete><Status>Suspended</Status>')
  t.equal(world.store.findBucket('orders-usw2')?.versioning, 'Suspended')
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  t.match(await refused(world, document('')), {
    code: 'IllegalVersioningConfigurationException',
    status: 400,
    message: 'The Versioning element must be specified',
  })
  t.match(await refused(world, document('<Status>On</Status>')), { code: 'MalformedXML', status: 400 })
  t.match(await refused(world, '<Versioning/>'), { code: 'MalformedXML' })
  t.match(await refused(world, ''), { code: 'MissingRequestBodyError' })
  t.match(await refused(world, document('<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>')), {
    code: 'NotImplemented',
  })
  t.equal(world.store.findBucket('orders-usw2')?.versioning, undefined)

  const locked = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  t.match(await refused(locked, document('<Status>Suspended</Status>')), {
    code: 'InvalidBucketState',
    status: 409,
    message: 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
  })
  await put(locked, '<Status>Enabled</Status>')
})
