import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import { type Logger, stackOf } from '../../protocol/logger.ts'
import { connectionOf, directOrigin, type Origin, openConnection } from './connection.ts'
import { wayAround } from './foreign-name.ts'
import { hintForName } from './missed-door.ts'
import { isLocalAddress } from './peers.ts'

/** What the one port needs to tell its three protocols apart. */
export interface OnePortServices {
  /** The TLS server for connections of this origin; it hands decrypted sockets to `acceptDecrypted`. */
  readonly tls: (origin: Origin) => Promise<TlsServer>
  /** Whether a host name (lower case, no port) is one of S3's or our own. */
  readonly isOurHost: (host: string) => boolean
  /** The port listened on; CONNECT may name it beside 80 and 443. */
  readonly port: () => number
  readonly log: Logger
}

export interface OnePort {
  /** Takes a new connection of any listener. */
  accept(socket: Socket): void
  /** Speaks HTTP with a decrypted socket. Like any other it is closed without a word when it says nothing itself. */
  acceptDecrypted(socket: Socket, origin: Origin): void
  /** Closes connections that have not said anything yet. */
  dropSilent(): void
  /** Closes every connection, whatever it does. */
  dropAll(): void
}

const firstByteMs = 10_000
/** First byte of a TLS record that holds a handshake (RFC 8446 5.1). */
const tlsHandshake = 0x16

/**
 * Puts HTTP, TLS and the forward proxy behind one port, told apart by the first byte. `server` keeps its own connection listener at
 * work, so its timeouts and its closing of idle connections hold for all of them.
 */
export function openOnePort(server: Server, services: OnePortServices): OnePort {
  const [listener] = server.listeners('connection')
  if (!listener) throw new Error('an http.Server has a connection listener')
  server.removeAllListeners('connection')
  const sockets = new Set<Socket>()
  const silent = new Set<Socket>()

  const speakHttp = (socket: Socket, origin: Origin) => {
    openConnection(socket, origin)
    listener.call(server, socket)
  }
  const speakTls = (socket: Socket, origin: Origin) => {
    services.tls(origin).then(
      tls => {
        if (socket.destroyed) return
        // A client that leaves in the middle of a handshake is gone; the TLS socket takes this over.
        socket.allowHalfOpen = false
        tls.emit('connection', socket)
      },
      (error: unknown) => {
        services.log.error(`TLS is not available: ${stackOf(error)}`)
        socket.destroy()
      },
    )
  }
  const whenItSpeaks = (socket: Socket, speak: (first: number) => void) => {
    silent.add(socket)
    onFirstByte(socket, first => {
      silent.delete(socket)
      if (first !== undefined) speak(first)
    })
  }
  const sniff = (socket: Socket, origin: Origin, tlsOrigin: Origin) =>
    whenItSpeaks(socket, first => {
      if (first === tlsHandshake) speakTls(socket, tlsOrigin)
      else speakHttp(socket, origin)
    })
  const acceptDecrypted = (socket: Socket, origin: Origin) => {
    socket.on('error', () => socket.destroy())
    whenItSpeaks(socket, () => speakHttp(socket, origin))
  }
  const accept = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A connection that breaks is not an event worth a line.
    socket.on('error', () => socket.destroy())
    sniff(socket, directOrigin, { door: 'tls', viaProxy: false })
  }

  server.on('connection', accept)
  server.on('connect', (request, _stream, head) => {
    const { socket } = request
    const refusal = refusalOfTunnel(request, connectionOf(socket).origin, services)
    if (refusal) return void socket.end(refusalBytes(refusal))
    socket.setTimeout(0)
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    const tunnel: Origin = { door: 'proxy', viaProxy: true }
    return sniff(socket, tunnel, tunnel)
  })
  const drop = (some: Set<Socket>) => {
    for (const socket of some) socket.destroy()
  }
  return { accept, acceptDecrypted, dropSilent: () => drop(silent), dropAll: () => drop(sockets) }
}

/** Calls back once, with the first byte, which stays readable, or with undefined when the connection ends before there is one. */
function onFirstByte(socket: Socket, done: (first: number | undefined) => void): void {
  const settle = (first: number | undefined) => {
    clearTimeout(timer)
    socket.off('readable', read).off('end', give).off('close', give)
    done(first)
    if (first === undefined) socket.destroy()
  }
  const give = () => settle(undefined)
  const read = () => {
    const bytes: Buffer | null = socket.read()
    if (!bytes) return
    socket.unshift(bytes)
    settle(bytes[0])
  }
  const timer = setTimeout(give, firstByteMs)
  socket.on('readable', read).once('end', give).once('close', give)
}

const authority = /^([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]):(\d{1,5})$/

/**
 * Why a CONNECT is refused, or undefined. The proxy opens no connection of its own, so it cannot lead anywhere; it still takes only
 * the names it can answer for, so that a client never believes to speak with somebody else.
 */
function refusalOfTunnel(request: IncomingMessage, origin: Origin, services: OnePortServices): string | undefined {
  const target = (request.url ?? '').toLowerCase()
  const [, host, port] = authority.exec(target) ?? []
  if (host === undefined) return 'CONNECT needs host:port.'
  const refuse = (reason: string) => {
    services.log.warn(`proxy: refused CONNECT to ${target}: ${reason}`)
    return `${reason}\n`
  }
  if (origin.viaProxy || origin.door === 'tls')
    return refuse('a tunnel inside TLS or inside another tunnel is not served.')
  if (!isLocalAddress(request.socket.remoteAddress ?? ''))
    return refuse('the proxy serves local and private addresses only.')
  if (!services.isOurHost(host)) {
    const hint = hintForName(host) ?? `${wayAround(host)}.`
    return refuse(`the proxy serves S3 and its own names only; ${hint}`)
  }
  const isOpen = [80, 443, services.port()].includes(Number(port))
  return isOpen ? undefined : refuse(`the proxy serves the ports 80, 443 and ${services.port()} only.`)
}

function refusalBytes(text: string): string {
  const length = Buffer.byteLength(text)
  return `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${text}`
}
