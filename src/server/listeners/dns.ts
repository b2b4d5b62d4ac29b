import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6, type Socket } from 'node:net'
import type { Logger } from '../../protocol/logger.ts'
import type { Upstream } from '../option-values.ts'
import { nameOf, openForwarder } from './dns-forward.ts'
import { maxQueryBytes } from './dns-message.ts'
import { type DnsResponder, dnsResponder } from './dns-responder.ts'
import { ownAddressFor } from './own-addresses.ts'

/** What the DNS door is opened with. */
export interface DnsOptions {
  /** Addresses to listen on. */
  readonly hosts: readonly string[]
  /** 0: any free one. */
  readonly port: number
  readonly upstreams: readonly Upstream[]
  /** IPv4. undefined: the own address in the client's network. */
  readonly answerIp: string | undefined
  /** Whether a host name (lower case) is one of S3's or our own. */
  readonly isOurHost: (host: string) => boolean
  readonly log: Logger
}

export interface DnsDoor {
  /** Undefined when none could be had. */
  readonly port: number | undefined
  close(): Promise<void>
}

const maxConnections = 100
const silenceMs = 10_000

/**
 * Opens the DNS door on UDP and TCP. An address or port that cannot be had is a warning: the other doors do not need this one. Without
 * upstreams it sends nothing but answers.
 */
export async function openDnsDoor(options: DnsOptions): Promise<DnsDoor> {
  const { log, isOurHost, answerIp, upstreams, hosts } = options
  const forwarder = upstreams.length > 0 ? openForwarder(upstreams, log) : undefined
  const addressFor = (client: string) => answerIp ?? ownAddressFor(client)
  const respond = dnsResponder({ isOurHost, addressFor, forwarder, log })
  const bound: Bound[] = []
  for (const host of hosts) {
    // TCP first: of the ports that are free for it, hardly one is taken for UDP.
    for (const bind of [bindTcp, bindUdp]) {
      const port = bound[0]?.port ?? options.port
      try {
        bound.push(await bind(host, port, respond, log))
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : error
        // A machine without IPv6 has no ::1, and needs none.
        if ((code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') && bound.length > 0) continue
        const transport = bind === bindTcp ? 'TCP' : 'UDP'
        log.warn(`dns: ${transport} port ${port} on ${host} cannot be had (${code}); the other doors are open`)
      }
    }
  }
  forwarder?.probe()
  const port = bound[0]?.port
  const rest = upstreams.length > 0 ? `others are asked of ${upstreams.map(nameOf).join(', ')}` : 'others are refused'
  if (port !== undefined) log.info(`dns: names of S3 and own names are answered on port ${port}, ${rest}`)
  return {
    port,
    close: async () => {
      forwarder?.close()
      await Promise.all(bound.splice(0).map(({ close }) => close()))
    },
  }
}

interface Bound {
  readonly port: number
  close(): Promise<void>
}

async function bindUdp(host: string, port: number, respond: DnsResponder, log: Logger): Promise<Bound> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  socket.on('message', (message, { address, port: clientPort }) => {
    void respond(message, address, 'udp').then(answer => {
      // The client may have gone, or the door: nothing to say to anybody.
      if (answer) trySend(() => socket.send(answer, clientPort, address, () => {}))
    })
  })
  try {
    socket.bind({ address: host, port, exclusive: true })
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  socket.on('error', error => log.debug(`dns: ${error.message}`))
  return { port: socket.address().port, close: () => new Promise(resolve => socket.close(resolve)) }
}

function trySend(send: () => void): void {
  try {
    send()
  } catch {
    // Closed meanwhile.
  }
}

async function bindTcp(host: string, port: number, respond: DnsResponder, log: Logger): Promise<Bound> {
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setTimeout(silenceMs, () => socket.destroy())
    void converse(socket, respond).finally(() => socket.destroy())
  })
  server.maxConnections = maxConnections
  server.listen({ host, port, exclusive: true })
  await once(server, 'listening')
  server.on('error', error => log.debug(`dns: ${error.message}`))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}

/** Messages with two bytes of length before each (RFC 1035 4.2.2), answered one after another. Ends with the first that is none. */
async function converse(socket: Socket, respond: DnsResponder): Promise<void> {
  let received = Buffer.alloc(0)
  try {
    for await (const bytes of socket) {
      received = Buffer.concat([received, bytes])
      while (received.length >= 2) {
        const end = 2 + received.readUInt16BE(0)
        if (end > 2 + maxQueryBytes) return
        if (received.length < end) break
        const answer = await respond(received.subarray(2, end), socket.remoteAddress ?? '', 'tcp')
        received = received.subarray(end)
        if (!answer) return
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.write(Buffer.concat([length, answer]))
      }
    }
  } catch {
    // The client has gone.
  }
}
