import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type EmulatorProcess, startEmulatorProcess } from '../helpers/emulator-process.ts'
import { account, createClient, must, region } from './client.ts'
import { bucket, type Ledger, load } from './load.ts'
import { between, createRandom } from './random.ts'
import { verify } from './verify.ts'

/** What the rounds came to. */
export interface Outcome {
  readonly rounds: number
  readonly objects: number
  /** Kills that came before the server was ready again. */
  readonly killedInStart: number
}

async function prepare(emulator: EmulatorProcess, agent: http.Agent): Promise<void> {
  const body = Buffer.from(
    `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
  )
  await must(createClient(emulator.port, agent), 200, { method: 'PUT', path: `/${bucket}`, body })
}

/**
 * Kills the server `rounds` times at random moments under load and restarts it on the same directory; after each restart everything
 * that was acknowledged must be there. `seed` fixes the moments and the load, as far as the machine allows. Throws at the first loss.
 */
export async function crashRounds(
  dataDir: string,
  rounds: number,
  seed: number,
  onRound: (round: number) => void,
): Promise<Outcome> {
  const random = createRandom(seed)
  const options = { DATA_DIR: dataDir, OPERATION_DELAY: '150ms', LOG: 'warn' }
  const ledger: Ledger = { keys: new Map(), uploads: [], creates: [] }
  let killedInStart = 0
  let emulator = await startEmulatorProcess(options)
  try {
    for (let round = 1; round <= rounds; round++) {
      const agent = new http.Agent({ keepAlive: true })
      const client = createClient(emulator.port, agent)
      if (round === 1) await prepare(emulator, agent)
      const writing = load(client, ledger, round, account, random)
      await sleep(between(random, 1, 600))
      await emulator.kill()
      await writing
      agent.destroy()
      if (random() < 0.2) {
        // A second crash, in the middle of what the start has to clean up.
        const early = startEmulatorProcess(options, { killAfterMs: between(random, 20, 150) })
        if (
          await early.then(
            started => started.kill().then(() => false),
            () => true,
          )
        )
          killedInStart++
      }
      emulator = await startEmulatorProcess(options)
      const fresh = new http.Agent({ keepAlive: true })
      await verify(createClient(emulator.port, fresh), ledger, `-${round}-`, account, round === rounds)
      fresh.destroy()
      onRound(round)
    }
  } finally {
    await emulator.stop()
  }
  return { rounds, objects: ledger.keys.size, killedInStart }
}
