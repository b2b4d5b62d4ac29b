import { accountOf } from '../../protocol/caller.ts'
import { formatBucketArn } from '../../protocol/endpoint/arn.ts'
import { isRegion } from '../../protocol/endpoint/regions.ts'
import { readQuery } from '../../protocol/request/query.ts'
import { boolean, header, type Infer, label, list, payload, string, structure } from '../../protocol/xml/shape.ts'
import { newBucketAcl, writeBucketAcl } from '../access/bucket-acl.ts'
import { requiredActions } from '../access/required-actions.ts'
import { objectOwnerships } from '../buckets/bucket-configuration.ts'
import { checkBucketName } from '../buckets/bucket-names.ts'
import { checkInitialTags } from '../buckets/bucket-tags.ts'
import { initialObjectLock, initialSettings } from '../buckets/buckets.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { aclHeaders, Tag } from '../shapes.ts'

const CreateBucketConfiguration = structure(
  {
    LocationConstraint: string(),
    Location: structure({ Name: string(), Type: string() }),
    Bucket: structure({ DataRedundancy: string(), Type: string() }),
    Tags: list(Tag),
  },
  { xmlName: 'CreateBucketConfiguration' },
)

/** Creates a bucket of the caller's account, in the Region its LocationConstraint names. Source: API_CreateBucket. */
export default defineOperation({
  name: 'CreateBucket',
  http: 'PUT /{Bucket}',
  action: 's3:CreateBucket',
  needsNoBucket: true,
  input: structure({
    Bucket: label(),
    ...aclHeaders,
    GrantWrite: header('x-amz-grant-write', string()),
    ObjectLockEnabledForBucket: header('x-amz-bucket-object-lock-enabled', boolean()),
    ObjectOwnership: header('x-amz-object-ownership', string()),
    CreateBucketConfiguration: payload(CreateBucketConfiguration),
  }),
  output: structure({ Location: header('Location', string()), BucketArn: header('x-amz-bucket-arn', string()) }),
  errors: [
    'BucketAlreadyExists',
    'BucketAlreadyOwnedByYou',
    'IllegalLocationConstraintException',
    'InvalidBucketAclWithBlockPublicAccessError',
    'InvalidBucketAclWithObjectOwnership',
    'InvalidBucketName',
    'InvalidLocationConstraint',
    'InvalidTag',
  ],
  async handle(input, context) {
    const { store, clock, settings } = context
    const { Bucket: name, CreateBucketConfiguration: configuration = {} } = input
    const accountId = accountOf(context.caller)
    if (accountId === undefined) throw errors.AccessDenied()
    const { LocationConstraint: constraint, Tags: tags = [] } = configuration
    requirePermission(name, configuration, context)
    checkBucketName(name)
    refuseUnbuilt(configuration)
    checkInitialTags(tags.map(({ Key, Value }) => [Key, Value] as const))
    const region = regionOf(constraint, context.region)
    const initial = initialSettings(settings.bucketDefaults)
    const objectOwnership = ownershipOf(input.ObjectOwnership) ?? initial.objectOwnership
    const list = writeBucketAcl(newBucketAcl(input, { accountId, ...initial, objectOwnership }, context.accountBlocks))
    const objectLock = input.ObjectLockEnabledForBucket === true
    const created = await store.insertBucket({
      ...initial,
      name,
      region,
      accountId,
      createdAt: clock.now(),
      // Object Lock needs versions.
      versioning: objectLock ? 'Enabled' : undefined,
      objectLock,
      objectOwnership,
      configurations: {
        ...(objectLock && { objectLock: initialObjectLock }),
        ...(list !== undefined && { acl: list }),
        ...(constraint === 'EU' && { location: constraint }),
        ...(tags.length > 0 && { tagging: JSON.stringify({ TagSet: tags }) }),
      },
    })
    if (created.outcome === 'exists')
      refuseExisting({ name, region, accountId, list, hasTags: tags.length > 0 }, context)
    return {
      Location: region === 'us-east-1' ? `/${name}` : (context.ownUrl() ?? `http://${name}.s3.amazonaws.com/`),
      BucketArn: formatBucketArn(name),
    }
  },
})

/** A bucket that is created with tags needs one more. Source: API_CreateBucketConfiguration. */
function requirePermission(
  name: string,
  { LocationConstraint: constraint, Tags: tags = [] }: Infer<typeof CreateBucketConfiguration>,
  { authorizeService, request }: DataContext,
): void {
  const resource = formatBucketArn(name)
  const values = constraint === undefined ? {} : { 's3:locationconstraint': [constraint] }
  const [own = '', ...beside] = requiredActions(
    { name: 'CreateBucket' },
    { query: readQuery(''), headers: request.headers },
  )
  authorizeService(own, resource, values)
  for (const action of tags.length > 0 ? [...beside, 's3:TagResource'] : beside) authorizeService(action, resource)
}

/** Directory buckets. */
function refuseUnbuilt({ Location, Bucket }: { Location?: unknown; Bucket?: unknown }): void {
  const unbuilt = (Location && 'Location') || (Bucket && 'Bucket')
  if (!unbuilt) return
  throw errors.NotImplemented(
    { Message: `The ${unbuilt} member of CreateBucketConfiguration is not implemented.` },
    { hint: 'Buckets are general purpose buckets; leave Location and Bucket out of CreateBucketConfiguration.' },
  )
}

/**
 * The Region of the new bucket. `called` is the Region the request went to: us-east-1 creates anywhere, and there no constraint means
 * us-east-1 itself; every other Region creates at home and wants to be named.
 */
function regionOf(constraint: string | undefined, called: string): string {
  // ASSUMED: EU still stands for eu-west-1, as the API reference says of GetBucketLocation.
  const region = constraint === 'EU' ? 'eu-west-1' : constraint || undefined
  if (called === 'us-east-1') {
    if (region === undefined) return called
    if (region !== called && isRegion(region)) return region
    throw errors.InvalidLocationConstraint(
      { LocationConstraint: constraint ?? '' },
      { hint: region === called ? 'For us-east-1 leave LocationConstraint out.' : undefined },
    )
  }
  if (region === called) return called
  throw errors.IllegalLocationConstraintException(
    {
      Message:
        `The ${constraint || 'unspecified'} location constraint is incompatible for the region specific endpoint ` +
        'this request was sent to.',
    },
    {
      hint: `The request went to ${called}: set LocationConstraint to ${called}, or send it to us-east-1 or to the Region it names.`,
    },
  )
}

function ownershipOf(value: string | undefined) {
  if (value === undefined) return undefined
  const ownership = objectOwnerships.find(word => word === value)
  if (ownership) return ownership
  throw errors.InvalidArgument({
    Message: `Invalid x-amz-object-ownership header: ${value}`,
    ArgumentName: 'x-amz-object-ownership',
  })
}

/**
 * Returns for an own bucket in us-east-1 asked for again: there, and only there, creating is idempotent. Naming tags is refused, equal
 * ones too (recorded).
 *
 * ASSUMED: with another ACL than the bucket has, it is refused. The API reference says that the ACL is reset instead, ceph/s3-tests that
 * the request is refused; a refusal shows the difference, and nobody's ACL is changed by a retry.
 */
function refuseExisting(
  asked: {
    readonly name: string
    readonly region: string
    readonly accountId: string
    /** Its access control list as stored. */
    readonly list: string | undefined
    readonly hasTags: boolean
  },
  { store }: DataContext,
): void {
  const { name, region, accountId, list, hasTags } = asked
  const existing = store.findBucket(name)
  if (existing && existing.accountId !== accountId) throw errors.BucketAlreadyExists({ BucketName: name })
  if (existing?.region !== 'us-east-1' || region !== 'us-east-1' || hasTags) {
    throw errors.BucketAlreadyOwnedByYou({ BucketName: name })
  }
  if (store.findBucketConfiguration(existing.id, 'acl') === list) return
  throw errors.BucketAlreadyExists(
    { BucketName: name },
    { hint: 'The bucket is yours, but it has another ACL than this request asks for. Change it with PutBucketAcl.' },
  )
}
