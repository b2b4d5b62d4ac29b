import { createHash } from 'node:crypto'
import type { InferMembers } from '../server/xml/shape.ts'
import type { VersionDetails } from '../store/rows.ts'
import { defaultEncryption } from './bucket-encryption.ts'
import type { DataContext } from './context.ts'
import { errors } from './errors.ts'
import type { customerKeyHeaders, encryptionHeaders, encryptionOutputHeaders } from './shapes.ts'

/**
 * Server-side encryption as its headers show it. Bytes are stored as they came: what a client can see is the headers,
 * the ETag and the refusals. Sentences as recorded from the service (mrap-spec 12.12).
 */
export type Encryption = NonNullable<VersionDetails['encryption']>
export type CustomerKeyHeaders = InferMembers<typeof customerKeyHeaders>
type EncryptionHeaders = InferMembers<typeof encryptionHeaders>

const sseHeader = 'x-amz-server-side-encryption'
const customerKeyPrefix = `${sseHeader}-customer`
const customerKeyBytes = 32

/**
 * What a write asks of encryption, else what the bucket has for its default; undefined: nothing, so SSE-S3. Throws InvalidArgument and
 * InvalidEncryptionAlgorithmError for combinations S3 refuses. The customer's key is checked and forgotten: only its
 * MD5 is kept.
 */
export function encryptionOf(input: EncryptionHeaders, context: DataContext): Encryption | undefined {
  const customerKeyMd5 = customerKeyOf(input, input.ServerSideEncryption)
  const byDefault = defaultEncryption(context)
  if (customerKeyMd5) {
    if (byDefault?.blocksCustomerKeys) throw errors.AccessDenied({}, { hint: 'The bucket blocks SSE-C.' })
    return { algorithm: 'AES256', customerKeyMd5 }
  }
  const isSilent = input.ServerSideEncryption === undefined && input.SSEKMSKeyId === undefined
  const algorithm = isSilent ? byDefault?.algorithm : algorithmOf(input.ServerSideEncryption)
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    if (input.SSEKMSKeyId !== undefined) throw keyIdWithoutKms(input.ServerSideEncryption)
    return algorithm && { algorithm }
  }
  // A bucket key is used as the bucket says, whoever named the algorithm.
  const bucketKey = input.BucketKeyEnabled ?? byDefault?.bucketKey
  return {
    algorithm,
    kmsKeyId: keyArn(isSilent ? byDefault?.kmsKeyId : input.SSEKMSKeyId, context),
    ...(bucketKey === undefined ? {} : { bucketKey }),
  }
}

/**
 * MD5 (base64) of the customer's key that SSE-C headers carry; undefined when they carry none. `method` is a value of
 * `x-amz-server-side-encryption` beside them, which S3 refuses. `prefix` names the headers in the answers.
 */
export function customerKeyOf(
  input: CustomerKeyHeaders,
  method?: string | undefined,
  prefix = customerKeyPrefix,
): string | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input
  if (!algorithm && !key) return undefined
  if (method !== undefined) {
    throw errors.InvalidArgument({
      Message: 'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      ArgumentName: sseHeader,
      ArgumentValue: method,
    })
  }
  const needs = 'Requests specifying Server Side Encryption with Customer provided keys must provide'
  if (!algorithm) throw badKey(`${needs} a valid encryption algorithm.`, `${prefix}-algorithm`)
  if (!key) throw badKey(`${needs} an appropriate secret key.`, `${prefix}-key`)
  if (algorithm !== 'AES256') {
    throw errors.InvalidEncryptionAlgorithmError({ ArgumentName: sseHeader, ArgumentValue: algorithm })
  }
  const bytes = Buffer.from(key, 'base64')
  if (bytes.length !== customerKeyBytes) {
    throw badKey('The secret key was invalid for the specified algorithm.', `${prefix}-key`)
  }
  if (!md5) throw badKey(`${needs} the client calculated MD5 of the secret key.`, `${prefix}-key-MD5`)
  const computed = createHash('md5').update(bytes).digest('base64')
  if (computed !== md5) {
    throw badKey('The calculated MD5 hash of the key did not match the hash that was provided.', `${prefix}-key-MD5`)
  }
  return computed
}

/** Refuses a read of an object whose SSE-C key is missing, wrong or not called for. */
export function requireCustomerKey(
  input: CustomerKeyHeaders,
  encryption: Encryption | undefined,
  prefix = customerKeyPrefix,
): void {
  const given = customerKeyOf(input, undefined, prefix)
  const stored = encryption?.customerKeyMd5
  if (given === stored) return
  if (stored === undefined) {
    throw errors.InvalidRequest({ Message: 'The encryption parameters are not applicable to this object.' })
  }
  if (given === undefined) {
    throw errors.InvalidRequest({
      Message:
        'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    })
  }
  throw errors.AccessDenied({
    Message:
      'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
  })
}

/** The headers that say how an object or upload is encrypted. undefined: SSE-S3. */
export function encryptionOutput(encryption: Encryption | undefined): InferMembers<typeof encryptionOutputHeaders> {
  if (!encryption) return { ServerSideEncryption: 'AES256' }
  if (encryption.customerKeyMd5) {
    return { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: encryption.customerKeyMd5 }
  }
  return {
    ServerSideEncryption: encryption.algorithm,
    SSEKMSKeyId: encryption.kmsKeyId,
    BucketKeyEnabled: encryption.bucketKey || undefined,
  }
}

function algorithmOf(value: string | undefined): Encryption['algorithm'] | undefined {
  if (value === undefined || value === 'AES256' || value === 'aws:kms' || value === 'aws:kms:dsse') return value
  throw errors.InvalidArgument({
    Message: 'The encryption method specified is not supported',
    ArgumentName: sseHeader,
    ArgumentValue: value,
  })
}

function keyIdWithoutKms(method: string | undefined) {
  return errors.InvalidArgument({
    Message:
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    ArgumentName: sseHeader,
    ...(method === undefined ? {} : { ArgumentValue: method }),
  })
}

/**
 * ASSUMED: there is no KMS here, so every key id is taken to exist and becomes an ARN of the bucket's Region and
 * account.
 */
function keyArn(keyId: string | undefined, { bucket }: DataContext): string {
  if (keyId?.startsWith('arn:')) return keyId
  const own = `arn:aws:kms:${bucket.region}:${bucket.accountId}`
  if (keyId?.startsWith('alias/')) return `${own}:${keyId}`
  return `${own}:key/${keyId || managedKeyId(own)}`
}

/** Stands for the key `aws/s3` of an account and Region. */
function managedKeyId(seed: string): string {
  const hex = createHash('sha256').update(`mrap-local:aws/s3:${seed}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

function badKey(message: string, argumentName: string) {
  return errors.InvalidArgument({ Message: message, ArgumentName: argumentName })
}
