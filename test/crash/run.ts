/** `npm run test:crash -- [--rounds 200] [--seed n]`: kill -9 at random moments under load; nothing acknowledged may be lost. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { crashRounds } from './rounds.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
  },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed)
const directory = await mkdtemp(join(tmpdir(), 'mrap-crash-'))
console.log(`${rounds} rounds, seed ${seed}, data in ${directory}`)
try {
  const outcome = await crashRounds(join(directory, 'data'), rounds, seed, round => {
    if (round % 10 === 0) console.log(`round ${round}: nothing lost`)
  })
  await rm(directory, { recursive: true, force: true })
  console.log(
    `${outcome.rounds} kills, ${outcome.killedInStart} more during the start, ${outcome.objects} keys: nothing lost`,
  )
} catch (error) {
  console.error(error)
  console.error(`seed ${seed}; the data directory is kept: ${directory}`)
  process.exitCode = 1
}
