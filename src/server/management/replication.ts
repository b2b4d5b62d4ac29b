import Type, { type Static } from 'typebox'
import type { PauseRequest, ReplicationEntry, StatusFilter } from '../../data/replication/replication.ts'
import type { ReplicationTemplate } from '../../data/replication/templates.ts'
import { isRegion } from '../../protocol/endpoint/regions.ts'
import { AwsError } from '../../protocol/errors.ts'
import { ManagementError } from './errors.ts'
import { findMrap } from './mraps.ts'
import { type Endpoint, json } from './resource.ts'
import {
  badMember,
  checked,
  count,
  duration,
  formatInstant,
  formatSpan,
  milliseconds,
  oneOf,
  optional,
  readSpan,
  span,
  strict,
  text,
} from './schema.ts'
import type { ManagementServices } from './services.ts'

const yesOrNo = Type.Boolean({ title: 'true or false' })
const names = (title: string) => Type.Array(text(title), { minItems: 1, title: `a list: ${title}` })
const selector = {
  source: optional(text('a bucket')),
  destination: optional(text('a bucket')),
  sourceRegion: optional(text('a Region')),
  destinationRegion: optional(text('a Region')),
  prefix: optional(Type.String({ title: 'what keys begin with' })),
}
const lagBody = strict({ ...selector, lag: span, existing: optional(yesOrNo), shuffle: optional(yesOrNo) })
const pauseBody = strict({
  ...selector,
  duration: optional(duration),
  // The parameters of FIS `aws:s3:bucket-pause-replication`, whose `region` is the destination's.
  region: optional(text('a Region')),
  destinationBuckets: optional(names('buckets')),
  prefixes: optional(names('prefixes')),
})
const resumeBody = strict({ id: optional(text('the id of a pause')), ...pauseBody.properties })
const failBody = strict({
  ...selector,
  reason: text('a reason code such as DstPutObjectNotPermitted'),
  count: count(1, 'a number of items'),
  kind: optional(text('a kind of work')),
})
const settleBody = strict({ timeout: optional(duration), ignorePaused: optional(yesOrNo) })
const status = oneOf('NONE', 'PENDING', 'COMPLETED', 'FAILED', 'REPLICA')
const batchBody = strict({
  bucket: text('a bucket'),
  prefix: optional(Type.String()),
  statuses: optional(Type.Array(status)),
})
const templateBody = strict({
  kind: oneOf('two-way', 'one-way'),
  mrap: optional(text('an MRAP')),
  sources: optional(names('buckets')),
  destinations: optional(names('buckets')),
  prefix: optional(Type.String()),
  tags: optional(Type.Record(Type.String(), Type.String())),
  deleteMarkers: optional(yesOrNo),
  replicaModifications: optional(yesOrNo),
})

/** Replication: what is on its way, and how it is slowed, held, failed and settled (world-model 1 and 3). */
export const replication: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/replication',
    summary: 'What is pending, held, failed and done, by source, destination and rule',
    answer: (_call, services) => json(200, entries(services.replication.list())),
  },
  {
    route: 'PUT /_mrap/v1/replication/lag',
    summary: 'How long replication takes from now on',
    body: lagBody,
    examples: [{ lag: '15s' }, { destinationRegion: 'eu-west-1', lag: { min: '5s', max: '60s' }, existing: true }],
    async answer({ json: body }, services) {
      const { lag, existing, shuffle, ...which } = checked(lagBody, await body())
      checkRegions(which)
      return json(200, entries(await services.replication.setLag(which, readSpan(lag, '/lag'), { existing, shuffle })))
    },
  },
  {
    route: 'POST /_mrap/v1/replication/pause',
    summary: 'Holds items until they are resumed, or for a duration of world time',
    body: pauseBody,
    examples: [{ destinationRegion: 'eu-west-1', duration: '10m' }],
    async answer({ json: body }, services) {
      const { id, until, ...held } = await services.replication.pause(
        readPause(checked(pauseBody, (await body()) ?? {})),
      )
      services.log.info(`replication paused: ${JSON.stringify(held)}`)
      return json(200, { id, ...held, until: until === undefined ? null : formatInstant(until) })
    },
  },
  {
    route: 'POST /_mrap/v1/replication/resume',
    summary: 'Ends pauses, by id or by the selectors they were made with',
    body: resumeBody,
    examples: [{}],
    async answer({ json: body }, services) {
      const { id, ...which } = checked(resumeBody, (await body()) ?? {})
      const { duration: _, ...asked } = readPause(which)
      const resumed = await services.replication.resume(id === undefined ? asked : { id })
      if (id !== undefined && resumed === 0)
        throw new ManagementError('NotFound', `there is no pause with the id ${id}`)
      services.log.info(`replication resumed: ${resumed} pauses ended`)
      return json(200, { resumed, ...entries(services.replication.list()) })
    },
  },
  {
    route: 'POST /_mrap/v1/replication/fail-next',
    summary: 'The next items fail, with a reason code',
    body: failBody,
    examples: [{ reason: 'DstPutObjectNotPermitted', count: 3 }],
    async answer({ json: body }, services) {
      const { reason, count: times, kind, ...which } = checked(failBody, await body())
      checkRegions(which)
      await services.replication.failNext(which, { reason, count: times, kind: kind as never })
      return json(200, entries(services.replication.list(which)))
    },
  },
  {
    route: 'POST /_mrap/v1/replication/settle',
    summary: 'Runs all that is not held, whatever its due time, without moving the clock',
    body: settleBody,
    examples: [{}, { ignorePaused: true }],
    async answer({ json: body }, services) {
      const { timeout, ignorePaused = false } = checked(settleBody, (await body()) ?? {})
      const timeoutMs = timeout === undefined ? undefined : milliseconds(timeout, '/timeout')
      const { done, failed, left } = await services.replication.settle({ timeoutMs })
      const isHeld = left.length > 0 && left.every(({ held, pendingOperations }) => held === pendingOperations)
      if (left.length > 0 && !(isHeld && ignorePaused)) {
        const list = left.map(
          ({ source, destination, pendingOperations, held }) =>
            `${source} to ${destination}: ${pendingOperations} left, ${held} held`,
        )
        throw new ManagementError('Conflict', `not settled: ${list.join('; ')}`)
      }
      return json(200, { done, failed, ...entries(services.replication.list()) })
    },
  },
  ...(['retry', 'backfill'] as const).map(
    (name): Endpoint => ({
      route: `POST /_mrap/v1/replication/${name}`,
      summary: name === 'retry' ? 'Queues what has failed once more' : 'Queues what no rule took when it was written',
      body: batchBody,
      examples: [{ bucket: 'orders-usw2', prefix: 'orders/' }],
      async answer({ json: body }, services) {
        const request = checked(batchBody, await body())
        checkBucket(request.bucket, '/bucket', services)
        const { bucket, prefix, statuses } = request
        return json(
          200,
          await services.replication[name]({ bucket, prefix, statuses: statuses as StatusFilter[] | undefined }),
        )
      },
    }),
  ),
  {
    route: 'POST /_mrap/v1/replication/template',
    summary: "Writes the rules of the console's templates into buckets",
    body: templateBody,
    examples: [{ kind: 'two-way', mrap: 'orders-global' }],
    async answer({ json: body }, services) {
      const written = await applied(readTemplate(checked(templateBody, await body()), services), services)
      services.log.info(`replication rules written into ${written.join(', ')}`)
      return json(200, { buckets: written, ...entries(services.replication.list()) })
    },
  },
  {
    route: 'GET /_mrap/v1/replication/versions',
    summary: 'The versions of a key, and what became of their replicas: ?bucket&key',
    answer({ query }, services) {
      const [bucket, key] = [required(query, 'bucket'), required(query, 'key')]
      const versions = services.replication.versions(bucket, key)
      if (!versions) throw noBucket(bucket)
      return json(200, {
        versions: versions.map(version => ({
          ...version,
          status: version.status ?? null,
          destinations: version.destinations.map(({ due, ...rest }) => ({
            ...rest,
            ...(due === undefined ? {} : { due: formatInstant(due) }),
          })),
        })),
      })
    },
  },
  {
    route: 'GET /_mrap/v1/replication/diff',
    summary: 'How two buckets differ: ?a&b&prefix',
    async answer({ query }, services) {
      const [a, b] = [required(query, 'a'), required(query, 'b')]
      const difference = await services.replication.diff(a, b, query.get('prefix') ?? '')
      if (!difference) throw noBucket(services.store.findBucket(a) ? b : a)
      return json(200, difference)
    },
  },
]

function entries(list: readonly ReplicationEntry[]) {
  return {
    entries: list.map(({ oldestAgeMs, lag, ...entry }) => ({
      ...entry,
      oldestAge: `PT${oldestAgeMs / 1000}S`,
      lag: formatSpan(lag),
    })),
  }
}

function readPause(given: Static<typeof pauseBody>): PauseRequest {
  const { region, destinationBuckets, prefixes, prefix, destination, duration: length, ...rest } = given
  checkRegions({ ...rest, region })
  return {
    ...rest,
    ...(region === undefined ? {} : { destinationRegion: region }),
    ...listed('destinations', destination, destinationBuckets),
    ...listed('prefixes', prefix, prefixes),
    duration: length === undefined ? undefined : milliseconds(length, '/duration'),
  }
}

function listed(name: string, one: string | undefined, several: readonly string[] | undefined) {
  const all = [...(one === undefined ? [] : [one]), ...(several ?? [])]
  return all.length === 0 ? {} : { [name]: all }
}

function checkRegions(which: Readonly<Record<string, unknown>>): void {
  for (const name of ['sourceRegion', 'destinationRegion', 'region']) {
    const value = which[name]
    if (typeof value === 'string' && !isRegion(value)) throw badMember(`/${name}`, 'must be a Region such as eu-west-1')
  }
}

function checkBucket(name: string, path: string, { store }: ManagementServices): void {
  if (!store.findBucket(name)) throw badMember(path, 'must be a bucket that is there')
}

function readTemplate(given: Static<typeof templateBody>, services: ManagementServices): ReplicationTemplate {
  const { mrap, sources, destinations, ...rest } = given
  if ((mrap === undefined) === (sources === undefined)) throw badMember('/mrap', 'or sources is needed, not both')
  const buckets = sources ?? findMrap(mrap ?? '', services).regions.map(({ bucket }) => bucket)
  // One way through an MRAP: from its first bucket to the others.
  if (given.kind === 'one-way' && mrap !== undefined)
    return { ...rest, sources: buckets.slice(0, 1), destinations: buckets.slice(1) }
  return { ...rest, sources: buckets, destinations }
}

async function applied(template: ReplicationTemplate, { replication: engine }: ManagementServices) {
  try {
    return await engine.template(template)
  } catch (error) {
    if (error instanceof AwsError) throw new ManagementError('BadRequest', `${error.code}: ${error.message}`)
    throw error
  }
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name)
  if (value === null || value === '') throw new ManagementError('BadRequest', `the query lacks ${name}`)
  return value
}

function noBucket(name: string): ManagementError {
  return new ManagementError('NotFound', `there is no bucket "${name.slice(0, 63)}"`)
}
