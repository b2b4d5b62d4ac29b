import { errors } from '../errors.ts'

const maxKeyBytes = 1024

/**
 * Refuses the one character that no key has, U+0000, in a key or in what is compared with keys (a prefix, a marker). `texts` by the name of
 * the argument. Throws InvalidArgument. Source: answers of the service to ListObjectVersions.
 * ASSUMED: the service is known to refuse it in a prefix and in a key marker; keys and delimiters are refused alike here (a delimiter
 * with it is answered with 500 there).
 */
export function refuseNull(texts: Readonly<Record<string, string | undefined>>): void {
  for (const [name, text] of Object.entries(texts)) {
    if (!text?.includes('\0')) continue
    throw errors.InvalidArgument({
      Message: 'Value must be a sequence of Unicode characters and cannot include Null.',
      ArgumentName: name,
      ArgumentValue: text,
    })
  }
}

/**
 * Throws KeyTooLongError above 1,024 bytes of UTF-8, and InvalidArgument for a key with U+0000.
 * ASSUMED: reads and deletes are refused as writes are.
 */
export function requireKey(key: string): void {
  refuseNull({ key })
  const size = Buffer.byteLength(key)
  if (size > maxKeyBytes) throw errors.KeyTooLongError({ Size: String(size), MaxSizeAllowed: String(maxKeyBytes) })
}
