import type { Replication } from '../../data/replication/replication.ts'
import type { DueLog } from '../../protocol/due-work.ts'
import type { Logger } from '../../protocol/logger.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import type { Response } from '../../protocol/response.ts'
import type { WorldClock } from '../../protocol/world-clock.ts'
import type { Store } from '../../store/store.ts'
import type { Faults } from '../faults/faults.ts'
import type { RegionConditions } from '../faults/regions.ts'
import type { RoutesLags } from '../faults/routes-lag.ts'

/** What the management paths act on; passed in by `app.ts`. */
export interface ManagementServices {
  readonly store: Store
  readonly clock: WorldClock
  readonly due: DueLog
  readonly replication: Replication
  /** Answers a request as every front door does. */
  readonly dispatch: (request: RawRequest) => Promise<Response>
  /** What `GET info` shows. */
  readonly info: () => Readonly<Record<string, unknown>>
  readonly log: Logger
  readonly regions: RegionConditions
  readonly faults: Faults
  readonly routesLags: RoutesLags
  /** Back to the state after the world was loaded. Resolves when that holds. */
  readonly reset: () => Promise<void>
  readonly certificates: Certificates
  readonly names: () => KnownNames
}

/** The public side of the local certificate authority, as PEM text. */
export interface Certificates {
  caPem(): Promise<string>
  /** The same together with well-known roots, for variables that replace a trust store. */
  bundlePem(): Promise<string>
}

/** What stands in the emulator, for whoever writes an environment or a compose file for its clients. */
export interface KnownNames {
  /** Own names. */
  readonly domains: readonly string[]
  /** Whether the default credentials hold, or those of a world file. */
  readonly credentials: 'default' | 'world'
  /** Account of `test` / `test`. */
  readonly defaultAccount: string
  readonly multiRegionAccessPoints: readonly {
    readonly account: string
    readonly name: string
    /** With `.mrap`. */
    readonly alias: string
    readonly buckets: readonly { readonly name: string; readonly region: string }[]
  }[]
}
