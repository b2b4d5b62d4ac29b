import { isIP } from 'node:net'
import { requestKeys } from '../policy/request-keys.ts'
import { findRegion, isRegion } from '../protocol/endpoint/regions.ts'
import type { AccountDocument, BucketDocument, MrapDocument, ObjectDocument, WorldDocument } from './document.ts'
import type { Flaw, MemberPath } from './flaw.ts'
import { bucketPolicyFlaws, identityPolicyFlaws, mrapPolicyFlaws } from './policies.ts'
import { readTime } from './time.ts'

type Flaws = Generator<Flaw, void, undefined>

/** What a check may look at. */
export interface Checked {
  /** Of the form of a world file, but for what `isBroken` says. */
  readonly document: WorldDocument
  readonly defaultAccountId: string
  /** True for what has not, or stands in what has not, its form: it is neither looked into nor held against what names it. */
  readonly isBroken: (path: MemberPath) => boolean
}

/**
 * Every name, reference or value in a document that cannot hold (design 2.8): names that are taken, Regions and buckets that do not
 * exist, accounts that are not listed, dials that leave no Region active, policies that could not be put.
 */
export function* flawsOf(checked: Checked): Flaws {
  const { accounts, buckets, multiRegionAccessPoints } = checked.document
  const keyIds = new Set<string>()
  for (const [id, account] of checked.isBroken(['accounts', '']) ? [] : Object.entries(accounts ?? {})) {
    const path = ['accounts', id]
    yield* flawIf(!/^\d{12}$/.test(id), path, 'must be twelve digits, in quotes')
    if (!checked.isBroken(path)) yield* accountFlaws(account, path, keyIds)
  }
  const soundBuckets = sound(buckets, ['buckets'], checked)
  yield* duplicates(soundBuckets, ({ name }) => name, 'name')
  for (const [path, bucket] of soundBuckets) yield* bucketFlaws(bucket, path, checked)
  const mraps = sound(multiRegionAccessPoints, ['multiRegionAccessPoints'], checked)
  const owner = ({ account = checked.defaultAccountId }: MrapDocument) => account
  yield* duplicates(mraps, mrap => `${owner(mrap)}/${mrap.name}`, 'name')
  yield* duplicates(mraps, ({ alias }) => alias, 'alias')
  for (const [path, mrap] of mraps) yield* mrapFlaws(mrap, path, owner(mrap), checked)
}

type Placed<T> = readonly (readonly [path: MemberPath, item: T])[]

/** The items of a list that can be looked into; none when it is no list. */
function sound<T>(items: readonly T[] | undefined, path: MemberPath, { isBroken }: Checked): Placed<T> {
  return isBroken([...path, -1]) ? [] : placed(items, path).filter(([at]) => !isBroken(at))
}

function placed<T>(items: readonly T[] = [], path: MemberPath): Placed<T> {
  return items.map((item, index) => [[...path, index], item])
}

function* accountFlaws(account: AccountDocument, path: MemberPath, keyIds: Set<string>): Flaws {
  const users = placed(account.users, [...path, 'users'])
  const roles = placed(account.roles, [...path, 'roles'])
  const kmsKeys = placed(account.kmsKeys, [...path, 'kmsKeys'])
  for (const [at, { region }] of kmsKeys) yield* regionFlaws(region, [...at, 'region'])
  yield* duplicates(kmsKeys, ({ region, alias }) => alias && `${region} ${alias}`, 'alias')
  yield* duplicates(kmsKeys, ({ region, keyId }) => keyId && `${region} ${keyId}`, 'keyId')
  for (const identities of [users, roles]) {
    yield* duplicates(identities, ({ name }) => name, 'name')
    for (const [at, { policies = [] }] of identities) yield* identityPolicyFlaws(policies, [...at, 'policies'])
  }
  for (const [at, key] of [
    ...placed(account.credentials, [...path, 'credentials']),
    ...users.flatMap(([of, user]) => placed(user.credentials, [...of, 'credentials'])),
    ...[...users, ...roles].flatMap(([of, { sessions }]) => placed(sessions, [...of, 'sessions'])),
  ]) {
    yield* flawIf(keyIds.has(key.accessKeyId), [...at, 'accessKeyId'], 'is the id of another key too')
    keyIds.add(key.accessKeyId)
    yield* regionFlaws(key.clientRegion, [...at, 'clientRegion'])
    const isOddTime = 'expires' in key && readTime(String(key.expires)) === undefined
    yield* flawIf(isOddTime, [...at, 'expires'], 'must be a time such as 2030-01-01T00:00:00Z')
    yield* flawIf(
      key.sourceArn !== undefined && key.service === undefined,
      [...at, 'sourceArn'],
      'goes with service: only a service acts for something else',
    )
    for (const name of Object.keys(key.context ?? {})) yield* contextKeyFlaws(name, [...at, 'context', name])
  }
}

/** A key that every request shows would be the world's word against what is there. */
function* contextKeyFlaws(name: string, path: MemberPath): Flaws {
  yield* flawIf(!/^[a-z0-9-]+:.+/i.test(name), path, 'must be a condition key such as aws:MultiFactorAuthPresent')
  const lower = name.toLowerCase()
  const isShown = lower.startsWith('s3:') || (Object.hasOwn(requestKeys, lower) && lower !== 'aws:viaawsservice')
  yield* flawIf(isShown, path, 'is a key that each request has its own value for')
}

function* bucketFlaws(bucket: BucketDocument, path: MemberPath, checked: Checked): Flaws {
  yield* bucketNameFlaws(bucket.name, [...path, 'name'])
  yield* regionFlaws(bucket.region, [...path, 'region'])
  yield* ownerFlaws(bucket.account, path, checked)
  yield* flawIf(
    bucket.objectLock === true && bucket.versioning === 'Suspended',
    [...path, 'versioning'],
    'must be Enabled: Object Lock needs it',
  )
  yield* bucketPolicyFlaws(bucket, [...path, 'policy'])
  for (const [at, { destination }] of placed(bucket.replication?.rules, [...path, 'replication', 'rules'])) {
    const name = destination.bucket.replace('arn:aws:s3:::', '')
    const isListed = bucketNamed(name, checked) !== undefined
    yield* flawIf(
      !isListed,
      [...at, 'destination', 'bucket'],
      `names the bucket ${name}, which this world does not list`,
    )
  }
  for (const [at, object] of placed(bucket.objects, [...path, 'objects'])) yield* objectFlaws(object, at)
}

/** The rules of "Bucket naming rules" in the S3 user guide that a pattern of letters does not show. */
function* bucketNameFlaws(name: string, path: MemberPath): Flaws {
  const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$/.exec(name)
  yield* flawIf(isIP(name) !== 0, path, 'must not look like an IP address')
  yield* flawIf(/\.\.|\.-|-\./.test(name), path, 'must not have a dot beside a dot or hyphen')
  yield* flawIf(reserved !== null, path, `must not begin or end with the reserved ${reserved?.[0]}`)
}

function* objectFlaws(object: ObjectDocument, path: MemberPath): Flaws {
  const hasOneContent = (object.body === undefined) !== (object.file === undefined)
  const metadata = Object.entries(object.metadata ?? {})
  const size = metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  const tags = Object.entries(object.tags ?? {})
  yield* flawIf(Buffer.byteLength(object.key) > 1024, [...path, 'key'], 'must have 1 to 1,024 bytes')
  yield* flawIf(!hasOneContent, path, 'must have either body or file')
  for (const [name, value] of metadata) {
    const at = [...path, 'metadata', name]
    yield* flawIf(!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name), at, 'must be named in lower case, as a header')
    yield* flawIf(!/^[ -~]*$/.test(value), at, 'must be visible ASCII characters')
  }
  yield* flawIf(size > 2048, [...path, 'metadata'], 'must have at most 2,048 bytes')
  yield* flawIf(tags.length > 10, [...path, 'tags'], 'must have at most 10 tags')
  for (const [name, value] of tags) {
    const isOdd = name.length < 1 || name.length > 128 || value.length > 256
    yield* flawIf(isOdd, [...path, 'tags', name], 'must have a name of 1 to 128 and a value of 0 to 256 characters')
  }
}

function* mrapFlaws(mrap: MrapDocument, path: MemberPath, owner: string, checked: Checked): Flaws {
  yield* ownerFlaws(mrap.account, path, checked)
  yield* mrapPolicyFlaws(mrap, owner, [...path, 'policy'])
  yield* replicationFlaws(mrap, [...path, 'replication'], checked)
  const regions = new Map<string, string>()
  let isComplete = true
  for (const [at, reference] of placed(mrap.buckets, [...path, 'buckets'])) {
    const bucket = bucketNamed(reference, checked)
    isComplete &&= bucket !== undefined && bucket !== 'broken'
    if (bucket === 'broken') continue
    yield* referenceFlaws(reference, bucket, at, regions, checked)
    if (bucket) regions.set(bucket.region, bucket.name)
  }
  yield* flawIf(regions.size > 17, [...path, 'buckets'], 'must have at most 17 buckets')
  // What the dials of unknown buckets mean, nobody can say.
  if (isComplete) yield* routesFlaws(mrap.routes ?? {}, [...regions.keys()], [...path, 'routes'])
}

/** What the template names must be there, and have versions. */
function* replicationFlaws({ replication, buckets }: MrapDocument, path: MemberPath, checked: Checked): Flaws {
  if (!replication) return
  const { kind, from = [], to = [] } = replication
  const isAimless = kind === 'one-way' && from.length === 0
  yield* flawIf(isAimless, path, 'must say from which of its buckets (from)')
  const members = buckets.map(nameOf)
  for (const [at, name] of [...placed(from, [...path, 'from']), ...placed(to, [...path, 'to'])]) {
    yield* flawIf(!members.includes(name), at, `names the bucket ${name}, which is not one of this access point`)
  }
  const chosen = from.length + to.length === 0 || kind === 'one-way' ? members : [...from, ...to]
  for (const name of chosen) {
    const bucket = bucketNamed(name, checked)
    if (!bucket || bucket === 'broken') continue
    const isVersioned =
      bucket.versioning === 'Enabled' || (bucket.objectLock === true && bucket.versioning === undefined)
    yield* flawIf(!isVersioned, path, `needs versioning: Enabled of the bucket ${name}`)
  }
}

type BucketReference = MrapDocument['buckets'][number]

function bucketNamed(
  reference: BucketReference,
  { document, isBroken }: Checked,
): BucketDocument | 'broken' | undefined {
  // Of a list that is none, no name is known.
  if (isBroken(['buckets', -1])) return 'broken'
  const buckets = document.buckets ?? []
  const index = buckets.findIndex(bucket => bucket?.name === nameOf(reference))
  return isBroken(['buckets', index]) ? 'broken' : buckets[index]
}

function nameOf(reference: BucketReference): string {
  return typeof reference === 'string' ? reference : reference.name
}

/** `regions`: Region -> bucket, of the references before. */
function* referenceFlaws(
  reference: BucketReference,
  bucket: BucketDocument | undefined,
  path: MemberPath,
  regions: ReadonlyMap<string, string>,
  { defaultAccountId }: Checked,
): Flaws {
  if (!bucket) {
    yield { path, message: `names the bucket ${nameOf(reference)}, which this world does not list` }
    return
  }
  const { region, account: owner = defaultAccountId } = bucket
  const account = typeof reference === 'string' ? undefined : reference.account
  yield* flawIf(account !== undefined && account !== owner, path, `must have the account of the bucket, ${owner}`)
  yield* flawIf(regions.has(region), path, `is the second bucket in ${region}; one per Region`)
  const isStrange = findRegion(region)?.mrap === false
  yield* flawIf(isStrange, path, `is in ${region}, where Multi-Region Access Points are not supported`)
}

function* routesFlaws(routes: Readonly<Record<string, number>>, regions: readonly string[], path: MemberPath): Flaws {
  for (const region of Object.keys(routes)) {
    const isStrange = !regions.includes(region)
    yield* flawIf(isStrange, [...path, region], `is not a Region of its buckets: ${regions.join(', ')}`)
  }
  const isPassive = regions.every(region => routes[region] === 0)
  yield* flawIf(isPassive, path, 'must leave at least one Region at 100')
}

/** Who owns a bucket or access point; `path` is its own. What nobody can sign for would stand there in vain. */
function* ownerFlaws(
  account: string | undefined,
  path: MemberPath,
  { document, defaultAccountId, isBroken }: Checked,
): Flaws {
  const listed = isBroken(['accounts', '']) ? [] : Object.keys(document.accounts ?? {})
  if (listed.length === 0) return
  if (account === undefined) {
    yield* flawIf(
      !listed.includes(defaultAccountId),
      path,
      `lacks account: without it, it belongs to ${defaultAccountId}, which this world does not list; it lists ${listed.join(', ')}`,
    )
  } else {
    const isListed = account === defaultAccountId || listed.includes(account)
    yield* flawIf(!isListed, [...path, 'account'], `names the account ${account}, which this world does not list`)
  }
}

function* regionFlaws(region: string | undefined, path: MemberPath): Flaws {
  yield* flawIf(region !== undefined && !isRegion(region), path, 'must be an AWS Region such as eu-west-1')
}

function* duplicates<T>(items: Placed<T>, idOf: (item: T) => string | undefined, member: string): Flaws {
  const seen = new Set<string>()
  for (const [path, item] of items) {
    const id = idOf(item)
    if (id === undefined) continue
    yield* flawIf(seen.has(id), [...path, member], 'is taken by an earlier entry')
    seen.add(id)
  }
}

function* flawIf(isFlaw: boolean, path: MemberPath, message: string): Flaws {
  if (isFlaw) yield { path, message }
}
