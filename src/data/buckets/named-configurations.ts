import {
  boolean,
  flattened,
  type Infer,
  integer,
  list,
  oneOf,
  query,
  required,
  type StructureShape,
  string,
  structure,
} from '../../protocol/xml/shape.ts'
import type { NamedConfigurationKind } from '../../store/rows.ts'
import type { DataContext } from '../context.ts'
import { errors } from '../errors.ts'
import { readToken, writeToken } from '../paging-tokens.ts'
import { Tag } from '../shapes.ts'
import { changeBucket } from '../stored-configuration.ts'
import { bucketLabel } from './bucket-configuration.ts'

/**
 * Configurations of which a bucket has up to a thousand of each kind, by id: analytics, intelligent tiering, inventory, metrics. They
 * are stored and returned; no report is written and no object moves. Names and places as in the service model.
 */

/** Operations on one configuration. */
export const configurationLabels = { ...bucketLabel, Id: query('id', required(string())) }
/** Operations that list them. */
export const configurationListLabels = {
  ...bucketLabel,
  ContinuationToken: query('continuation-token', string()),
}

const AndFilter = { Prefix: string(), Tags: flattened(Tag, { xmlName: 'Tag' }) }
const Filter = structure({ Prefix: string(), Tag, And: structure(AndFilter) })

const enabledOrDisabled = oneOf(['Enabled', 'Disabled'])

export const AnalyticsConfiguration = structure(
  {
    Id: required(string()),
    Filter,
    StorageClassAnalysis: required(
      structure({
        DataExport: structure({
          OutputSchemaVersion: required(oneOf(['V_1'])),
          Destination: required(
            structure({
              S3BucketDestination: required(
                structure({
                  Format: required(oneOf(['CSV'])),
                  BucketAccountId: string(),
                  Bucket: required(string()),
                  Prefix: string(),
                }),
              ),
            }),
          ),
        }),
      }),
    ),
  },
  { xmlName: 'AnalyticsConfiguration' },
)

export const IntelligentTieringConfiguration = structure(
  {
    Id: required(string()),
    Filter,
    Status: required(enabledOrDisabled),
    Tierings: required(
      flattened(
        structure({
          Days: required(integer()),
          AccessTier: required(oneOf(['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'])),
        }),
        { xmlName: 'Tiering', minItems: 1 },
      ),
    ),
  },
  { xmlName: 'IntelligentTieringConfiguration' },
)

const inventoryFields = [
  'Size',
  'LastModifiedDate',
  'StorageClass',
  'ETag',
  'IsMultipartUploaded',
  'ReplicationStatus',
  'EncryptionStatus',
  'ObjectLockRetainUntilDate',
  'ObjectLockMode',
  'ObjectLockLegalHoldStatus',
  'IntelligentTieringAccessTier',
  'BucketKeyStatus',
  'ChecksumAlgorithm',
  'ObjectAccessControlList',
  'ObjectOwner',
  'LifecycleExpirationDate',
] as const

export const InventoryConfiguration = structure(
  {
    Destination: required(
      structure({
        S3BucketDestination: required(
          structure({
            AccountId: string(),
            Bucket: required(string()),
            Format: required(oneOf(['CSV', 'ORC', 'Parquet'])),
            Prefix: string(),
            Encryption: structure({
              SSES3: structure({}, { xmlName: 'SSE-S3' }),
              SSEKMS: structure({ KeyId: required(string()) }, { xmlName: 'SSE-KMS' }),
            }),
          }),
        ),
      }),
    ),
    IsEnabled: required(boolean()),
    Filter: structure({ Prefix: required(string()) }),
    Id: required(string()),
    IncludedObjectVersions: required(oneOf(['All', 'Current'])),
    OptionalFields: list(oneOf(inventoryFields, { xmlName: 'Field' })),
    Schedule: required(structure({ Frequency: required(oneOf(['Daily', 'Weekly'])) })),
  },
  { xmlName: 'InventoryConfiguration' },
)

export const MetricsConfiguration = structure(
  {
    Id: required(string()),
    Filter: structure({
      Prefix: string(),
      Tag,
      AccessPointArn: string(),
      And: structure({ ...AndFilter, AccessPointArn: string() }),
    }),
  },
  { xmlName: 'MetricsConfiguration' },
)

const pageSize = 100
const mostOfAKind = 1000

/** Stores a configuration under its id, in place of the one that is there. Throws TooManyConfigurations beyond a thousand. */
export async function putNamedConfiguration(
  kind: NamedConfigurationKind,
  document: { readonly Id: string },
  context: DataContext,
): Promise<void> {
  const { store } = context
  const name = `${kind}/${document.Id}` as const
  await changeBucket(context, ({ id }) => {
    const isNew = store.findBucketConfiguration(id, name) === undefined
    if (isNew && store.listBucketConfigurations(id, kind, '', mostOfAKind).length === mostOfAKind) {
      throw errors.TooManyConfigurations()
    }
    return { configurations: { [name]: JSON.stringify(document) } }
  })
}

/** The configuration of this id. Throws NoSuchConfiguration. */
export function getNamedConfiguration<S extends StructureShape>(
  _shape: S,
  kind: NamedConfigurationKind,
  id: string,
  { store, bucket }: DataContext,
): Infer<S> {
  const text = store.findBucketConfiguration(bucket.id, `${kind}/${id}`)
  if (text === undefined) throw errors.NoSuchConfiguration()
  return JSON.parse(text)
}

/** Removes the configuration of this id. Throws NoSuchConfiguration. */
export async function deleteNamedConfiguration(
  kind: NamedConfigurationKind,
  id: string,
  context: DataContext,
): Promise<void> {
  const name = `${kind}/${id}` as const
  await changeBucket(context, bucket => {
    if (context.store.findBucketConfiguration(bucket.id, name) === undefined) throw errors.NoSuchConfiguration()
    return { configurations: { [name]: undefined } }
  })
}

/** What every listing of them answers with, beside the configurations. */
export const configurationPage = {
  IsTruncated: boolean(),
  ContinuationToken: string(),
  NextContinuationToken: string(),
}

/** One page of at most a hundred, by id. Throws InvalidArgument for a token that was never given out. */
export function listNamedConfigurations<S extends StructureShape>(
  _shape: S,
  kind: NamedConfigurationKind,
  token: string | undefined,
  { store, bucket }: DataContext,
) {
  const after = token === undefined ? '' : readToken(token)
  const found: (Infer<S> & { readonly Id: string })[] = store
    .listBucketConfigurations(bucket.id, kind, after, pageSize + 1)
    .map(text => JSON.parse(text))
  const items = found.slice(0, pageSize)
  const last = items.at(-1)
  const isTruncated = found.length > pageSize
  return {
    items,
    page: {
      IsTruncated: isTruncated,
      ContinuationToken: token,
      NextContinuationToken: isTruncated && last ? writeToken(last.Id) : undefined,
    },
  }
}
