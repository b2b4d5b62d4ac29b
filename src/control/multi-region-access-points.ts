import { formatMrapArn, isMrapAlias, parseMrapArn } from '../protocol/endpoint/arn.ts'
import { findRegion } from '../protocol/endpoint/regions.ts'
import type { Infer } from '../protocol/xml/shape.ts'
import { mrapStatus } from '../store/mrap-status.ts'
import type { MrapRegion, MultiRegionAccessPoint } from '../store/rows.ts'
import type { AsyncFailure } from './async-operations.ts'
import type { ControlContext } from './context.ts'
import { errors } from './errors.ts'
import { readPublicAccessBlock, writePublicAccessBlock } from './public-access-block.ts'
import type { CreateDetails, Report } from './shapes.ts'

/**
 * Life cycle of an MRAP (`store/mrap-status.ts` derives the state):
 *
 *   nothing    Create    -> CREATING -> READY. A create that fails leaves nothing.
 *   CREATING   Delete, PutPolicy   fail: MultiRegionAccessPointNotReady
 *   READY      PutPolicy -> READY  Delete -> DELETING -> nothing; the name is free again, the alias never
 *   DELETING   Delete, PutPolicy   fail: MultiRegionAccessPointModifiedByAnotherRequest
 *   any        Create of the name  fails: MultiRegionAccessPointAlreadyOwnedByYou
 *
 * PARTIALLY_CREATED, PARTIALLY_DELETED and INCONSISTENT_ACROSS_REGIONS do not occur: nothing fails half.
 */

const namePattern = /^[a-z0-9][-a-z0-9]{1,48}[a-z0-9]$/

/** Quotas of the service. Source: user guide, "Multi-Region Access Point restrictions and limitations". */
const mrapsPerAccount = 100
const regionsPerMrap = 17

/** Throws InvalidRequest unless `name` is one: 3 to 50 lower-case letters, digits and hyphens, none of them outermost. */
function checkName(name: string): void {
  if (namePattern.test(name)) return
  const looksLikeId = name.startsWith('arn:') || name.endsWith('.mrap')
  throw errors.InvalidRequest(
    { Message: 'The Multi-Region Access Point name is not valid.' },
    {
      hint: looksLikeId
        ? `We saw "${name.slice(0, 100)}". This operation takes the name of the access point, not its alias or ARN.`
        : `We saw "${name.slice(0, 100)}". A name has 3 to 50 lower-case letters, digits and hyphens, and no hyphen at either end.`,
    },
  )
}

/**
 * Throws InvalidRequest for what is no name, and AccessDenied unless the caller may run this operation on the MRAP of this name. Policies
 * know MRAPs by alias. ASSUMED: where there is none of this name, a policy that fits every alias is asked for.
 */
export function authorizeNamed(name: string, { store, clock, accountId, authorize }: ControlContext): void {
  checkName(name)
  const alias = store.findMrapByName(accountId, name, clock.now())?.alias ?? '*'
  authorize(formatMrapArn({ accountId, alias }))
}

/** The account's MRAP of this name. Throws NoSuchMultiRegionAccessPoint. */
export function findMrap(name: string, { store, clock, accountId }: ControlContext): MultiRegionAccessPoint {
  const now = clock.now()
  const mrap = store.findMrapByName(accountId, name, now)
  if (mrap) return mrap
  const names = store.listMraps(accountId, now, 0, 6).map(other => other.name)
  const known = names.length > 0 ? `has: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}` : 'has none'
  throw errors.NoSuchMultiRegionAccessPoint(
    { Name: name },
    {
      hint: `No Multi-Region Access Point is called "${name}"; account ${accountId} ${known}. A failed create leaves nothing behind.`,
    },
  )
}

/**
 * The account's MRAP behind `{mrap}` of the routes operations: its ARN, or its bare alias. Throws InvalidRequest for any
 * other text, AccessDenied unless the caller may run this operation on it, NoSuchMultiRegionAccessPoint for an unknown alias or another account's.
 */
export function findMrapById(
  id: string,
  { store, clock, accountId, authorize }: ControlContext,
): MultiRegionAccessPoint {
  const now = clock.now()
  // ASSUMED: a bare alias is taken for its ARN.
  const arn = parseMrapArn(id) ?? (isMrapAlias(id) ? { accountId, alias: id } : undefined)
  if (!arn) {
    const named = store.findMrapByName(accountId, id, now)
    const way = named
      ? `That of "${named.name}" is ${formatMrapArn(named)}.`
      : 'It looks like arn:aws:s3::<account>:accesspoint/<alias>.mrap.'
    throw errors.InvalidRequest(
      { Message: 'The Multi-Region Access Point ARN is not valid.' },
      { hint: `We saw "${id.slice(0, 100)}", but routes are addressed by the ARN. ${way}` },
    )
  }
  authorize(formatMrapArn(arn))
  const mrap = store.findMrapByAlias(arn.alias, now)
  if (mrap && mrap.accountId === accountId && arn.accountId === accountId) return mrap
  throw errors.NoSuchMultiRegionAccessPoint(
    {},
    {
      hint: `Account ${accountId} has no Multi-Region Access Point with the alias ${arn.alias}. Aliases are not reused: read the ARN again after recreating one.`,
    },
  )
}

/** An MRAP as Get and List show it at `now`. */
export function report(mrap: MultiRegionAccessPoint, now: number): Infer<typeof Report> {
  return {
    Name: mrap.name,
    Alias: mrap.alias,
    CreatedAt: mrap.createdAt,
    PublicAccessBlock: writePublicAccessBlock(mrap.publicAccessBlock),
    Status: mrapStatus(mrap, now),
    Regions: mrap.regions.map(({ bucket, region, bucketAccountId }) => ({
      Bucket: bucket,
      Region: region,
      BucketAccountId: bucketAccountId,
    })),
  }
}

/**
 * The details of a create request, complete: no PublicAccessBlock means that everything is blocked, in a partial one what is missing
 * is false. Throws what is refused for its content alone: InvalidRequest, TooManyMultiRegionAccessPointregionsError.
 */
export function checkedDetails({
  Name,
  PublicAccessBlock,
  Regions,
}: Infer<typeof CreateDetails>): Infer<typeof CreateDetails> {
  checkName(Name)
  for (const { Bucket, BucketAccountId } of Regions) {
    if (Bucket.length < 3 || Bucket.length > 255) {
      throw errors.InvalidRequest({ Message: 'A bucket name must have 3 to 255 characters.' })
    }
    if (BucketAccountId !== undefined && !/^\d{12}$/.test(BucketAccountId)) {
      throw errors.InvalidRequest({ Message: 'BucketAccountId must be a 12-digit AWS account ID.' })
    }
  }
  if (Regions.length > regionsPerMrap) {
    throw errors.TooManyMultiRegionAccessPointregionsError(
      {},
      { hint: `The request names ${Regions.length} Regions; at most ${regionsPerMrap} are allowed.` },
    )
  }
  return {
    Name,
    PublicAccessBlock: writePublicAccessBlock(readPublicAccessBlock(PublicAccessBlock)),
    Regions: Regions.map(({ Bucket, BucketAccountId }) =>
      BucketAccountId === undefined ? { Bucket } : { Bucket, BucketAccountId },
    ),
  }
}

/** Throws TooManyMultiRegionAccessPoints when the account is full. */
export function refuseOverQuota({ store, clock, accountId }: ControlContext): void {
  if (store.countMraps(accountId, clock.now()) < mrapsPerAccount) return
  throw errors.TooManyMultiRegionAccessPoints(
    {},
    { hint: `Account ${accountId} has ${mrapsPerAccount}, the quota. Delete one first.` },
  )
}

/** What a create comes to: the buckets to attach, in the order asked for, or why it fails in the background. */
export function judgeCreate(
  { Name, Regions }: Infer<typeof CreateDetails>,
  { store, clock, accountId }: ControlContext,
): { readonly regions: readonly MrapRegion[] } | { readonly failure: AsyncFailure } {
  const fail = (code: AsyncFailure['code'], message: string, resource: string) => ({
    failure: { code, message, resource },
  })
  if (store.findMrapByName(accountId, Name, clock.now())) {
    const message = `You already own a Multi-Region Access Point named ${Name}.`
    return fail('MultiRegionAccessPointAlreadyOwnedByYou', message, Name)
  }
  const regions = new Map<string, MrapRegion>()
  for (const { Bucket, BucketAccountId = accountId } of Regions) {
    const bucket = store.findBucket(Bucket)
    // A bucket of somebody else is as good as missing unless its owner is named.
    if (bucket?.accountId !== BucketAccountId) {
      return fail('NoSuchBucket', `The bucket ${Bucket} does not exist in account ${BucketAccountId}.`, Bucket)
    }
    // ASSUMED: every account has opted in to every opt-in Region.
    if (!findRegion(bucket.region)?.mrap) {
      const message = `The bucket ${Bucket} is in ${bucket.region}, which Multi-Region Access Points do not support.`
      return fail('MultiRegionAccessPointUnsupportedRegion', message, Bucket)
    }
    const other = regions.get(bucket.region)
    if (other) {
      const message = `The buckets ${other.bucket} and ${Bucket} are both in ${bucket.region}; each Region takes one bucket.`
      return fail('MultiRegionAccessPointSameBucketRegion', message, Bucket)
    }
    regions.set(bucket.region, { bucket: Bucket, region: bucket.region, bucketAccountId: bucket.accountId })
  }
  return { regions: [...regions.values()] }
}

/**
 * Why a Delete or PutPolicy of this MRAP fails in the background: it is still being created, or another operation works on it.
 * undefined: it may go on. An operation that will fail works on nothing and is in nobody's way.
 */
export function whyNotNow(
  mrap: MultiRegionAccessPoint,
  { store, clock, accountId }: ControlContext,
): AsyncFailure | undefined {
  const now = clock.now()
  if (mrapStatus(mrap, now) === 'CREATING') {
    const message = `The Multi-Region Access Point ${mrap.name} is still being created.`
    return { code: 'MultiRegionAccessPointNotReady', message, resource: mrap.name }
  }
  const running = store.listRunningAsyncOperations(accountId, mrap.name, now).find(({ failure }) => !failure)
  if (!running) return undefined
  const message = `${running.operation} is in progress on the Multi-Region Access Point ${mrap.name}.`
  return { code: 'MultiRegionAccessPointModifiedByAnotherRequest', message, resource: mrap.name }
}
