import type { DigestName, DigestValues } from './digests.ts'

/** A checksum in the words of the API: value is base64, COMPOSITE values end in `-<parts>`. */
export interface Checksum {
  readonly algorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256' | 'SHA512' | 'MD5'
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
  readonly value: string
}

/** The body of a request after the payload mode has been undone: plain bytes, and what must hold of them before they count. */
export interface IncomingBody {
  /** Length the client declared for the decoded bytes; undefined when it declared none. */
  readonly declaredLength: number | undefined
  /** True when the request has a body or announced one (length above 0, chunked). */
  readonly isPresent: boolean
  /** True when no byte can come: whoever reads a document need not wait for its end. */
  readonly isEmpty: boolean
  /** Digests that `verify` will ask for; the reader adds what it needs itself (md5 for the ETag). */
  readonly requiredDigests: readonly DigestName[]
  /** The checksum algorithm the client declared, in a header or in a trailer; undefined when none. */
  readonly declaredAlgorithm: Checksum['algorithm'] | undefined
  /**
   * Decoded bytes, once. Throws AwsError on bad framing, a bad chunk signature, more or fewer bytes than declared
   * (IncompleteBody), an aborted connection.
   */
  chunks(): AsyncIterable<Uint8Array>
  /**
   * After the last chunk: compares every declared value (x-amz-content-sha256, Content-MD5, x-amz-checksum-*, trailers) with what was
   * computed. Throws BadDigest, XAmzContentSHA256Mismatch, ...; returns the declared checksum, or undefined when none was declared.
   */
  verify(computed: DigestValues): Checksum | undefined
}
