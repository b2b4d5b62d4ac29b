/** `node bench/bare.mjs`: node:http alone, the floor of every figure. A GET answers 1 KiB, any other request is read to its end. */
import { createServer } from 'node:http'

const body = Buffer.alloc(1024, 'x')
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'Content-Length': body.length })
    response.end(body)
    return
  }
  request.on('data', () => {})
  request.on('end', () => {
    response.writeHead(200, { 'Content-Length': 0 })
    response.end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(`bare ready on http://127.0.0.1:${server.address().port}`))
