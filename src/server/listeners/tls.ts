import { isIP, type Socket } from 'node:net'
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls'
import type { Certificates } from './certificates.ts'
import { connectionOf, type Origin } from './connection.ts'
import type { TlsAlerts } from './tls-alerts.ts'

/** What TLS needs from the other doors. */
export interface TlsServices {
  readonly certificates: Certificates
  /** Whether a host name (lower case, no port) is one of S3's or our own. */
  readonly isOurHost: (host: string) => boolean
  /** Takes a connection once it is decrypted. */
  readonly onSecure: (socket: Socket, origin: Origin) => void
  readonly alerts: TlsAlerts
}

const handshakeMs = 10_000
/** Names come from clients: more than these and the oldest are made anew. */
const cachedContexts = 1000
const hostName = /^[a-z0-9._-]{1,253}$/

/**
 * Gives the TLS server for connections of one origin, made at its first use. It never listens: it is handed sockets. Each own name
 * gets a certificate of exactly that name, since a wildcard covers one label and MRAP host names vary in two.
 */
export function tlsServers(services: TlsServices): (origin: Origin) => Promise<Server> {
  const contextFor = contextCache(services.certificates)
  const servers = new Map<string, Promise<Server>>()
  const make = async (origin: Origin) => {
    const { key, cert } = await services.certificates.defaultLeaf()
    const server = createServer(
      {
        key,
        cert,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['http/1.1'],
        handshakeTimeout: handshakeMs,
        SNICallback: (name, done) => {
          const lower = name.toLowerCase()
          // The default certificate, which then does not fit: never sign what is not ours.
          if (!hostName.test(lower) || isIP(lower) !== 0 || !services.isOurHost(lower)) return done(null)
          contextFor(lower).then(context => done(null, context), done)
        },
      },
      socket => {
        // As for plain HTTP: a client may say that it sends no more, and still gets its answer.
        socket.allowHalfOpen = true
        services.onSecure(socket, origin)
        watchForRequest(socket, services.alerts)
      },
    )
    server.on('tlsClientError', (error, socket: TLSSocket) => {
      services.alerts.failed(error, nameOf(socket), clientOf(socket))
      socket.destroy()
    })
    return server
  }
  return origin => {
    const known = servers.get(origin.door)
    if (known) return known
    const making = make(origin)
    servers.set(origin.door, making)
    making.catch(() => servers.delete(origin.door))
    return making
  }
}

/** Some clients judge the certificate only after the handshake, and say nothing when they leave. */
function watchForRequest(socket: TLSSocket, alerts: TlsAlerts): void {
  const client = clientOf(socket)
  socket.once('close', hadError => {
    const { hasAsked, isRefused } = connectionOf(socket)
    // Closed by the client, not by us.
    const isClients = hadError || socket.readableEnded
    if (isClients && !hasAsked && !isRefused) alerts.leftUnasked(nameOf(socket), client)
  })
}

function clientOf(socket: TLSSocket): string {
  return socket.remoteAddress ?? 'a client'
}

/** The server name that the client asked for, lower case, '' for none. */
function nameOf(socket: TLSSocket): string {
  const name: unknown = Reflect.get(socket, 'servername')
  return typeof name === 'string' ? name.toLowerCase() : ''
}

/** One context per name, kept while it is used: the least recently used goes first. */
function contextCache(certificates: Certificates): (name: string) => Promise<SecureContext> {
  const contexts = new Map<string, Promise<SecureContext>>()
  return name => {
    const context =
      contexts.get(name) ??
      certificates.leafFor(name).then(leaf => createSecureContext({ ...leaf, minVersion: 'TLSv1.2' }))
    contexts.delete(name)
    contexts.set(name, context)
    context.catch(() => contexts.delete(name))
    const [oldest] = contexts.keys()
    if (contexts.size > cachedContexts && oldest !== undefined) contexts.delete(oldest)
    return context
  }
}
