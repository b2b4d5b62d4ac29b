import { createServer, type Server } from 'node:net'
import { StartError } from '../start-error.ts'
import type { Certificates } from './certificates.ts'
import { type HttpServices, openHttpDoor } from './http.ts'
import { type OnePort, openOnePort } from './one-port.ts'
import { tlsServers } from './tls.ts'

/** What the front doors are opened with. */
export interface DoorOptions extends HttpServices {
  /** Addresses; all listen on the same port. */
  readonly hosts: readonly string[]
  /** 0: any free one. */
  readonly port: number
  readonly certificates: Certificates
  /** Whether a host name (lower case, no port) is one of S3's or our own. */
  readonly isOurHost: (host: string) => boolean
}

/** The open doors. */
export interface Doors {
  readonly port: number
  /** Takes no new connections, lets what runs finish for at most `drainMs`, then closes every connection. */
  close(drainMs: number): Promise<void>
}

/** How often connections that have become idle are looked for while closing. */
const sweepMs = 20

/**
 * Listens on every address and serves HTTP, TLS and the forward proxy there. An address after the first that this machine does not
 * have is left out. Throws StartError (exit code 2) when the port or an address cannot be had.
 */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const http = await openHttpDoor(options)
  let port = options.port
  let onePort: OnePort | undefined
  const tls = tlsServers({
    certificates: options.certificates,
    isOurHost: options.isOurHost,
    log: options.log,
    onSecure: (socket, origin) => onePort?.speakHttp(socket, origin),
  })
  const doors = openOnePort(http.server, { tls, isOurHost: options.isOurHost, port: () => port, log: options.log })
  onePort = doors
  const servers: Server[] = []
  try {
    for (const host of options.hosts) {
      const isFirst = servers.length === 0
      // As an http.Server makes its own sockets.
      const server = isFirst ? http.server : createServer({ allowHalfOpen: true, noDelay: true }, doors.accept)
      const bound = await listen(server, host, port)
      if (bound === 'missing' && !isFirst) continue
      if (typeof bound === 'string') throw new StartError(refusal(bound, host, port), 2)
      servers.push(server)
      port = bound
    }
  } catch (error) {
    await Promise.all(servers.map(closed))
    await http.close()
    throw error
  }
  return {
    port,
    close: async drainMs => {
      http.startClosing()
      const closing = Promise.all(servers.map(closed))
      doors.dropSilent()
      const sweep = setInterval(() => http.server.closeIdleConnections(), sweepMs)
      const deadline = setTimeout(() => doors.dropAll(), drainMs)
      await closing
      clearInterval(sweep)
      clearTimeout(deadline)
      await http.close()
    },
  }
}

/** The port bound, or why it could not be. */
function listen(server: Server, host: string, port: number): Promise<number | 'in-use' | 'missing' | 'forbidden'> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('in-use')
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve('missing')
      else if (error.code === 'EACCES') resolve('forbidden')
      else reject(error)
    }
    server.once('error', onError)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', onError)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function refusal(reason: 'in-use' | 'missing' | 'forbidden', host: string, port: number): string {
  if (reason === 'missing') return `MRAP_HOST: this machine has no address ${host}`
  const why = reason === 'in-use' ? 'is in use' : 'may not be used by this user'
  return `MRAP_PORT: port ${port} on ${host} ${why}; allowed: a free port, or 0 for any`
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
  })
}
