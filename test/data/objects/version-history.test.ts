import fc from 'fast-check'
import t from 'tap'
import copyObject from '../../../src/data/operations/copy-object.ts'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObject from '../../../src/data/operations/get-object.ts'
import listObjectVersions from '../../../src/data/operations/list-object-versions.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import { AwsError } from '../../../src/protocol/errors.ts'
import { type DataWorld, dataWorld, exchange, type WireAnswer } from '../../helpers/data-context.ts'

// One key through any history, beside a model of it: an array, newest first.

type Step =
  | { readonly do: 'put' | 'copy' | 'delete' | 'enable' | 'suspend' }
  /** Of the versions there are, counted round. */
  | { readonly do: 'delete-version'; readonly index: number }

interface Entry {
  readonly id: string
  /** undefined: a delete marker. */
  readonly body: string | undefined
}

const key = 'k'
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ do: 'put' }) },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ do: 'copy' }, { do: 'enable' }, { do: 'suspend' }) },
    { weight: 3, arbitrary: fc.constant<Step>({ do: 'delete' }) },
    { weight: 2, arbitrary: fc.nat(9).map((index): Step => ({ do: 'delete-version', index })) },
  ),
  { minLength: 1, maxLength: 14 },
)

t.test('every history of a key reads as its model', async t => {
  const world = await dataWorld(t)
  await exchange(putObject, world, 'source', { body: 'copied' })
  let number = 0
  await fc.assert(
    fc.asyncProperty(steps, async history => {
      const bucket = await world.addBucket({ name: `history-${number++}` })
      await follow({ ...world, bucket, context: options => world.context({ bucket: current(), ...options }) }, history)
      function current() {
        const found = world.store.findBucket(bucket.name)
        if (!found) throw new Error('the bucket is gone')
        return found
      }
    }),
    { numRuns: 40 },
  )
})

/** Takes the steps here and in the model, and compares after each. Throws where they differ. */
async function follow(world: DataWorld, history: readonly Step[]): Promise<void> {
  let model: Entry[] = []
  let versioning: 'Enabled' | 'Suspended' | undefined
  for (const [number, step] of history.entries()) {
    const named = step.do === 'delete-version' ? model[step.index % Math.max(model.length, 1)] : undefined
    const answer = await take(world, step, `body ${number}`, named?.id)
    switch (step.do) {
      case 'enable':
        versioning = 'Enabled'
        break
      case 'suspend':
        versioning = 'Suspended'
        break
      case 'put':
      case 'copy':
        model = written(model, versioning, answer, step.do === 'put' ? `body ${number}` : 'copied')
        break
      case 'delete':
        model = versioning === undefined ? [] : written(model, versioning, answer, undefined)
        break
      case 'delete-version':
        model = model.filter(entry => entry !== named)
    }
    await compare(world, model, `${JSON.stringify(history.slice(0, number + 1))} ->`)
  }
}

function written(
  model: readonly Entry[],
  versioning: 'Enabled' | 'Suspended' | undefined,
  answer: WireAnswer | undefined,
  body: string | undefined,
): Entry[] {
  const id = versioning === 'Enabled' ? (answer?.headers['x-amz-version-id'] ?? 'no id in the answer') : 'null'
  return [{ id, body }, ...model.filter(entry => entry.id !== id)]
}

async function take(world: DataWorld, step: Step, body: string, id: string | undefined) {
  switch (step.do) {
    case 'put':
      return exchange(putObject, world, key, { body })
    case 'copy':
      return exchange(copyObject, world, key, { headers: [['x-amz-copy-source', 'orders-usw2/source']] })
    case 'delete':
      return exchange(deleteObject, world, key)
    case 'delete-version':
      return id === undefined ? undefined : exchange(deleteObject, world, key, { query: `versionId=${id}` })
    case 'enable':
    case 'suspend':
      await world.store.updateBucket(world.bucket.id, { versioning: step.do === 'enable' ? 'Enabled' : 'Suspended' })
      return undefined
  }
}

async function compare(world: DataWorld, model: readonly Entry[], label: string): Promise<void> {
  const { body } = await exchange(listObjectVersions, world, '')
  const listed = [...body.matchAll(/<(Version|DeleteMarker)>.*?<VersionId>(.*?)<.*?<IsLatest>(.*?)</g)].map(
    ([, name, id, isLatest]) => `${name} ${id} ${isLatest}`,
  )
  const expected = model.map(
    (entry, index) => `${entry.body === undefined ? 'DeleteMarker' : 'Version'} ${entry.id} ${index === 0}`,
  )
  same(listed, expected, `${label} list`)
  same(await read(world, ''), model[0]?.body ?? 404, `${label} current`)
  for (const entry of model) same(await read(world, `versionId=${entry.id}`), entry.body ?? 405, `${label} ${entry.id}`)
}

/** The body, or the status of the refusal. */
async function read(world: DataWorld, query: string): Promise<string | number> {
  try {
    return (await exchange(getObject, world, key, { query })).body
  } catch (error) {
    if (error instanceof AwsError) return error.status
    throw error
  }
}

function same(actual: unknown, expected: unknown, label: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${label}: ${a}, not ${b}`)
}
