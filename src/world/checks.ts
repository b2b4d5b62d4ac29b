import { isIP } from 'node:net'
import { identityRules, readPolicy } from '../policy/document.ts'
import { findRegion, isRegion } from '../protocol/endpoint/regions.ts'
import type { Flaw, MemberPath, WorldDocument } from './schema.ts'

type Problem = Flaw | undefined
type AccountDocument = NonNullable<WorldDocument['accounts']>[string]
type BucketDocument = NonNullable<WorldDocument['buckets']>[number]
type MrapDocument = NonNullable<WorldDocument['multiRegionAccessPoints']>[number]

/**
 * The first name, reference or value in a well-formed document that cannot hold (design 2.8): names that are taken, Regions and buckets
 * that do not exist, accounts that are not listed, dials that leave no Region active.
 */
export function problemOf(document: WorldDocument, defaultAccountId: string): Problem {
  const problems = [
    ...accountProblems(document),
    ...bucketProblems(document, defaultAccountId),
    ...mrapProblems(document, defaultAccountId),
  ]
  for (const find of problems) {
    const problem = find()
    if (problem) return problem
  }
  return undefined
}

type Find = () => Problem

function accountProblems({ accounts = {} }: WorldDocument): Find[] {
  const keys = new Set<string>()
  return Object.entries(accounts).flatMap(([id, account]) => {
    const path = ['accounts', id]
    const notAnId = () => problemIf(!/^\d{12}$/.test(id), path, 'must be twelve digits, in quotes')
    const names = () => duplicateIn(account.users, [...path, 'users']) ?? duplicateIn(account.roles, [...path, 'roles'])
    const credentials = credentialsOf(account, path).map(([at, key]) => () => {
      const isTaken = keys.has(key.accessKeyId)
      keys.add(key.accessKeyId)
      return (
        problemIf(isTaken, [...at, 'accessKeyId'], 'is the id of another key too') ??
        regionProblem(key.clientRegion, [...at, 'clientRegion']) ??
        problemIf(
          key.expires !== undefined && readTime(key.expires) === undefined,
          [...at, 'expires'],
          'must be a time such as 2030-01-01T00:00:00Z',
        )
      )
    })
    return [notAnId, names, ...policyProblems(account, path), ...credentials]
  })
}

/** Policies of users and roles: a caller with one that cannot be read could not be judged. */
function policyProblems({ users = [], roles = [] }: AccountDocument, path: MemberPath): Find[] {
  const entries = [
    ...users.map(({ policies = [] }, index) => [policies, [...path, 'users', index, 'policies']] as const),
    ...roles.map(({ policies = [] }, index) => [policies, [...path, 'roles', index, 'policies']] as const),
  ]
  return entries.flatMap(([policies, at]) =>
    policies.map((policy, index) => () => {
      const read = readPolicy(JSON.stringify(policy), identityRules)
      return read.ok ? undefined : { path: [...at, index], message: `is no policy that can be read: ${read.problem}` }
    }),
  )
}

interface KeyDocument {
  readonly accessKeyId: string
  readonly clientRegion?: string | undefined
  readonly expires?: string | undefined
}

/** Every key and session of an account with the place where it stands. */
function credentialsOf(account: AccountDocument, path: MemberPath): [MemberPath, KeyDocument][] {
  const listed = (keys: readonly KeyDocument[] | undefined, at: MemberPath): [MemberPath, KeyDocument][] =>
    (keys ?? []).map((key, index) => [[...at, index], key])
  const ofUsers = (account.users ?? []).flatMap((user, index) => [
    ...listed(user.credentials, [...path, 'users', index, 'credentials']),
    ...listed(user.sessions, [...path, 'users', index, 'sessions']),
  ])
  const ofRoles = (account.roles ?? []).flatMap((role, index) =>
    listed(role.sessions, [...path, 'roles', index, 'sessions']),
  )
  return [...listed(account.credentials, [...path, 'credentials']), ...ofUsers, ...ofRoles]
}

function bucketProblems(document: WorldDocument, defaultAccountId: string): Find[] {
  const buckets = document.buckets ?? []
  const taken = () => duplicateIn(buckets, ['buckets'])
  const each = buckets.flatMap((bucket, index) => {
    const path = ['buckets', index]
    const objects = (bucket.objects ?? []).map((object, at) => () => objectProblem(object, [...path, 'objects', at]))
    return [
      () => bucketNameProblem(bucket.name, [...path, 'name']),
      () => regionProblem(bucket.region, [...path, 'region']),
      () => accountProblem(bucket.account, [...path, 'account'], document, defaultAccountId),
      () =>
        problemIf(
          bucket.objectLock === true && bucket.versioning === 'Suspended',
          [...path, 'versioning'],
          'must be Enabled: Object Lock needs it',
        ),
      ...objects,
    ]
  })
  return [taken, ...each]
}

/** The rules of "Bucket naming rules" in the S3 user guide that a pattern of letters does not show. */
function bucketNameProblem(name: string, path: MemberPath): Problem {
  const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3|\.mrap)$/.exec(name)
  return (
    problemIf(isIP(name) !== 0, path, 'must not look like an IP address') ??
    problemIf(/\.\.|\.-|-\./.test(name), path, 'must not have a dot beside a dot or hyphen') ??
    problemIf(reserved !== null, path, `must not begin or end with the reserved ${reserved?.[0]}`)
  )
}

type ObjectDocument = NonNullable<BucketDocument['objects']>[number]

function objectProblem(object: ObjectDocument, path: MemberPath): Problem {
  const hasOneContent = (object.body === undefined) !== (object.file === undefined)
  const metadata = Object.entries(object.metadata ?? {})
  const oddName = metadata.find(([name]) => !/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
  const oddValue = metadata.find(([, value]) => !/^[ -~]*$/.test(value))
  const size = metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  const tags = Object.entries(object.tags ?? {})
  const oddTag = tags.find(([name, value]) => name.length < 1 || name.length > 128 || value.length > 256)
  return (
    problemIf(Buffer.byteLength(object.key) > 1024, [...path, 'key'], 'must have 1 to 1,024 bytes') ??
    problemIf(!hasOneContent, path, 'must have either body or file') ??
    problemIf(
      oddName !== undefined,
      [...path, 'metadata', oddName?.[0] ?? ''],
      'must be named in lower case, as a header',
    ) ??
    problemIf(oddValue !== undefined, [...path, 'metadata', oddValue?.[0] ?? ''], 'must be visible ASCII characters') ??
    problemIf(size > 2048, [...path, 'metadata'], 'must have at most 2,048 bytes') ??
    problemIf(tags.length > 10, [...path, 'tags'], 'must have at most 10 tags') ??
    problemIf(
      oddTag !== undefined,
      [...path, 'tags', oddTag?.[0] ?? ''],
      'must have a name of 1 to 128 and a value of 0 to 256 characters',
    )
  )
}

function mrapProblems(document: WorldDocument, defaultAccountId: string): Find[] {
  const mraps = document.multiRegionAccessPoints ?? []
  const top = 'multiRegionAccessPoints'
  const owner = (mrap: MrapDocument) => mrap.account ?? defaultAccountId
  const taken = () =>
    duplicate(mraps, ({ name, ...mrap }) => `${owner({ name, ...mrap })}/${name}`, [top], 'name') ??
    duplicate(mraps, ({ alias }) => alias, [top], 'alias')
  const each = mraps.flatMap((mrap, index) => [
    () => accountProblem(mrap.account, [top, index, 'account'], document, defaultAccountId),
    () => mrapBucketProblem(mrap, [top, index], document, defaultAccountId),
    () => routesProblem(mrap, [top, index], document),
  ])
  return [taken, ...each]
}

function bucketsOf(mrap: MrapDocument) {
  return mrap.buckets.map(bucket => (typeof bucket === 'string' ? { name: bucket } : bucket))
}

function mrapBucketProblem(
  mrap: MrapDocument,
  path: MemberPath,
  document: WorldDocument,
  defaultAccountId: string,
): Problem {
  const regions = new Set<string>()
  for (const [index, { name, account }] of bucketsOf(mrap).entries()) {
    const at = [...path, 'buckets', index]
    const bucket = document.buckets?.find(known => known.name === name)
    if (!bucket) return { path: at, message: `names the bucket ${name}, which this world does not list` }
    const owner = bucket.account ?? defaultAccountId
    if (account !== undefined && account !== owner)
      return { path: at, message: `must have the account of the bucket, ${owner}` }
    if (regions.has(bucket.region))
      return { path: at, message: `is the second bucket in ${bucket.region}; one per Region` }
    if (findRegion(bucket.region)?.mrap === false) {
      return { path: at, message: `is in ${bucket.region}, where Multi-Region Access Points are not supported` }
    }
    regions.add(bucket.region)
  }
  return problemIf(regions.size > 17, [...path, 'buckets'], 'must have at most 17 buckets')
}

function routesProblem(mrap: MrapDocument, path: MemberPath, document: WorldDocument): Problem {
  const routes = mrap.routes ?? {}
  const names = new Set(bucketsOf(mrap).map(({ name }) => name))
  const regions = (document.buckets ?? []).filter(({ name }) => names.has(name)).map(({ region }) => region)
  const stranger = Object.keys(routes).find(region => !regions.includes(region))
  if (stranger !== undefined) {
    return { path: [...path, 'routes', stranger], message: `is not a Region of its buckets: ${regions.join(', ')}` }
  }
  const isPassive = regions.every(region => routes[region] === 0)
  return problemIf(isPassive, [...path, 'routes'], 'must leave at least one Region at 100')
}

function accountProblem(
  id: string | undefined,
  path: MemberPath,
  { accounts = {} }: WorldDocument,
  defaultAccountId: string,
): Problem {
  const isListed = id === undefined || id === defaultAccountId || Object.hasOwn(accounts, id)
  const hasAccounts = Object.keys(accounts).length > 0
  return problemIf(hasAccounts && !isListed, path, `names the account ${id}, which this world does not list`)
}

function regionProblem(region: string | undefined, path: MemberPath): Problem {
  return problemIf(region !== undefined && !isRegion(region), path, 'must be an AWS Region such as eu-west-1')
}

function duplicateIn(items: readonly { readonly name: string }[] | undefined, path: MemberPath): Problem {
  return duplicate(items ?? [], ({ name }) => name, path, 'name')
}

function duplicate<T>(
  items: readonly T[],
  idOf: (item: T) => string | undefined,
  path: MemberPath,
  member: string,
): Problem {
  const seen = new Set<string>()
  for (const [index, item] of items.entries()) {
    const id = idOf(item)
    if (id === undefined) continue
    if (seen.has(id)) return { path: [...path, index, member], message: 'is taken by an earlier entry' }
    seen.add(id)
  }
  return undefined
}

function problemIf(isProblem: boolean, path: MemberPath, message: string): Problem {
  return isProblem ? { path, message } : undefined
}

/** Milliseconds since the epoch of an ISO 8601 time with its zone; undefined when it is none. */
export function readTime(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}
