import t from 'tap'
import putObject from '../../../src/data/operations/put-object.ts'
import putObjectLegalHold from '../../../src/data/operations/put-object-legal-hold.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const hold = (status: string) => `<LegalHold><Status>${status}</Status></LegalHold>`
const detailsOf = (world: DataWorld) => world.store.findCurrentVersion(world.bucket.id, 'k')?.details

t.test('does the work and reads the wire', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  await exchange(putObject, world, 'k', {
    body: '',
    headers: [
      ['x-amz-object-lock-mode', 'COMPLIANCE'],
      ['x-amz-object-lock-retain-until-date', '2030-01-01T00:00:00Z'],
    ],
  })
  for (const status of ['ON', 'OFF'] as const) {
    const answer = await exchange(putObjectLegalHold, world, 'k', { body: hold(status) })
    t.equal(answer.status, 200)
    t.equal(answer.body, '')
    t.equal(detailsOf(world)?.legalHold, status)
    t.ok(detailsOf(world)?.retention, 'retention is another matter')
  }
})

t.test('refuses', async t => {
  const world = await dataWorld(t, { versioning: 'Enabled', objectLock: true })
  await exchange(putObject, world, 'k', { body: '' })
  const cases = [
    ['unknown status', 'k', hold('MAYBE'), 'MalformedXML', 400],
    ['no status', 'k', '<LegalHold/>', 'MalformedXML', 400],
    ['no body', 'k', '', 'MalformedXML', 400],
    ['missing key', 'x', hold('ON'), 'NoSuchKey', 404],
  ] as const
  for (const [name, key, body, code, status] of cases) {
    t.match(await refusedExchange(putObjectLegalHold, world, key, { body }), { code, status }, name)
  }
  const plain = await dataWorld(t)
  await exchange(putObject, plain, 'k', { body: '' })
  t.match(await refusedExchange(putObjectLegalHold, plain, 'k', { body: hold('ON') }), {
    code: 'InvalidRequest',
    message: 'Bucket is missing Object Lock Configuration',
  })
})
