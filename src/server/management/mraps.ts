import Type from 'typebox'
import { distanceKm } from '../../data/routing/proximity.ts'
import { type RegionHealth, resolveMrap } from '../../data/routing/resolve-bucket.ts'
import { formatMrapArn } from '../../protocol/endpoint/arn.ts'
import { isRegion } from '../../protocol/endpoint/regions.ts'
import { escapeText } from '../../protocol/xml/escape.ts'
import { mrapStatus } from '../../store/mrap-status.ts'
import { configuredRoutes, effectiveRoutes } from '../../store/routes.ts'
import type { MultiRegionAccessPoint } from '../../store/rows.ts'
import { ManagementError } from './errors.ts'
import { ask } from './own-request.ts'
import { type Endpoint, json } from './resource.ts'
import { badMember, checked, formatInstant, optional, readSpan, span, strict, text } from './schema.ts'
import type { ManagementServices } from './services.ts'

const dial = Type.Union([Type.Literal(0), Type.Literal(100)], { title: '0 or 100' })
const routesBody = strict({
  routes: Type.Record(Type.String(), dial, { title: 'Regions with their dials' }),
  from: optional(text('a Region')),
})
const routesLagBody = strict({
  lag: optional(span),
  perRegion: optional(Type.Record(Type.String(), span, { title: 'Regions with their lags' })),
  split: optional(Type.Boolean({ title: 'true or false' })),
})
const clientBody = strict({ mrap: text('an MRAP'), clientRegion: text('a Region') })
const failoverBody = strict({ to: text('a Region of the MRAP'), from: optional(text('a Region')) })

/** The Regions that take SubmitMultiRegionAccessPointRoutes, in the order in which one is chosen. */
const controlRegions = ['us-west-2', 'us-east-1', 'eu-west-1', 'ap-southeast-2', 'ap-northeast-1']

/** Multi-Region Access Points: what they are, where their traffic goes, and how it is moved. */
export const mraps: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/mraps',
    summary: 'All Multi-Region Access Points of all accounts',
    answer: (_call, services) => json(200, { mraps: all(services).map(mrap => shown(mrap, services)) }),
  },
  {
    route: 'GET /_mrap/v1/mraps/{mrap}',
    summary: 'One of them, by name, alias or ARN',
    answer: ({ labels: { mrap = '' } }, services) => json(200, shown(findMrap(mrap, services), services)),
  },
  {
    route: 'PUT /_mrap/v1/mraps/{mrap}/routes',
    summary: 'Submits dials, as SubmitMultiRegionAccessPointRoutes at a control Region that is up',
    body: routesBody,
    examples: [{ routes: { 'us-west-2': 0, 'eu-west-1': 100 } }],
    async answer({ labels: { mrap = '' }, json: body }, services) {
      const found = findMrap(mrap, services)
      const { routes, from } = checked(routesBody, await body())
      await submit(found, routes, from, services)
      return json(200, shown(findMrap(found.alias, services), services))
    },
  },
  {
    route: 'POST /_mrap/v1/mraps/{mrap}/failover',
    summary: 'Makes one Region active and every other passive',
    body: failoverBody,
    examples: [{ to: 'eu-west-1' }],
    async answer({ labels: { mrap = '' }, json: body }, services) {
      const found = findMrap(mrap, services)
      const { to, from } = checked(failoverBody, await body())
      const regions = found.regions.map(({ region }) => region)
      if (!regions.includes(to)) throw badMember('/to', `must be one of ${regions.join(', ')}`)
      const routes = Object.fromEntries(regions.map(region => [region, region === to ? (100 as const) : (0 as const)]))
      await submit(found, routes, from, services)
      return json(200, shown(findMrap(found.alias, services), services))
    },
  },
  {
    route: 'PUT /_mrap/v1/mraps/{mrap}/routes-lag',
    summary: 'How long submitted routes take from now on, all of them or by Region',
    body: routesLagBody,
    examples: [{ lag: '2m' }, { perRegion: { 'eu-west-1': '10s', 'us-west-2': { min: '1m', max: '3m' } } }],
    async answer({ labels: { mrap = '' }, json: body }, services) {
      const found = findMrap(mrap, services)
      const { lag, perRegion = {}, split } = checked(routesLagBody, await body())
      if (split)
        throw badMember('/split', 'is not built: requests follow the old routes until the new ones take effect')
      const regions = found.regions.map(({ region }) => region)
      const strange = Object.keys(perRegion).find(region => !regions.includes(region))
      if (strange !== undefined) throw badMember(`/perRegion/${strange}`, `must be one of ${regions.join(', ')}`)
      const read = Object.entries(perRegion).map(([region, value]) => [region, readSpan(value, `/perRegion/${region}`)])
      await services.routesLags.put(found.alias, {
        lag: lag === undefined ? undefined : readSpan(lag, '/lag'),
        perRegion: Object.fromEntries(read),
      })
      return json(200, shown(found, services))
    },
  },
  {
    route: 'POST /_mrap/v1/explain/route',
    summary: 'Where a client would be sent now, and why; nothing is changed',
    body: clientBody,
    examples: [{ mrap: 'orders-global', clientRegion: 'eu-west-1' }],
    async answer({ json: body }, services) {
      const { mrap, clientRegion } = checked(clientBody, await body())
      if (!isRegion(clientRegion)) throw badMember('/clientRegion', 'must be a Region such as eu-west-1')
      return json(200, explained(findMrap(mrap, services), clientRegion, services))
    },
  },
]

function all({ store, clock }: ManagementServices): readonly MultiRegionAccessPoint[] {
  return store.listMrapsOfAllAccounts(clock.now())
}

/** By alias or ARN, or by a name that one account alone has. Throws NotFound, and Conflict for a name that several have. */
export function findMrap(id: string, services: ManagementServices): MultiRegionAccessPoint {
  const known = all(services)
  const exact = known.find(mrap => mrap.alias === id || formatMrapArn(mrap) === id)
  if (exact) return exact
  const named = known.filter(({ name }) => name === id)
  const [first] = named
  if (first && named.length === 1) return first
  if (first) {
    const aliases = named.map(({ alias, accountId }) => `${alias} (account ${accountId})`).join(', ')
    throw new ManagementError('Conflict', `several accounts have an MRAP of this name; use an alias: ${aliases}`)
  }
  const names = known.map(({ name, alias }) => `${name} (${alias})`).join(', ')
  throw new ManagementError('NotFound', `there is no such MRAP; there are: ${names === '' ? 'none' : names}`)
}

async function submit(
  mrap: MultiRegionAccessPoint,
  routes: Readonly<Record<string, 0 | 100>>,
  from: string | undefined,
  services: ManagementServices,
): Promise<void> {
  const region =
    from ?? controlRegions.find(name => services.regions.get(name).control.condition === 'up') ?? 'us-west-2'
  if (!isRegion(region)) throw badMember('/from', 'must be a Region such as us-west-2')
  const list = Object.entries(routes).map(
    ([name, value]) =>
      `<Route><Region>${escapeText(name)}</Region><TrafficDialPercentage>${value}</TrafficDialPercentage></Route>`,
  )
  const root = 'SubmitMultiRegionAccessPointRoutesRequest'
  await ask(
    {
      accountId: mrap.accountId,
      method: 'PATCH',
      host: `${mrap.accountId}.s3-control.${region}.amazonaws.com`,
      path: `/v20180820/mrap/instances/${encodeURIComponent(formatMrapArn(mrap)).replaceAll('%2F', '/')}/routes`,
      body: `<${root} xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><RouteUpdates>${list.join('')}</RouteUpdates></${root}>`,
    },
    services,
  )
}

function shown(mrap: MultiRegionAccessPoint, { store, clock }: ManagementServices) {
  const now = clock.now()
  const settings = store.listRouteSettings(mrap.id)
  const [configured, effective] = [configuredRoutes(settings), effectiveRoutes(settings, now)]
  const pending = (region: string) =>
    settings.findLast(setting => setting.region === region && setting.effectiveAt > now)?.effectiveAt
  const policies = store.listMrapPolicies(mrap.id)
  const proposed = policies.at(-1)
  return {
    name: mrap.name,
    account: mrap.accountId,
    alias: mrap.alias,
    arn: formatMrapArn(mrap),
    status: mrapStatus(mrap, now),
    createdAt: formatInstant(mrap.createdAt),
    regions: mrap.regions.map(({ region, bucket, bucketAccountId }) => {
      const at = pending(region)
      return {
        region,
        bucket,
        bucketAccount: bucketAccountId,
        dial: configured.get(region) ?? 0,
        dialInEffect: effective.get(region) ?? 0,
        effectiveAt: at === undefined ? null : formatInstant(at),
      }
    }),
    policy: proposed === undefined ? 'none' : proposed.establishedAt <= now ? 'established' : 'proposed',
    publicAccessBlock: mrap.publicAccessBlock,
  }
}

function explained(mrap: MultiRegionAccessPoint, clientRegion: string, services: ManagementServices) {
  const { store, clock, regions } = services
  const landing = resolveMrap(store, mrap.alias, clientRegion, clock.now(), regions)
  const dials = effectiveRoutes(store.listRouteSettings(mrap.id), clock.now())
  return {
    mrap: mrap.name,
    clientRegion,
    region: landing.region,
    bucket: landing.bucketName,
    reason: landing.reason,
    candidates: mrap.regions.map(({ region, bucket }) => ({
      region,
      bucket,
      distanceKm: Math.round(distanceKm(clientRegion, region)),
      dial: dials.get(region) ?? 0,
      condition: regions.get(region).data.condition,
      chosen: region === landing.region,
      why: whyNot(region, landing.region, dials.get(region) ?? 0, regions),
    })),
  }
}

function whyNot(region: string, chosen: string, dialNow: number, regions: RegionHealth): string {
  if (region === chosen) return 'chosen'
  if (dialNow === 0) return 'passive: its dial is 0'
  return regions.isAvoided(region) ? 'its data plane is down' : 'further away than the one chosen'
}
