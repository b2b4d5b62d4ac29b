import t from 'tap'
import headObject from '../../../src/data/operations/head-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import restoreObject from '../../../src/data/operations/restore-object.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const request = (days: number, tier?: string) =>
  `<RestoreRequest><Days>${days}</Days>${tier ? `<GlacierJobParameters><Tier>${tier}</Tier></GlacierJobParameters>` : ''}</RestoreRequest>`
const archive = async (t: Parameters<typeof dataWorld>[0], storageClass = 'GLACIER') => {
  const world = await dataWorld(t)
  await exchange(putObject, world, 'k', { body: 'cold', headers: [['x-amz-storage-class', storageClass]] })
  return world
}
const restore = (world: DataWorld, body: string) => exchange(restoreObject, world, 'k', { body })
const header = async (world: DataWorld) => (await exchange(headObject, world, 'k')).headers['x-amz-restore']

t.test('does the work', async t => {
  const world = await archive(t)
  t.equal(await header(world), undefined)
  const first = await restore(world, request(1))
  t.equal(first.status, 202)
  t.equal(first.body, '')
  t.equal(await header(world), 'ongoing-request="true"')
  world.clock.advance(4999)
  t.equal(await header(world), 'ongoing-request="true"')
  world.clock.advance(1)
  t.equal(await header(world), 'ongoing-request="false", expiry-date="Sat, 03 Jan 2026 00:00:00 GMT"')
  t.equal((await restore(world, request(5))).status, 200)
  t.equal(await header(world), 'ongoing-request="false", expiry-date="Wed, 07 Jan 2026 00:00:00 GMT"')
  world.clock.set(Date.UTC(2026, 0, 7))
  t.equal(await header(world), undefined)
  t.equal((await restore(world, request(1, 'Bulk'))).status, 202)
  t.equal((await restore(world, request(1, 'Expedited'))).status, 202, 'a restore that runs can be sped up')
})

t.test('refuses', async t => {
  const world = await archive(t)
  await exchange(putObject, world, 'warm', { body: '' })
  await exchange(putObject, world, 'tiered', { body: '', headers: [['x-amz-storage-class', 'INTELLIGENT_TIERING']] })
  const cases = [
    ['not archived', 'warm', request(1), 'InvalidObjectState', 403, { StorageClass: 'STANDARD' }],
    ['in an active tier', 'tiered', '<RestoreRequest/>', 'ObjectAlreadyInActiveTierError', 403, {}],
    ['missing key', 'x', request(1), 'NoSuchKey', 404, {}],
    ['no days', 'k', '<RestoreRequest/>', 'MalformedXML', 400, {}],
    ['zero days', 'k', request(0), 'MalformedXML', 400, {}],
    ['tier', 'k', request(1, 'Fast'), 'MalformedXML', 400, {}],
    ['no body', 'k', '', 'MalformedXML', 400, {}],
    ['SELECT', 'k', '<RestoreRequest><Type>SELECT</Type></RestoreRequest>', 'NotImplemented', 501, {}],
  ] as const
  for (const [name, key, body, code, status, fields] of cases) {
    t.match(await refusedExchange(restoreObject, world, key, { body }), { code, status, fields }, name)
  }
  await restore(world, request(1))
  t.match(await refusedExchange(restoreObject, world, 'k', { body: request(1) }), {
    code: 'RestoreAlreadyInProgress',
    status: 409,
    message: 'Object restore is already in progress',
  })
  const deep = await archive(t, 'DEEP_ARCHIVE')
  const expedited = await refusedExchange(restoreObject, deep, 'k', { body: request(1, 'Expedited') })
  t.match(expedited, { code: 'InvalidArgument', status: 400 })
})
