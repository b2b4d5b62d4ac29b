import { randomBytes, randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import type { Logger } from '../../protocol/logger.ts'
import type { Upstream } from '../option-values.ts'
import { type DnsQuery, isAnswerTo, withId, writeQuery } from './dns-message.ts'

export type Transport = 'udp' | 'tcp'

/** Asks other DNS servers for the names that are not served here. */
export interface DnsForwarder {
  /** Asks each upstream for a name that only a loop would bring back. To be called once we listen; until then forwarding waits. */
  probe(): void
  /**
   * The answer of the first upstream that gives one, byte for byte; undefined when none does; `off` when every upstream leads back
   * here. Never rejects.
   */
  forward(query: DnsQuery, transport: Transport): Promise<Buffer | 'off' | undefined>
  /** Takes note of a query that came in. True: it is our own probe, so its upstream leads back here and is not asked again. */
  isOwnProbe(name: string): boolean
  /** Asks nothing more; what is under way ends without an answer. */
  close(): void
}

interface Asked extends Upstream {
  /** A name that exists nowhere: whoever asks us for it was asked by us. */
  readonly probe: string
  /** Settled once the probe was answered, or came to nothing. */
  readonly checked: Promise<unknown>
  isLoop: boolean
}

const answerMs = 2000
/** Each takes a socket. */
const maxUnderWay = 200

/** Opens a forwarder. Nothing is sent before `probe`. */
export function openForwarder(upstreams: readonly Upstream[], log: Logger): DnsForwarder {
  const ends = new Set<() => void>()
  let underWay = 0
  let begin = () => {}
  const begun = new Promise<void>(resolve => {
    begin = resolve
  })
  const asked: Asked[] = upstreams.map(upstream => {
    const probe = `mrap-local-${randomBytes(8).toString('hex')}.invalid`
    const checked = begun.then(() => askUdp(upstream, writeQuery(probe), ends))
    return { ...upstream, probe, checked, isLoop: false }
  })
  const ask = async (query: DnsQuery, transport: Transport): Promise<Buffer | 'off' | undefined> => {
    for (const upstream of asked) {
      await upstream.checked
      if (upstream.isLoop) continue
      // Some resolvers do not listen on TCP.
      const overTcp = transport === 'tcp' ? await askTcp(upstream, query.bytes, ends) : undefined
      const answer = overTcp ?? (await askUdp(upstream, query.bytes, ends))
      if (answer) return withId(answer, query.id)
    }
    return asked.every(({ isLoop }) => isLoop) ? 'off' : undefined
  }
  return {
    probe: () => begin(),
    forward: async (query, transport) => {
      if (underWay >= maxUnderWay) return undefined
      underWay += 1
      try {
        return await ask(query, transport)
      } finally {
        underWay -= 1
      }
    },
    isOwnProbe: name => {
      const upstream = asked.find(({ probe }) => probe === name)
      if (!upstream) return false
      if (!upstream.isLoop)
        log.warn(
          `dns: the upstream ${nameOf(upstream)} leads back here, so nothing is forwarded to it; name another one`,
        )
      upstream.isLoop = true
      return true
    },
    close: () => {
      for (const end of ends) end()
    },
  }
}

export function nameOf({ address, port }: Upstream): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`
}

/** A socket, and so a source port, and an id of its own for every query: both must be guessed to forge an answer. */
function askUdp({ address, port }: Upstream, query: Buffer, ends: Set<() => void>): Promise<Buffer | undefined> {
  const id = randomInt(0x10000)
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  return inTime(
    ends,
    () => socket.close(),
    settle => {
      socket.on('error', () => settle(undefined))
      socket.on('message', message => {
        if (isAnswerTo(message, id)) settle(message)
      })
      // Connected, so that only the upstream is heard.
      socket.connect(port, address, () => socket.send(withId(query, id)))
    },
  )
}

function askTcp({ address, port }: Upstream, query: Buffer, ends: Set<() => void>): Promise<Buffer | undefined> {
  const id = randomInt(0x10000)
  const socket = connect({ host: address, port })
  return inTime(
    ends,
    () => socket.destroy(),
    settle => {
      let received = Buffer.alloc(0)
      socket.on('error', () => settle(undefined))
      socket.on('close', () => settle(undefined))
      socket.on('data', bytes => {
        // At most 65,537 bytes: what a length of two bytes can say.
        received = Buffer.concat([received, bytes])
        const message = framed(received)
        if (message) settle(isAnswerTo(message, id) ? message : undefined)
      })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(query.length)
      socket.write(Buffer.concat([length, withId(query, id)]))
    },
  )
}

/** The first message of a stream (RFC 1035 4.2.2), once it is whole. */
function framed(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 2) return undefined
  const end = 2 + bytes.readUInt16BE(0)
  return bytes.length < end ? undefined : bytes.subarray(2, end)
}

/** What `ask` settles with, or undefined after two seconds or when everything ends. `close` is called once in any case. */
function inTime(
  ends: Set<() => void>,
  close: () => void,
  ask: (settle: (answer: Buffer | undefined) => void) => void,
): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    const settle = (answer: Buffer | undefined) => {
      if (!ends.delete(end)) return
      clearTimeout(timer)
      close()
      resolve(answer)
    }
    const end = () => settle(undefined)
    const timer = setTimeout(end, answerMs)
    ends.add(end)
    ask(settle)
  })
}
