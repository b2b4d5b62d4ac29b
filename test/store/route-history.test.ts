import fc from 'fast-check'
import t from 'tap'
import { establishedPolicy, proposedPolicy } from '../../src/store/mrap-policy.ts'
import { configuredRoutes, effectiveRoutes } from '../../src/store/routes.ts'
import type { MrapPolicy, RouteSetting } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import { count, newBucket, storeWorld } from './fixture.ts'

const account = '111122223333'
const regions = ['us-west-2', 'eu-west-1']

let made = 0

/** An MRAP, READY since 0, with every Region at 100. */
async function mrapIn(store: Store): Promise<{ readonly id: number; readonly initial: RouteSetting[] }> {
  const name = `mrap-${++made}`
  const initial = regions.map(region => ({ region, trafficDialPercentage: 100, submittedAt: 0, effectiveAt: 0 }))
  const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }
  for (const region of regions)
    await store.insertBucket(newBucket({ name: `${region}-bucket`, region, accountId: account }))
  await store.submitCreateMrap(
    operation(name, 0, 'CreateMultiRegionAccessPoint'),
    {
      accountId: account,
      name,
      alias: `${name}.mrap`,
      createdAt: 0,
      readyAt: 0,
      publicAccessBlock: block,
      regions: regions.map(region => ({ bucket: `${region}-bucket`, region, bucketAccountId: account })),
    },
    initial,
  )
  return { id: store.findMrapByName(account, name, 0)?.id ?? 0, initial }
}

function operation(
  name: string,
  at: number,
  operation: 'CreateMultiRegionAccessPoint' | 'PutMultiRegionAccessPointPolicy',
) {
  made++
  return {
    token: `token-${made}`,
    accountId: account,
    clientToken: `client-${made}`,
    operation,
    parameters: JSON.stringify({ Name: name }),
    submittedAt: at,
    startsAt: at,
    dueAt: at,
    failure: undefined,
    regions,
  }
}

t.test('what is kept says the same as all that was ever submitted', async t => {
  const { store } = await storeWorld(t)
  const change = fc.record({
    wait: fc.integer({ min: 0, max: 5 }),
    delay: fc.integer({ min: 0, max: 12 }),
    region: fc.constantFrom(...regions),
    dial: fc.constantFrom(0, 100),
    look: fc.integer({ min: 0, max: 15 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async changes => {
      const { id, initial } = await mrapIn(store)
      const settings = [...initial]
      const policies: MrapPolicy[] = []
      let now = 0
      for (const [index, { wait, delay, region, dial, look }] of changes.entries()) {
        now += wait
        const setting = { region, trafficDialPercentage: dial, submittedAt: now, effectiveAt: now + delay }
        settings.push(setting)
        await store.insertRouteSettings(id, [setting])
        const policy = { policy: `policy ${index}`, submittedAt: now, establishedAt: now + delay }
        policies.push(policy)
        await store.submitMrapPolicy(operation('m', now, 'PutMultiRegionAccessPointPolicy'), { mrapId: id, ...policy })

        for (const at of [now, now + look, now + 100]) {
          const expected = Object.fromEntries(effectiveRoutes(settings, at))
          const found = Object.fromEntries(store.findEffectiveRoutes(id, at))
          if (JSON.stringify(found) !== JSON.stringify(expected)) return false
          if (store.findEstablishedPolicy(id, at) !== establishedPolicy(policies, at)) return false
        }
        const configured = configuredRoutes(store.listRouteSettings(id))
        if (regions.some(one => configured.get(one) !== configuredRoutes(settings).get(one))) return false
        if (proposedPolicy(store.listMrapPolicies(id)) !== policy.policy) return false
      }
      return true
    }),
    { numRuns: 60 },
  )
})

t.test('a history of thousands leaves the rows that count', async t => {
  const { store, directory } = await storeWorld(t)
  const { id } = await mrapIn(store)
  const all: Promise<void>[] = []
  for (let at = 1; at <= 2000; at++) {
    const settings = regions.map(region => ({
      region,
      trafficDialPercentage: at % 2 === 0 ? 100 : 0,
      submittedAt: at,
      effectiveAt: at,
    }))
    all.push(store.insertRouteSettings(id, settings))
    const policy = { mrapId: id, policy: `policy ${at}`, submittedAt: at, establishedAt: at }
    all.push(store.submitMrapPolicy(operation('m', at, 'PutMultiRegionAccessPointPolicy'), policy))
  }
  await Promise.all(all)
  t.ok(count(directory, 'route_settings') <= 4)
  t.ok(count(directory, 'mrap_policies') <= 2)
  t.strictSame(Object.fromEntries(store.findEffectiveRoutes(id, 2000)), { 'us-west-2': 100, 'eu-west-1': 100 })
  t.equal(store.findEstablishedPolicy(id, 2000), 'policy 2000')
})
