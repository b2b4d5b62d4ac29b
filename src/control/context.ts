import type { Caller } from '../protocol/caller.ts'
import type { Clock } from '../protocol/clock.ts'
import { type AnyOperation, operationDefiner } from '../protocol/operation.ts'
import type { PublicAccessBlock } from '../store/rows.ts'
import type { Store } from '../store/store.ts'

/** What an operation of the control plane works with. One per request. */
export interface ControlContext {
  readonly store: Store
  readonly clock: Clock
  readonly requestId: string
  readonly caller: Caller
  /** `x-amz-account-id`: twelve digits, and the caller's own account. */
  readonly accountId: string
  readonly settings: ControlSettings
  /** Block Public Access of the account; undefined: none. */
  readonly accountBlock: () => PublicAccessBlock | undefined
  /** Throws AccessDenied unless the caller may run this operation on the resource of this ARN, or on `*`. */
  readonly authorize: (resource: string) => void
  /** Runs one control-plane change after another, so that what was read still holds when it is written. */
  readonly serially: <T>(change: () => Promise<T>) => Promise<T>
}

/** Delays in milliseconds; each call draws one. */
export interface ControlSettings {
  /** How long Create, Delete and PutPolicy take. */
  readonly operationDelayMs: () => number
  /** From SubmitMultiRegionAccessPointRoutes to its effect on traffic. */
  /** From a change of routes to its effect on traffic, of one Region of an MRAP. */
  readonly routesDelayMs: (alias: string, region: string) => number
}

export type ControlOperation = AnyOperation<ControlContext>

export const defineOperation = operationDefiner<ControlContext>()
