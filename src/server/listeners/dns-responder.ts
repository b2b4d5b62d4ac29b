import type { Logger } from '../../protocol/logger.ts'
import type { DnsForwarder, Transport } from './dns-forward.ts'
import { type DnsQuery, rcodes, readQuery, writeAnswer } from './dns-message.ts'
import { hintForName } from './missed-door.ts'
import { isLocalAddress } from './peers.ts'

export interface ResponderServices {
  /** Whether a host name (lower case) is one of S3's or our own. */
  readonly isOurHost: (host: string) => boolean
  /** The IPv4 address by which a client reaches us. */
  readonly addressFor: (client: string) => string
  /** undefined: all other names are refused. */
  readonly forwarder: DnsForwarder | undefined
  readonly log: Logger
}

/** The answer to a message, or undefined when it gets none. Never rejects. */
export type DnsResponder = (message: Buffer, client: string, transport: Transport) => Promise<Buffer | undefined>

/** Names that were refused are told of once each, so many of them. */
const maxToldNames = 200

/**
 * The rules of the DNS door. Own names: A is our address, every other type exists without a record, since resolvers ask for A and
 * AAAA together and take "no such name" for both. All other names are forwarded, or refused: then resolvers ask their next server,
 * which an empty success would keep them from. Only local and private clients are answered.
 */
export function dnsResponder({ isOurHost, addressFor, forwarder, log }: ResponderServices): DnsResponder {
  const told = new Set<string>()
  const tell = ({ name }: DnsQuery, client: string) => {
    const isNew = !told.has(name) && told.size < maxToldNames
    if (isNew) told.add(name)
    const hint =
      hintForName(name) ?? 'it is no name of S3 and no own name; MRAP_DNS_UPSTREAM names a server to ask for such'
    log[isNew ? 'info' : 'debug'](`dns: refused ${name} for ${client}: ${hint}`)
  }
  return async (message, client, transport) => {
    if (!isLocalAddress(client)) return undefined
    const query = readQuery(message)
    if (!query) return undefined
    if (query.opcode !== 0) return writeAnswer(query, rcodes.notImplemented)
    if (forwarder?.isOwnProbe(query.name)) return writeAnswer(query, rcodes.refused)
    if (isOurHost(query.name)) {
      if (query.class !== 'IN') return writeAnswer(query, rcodes.refused)
      return writeAnswer(query, rcodes.success, query.type === 'A' ? addressFor(client) : undefined)
    }
    const answer = forwarder ? await forwarder.forward(query, transport) : 'off'
    if (answer === undefined) return writeAnswer(query, rcodes.serverFailure)
    if (answer !== 'off') return answer
    tell(query, client)
    return writeAnswer(query, rcodes.refused)
  }
}
