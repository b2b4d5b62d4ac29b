import type { Test } from 'tap'
import type { ControlContext, ControlSettings } from '../../src/control/context.ts'
import createMrap from '../../src/control/operations/create-multi-region-access-point.ts'
import describeOperation from '../../src/control/operations/describe-multi-region-access-point-operation.ts'
import { type ManualClock, manualClock } from '../../src/protocol/clock.ts'
import { AwsError, errors as commonErrors } from '../../src/protocol/errors.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import type { Infer, StructureShape } from '../../src/protocol/xml/shape.ts'
import type { Store } from '../../src/store/store.ts'
import { emptyStore } from '../helpers/empty-store.ts'

export const prod = '111122223333'
export const partner = '210987654321'

/** A store of its own, time that stands still, and contexts to call operations with. */
export interface ControlWorld {
  readonly store: Store
  readonly clock: ManualClock
  /** As a request of this account would get it. */
  context(accountId?: string): ControlContext
  /** Adds a bucket; its account is `prod` unless said otherwise. */
  bucket(name: string, region: string, accountId?: string): Promise<void>
}

/** Operations take 60 s and routes 20 s unless `settings` says otherwise. */
export async function controlWorld(t: Test, settings: Partial<ControlSettings> = {}): Promise<ControlWorld> {
  const { store } = await emptyStore(t)
  const clock = manualClock()
  let last: Promise<unknown> = Promise.resolve()
  return {
    store,
    clock,
    context: (accountId = prod) => ({
      store,
      clock,
      requestId: 'ABCDEF0123456789',
      caller: { kind: 'root', accountId, accessKeyId: accountId },
      accountId,
      settings: { operationDelayMs: () => 60_000, routesDelayMs: () => 20_000, ...settings },
      accountBlock: () => store.findAccountBlock(accountId)?.block,
      authorize: () => undefined,
      serially: change => {
        const next = last.then(change)
        last = next.catch(() => undefined)
        return next
      },
    }),
    async bucket(name, region, accountId = prod) {
      await store.insertBucket({
        name,
        region,
        accountId,
        createdAt: clock.now(),
        versioning: undefined,
        objectLock: false,
        requestPayer: 'BucketOwner',
        objectOwnership: 'BucketOwnerEnforced',
        publicAccessBlock: undefined,
        policy: undefined,
      })
    },
  }
}

/** A world with `orders-usw2` and `orders-euw1`, and the READY MRAP `orders-global` over them. */
export async function readyMrap(t: Test, settings: Partial<ControlSettings> = {}): Promise<ControlWorld> {
  const world = await controlWorld(t, settings)
  await world.bucket('orders-usw2', 'us-west-2')
  await world.bucket('orders-euw1', 'eu-west-1')
  await createOrders(world, 'orders-global', ['orders-usw2', 'orders-euw1'])
  world.clock.advance(60_000)
  return world
}

/** Submits a create and returns its token ARN. */
export async function createOrders(
  world: ControlWorld,
  name: string,
  buckets: string[],
  clientToken = `create-${name}`,
) {
  const Details = { Name: name, Regions: buckets.map(Bucket => ({ Bucket })) }
  return tokenOf(await call(createMrap, { Request: { ClientToken: clientToken, Details } }, world.context()))
}

export function tokenOf({ RequestTokenARN }: { RequestTokenARN?: string | undefined }): string {
  if (!RequestTokenARN) throw new Error('no RequestTokenARN')
  return RequestTokenARN
}

/** What Describe says of a token: the AsyncOperation. */
export async function describe(world: ControlWorld, tokenArn: string, accountId = prod) {
  const { AsyncOperation } = await call(describeOperation, { RequestTokenARN: tokenArn }, world.context(accountId))
  if (!AsyncOperation) throw new Error('no AsyncOperation')
  return AsyncOperation
}

/** Lets an operation come to its end and returns the code of its failure, or undefined. */
export async function failureOf(world: ControlWorld, tokenArn: string): Promise<string | undefined> {
  world.clock.advance(60_000)
  return (await describe(world, tokenArn)).ResponseDetails?.ErrorDetails?.Code
}

/** The output of an operation. */
export async function call<I extends StructureShape, O extends StructureShape>(
  operation: Operation<ControlContext, I, O>,
  input: Infer<I>,
  context: ControlContext,
): Promise<Infer<O>> {
  return (await operation.handle(input, context)) as Infer<O>
}

/** The error that an operation throws, which must be a refusal that it declares, or a common one. */
export async function refusal<I extends StructureShape, O extends StructureShape>(
  operation: Operation<ControlContext, I, O>,
  input: Infer<I>,
  context: ControlContext,
): Promise<AwsError> {
  try {
    await operation.handle(input, context)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (!(error.code in commonErrors) && !operation.errors?.includes(error.code)) {
      throw new Error(`${operation.name} does not declare ${error.code}`, { cause: error })
    }
    return error
  }
  throw new Error(`${operation.name} did not refuse`)
}

/** Accepted by nobody: one statement that denies one key to everybody. */
export function denyAll(mrapArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: `${mrapArn}/object/*` }],
  })
}
