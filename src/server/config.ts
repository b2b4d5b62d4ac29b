/** The settings of one server, read once from flags and environment (design 2.2). Frozen. Delays are milliseconds. */
export interface Config {
  /** Addresses to listen on, the first one is shown in the ready line. */
  readonly hosts: readonly string[]
  /** 0: any free one. */
  readonly port: number
  /** undefined: a private temporary directory, removed at exit. */
  readonly dataDir: string | undefined
  readonly world: string | undefined
  readonly accountId: string
  readonly operationDelayMs: number
  readonly routesDelayMs: number
  readonly replicationLagMs: number
  readonly clientRegion: string
  readonly domains: readonly string[]
  /** Operations accepted through an MRAP beyond the 21. */
  readonly allow: readonly string[]
  readonly bucketDefaults: 'current' | 'before-2023'
  readonly caDir: string | undefined
  readonly log: 'silent' | 'error' | 'warn' | 'info' | 'debug'
}
