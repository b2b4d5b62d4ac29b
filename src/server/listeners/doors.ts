import { createServer, type Server } from 'node:net'
import type { Logger } from '../../protocol/logger.ts'
import { StartError } from '../../protocol/start-error.ts'
import type { Certificates } from './certificates.ts'
import type { DnsOptions } from './dns.ts'
import { type HttpServices, openHttpDoor } from './http.ts'
import { type OnePort, openOnePort } from './one-port.ts'
import { tlsServers } from './tls.ts'
import { tlsAlerts } from './tls-alerts.ts'

/** What the front doors are opened with. */
export interface DoorOptions extends HttpServices {
  /** Addresses; all listen on the same port. */
  readonly hosts: readonly string[]
  /** 0: any free one. */
  readonly port: number
  /** Opened beside it where they can be had: clients that find us by a name use the ports of the schemes, 80 and 443. */
  readonly extraPorts?: readonly number[]
  /** The DNS door; undefined: none. */
  readonly dns?: Pick<DnsOptions, 'port' | 'upstreams' | 'answerIp'> | undefined
  readonly certificates: Certificates
  /** Whether a host name (lower case, no port) is one of S3's or our own. */
  readonly isOurHost: (host: string) => boolean
}

/** The open doors. */
export interface Doors {
  readonly port: number
  /** Of the DNS door, where there is one. */
  readonly dnsPort: number | undefined
  /** Takes no new connections, lets what runs finish for at most `drainMs`, then closes every connection. */
  close(drainMs: number): Promise<void>
}

/** How often connections that have become idle are looked for while closing. */
const sweepMs = 20

/**
 * Listens on every address and serves HTTP, TLS and the forward proxy there. An address after the first that this machine does not
 * have is left out. The extra ports and the DNS door are opened as far as they can be had, with a warning for what cannot. Throws
 * StartError (exit code 2) when the port or an address cannot be had.
 */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const http = await openHttpDoor(options)
  let port = options.port
  let onePort: OnePort | undefined
  const tls = tlsServers({
    certificates: options.certificates,
    isOurHost: options.isOurHost,
    alerts: tlsAlerts({ isOurHost: options.isOurHost, port: () => port, log: options.log }),
    onSecure: (socket, origin) => onePort?.acceptDecrypted(socket, origin),
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
      if (typeof bound === 'string') throw refusal(bound, host, port)
      servers.push(server)
      port = bound
    }
  } catch (error) {
    await Promise.all(servers.map(closed))
    await http.close()
    throw error
  }
  servers.push(...(await listenBeside(doors, options, port)))
  const dns = options.dns && (await (await import('./dns.ts')).openDnsDoor({ ...options, ...options.dns }))
  return {
    port,
    dnsPort: dns?.port,
    close: async drainMs => {
      http.startClosing()
      const closing = Promise.all([...servers.map(closed), dns?.close()])
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

/** The extra ports on every address. One that cannot be had is a warning: the one port serves the same. */
async function listenBeside(
  doors: OnePort,
  { hosts, extraPorts = [], log }: { hosts: readonly string[]; extraPorts?: readonly number[]; log: Logger },
  mainPort: number,
): Promise<Server[]> {
  const servers: Server[] = []
  for (const port of extraPorts.filter(port => port !== mainPort)) {
    for (const [index, host] of hosts.entries()) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, doors.accept)
      const bound = await listen(server, host, port)
      if (typeof bound === 'number') servers.push(server)
      else if (bound !== 'missing' || index === 0)
        log.warn(
          `port ${port} on ${host} ${reasons[bound]}: clients that call names of S3 without a proxy do not reach it there`,
        )
    }
  }
  return servers
}

const reasons = {
  'in-use': 'is in use',
  forbidden: 'may not be used by this user',
  missing: 'cannot be had: this machine has no such address',
}

/** The port bound, or why it could not be. */
function listen(server: Server, host: string, port: number): Promise<number | 'in-use' | 'missing' | 'forbidden'> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('in-use')
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve('missing')
      else if (error.code === 'EACCES' || error.code === 'EPERM') resolve('forbidden')
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

function refusal(reason: 'in-use' | 'missing' | 'forbidden', host: string, port: number): StartError {
  if (reason === 'missing') return new StartError(`this machine has no address ${host}`, 2, 'MRAP_HOST')
  return new StartError(
    `port ${port} on ${host} ${reasons[reason]}; allowed: a free port, or 0 for any`,
    2,
    'MRAP_PORT',
  )
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
  })
}
