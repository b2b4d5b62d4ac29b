import { checksumAlgorithms } from '../../protocol/request/checksums.ts'
import type { DigestName, DigestValues } from '../../protocol/request/digests.ts'
import type { Checksum } from '../../protocol/request/incoming-body.ts'
import type { InferMembers } from '../../protocol/xml/shape.ts'
import type { checksumElements } from '../shapes.ts'

const algorithms: readonly Checksum['algorithm'][] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5']

/** The digest behind a checksum algorithm of the API. */
export function digestOf(algorithm: Checksum['algorithm']): DigestName {
  return checksumAlgorithms[algorithm].digest
}

/** A name as an algorithm; undefined when none of the built ones is called so. Upper case, as the API writes them. */
export function algorithmOf(name: string | undefined): Checksum['algorithm'] | undefined {
  return algorithms.find(algorithm => algorithm === name)
}

/** The checksum of a whole body from its digests. The digest must have been asked for. */
export function computedChecksum(algorithm: Checksum['algorithm'], values: DigestValues): Checksum {
  const value = values[digestOf(algorithm)]
  if (!value) throw new Error(`the body was staged without ${algorithm}`)
  return { algorithm, type: 'FULL_OBJECT', value: Buffer.from(value).toString('base64') }
}

/** A checksum as members of an answer: headers or elements, whichever the shape binds. undefined: none. */
export function checksumOutput(
  checksum: { readonly algorithm: string; readonly type?: Checksum['type']; readonly value: string } | undefined,
): InferMembers<typeof checksumElements> {
  if (!checksum) return {}
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
}
