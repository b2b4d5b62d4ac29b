import { createHash, randomBytes } from 'node:crypto'
import http from 'node:http'
import aws4 from 'aws4'

export const BUCKET = 'bench-bucket'

/** Options of node:http for one path-style request: SigV4, UNSIGNED-PAYLOAD. */
export function signed(port, method, path, headers = {}) {
  const request = aws4.sign(
    {
      service: 's3',
      region: 'us-east-1',
      host: `127.0.0.1:${port}`,
      method,
      path,
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
    },
    { accessKeyId: 'test', secretAccessKey: 'test' },
  )
  return { host: '127.0.0.1', port, method, path, headers: request.headers }
}

/** Sends a request with a small body or none; gives the length of the answer's body. Any status but 200 is an error. */
export async function send(options, body) {
  const pieces = await answerOf(options, body)
  return pieces.reduce((length, piece) => length + piece.length, 0)
}

/** Sends a request without a body; gives the text of the answer. */
export async function read(options) {
  return Buffer.concat(await answerOf(options)).toString()
}

function answerOf(options, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(options, answer => {
      const pieces = []
      answer.on('data', piece => pieces.push(piece))
      answer.on('error', reject)
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(pieces) : reject(new Error(`${options.method} gave ${answer.statusCode}`)),
      )
    })
    request.on('error', reject)
    request.end(body)
  })
}

export async function createBucket(port) {
  await send(signed(port, 'PUT', `/${BUCKET}`, { 'content-length': '0' }))
}

/** Bytes that differ in every piece, so that no page of the store is ever written twice with the same content. */
function* pieces(size) {
  const block = randomBytes(1024 * 1024)
  for (let sent = 0; sent < size; sent += block.length) {
    block.writeBigUInt64BE(BigInt(sent), 0)
    yield Buffer.from(block.subarray(0, Math.min(block.length, size - sent)))
  }
}

/** Streams `size` bytes to a key; gives their MD5 once the server's ETag agrees with it. */
export function putStream(port, key, size) {
  const hash = createHash('md5')
  return new Promise((resolve, reject) => {
    const request = http.request(
      signed(port, 'PUT', `/${BUCKET}/${key}`, { 'content-length': String(size) }),
      answer => {
        answer.resume()
        answer.on('end', () => {
          const md5 = hash.digest('hex')
          if (answer.statusCode === 200 && answer.headers.etag === `"${md5}"`) resolve(md5)
          else reject(new Error(`PUT gave ${answer.statusCode}, ETag ${answer.headers.etag}, sent ${md5}`))
        })
      },
    )
    request.on('error', reject)
    const source = pieces(size)
    const write = () => {
      for (;;) {
        const { done, value } = source.next()
        if (done) return request.end()
        hash.update(value)
        if (!request.write(value)) return request.once('drain', write)
      }
    }
    write()
  })
}

/** Reads a key to its end; gives the MD5 of what came. */
export function getStream(port, key) {
  const hash = createHash('md5')
  return new Promise((resolve, reject) => {
    const request = http.request(signed(port, 'GET', `/${BUCKET}/${key}`), answer => {
      if (answer.statusCode !== 200) return reject(new Error(`GET gave ${answer.statusCode}`))
      answer.on('data', piece => hash.update(piece))
      answer.on('error', reject)
      answer.on('end', () => resolve(hash.digest('hex')))
    })
    request.on('error', reject)
    request.end()
  })
}
