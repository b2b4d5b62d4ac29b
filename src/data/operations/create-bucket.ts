import { accountOf } from '../../server/caller.ts'
import { formatBucketArn } from '../../server/endpoint/arn.ts'
import { isRegion } from '../../server/endpoint/regions.ts'
import { boolean, header, label, payload, string, structure } from '../../server/xml/shape.ts'
import { newBucketAcl, writeBucketAcl } from '../bucket-acl.ts'
import { objectOwnerships } from '../bucket-configuration.ts'
import { checkBucketName } from '../bucket-names.ts'
import { initialObjectLock, initialSettings } from '../buckets.ts'
import { type DataContext, defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { aclHeaders } from '../shapes.ts'

const CreateBucketConfiguration = structure(
  {
    LocationConstraint: string(),
    Location: structure({ Name: string(), Type: string() }),
    Bucket: structure({ DataRedundancy: string(), Type: string() }),
    Tags: structure({}),
  },
  { xmlName: 'CreateBucketConfiguration' },
)

/** Creates a bucket of the caller's account, in the Region its LocationConstraint names. Source: API_CreateBucket. */
export default defineOperation({
  name: 'CreateBucket',
  http: 'PUT /{Bucket}',
  action: 's3:CreateBucket',
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
  ],
  async handle(input, context) {
    const { store, clock, settings } = context
    const { Bucket: name, CreateBucketConfiguration: configuration = {} } = input
    const accountId = accountOf(context.caller)
    if (accountId === undefined) throw errors.AccessDenied()
    checkBucketName(name)
    refuseUnbuilt(configuration)
    const region = regionOf(configuration.LocationConstraint, context.region)
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
      },
    })
    if (created.outcome === 'exists') refuseExisting({ name, region, accountId, list }, context)
    return {
      Location: region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
      BucketArn: formatBucketArn(name),
    }
  },
})

/** Directory buckets and tags at creation. */
function refuseUnbuilt({ Location, Bucket, Tags }: { Location?: unknown; Bucket?: unknown; Tags?: unknown }): void {
  const unbuilt = (Location && 'Location') || (Bucket && 'Bucket') || (Tags && 'Tags')
  if (!unbuilt) return
  throw errors.NotImplemented(
    { Message: `The ${unbuilt} member of CreateBucketConfiguration is not implemented.` },
    { hint: 'Buckets are general purpose buckets; leave Location, Bucket and Tags out of CreateBucketConfiguration.' },
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
 * Returns for an own bucket in us-east-1 asked for again: there, and only there, creating is idempotent.
 *
 * ASSUMED: with another ACL than the bucket has, it is refused. The API reference says that the ACL is reset instead.
 */
function refuseExisting(
  asked: {
    readonly name: string
    readonly region: string
    readonly accountId: string
    /** Its access control list as stored. */
    readonly list: string | undefined
  },
  { store }: DataContext,
): void {
  const { name, region, accountId, list } = asked
  const existing = store.findBucket(name)
  if (existing && existing.accountId !== accountId) throw errors.BucketAlreadyExists({ BucketName: name })
  if (existing?.region !== 'us-east-1' || region !== 'us-east-1') {
    throw errors.BucketAlreadyOwnedByYou({ BucketName: name })
  }
  if (store.findBucketConfiguration(existing.id, 'acl') === list) return
  throw errors.BucketAlreadyExists(
    { BucketName: name },
    { hint: 'The bucket is yours, but it has another ACL than this request asks for. Change it with PutBucketAcl.' },
  )
}
