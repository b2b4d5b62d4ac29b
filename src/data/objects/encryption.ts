import { createHash } from 'node:crypto'
import { managedKeyArn } from '../../protocol/kms-key.ts'
import type { InferMembers } from '../../protocol/xml/shape.ts'
import type { VersionDetails } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import type { customerKeyHeaders, encryptionHeaders, encryptionOutputHeaders } from '../shapes.ts'
import { defaultEncryption } from './default-encryption.ts'

/**
 * Server-side encryption as its headers show it. Bytes are stored as they came: what a client can see is the headers,
 * the ETag and the refusals. Sentences as recorded from the service (mrap-spec 12.12).
 */
export type Encryption = NonNullable<VersionDetails['encryption']>
export type CustomerKeyHeaders = InferMembers<typeof customerKeyHeaders>
type EncryptionHeaders = InferMembers<typeof encryptionHeaders>

const sseHeader = 'x-amz-server-side-encryption'
const customerKeyBytes = 32
const keyId = /^(mrk-)?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/
const alias = /^alias\/[A-Za-z0-9/_-]{1,250}$/
const arnForm = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key\/(.*)|(alias\/.*))$/

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
 * MD5 (base64) of the customer's key that the SSE-C headers of a write carry; undefined when they carry none. `method`
 * is a value of `x-amz-server-side-encryption` beside them, which S3 refuses.
 */
export function customerKeyOf(input: CustomerKeyHeaders, method?: string | undefined): string | undefined {
  const sent = sentKeyOf(input, method)
  if (!sent) return undefined
  if (sent.bytes.length !== customerKeyBytes) throw badKey('The secret key was invalid for the specified algorithm.')
  return checkedMd5(sent)
}

interface SentKey {
  readonly bytes: Buffer
  /** As sent. */
  readonly md5: string | undefined
}

function sentKeyOf(input: CustomerKeyHeaders, method: string | undefined): SentKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input
  if (!algorithm && !key && !md5) return undefined
  if (method !== undefined) {
    throw errors.InvalidArgument({
      Message: 'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
      ArgumentName: sseHeader,
      ArgumentValue: method,
    })
  }
  const needs = 'Requests specifying Server Side Encryption with Customer provided keys must provide'
  if (!algorithm) throw badKey(`${needs} a valid encryption algorithm.`)
  if (!key) throw badKey(`${needs} an appropriate secret key.`)
  if (algorithm !== 'AES256') {
    throw errors.InvalidEncryptionAlgorithmError({ ArgumentName: sseHeader, ArgumentValue: algorithm })
  }
  return { bytes: Buffer.from(key, 'base64'), md5 }
}

function checkedMd5({ bytes, md5 }: SentKey): string {
  if (!md5) {
    throw badKey(
      'Requests specifying Server Side Encryption with Customer provided keys must provide the client calculated MD5 of the secret key.',
    )
  }
  const computed = createHash('md5').update(bytes).digest('base64')
  if (computed === md5) return computed
  throw badKey('The calculated MD5 hash of the key did not match the hash that was provided.')
}

/**
 * Refuses a read of an object whose SSE-C key is missing, wrong or not called for. A key of another length is a wrong
 * one here (recorded).
 */
export function requireCustomerKey(input: CustomerKeyHeaders, encryption: Encryption | undefined): void {
  const sent = sentKeyOf(input, undefined)
  const given = sent && checkedMd5(sent)
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

/** Refuses a read that says how to encrypt. Source: API_GetObject; the sentence from public reports. */
export function refuseEncryption({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: EncryptionHeaders): void {
  const sent = [
    [sseHeader, ServerSideEncryption],
    [`${sseHeader}-aws-kms-key-id`, SSEKMSKeyId],
    [`${sseHeader}-bucket-key-enabled`, BucketKeyEnabled],
  ] as const
  for (const [name, value] of sent) {
    if (value === undefined) continue
    throw errors.InvalidArgument({
      Message: `${name} header is not supported for this operation.`,
      ArgumentName: name,
      ArgumentValue: String(value),
    })
  }
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
 * The ARN of the key a write names, or of the account's own key for S3. Throws KMS.NotFoundException for what is the
 * name of no key: neither a key id, an alias nor an ARN of the bucket's Region.
 * ASSUMED: nothing is encrypted here, so every well-formed key is taken to exist, and to be usable.
 */
function keyArn(name: string | undefined, { bucket }: DataContext): string {
  if (!name) return managedKeyArn(bucket.accountId, bucket.region)
  const own = `arn:aws:kms:${bucket.region}:${bucket.accountId}`
  if (name.startsWith('arn:')) return checkedArn(name, bucket.region)
  if (alias.test(name)) return `${own}:${name}`
  if (keyId.test(name)) return `${own}:key/${name}`
  throw errors['KMS.NotFoundException']({ Message: `Invalid keyId '${name}'` })
}

function checkedArn(arn: string, bucketRegion: string): string {
  const [, region = '', id, aliasName] = arnForm.exec(arn) ?? []
  if (region !== bucketRegion) throw errors['KMS.NotFoundException']({ Message: `Invalid arn ${region || arn}` })
  if (id === undefined ? aliasName !== undefined && alias.test(aliasName) : keyId.test(id)) return arn
  throw errors['KMS.NotFoundException']({ Message: `Invalid keyId '${id ?? aliasName ?? arn}'` })
}

/** Whichever header is at fault, S3 names this one. */
function badKey(message: string) {
  return errors.InvalidArgument({ Message: message, ArgumentName: sseHeader })
}
