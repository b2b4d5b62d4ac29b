/**
 * What the figures of bodies are compared with: a bare node:http server that hashes what is put and answers with its MD5, as S3 does, and
 * serves it from memory or, under `/file/`, from a file. Bodies are the same MiB again and again; it remembers one, and the size.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { port: { type: 'string' }, 'data-dir': { type: 'string' } } })
const file = join(values['data-dir'], '..', 'body')
let block = Buffer.alloc(0)
let size = 0

function put(request, response) {
  const hashes = [createHash('md5')]
  if (/^[0-9a-f]{64}$/.test(request.headers['x-amz-content-sha256'])) hashes.push(createHash('sha256'))
  if (request.url.startsWith('/file/')) request.pipe(createWriteStream(file))
  const isKept = request.url.startsWith('/kept/')
  const pieces = []
  let length = 0
  request.on('data', piece => {
    for (const hash of hashes) hash.update(piece)
    if (isKept && length < 1024 * 1024) pieces.push(piece)
    length += piece.length
  })
  request.on('end', () => {
    if (isKept) {
      block = Buffer.concat(pieces).subarray(0, 1024 * 1024)
      size = length
    }
    response.setHeader('ETag', `"${hashes[0].digest('hex')}"`)
    response.end()
  })
}

function get(request, response) {
  if (request.url.startsWith('/file/')) return createReadStream(file).pipe(response)
  let left = size
  response.setHeader('Content-Length', size)
  const write = () => {
    while (left > 0) {
      const place = (size - left) % block.length
      const piece = block.subarray(place, place + Math.min(left, 256 * 1024))
      left -= piece.length
      if (!response.write(piece)) return response.once('drain', write)
    }
    response.end()
  }
  write()
}

const server = http.createServer((request, response) => (request.method === 'PUT' ? put : get)(request, response))
server.listen(0, '127.0.0.1', () => console.log(`reference ready on http://127.0.0.1:${server.address().port}`))
