import { randomIdUuid } from '../protocol/random-bytes.ts'
import { StartError } from '../protocol/start-error.ts'
import type { AsyncOperation, PublicAccessBlock } from '../store/rows.ts'
import type { MrapContent, Store } from '../store/store.ts'
import { newAlias } from './alias.ts'
import { newToken } from './async-operations.ts'
import { policyProblem } from './policies.ts'
import { readPublicAccessBlock, writePublicAccessBlock } from './public-access-block.ts'

/** An MRAP of a world file whose buckets have been looked up; the world's checks hold (one bucket per Region, one Region active). */
export interface SeedMrap {
  readonly name: string
  readonly accountId: string
  /** undefined: generated. */
  readonly alias?: string | undefined
  readonly buckets: readonly { readonly name: string; readonly accountId: string; readonly region: string }[]
  /** undefined: all four set. */
  readonly publicAccessBlock?: PublicAccessBlock | undefined
  /** Region -> dial; Regions not named are at 100. */
  readonly routes: Readonly<Record<string, 0 | 100>>
  /** The policy document as JSON text. */
  readonly policy?: string | undefined
}

/**
 * An MRAP as the store takes it, as if it had been created and policed long ago: READY, policy Established, routes effective at `now`.
 * Throws StartError for a policy that the MRAP cannot have.
 */
export function seedMrap(store: Pick<Store, 'isAliasTaken'>, mrap: SeedMrap, now: number): MrapContent {
  const dials = new Map(Object.entries(mrap.routes))
  const alias = mrap.alias ?? newAlias(store)
  const problem = mrap.policy === undefined ? undefined : policyProblem(mrap.policy, { ...mrap, alias })
  if (problem !== undefined) {
    throw new StartError(`world: the policy of the Multi-Region Access Point ${mrap.name}: ${problem}`, 2)
  }
  const operation: AsyncOperation = {
    token: newToken(),
    accountId: mrap.accountId,
    clientToken: randomIdUuid(),
    operation: 'CreateMultiRegionAccessPoint',
    parameters: JSON.stringify({
      Name: mrap.name,
      PublicAccessBlock: writePublicAccessBlock(mrap.publicAccessBlock),
      Regions: mrap.buckets.map(({ name, accountId }) => ({ Bucket: name, BucketAccountId: accountId })),
    }),
    submittedAt: now,
    startsAt: now,
    dueAt: now,
    failure: undefined,
    regions: mrap.buckets.map(({ region }) => region),
  }
  return [
    operation,
    {
      accountId: mrap.accountId,
      name: mrap.name,
      alias,
      createdAt: now,
      readyAt: now,
      publicAccessBlock: mrap.publicAccessBlock ?? readPublicAccessBlock(undefined),
      regions: mrap.buckets.map(({ name, accountId, region }) => ({
        bucket: name,
        region,
        bucketAccountId: accountId,
      })),
    },
    mrap.buckets.map(({ region }) => ({
      region,
      trafficDialPercentage: dials.get(region) ?? 100,
      submittedAt: now,
      effectiveAt: now,
    })),
    mrap.policy === undefined ? undefined : { policy: mrap.policy, submittedAt: now, establishedAt: now },
  ]
}
