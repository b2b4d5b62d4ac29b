/** What bodies cost: CPU of all threads and wall time against a bare node:http server that hashes as S3 must, in rounds taken in turns. */
import { createHash, randomBytes } from 'node:crypto'
import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { BUCKET, createBucket, signed } from './client.mjs'
import { startServer } from './server.mjs'

const REFERENCE = fileURLToPath(new URL('reference.mjs', import.meta.url))
const ROUNDS = 5
const MIB = 1024 * 1024

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** The same MiB again and again, with the digests of all of it. */
function bodyOf(size) {
  const block = randomBytes(MIB)
  const [md5, sha256] = ['md5', 'sha256'].map(name => {
    const hash = createHash(name)
    for (let at = 0; at < size; at += MIB) hash.update(block.subarray(0, Math.min(MIB, size - at)))
    return hash.digest('hex')
  })
  return { block, size, md5, sha256 }
}

/** Puts a body; an answer with another ETag is an error. */
function put(options, { block, size, md5 }) {
  return new Promise((resolve, reject) => {
    const request = http.request(options, answer => {
      answer.resume()
      answer.on('end', () => {
        if (answer.statusCode === 200 && answer.headers.etag === `"${md5}"`) resolve()
        else reject(new Error(`PUT gave ${answer.statusCode}, ETag ${answer.headers.etag}`))
      })
    })
    request.on('error', reject)
    let left = size
    const write = () => {
      while (left > 0) {
        const piece = block.subarray(0, Math.min(MIB, left))
        left -= piece.length
        if (!request.write(piece)) return request.once('drain', write)
      }
      request.end()
    }
    write()
  })
}

/** Gets a body; every byte is compared. */
function get(options, { block, size }) {
  return new Promise((resolve, reject) => {
    const request = http.request(options, answer => {
      let at = 0
      answer.on('data', piece => {
        for (let from = 0; from < piece.length; ) {
          const place = at % block.length
          const length = Math.min(piece.length - from, block.length - place)
          if (block.compare(piece, from, from + length, place, place + length) !== 0) {
            return answer.destroy(new Error(`GET gave another byte after ${at}`))
          }
          from += length
          at += length
        }
      })
      answer.on('error', reject)
      answer.on('end', () => {
        if (answer.statusCode === 200 && at === size) resolve()
        else reject(new Error(`GET gave ${answer.statusCode}, ${at} bytes`))
      })
    })
    request.on('error', reject)
    request.end()
  })
}

async function measure(server, run) {
  const cpu = server.cpuMs()
  const began = performance.now()
  await run()
  return { wall: performance.now() - began, cpu: server.cpuMs() - cpu }
}

/** Ours against the reference: medians of the ratios of rounds taken in turns, after one that is not counted, and their range. */
async function compare(ours, reference) {
  const rounds = []
  for (let turn = 0; turn <= ROUNDS; turn++) {
    const sides = turn % 2 === 0 ? [ours, reference] : [reference, ours]
    const [first, second] = [await measure(sides[0].server, sides[0].run), await measure(sides[1].server, sides[1].run)]
    const [own, other] = turn % 2 === 0 ? [first, second] : [second, first]
    if (turn > 0) rounds.push({ own, other, cpu: own.cpu / other.cpu, wall: own.wall / other.wall })
  }
  const of = key => {
    const ratios = rounds.map(round => round[key])
    const ms = side => Math.round(median(rounds.map(round => round[side][key])))
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`
    return { value: median(ratios), detail: `${range}; ${ms('own')} ms / ${ms('other')} ms` }
  }
  return { cpu: of('cpu'), wall: of('wall') }
}

async function withBoth(run) {
  const servers = []
  const started = async main => {
    const server = await startServer(main)
    servers.push(server)
    return server
  }
  try {
    const server = await started()
    await createBucket(server.port)
    return await run(server, await started(REFERENCE))
  } finally {
    for (const server of servers) await server.stop()
  }
}

const plainly = (port, method, path, headers = {}) => ({ host: '127.0.0.1', port, method, path, headers })

/** One stream of 256 MiB in, with and without a signed SHA-256, and out. */
export function large(result) {
  return withBoth(async (server, reference) => {
    const body = bodyOf(256 * MIB)
    const results = []
    const report = (name, { cpu, wall }, gates) =>
      results.push(
        result(`${name}: CPU`, cpu.value, gates.cpu, cpu.detail),
        result(`${name}: wall`, wall.value, gates.wall, wall.detail),
      )
    for (const [name, headers, gates] of [
      ['PUT / http + md5', {}, { cpu: 2.4, wall: 1.54 }],
      ['PUT sha256 / http + md5 + sha256', { 'x-amz-content-sha256': body.sha256 }, { cpu: 2.2, wall: 1.54 }],
    ]) {
      const length = { 'content-length': String(body.size), ...headers }
      const compared = await compare(
        { server, run: () => put(signed(server.port, 'PUT', `/${BUCKET}/large`, length), body) },
        { server: reference, run: () => put(plainly(reference.port, 'PUT', '/hashed/large', length), body) },
      )
      report(name, compared, gates)
    }
    const times = run => async () => {
      for (let n = 0; n < 4; n++) await run()
    }
    for (const [kind, gates] of [
      ['kept', { cpu: 3, wall: 1.67 }],
      ['file', { cpu: 0.7, wall: 1.67 }],
    ]) {
      const path = `/${kind}/large`
      await put(plainly(reference.port, 'PUT', path, { 'content-length': String(body.size) }), body)
      const compared = await compare(
        { server, run: times(() => get(signed(server.port, 'GET', `/${BUCKET}/large`), body)) },
        { server: reference, run: times(() => get(plainly(reference.port, 'GET', path), body)) },
      )
      report(kind === 'kept' ? '4 GETs / bare, memory' : '4 GETs / bare, file', compared, gates)
    }
    return results
  })
}

/** 64 KiB, the largest body that lives in its row: four connections. */
export function middling(result) {
  return withBoth(async (server, reference) => {
    const body = bodyOf(64 * 1024)
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
    const each = run => async () => {
      const worker = async lane => {
        for (let n = 0; n < 250; n++) await run(`${lane}-${n % 50}`)
      }
      await Promise.all([worker(0), worker(1), worker(2), worker(3)])
    }
    const length = { 'content-length': String(body.size) }
    try {
      const { cpu } = await compare(
        { server, run: each(key => put({ ...signed(server.port, 'PUT', `/${BUCKET}/${key}`, length), agent }, body)) },
        {
          server: reference,
          run: each(key => put({ ...plainly(reference.port, 'PUT', `/hashed/${key}`, length), agent }, body)),
        },
      )
      return [result('1000 PUTs / http + md5: CPU', cpu.value, 6, cpu.detail)]
    } finally {
      agent.destroy()
    }
  })
}
