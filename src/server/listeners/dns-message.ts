import {
  AUTHORITATIVE_ANSWER,
  CHECKING_DISABLED,
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
} from 'dns-packet'

/** A DNS query with exactly one question (RFC 1035 4.1). */
export interface DnsQuery {
  /** As received. */
  readonly bytes: Buffer
  readonly id: number
  /** 0: a standard query. */
  readonly opcode: number
  /** Lower case, without the last dot; '' for the root. */
  readonly name: string
  /** Such as `A` or `HTTPS`. */
  readonly type: string
  /** Such as `IN`. */
  readonly class: string
}

/** RFC 1035 4.1.1, RCODE. */
export const rcodes = { success: 0, serverFailure: 2, notImplemented: 4, refused: 5 } as const

/** Queries have about 50 bytes; what is larger than an Ethernet frame is none. */
export const maxQueryBytes = 1500
const headerBytes = 12
/** The address of a container changes from run to run. */
const ttlSeconds = 5

/**
 * Reads a query. Undefined for what is none: an answer, a message that is too short or too long or has not one question, a name that
 * cannot be read. The work is bounded by the question: other sections, whatever the header claims of them, are not looked at.
 */
export function readQuery(bytes: Buffer): DnsQuery | undefined {
  if (bytes.length <= headerBytes || bytes.length > maxQueryBytes) return undefined
  const flags = bytes.readUInt16BE(2)
  const isAnswer = (flags & 0x8000) !== 0
  if (isAnswer || bytes.readUInt16BE(4) !== 1) return undefined
  try {
    const [question] = decode(onlyQuestion(bytes)).questions ?? []
    if (!question) return undefined
    const { name, type, class: kind = 'IN' } = question
    const lower = name === '.' ? '' : name.toLowerCase()
    return { bytes, id: bytes.readUInt16BE(0), opcode: (flags >> 11) & 0xf, name: lower, type, class: kind }
  } catch {
    return undefined
  }
}

/** The same message with one question and nothing else, for the header. */
function onlyQuestion(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt16BE(1, 4)
  copy.fill(0, 6, headerBytes)
  return copy
}

/**
 * An answer: the code and, for success, the address of the name, if any. The question goes back byte for byte, since resolvers vary the
 * case of a name and compare it. A name that exists without such a record is a success without an answer.
 */
export function writeAnswer(query: DnsQuery, rcode: number, address?: string): Buffer {
  const asked = query.bytes.readUInt16BE(2)
  const kept = asked & (0x7800 | RECURSION_DESIRED | CHECKING_DISABLED)
  const authority = rcode === rcodes.success ? AUTHORITATIVE_ANSWER : 0
  const message = encode({
    type: 'response',
    id: query.id,
    flags: kept | authority | RECURSION_AVAILABLE | rcode,
    answers: address === undefined ? [] : [{ type: 'A', name: query.name, ttl: ttlSeconds, data: address }],
  })
  message.writeUInt16BE(1, 4)
  return Buffer.concat([message.subarray(0, headerBytes), questionOf(query.bytes), message.subarray(headerBytes)])
}

/** The question of a query that `readQuery` has read. */
function questionOf(bytes: Buffer): Buffer {
  decode(onlyQuestion(bytes))
  return bytes.subarray(headerBytes, decode.bytes)
}

/** A query of ours for the addresses of a name. */
export function writeQuery(name: string): Buffer {
  return encode({ type: 'query', flags: RECURSION_DESIRED, questions: [{ type: 'A', name }] })
}

/** Whether a message can be the answer to a query with this id. */
export function isAnswerTo(message: Buffer, id: number): boolean {
  return message.length >= headerBytes && message.readUInt16BE(0) === id && (message.readUInt8(2) & 0x80) !== 0
}

/** A copy with another id. */
export function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message)
  copy.writeUInt16BE(id, 0)
  return copy
}
