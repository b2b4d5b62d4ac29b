import { errors } from '../errors.ts'
import { createdAt, requireKey } from '../keys.ts'
import type { KmsOperation } from '../operation.ts'

/** Shows what there is to know of a key. Source: API_DescribeKey. */
export default {
  name: 'DescribeKey',
  handle({ KeyId }, { caller, region, world, authorize }) {
    if (typeof KeyId !== 'string' || KeyId === '') {
      throw errors.ValidationException({
        Message:
          "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null",
      })
    }
    const key = requireKey(KeyId, caller.accountId, region, world)
    authorize(key.arn)
    return {
      KeyMetadata: {
        AWSAccountId: key.accountId,
        Arn: key.arn,
        CreationDate: createdAt / 1000,
        CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
        Description: key.description,
        Enabled: true,
        EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
        KeyId: key.id,
        KeyManager: key.isManaged ? 'AWS' : 'CUSTOMER',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyState: 'Enabled',
        KeyUsage: 'ENCRYPT_DECRYPT',
        MultiRegion: key.id.startsWith('mrk-'),
        Origin: 'AWS_KMS',
      },
    }
  },
} satisfies KmsOperation
