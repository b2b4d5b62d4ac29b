import t from 'tap'
import type { DataContext } from '../../../src/data/context.ts'
import { storeBody } from '../../../src/data/objects/objects.ts'
import { errors } from '../../../src/protocol/errors.ts'
import type { StagedBody } from '../../../src/store/bodies/body.ts'
import { dataWorld } from '../../helpers/data-context.ts'

/** The context, with a count of what is staged and what is discarded. */
async function watched(t: Parameters<typeof dataWorld>[0], body: Partial<DataContext['body']> = {}) {
  const world = await dataWorld(t)
  const context = world.context({ method: 'PUT', body: 'hello' })
  const seen = { digests: [] as readonly string[], discarded: 0 }
  const { bodies } = world.store
  const stage: typeof bodies.stage = options => {
    seen.digests = options.digests
    const staged = bodies.stage(options)
    return {
      append: bytes => staged.append(bytes),
      seal: () => staged.seal(),
      discard: () => {
        seen.discarded++
        return staged.discard()
      },
    } satisfies StagedBody
  }
  const store = { ...world.store, bodies: { read: bodies.read, stage } }
  return { seen, context: { ...context, store, body: { ...context.body, ...body } } }
}

t.test('computes what was declared and what was asked for', async t => {
  const { seen, context } = await watched(t, { requiredDigests: ['sha256'] })
  const { body, checksum } = await storeBody(context, { algorithm: 'CRC32' })
  t.strictSame([...seen.digests].sort(), ['crc32', 'sha256'])
  t.strictSame(checksum, { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'NhCmhg==' })
  t.equal(body.size, 5)
  t.equal(Buffer.from(body.digests.md5 ?? []).toString('hex'), '5d41402abc4b2a76b9719d911017c592')
  t.equal(seen.discarded, 0)
})

t.test('discards what it staged when a check fails', async t => {
  const fails = {
    BadDigest: {
      verify: () => {
        throw errors.BadDigest()
      },
    },
    IncompleteBody: {
      chunks: async function* () {
        yield Buffer.from('hel')
        throw errors.IncompleteBody()
      },
    },
  }
  for (const [code, body] of Object.entries(fails)) {
    const { seen, context } = await watched(t, body)
    await t.rejects(storeBody(context), { code })
    t.equal(seen.discarded, 1, code)
  }
})

t.test('refuses before it reads', async t => {
  for (const [declaredLength, code] of [
    [undefined, 'MissingContentLength'],
    [5 * 1024 ** 3 + 1, 'EntityTooLarge'],
  ] as const) {
    const chunks = () => {
      throw new Error('the body was read')
    }
    const { context } = await watched(t, { declaredLength, chunks })
    await t.rejects(storeBody(context), { code })
  }
})
