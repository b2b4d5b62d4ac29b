import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { send, signed } from './client.mjs'
import { startServer } from './server.mjs'

const ALIAS = 'mfzwi23gnjvgw.mrap'
const MRAP = `arn:aws:s3::000000000000:accesspoint/${ALIAS}`

const policyFor = (action, resource) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '210987654321' }, Action: action, Resource: resource }],
})

function worldWith(hasPolicies) {
  return {
    buckets: [
      {
        name: 'bench-policies',
        region: 'us-east-1',
        objects: [{ key: 'small', body: 'x'.repeat(1024) }],
        ...(hasPolicies && { policy: policyFor('s3:GetObject', 'arn:aws:s3:::bench-policies/*') }),
      },
    ],
    multiRegionAccessPoints: [
      {
        name: 'bench',
        alias: ALIAS,
        buckets: ['bench-policies'],
        ...(hasPolicies && { policy: policyFor('s3:GetObject', `${MRAP}/object/*`) }),
      },
    ],
  }
}

async function cpuPerGet({ server, request }, count) {
  const before = server.cpuMs()
  const worker = async () => {
    for (let sent = 0; sent < count / 4; sent++) await send(request)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  return (server.cpuMs() - before) / count
}

/**
 * CPU per GET through an MRAP where MRAP and bucket have a policy of one statement each, against the same without policies: the ratio of
 * each of `turns` rounds, the sides in turns, and the time without policies in ms.
 */
export async function policyRounds(turns, count) {
  const directory = await mkdtemp(join(tmpdir(), 'mrap-bench-worlds-'))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  const sides = []
  try {
    for (const hasPolicies of [true, false]) {
      const file = join(directory, `${hasPolicies}.json`)
      await writeFile(file, JSON.stringify(worldWith(hasPolicies)))
      const server = await startServer(undefined, { MRAP_WORLD: file })
      sides.push({ server, request: { ...signed(server.port, 'GET', `/${ALIAS}/small`), agent } })
    }
    for (const side of sides) await cpuPerGet(side, count)
    const rounds = []
    for (let turn = 0; turn < turns; turn++) {
      const [one, other] = turn % 2 === 0 ? sides : sides.toReversed()
      const first = await cpuPerGet(one, count)
      const second = await cpuPerGet(other, count)
      const [withPolicies, without] = turn % 2 === 0 ? [first, second] : [second, first]
      rounds.push({ ratio: withPolicies / without, ms: without })
    }
    return rounds
  } finally {
    agent.destroy()
    for (const { server } of sides) await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}
