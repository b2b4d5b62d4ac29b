import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { large, middling } from './bodies.mjs'
import { BUCKET, createBucket, getStream, putStream, read, send, signed } from './client.mjs'
import { buildBothPorts } from './plain-port.mjs'
import { policyRounds } from './policies.mjs'
import { startServer, watchMemory } from './server.mjs'
import { smallRounds } from './small.mjs'

const PUT = fileURLToPath(new URL('put.mjs', import.meta.url))
const SMALL_KEYS = 100

const round = (value, digits = 1) => Number(value.toFixed(digits))

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]
}

/** A measured value against its gate. */
const result = (metric, value, gate, detail) => ({ metric, value: round(value, 2), gate, detail, ok: value <= gate })

/** Process start to ready line, empty, against `node -e 0`: best of 5 each, taken in turns. */
async function start() {
  const floor = []
  const ready = []
  for (let turn = 0; turn < 5; turn++) {
    const began = performance.now()
    execFileSync(process.execPath, ['-e', '0'])
    floor.push(performance.now() - began)
    const server = await startServer()
    ready.push(server.readyMs)
    await server.stop()
  }
  const best = Math.min(...ready)
  const bestFloor = Math.min(...floor)
  return [result('ready / node -e 0', best / bestFloor, 4, `${round(best)} ms / ${round(bestFloor)} ms`)]
}

/** Resident memory some seconds after the start, nothing asked. */
async function idle() {
  const server = await startServer()
  try {
    await sleep(5000)
    return [result('idle RSS, MB', server.rssMb(), 120, '5 s after the start')]
  } finally {
    await server.stop()
  }
}

/** Growth of resident memory over idle while one large object is put, then got. */
async function stream({ sizeBytes }) {
  const server = await startServer()
  try {
    await createBucket(server.port)
    await sleep(1000)
    const idleMb = server.rssMb()
    const results = []
    const timed = async (name, run) => {
      const peak = watchMemory(server)
      const began = performance.now()
      const value = await run()
      const seconds = (performance.now() - began) / 1000
      const rate = round(sizeBytes / 1024 / 1024 / seconds, 0)
      results.push(result(`${name} RSS growth, MB`, peak() - idleMb, 120, `idle ${round(idleMb)} MB, ${rate} MiB/s`))
      return value
    }
    const sent = await timed('PUT', () => putStream(server.port, 'large', sizeBytes))
    const received = await timed('GET', () => getStream(server.port, 'large'))
    if (sent !== received) throw new Error('what came back is not what was sent')
    return results
  } finally {
    await server.stop()
  }
}

/** Latencies in ms of GETs of 1 KiB objects, 200 a second, sent on time whatever the answers do, until `ended` resolves. */
async function smallGets(requests, ended) {
  const latencies = []
  const failures = []
  const underWay = new Set()
  let running = true
  const stop = ended.finally(() => {
    running = false
  })
  const began = performance.now()
  for (let sent = 0; running; sent++) {
    const wait = began + sent * 5 - performance.now()
    if (wait > 0) await sleep(wait)
    const at = performance.now()
    const get = send(requests[sent % requests.length])
      .then(
        () => latencies.push(performance.now() - at),
        error => failures.push(error),
      )
      .finally(() => underWay.delete(get))
    underWay.add(get)
  }
  await stop
  await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
  return latencies
}

/** Small GETs while nothing else happens and while a large PUT streams in: ratio of the 99th percentiles, median of 5 rounds. */
async function latency({ sizeBytes }) {
  const server = await startServer()
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
  try {
    await createBucket(server.port)
    const requests = []
    for (let n = 0; n < SMALL_KEYS; n++) {
      await send(
        signed(server.port, 'PUT', `/${BUCKET}/small-${n}`, { 'content-length': '1024' }),
        Buffer.alloc(1024, n),
      )
      requests.push({ ...signed(server.port, 'GET', `/${BUCKET}/small-${n}`), agent })
    }
    await smallGets(requests, sleep(3000))
    const rounds = []
    for (let turn = 0; turn < 5; turn++) {
      const quiet = percentile(await smallGets(requests, sleep(5000)), 0.99)
      const put = spawn(process.execPath, [PUT, String(server.port), 'large', String(sizeBytes)], { stdio: 'inherit' })
      const done = once(put, 'exit').then(([code]) => {
        if (code !== 0) throw new Error(`the PUT ended with ${code}`)
      })
      const busy = percentile(await smallGets(requests, done), 0.99)
      rounds.push({ quiet, busy, ratio: busy / quiet })
    }
    const detail = rounds.map(({ quiet, busy }) => `${round(busy)}/${round(quiet)}`).join(' ')
    return [result('GET p99 during PUT / idle', median(rounds.map(({ ratio }) => ratio)), 10, `${detail} ms`)]
  } finally {
    agent.destroy()
    await server.stop()
  }
}

/** Median time in ms of so many PUTs of 1 KiB, one after another. */
async function smallPut(port, agent, count) {
  const times = []
  for (let n = 0; n < count; n++) {
    const request = { ...signed(port, 'PUT', `/${BUCKET}/small`, { 'content-length': '1024' }), agent }
    const began = performance.now()
    await send(request, Buffer.alloc(1024, n))
    times.push(performance.now() - began)
  }
  return median(times)
}

/** Copies one object as the parts 1 to `count` of an upload; gives the ETag of each. */
async function copyParts(port, agent, { uploadId, count }) {
  const etags = []
  let last = 0
  const worker = async () => {
    while (last < count) {
      const number = ++last
      const path = `/${BUCKET}/many?partNumber=${number}&uploadId=${uploadId}`
      const headers = { 'x-amz-copy-source': `/${BUCKET}/source`, 'content-length': '0' }
      const answer = await read({ ...signed(port, 'PUT', path, headers), agent })
      etags[number - 1] = /<ETag>(.*?)</.exec(answer)?.[1]
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return etags
}

/** CompleteMultipartUpload of as many parts as there can be, against a PUT of 1 KiB. The parts share the bytes of one object. */
async function parts() {
  const count = 10_000
  const server = await startServer()
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })
  try {
    const { port } = server
    await createBucket(port)
    await putStream(port, 'source', 5 * 1024 * 1024)
    const begin = signed(port, 'POST', `/${BUCKET}/many?uploads`, { 'content-length': '0' })
    const uploadId = /<UploadId>(.*?)</.exec(await read(begin))?.[1]
    const began = performance.now()
    const etags = await copyParts(port, agent, { uploadId, count })
    const copies = performance.now() - began
    const put = await smallPut(port, agent, 200)
    const listed = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
    const body = `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`
    const path = `/${BUCKET}/many?uploadId=${uploadId}`
    const complete = { ...signed(port, 'POST', path, { 'content-length': String(body.length) }), agent }
    const sent = performance.now()
    await send(complete, body)
    const took = performance.now() - sent
    const detail = `${round(took)} ms for ${count} parts, PUT ${round(put, 2)} ms, UploadPartCopy ${round(copies / count, 2)} ms`
    return [result('Complete, 100 parts / PUT', took / (count / 100) / put, 2, detail)]
  } finally {
    agent.destroy()
    await server.stop()
  }
}

/** CPU time of a server for `count` GETs of a small object, one after another on four connections, in ms each. */
async function cpuPerGet(server, request, count) {
  const before = server.cpuMs()
  const worker = async () => {
    for (let sent = 0; sent < count / 4; sent++) await send(request)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  return (server.cpuMs() - before) / count
}

/** What the look at the first byte costs: CPU per request against a server that takes everything for HTTP. Median of 5 rounds in turns. */
async function sniff() {
  const { sniffing, plain } = await buildBothPorts()
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  const sides = []
  try {
    for (const main of [sniffing, plain]) {
      const server = await startServer(main)
      sides.push({ server })
      await createBucket(server.port)
      await send(signed(server.port, 'PUT', `/${BUCKET}/small`, { 'content-length': '1024' }), Buffer.alloc(1024))
      const get = signed(server.port, 'GET', `/${BUCKET}/small`)
      Object.assign(sides.at(-1), { kept: { ...get, agent }, fresh: { ...get, agent: false } })
    }
    const results = []
    for (const [kind, count] of [
      ['kept', 8000],
      ['fresh', 3000],
    ]) {
      for (const { server, [kind]: request } of sides) await cpuPerGet(server, request, count)
      const rounds = []
      for (let turn = 0; turn < 5; turn++) {
        const [one, other] = turn % 2 === 0 ? sides : sides.toReversed()
        const first = await cpuPerGet(one.server, one[kind], count)
        const second = await cpuPerGet(other.server, other[kind], count)
        rounds.push(turn % 2 === 0 ? { ms: first, ratio: first / second } : { ms: second, ratio: second / first })
      }
      const detail = `${rounds.map(({ ratio }) => round(ratio, 3)).join(' ')}; ${round(median(rounds.map(({ ms }) => ms)), 3)} ms`
      const name = kind === 'kept' ? 'kept-alive connection' : 'a connection each'
      results.push(result(`CPU, ${name}`, median(rounds.map(({ ratio }) => ratio)), 1.05, detail))
    }
    return results
  } finally {
    agent.destroy()
    for (const { server } of sides) await server.stop()
  }
}

/** What evaluating a policy of the bucket and one of the MRAP costs. Median of 5 rounds in turns. */
async function policies() {
  const rounds = await policyRounds(5, 6000)
  const detail = `${rounds.map(({ ratio }) => round(ratio, 3)).join(' ')}; ${round(median(rounds.map(({ ms }) => ms)), 3)} ms without`
  return [result('CPU, with two policies', median(rounds.map(({ ratio }) => ratio)), 1.15, detail)]
}

/** What a request of 1 KiB costs, against node:http alone in the same run; and what SigV4A through an MRAP adds, in verifications. */
async function small() {
  const rounds = await smallRounds(5, 8000)
  const of = (metric, gate, ratioOf, name) => {
    const us = median(rounds.map(round => round[name])) * 1000
    const ratios = rounds.map(ratioOf)
    return result(metric, median(ratios), gate, `${ratios.map(ratio => round(ratio)).join(' ')}; ${round(us, 0)} us`)
  }
  return [
    of('GET 1 KiB, CPU / bare', 9, round => round.get / round.bareGet, 'get'),
    of('PUT 1 KiB, CPU / bare', 12, round => round.put / round.barePut, 'put'),
    of('MRAP by SigV4A, over GET', 1.8, round => (round.mrap - round.get) / round.verify, 'mrap'),
  ]
}

/** Name -> case; each gives its results. */
export const cases = {
  large: () => large(result),
  middling: () => middling(result),
  start,
  idle,
  stream,
  latency,
  parts,
  sniff,
  policies,
  small,
}
