import { type Infer, list, oneOf, required, string, structure } from '../../protocol/xml/shape.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { permissions } from '../shapes.ts'

/** Server access logging: stored and returned; no log is written. Source: API_PutBucketLogging. */
const Grantee = structure(
  {
    DisplayName: string(),
    EmailAddress: string(),
    ID: string(),
    Type: required(
      oneOf(['CanonicalUser', 'AmazonCustomerByEmail', 'Group'], { attribute: true, xmlName: 'xsi:type' }),
    ),
    URI: string(),
  },
  { namespace: ['xmlns:xsi', 'http://www.w3.org/2001/XMLSchema-instance'] },
)

export const BucketLoggingStatus = structure(
  {
    LoggingEnabled: structure({
      TargetBucket: required(string()),
      // The service takes the permissions that are documented as not allowed here, too.
      TargetGrants: list(structure({ Grantee, Permission: oneOf(permissions) }, { xmlName: 'Grant' })),
      TargetPrefix: required(string()),
      TargetObjectKeyFormat: structure({
        SimplePrefix: structure({}),
        PartitionedPrefix: structure({ PartitionDateSource: oneOf(['EventTime', 'DeliveryTime']) }),
      }),
    }),
  },
  { xmlName: 'BucketLoggingStatus' },
)

/** Throws unless logs can go where the document says: a bucket of the same Region and account. Sentences as recorded from the service. */
export function checkLogging(
  { LoggingEnabled: enabled }: Infer<typeof BucketLoggingStatus>,
  { store, bucket }: DataContext,
): void {
  if (!enabled) return
  const { TargetBucket: name, TargetObjectKeyFormat: format } = enabled
  if (format && (format.SimplePrefix === undefined) === (format.PartitionedPrefix === undefined)) {
    throw errors.MalformedXML()
  }
  const target = store.findBucket(name)
  if (!target) throw errors.InvalidTargetBucketForLogging({ TargetBucket: name })
  if (target.accountId !== bucket.accountId) {
    throw errors.InvalidTargetBucketForLogging({
      Message: 'The owner for the bucket to be logged and the target bucket must be the same.',
      TargetBucket: name,
    })
  }
  if (target.region !== bucket.region) {
    throw errors.CrossLocationLoggingProhibitted({
      ...(bucket.region !== 'us-east-1' && { SourceBucketLocation: bucket.region }),
      TargetBucketLocation: target.region,
    })
  }
  // ASSUMED: the code; that such a bucket takes no target grants is documented.
  if (enabled.TargetGrants?.length && target.objectOwnership === 'BucketOwnerEnforced') {
    throw errors.InvalidArgument({
      Message: 'The target bucket for logging does not allow ACLs, so target grants cannot be set.',
      ArgumentName: 'TargetGrants',
    })
  }
}
