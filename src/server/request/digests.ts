/** Digests over streamed bytes. The one toolkit file the store's writer thread may import; it imports nothing of ours. */
export type DigestName = 'md5' | 'sha1' | 'sha256' | 'crc32' | 'crc32c' | 'crc64nvme'

/** Binary values; a CRC is big-endian. */
export type DigestValues = Readonly<Partial<Record<DigestName, Uint8Array>>>

export interface Digests {
  update(bytes: Uint8Array): void
  values(): DigestValues
}
