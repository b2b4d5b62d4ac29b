import Type, { type Static } from 'typebox'
import { regions as allRegions, findRegion } from '../../protocol/endpoint/regions.ts'
import { type PartCondition, type RegionPart, type RegionState, regionParts } from '../faults/regions.ts'
import { ManagementError } from './errors.ts'
import { type Endpoint, json } from './resource.ts'
import {
  aSpan,
  badMember,
  checked,
  formatDuration,
  formatSpan,
  oneOf,
  optional,
  readSpan,
  signedMilliseconds,
  span,
  strict,
  text,
} from './schema.ts'
import type { ManagementServices } from './services.ts'

const part = Type.Union(
  [oneOf('up', 'down'), strict({ condition: oneOf('up', 'down'), answer: optional(oneOf('503', 'reset', 'hang')) })],
  { title: 'up, down, or {condition: "down", answer: "503" or "reset" or "hang"}' },
)

const change = strict({
  condition: optional(oneOf('up', 'down')),
  data: optional(part),
  control: optional(part),
  replication: optional(part),
  latency: optional(Type.Union([span, Type.Null()], { title: aSpan })),
  skew: optional(text('a duration with an optional sign, such as -3s')),
})

/** Conditions of Regions: what is down, slow, or has a clock of its own. */
export const regions: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/regions',
    summary: 'Every Region and its condition',
    answer: (_call, services) => json(200, { regions: allRegions.map(({ name }) => shown(name, services)) }),
  },
  {
    route: 'PUT /_mrap/v1/regions/{region}',
    summary: 'Takes a Region down or up, as a whole or in part; what is left out stays',
    body: change,
    examples: [
      { condition: 'down' },
      { data: { condition: 'down', answer: 'reset' }, latency: { min: '20ms', max: '80ms' } },
    ],
    async answer({ labels: { region = '' }, json: body }, services) {
      if (!findRegion(region)) throw unknownRegion(region)
      await services.regions.set(region, readChange(checked(change, await body())))
      // What was held may go on.
      await services.replication.run()
      services.log.info(`region ${region}: ${conditionLine(services.regions.get(region))}`)
      return json(200, shown(region, services))
    },
  },
  {
    route: 'DELETE /_mrap/v1/regions',
    summary: 'All Regions up',
    async answer(_call, services) {
      await services.regions.clear()
      await services.replication.run()
      services.log.info('all Regions are up')
      return json(200, { regions: allRegions.map(({ name }) => shown(name, services)) })
    },
  },
]

function readChange(body: Static<typeof change>) {
  const { condition, latency, skew } = body
  const wholes = condition === undefined ? {} : Object.fromEntries(regionParts.map(name => [name, readPart(condition)]))
  const parts = regionParts.flatMap(name => {
    const given = body[name]
    return given === undefined ? [] : [[name, readPart(given)] as const]
  })
  if (condition !== undefined && parts.length > 0)
    throw badMember('/condition', 'stands for data, control and replication together; give it or them')
  return {
    ...wholes,
    ...(Object.fromEntries(parts) as Partial<Record<RegionPart, PartCondition>>),
    ...(latency === undefined ? {} : { latency: latency === null ? none : readSpan(latency, '/latency') }),
    ...(skew === undefined ? {} : { skew: signedMilliseconds(skew, '/skew') }),
  }
}

const none = { min: 0, max: 0 }

function readPart(given: Static<typeof part>): PartCondition {
  const { condition, answer = '503' } = typeof given === 'string' ? { condition: given, answer: '503' as const } : given
  return condition === 'up' ? { condition } : { condition, answer }
}

/** As it can be put: a condition that is put comes back. */
function shownPart(state: PartCondition) {
  if (state.condition === 'up') return 'up'
  return state.answer === '503' ? 'down' : state
}

function shown(name: string, services: ManagementServices) {
  const { regions: conditions, store, clock } = services
  const { data, control, replication, latency, skew } = conditions.get(name)
  const mraps = store.listMrapsOfAllAccounts(clock.now())
  return {
    name,
    data: shownPart(data),
    control: shownPart(control),
    replication: shownPart(replication),
    latency: latency ? formatSpan(latency) : null,
    skew: skew < 0 ? `-${formatDuration(-skew)}` : formatDuration(skew),
    buckets: store
      .listBucketsOfAllAccounts()
      .filter(({ region }) => region === name)
      .map(bucket => bucket.name),
    mraps: mraps.filter(({ regions: list }) => list.some(({ region }) => region === name)).map(mrap => mrap.name),
    pendingOperations: [{ sourceRegion: name }, { destinationRegion: name }]
      .flatMap(selector => services.replication.list(selector))
      .reduce((sum, { pendingOperations }) => sum + pendingOperations, 0),
  }
}

/** For the log. */
function conditionLine(state: RegionState): string {
  const down = regionParts.filter(name => state[name].condition === 'down')
  const parts = [
    down.length === 0 ? 'up' : `${down.length === regionParts.length ? 'everything' : down.join(' and ')} down`,
    ...(state.latency ? [`latency ${JSON.stringify(formatSpan(state.latency))}`] : []),
    ...(state.skew === 0 ? [] : [`clock ${state.skew} ms off`]),
  ]
  return parts.join(', ')
}

function unknownRegion(region: string): ManagementError {
  const names = allRegions.map(({ name }) => name).join(', ')
  return new ManagementError('NotFound', `there is no Region "${region.slice(0, 64)}"; there are ${names}`)
}
