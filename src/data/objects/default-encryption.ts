import { boolean, flattened, type Infer, oneOf, required, string, structure } from '../../protocol/xml/shape.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Default encryption of a bucket: of every write that names none. Source: API_PutBucketEncryption. */
export const ServerSideEncryptionConfiguration = structure(
  {
    Rules: required(
      flattened(
        structure({
          ApplyServerSideEncryptionByDefault: structure({
            SSEAlgorithm: required(oneOf(['AES256', 'aws:kms', 'aws:kms:dsse'])),
            KMSMasterKeyID: string(),
          }),
          BucketKeyEnabled: boolean(),
          BlockedEncryptionTypes: structure({
            EncryptionType: flattened(oneOf(['NONE', 'SSE-C']), { xmlName: 'EncryptionType' }),
          }),
        }),
        { xmlName: 'Rule', minItems: 1, maxItems: 1 },
      ),
    ),
  },
  { xmlName: 'ServerSideEncryptionConfiguration' },
)
type ServerSideEncryptionConfiguration = Infer<typeof ServerSideEncryptionConfiguration>

/** What every bucket has that was not given another one. */
export const initialEncryption: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
}

/** The document as it is kept: what is left out is said. Throws InvalidArgument for a key without KMS. */
export function completeEncryption({ Rules }: ServerSideEncryptionConfiguration): ServerSideEncryptionConfiguration {
  for (const { ApplyServerSideEncryptionByDefault: chosen } of Rules) {
    if (chosen?.SSEAlgorithm === 'AES256' && chosen.KMSMasterKeyID !== undefined) {
      throw errors.InvalidArgument({
        Message: 'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        ArgumentName: 'ApplyServerSideEncryptionByDefault',
      })
    }
  }
  return {
    Rules: Rules.map(rule => ({
      ...rule,
      // ASSUMED: a rule without an algorithm means SSE-S3.
      ApplyServerSideEncryptionByDefault: rule.ApplyServerSideEncryptionByDefault ?? { SSEAlgorithm: 'AES256' },
      BucketKeyEnabled: rule.BucketKeyEnabled ?? false,
    })),
  }
}

interface DefaultEncryption {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  readonly kmsKeyId: string | undefined
  readonly bucketKey: boolean
  /** Writes with a key of the client's are refused. */
  readonly blocksCustomerKeys: boolean
}

/** What the bucket's configuration says of a write; undefined: it has none, so SSE-S3. */
export function defaultEncryption(context: DataContext): DefaultEncryption | undefined {
  const rule = findConfiguration(ServerSideEncryptionConfiguration, 'encryption', context)?.Rules[0]
  if (!rule) return undefined
  const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: kmsKeyId } = rule.ApplyServerSideEncryptionByDefault ?? {}
  return {
    algorithm,
    kmsKeyId,
    bucketKey: rule.BucketKeyEnabled === true,
    blocksCustomerKeys: rule.BlockedEncryptionTypes?.EncryptionType?.includes('SSE-C') === true,
  }
}
