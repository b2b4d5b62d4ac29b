import { join } from 'node:path'
import { errorAnswer } from '../protocol/answer.ts'
import { systemClock } from '../protocol/clock.ts'
import { isServedHost } from '../protocol/endpoint/host.ts'
import type { Logger } from '../protocol/logger.ts'
import { StartError } from '../protocol/start-error.ts'
import { createWorldClock, type WorldClock } from '../protocol/world-clock.ts'
import { emptyWorld, loadWorld } from '../world/file.ts'
import type { World } from '../world/world.ts'
import { openApp } from './app.ts'
import type { Config } from './config.ts'
import { newHostId, newRequestId } from './dispatch.ts'
import { type Certificates, openCertificates } from './listeners/certificates.ts'
import { openDoors } from './listeners/doors.ts'
import { explainMissedDoors } from './listeners/missed-door.ts'

/** What a server is started with. */
export interface RunOptions {
  readonly config: Config
  /** Takes the place of the world that `config` names. */
  readonly world?: World
  /** Made when it does not exist. It is private to this process when `config` names none. */
  readonly dataDir: string
  readonly log: Logger
  /** The data can no longer be written: nothing more can be acknowledged. */
  readonly onFailure: (reason: Error) => void
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number
  readonly world: World
  readonly clock: WorldClock
  /** Back to the state after the world was loaded. */
  reset(): Promise<void>
  /** Stops accepting, lets what runs finish for at most `drainMs`, closes the data. */
  close(drainMs: number): Promise<void>
}

/** Loads the world, opens the emulator and then its doors. Throws StartError for everything a user can put right. */
export async function runServer(options: RunOptions): Promise<RunningServer> {
  const { config, dataDir, log, onFailure } = options
  const clock = createWorldClock({ start: config.clock, scope: config.clockScope })
  const world =
    options.world ?? (config.world === undefined ? emptyWorld : await loadWorld(config.world, config.accountId))
  const caDir = config.caDir ?? join(dataDir, 'ca')
  const certificates = openCertificates({ dataDir, caDir, domains: config.domains, clock: systemClock, log })
  const durability = config.dataDir === undefined ? 'ephemeral' : config.durability
  const app = await openApp({ config, world, log, clock, dataDir, durability, certificates, onFailure })
  try {
    // Whoever shares this directory reads the files before the first TLS connection.
    if (config.caDir !== undefined) await fillCaDir(config.caDir, certificates)
    const isOurHost = (host: string) => isServedHost(host, config.domains)
    const { dnsPort, dnsUpstreams: upstreams, dnsAnswerIp: answerIp } = config
    const doors = await openDoors({
      hosts: config.hosts,
      port: config.port,
      // Who finds us by a name of S3 calls the ports of its URL.
      extraPorts: dnsPort === undefined ? [] : [80, 443],
      dns: dnsPort === undefined ? undefined : { port: dnsPort, upstreams, answerIp },
      log,
      certificates,
      dispatch: explainMissedDoors(app.dispatch, { isOurHost, log }),
      isOurHost,
      refuse: (error, method) =>
        errorAnswer(error, 'flat', method, { requestId: newRequestId(), hostId: newHostId(), clock, headers: [] }),
    })
    return {
      port: doors.port,
      world,
      clock,
      reset: app.reset,
      close: async drainMs => {
        await doors.close(drainMs)
        await app.close()
      },
    }
  } catch (error) {
    await app.close()
    throw error
  }
}

async function fillCaDir(directory: string, certificates: Certificates): Promise<void> {
  try {
    await certificates.caPem()
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new StartError(`the certificates cannot be written to ${directory}: ${error.message}`, 2, 'MRAP_CA_DIR')
  }
}
