import { once } from 'node:events'
import { connect } from 'node:net'

const CONNECTIONS = 16

/** The bytes of a request: options as node:http takes them, and a body. */
export function bytesOf({ method, path, headers }, body = '') {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ])
}

/**
 * Sends `count` of these requests in turn over kept-alive connections, each the next as soon as it has its answer. Throws unless every
 * answer is a 200 whose body has `bodyLength` bytes. It does little beyond reading lengths, so that the server is what is measured.
 */
export async function flood(port, requests, count, bodyLength) {
  let sent = 0
  const next = () => requests[sent++ % requests.length]
  const connection = async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    try {
      await new Promise((resolve, reject) => {
        let answer = Buffer.alloc(0)
        const ask = () => (sent < count ? socket.write(next()) : resolve())
        socket.on('data', piece => {
          answer = answer.length === 0 ? piece : Buffer.concat([answer, piece])
          const end = answer.indexOf('\r\n\r\n')
          if (end < 0) return
          const head = answer.toString('latin1', 0, end)
          const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1])
          if (answer.length < end + 4 + length) return
          if (!head.startsWith('HTTP/1.1 200') || length !== bodyLength) reject(new Error(answer.toString()))
          answer = Buffer.alloc(0)
          ask()
        })
        socket.on('error', reject)
        socket.on('close', () => reject(new Error('the server closed a connection')))
        ask()
      })
    } finally {
      socket.removeAllListeners('close')
      socket.destroy()
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
}
