import t from 'tap'
import { authorize } from '../../../src/data/access/authorize.ts'
import type { MrapAccess } from '../../../src/data/context.ts'
import { dataOperations } from '../../../src/data/operations/index.ts'
import putBucketAcl from '../../../src/data/operations/put-bucket-acl.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import type { Caller } from '../../../src/protocol/caller.ts'
import { canonicalUserId } from '../../../src/protocol/canonical-user.ts'
import { AwsError } from '../../../src/protocol/errors.ts'
import type { HeaderPairs } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import type { Bucket, PublicAccessBlock } from '../../../src/store/rows.ts'
import {
  type DataWorld,
  dataWorld,
  everythingBlocked,
  exchange,
  nothingBlocked,
  owner,
  rootOf,
  stranger,
} from '../../helpers/data-context.ts'

const third = '333333333333'
const callers = {
  owner: rootOf(owner),
  stranger: rootOf(stranger),
  third: rootOf(third),
  anonymous: { kind: 'anonymous' },
} as const satisfies Record<string, Caller>
type Who = keyof typeof callers

interface Asking {
  readonly key?: string
  readonly query?: string
  readonly headers?: HeaderPairs
  readonly mrap?: MrapAccess
  readonly accountBlock?: PublicAccessBlock
}

/** Whether an operation is let in. */
function may(world: DataWorld, who: Who, name: string, asking: Asking = {}): boolean {
  return refused(world, who, name, asking) === undefined
}

function refused(world: DataWorld, who: Who, name: string, asking: Asking = {}): AwsError | undefined {
  const { key, query = '', headers = [], mrap, accountBlock } = asking
  const operation = dataOperations.find(one => one.name === name)
  if (!operation) throw new Error(`no operation ${name}`)
  const bucket = world.store.findBucket('orders-usw2')
  const { request } = world.context({ query, headers })
  const labels = { Bucket: 'orders-usw2', ...(key !== undefined && { Key: key }) }
  const facts = { operation, labels, request, query: readQuery(query), claim: undefined, caller: callers[who] }
  try {
    authorize({ ...facts, bucket, mrap }, { ...world, accountBlocks: () => accountBlock })
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

/** Who of the four is let in, in their order. */
function whoMay(world: DataWorld, name: string, asking: Asking = {}): string {
  const all: Who[] = ['owner', 'stranger', 'third', 'anonymous']
  return all.filter(who => may(world, who, name, asking)).join(' ')
}

const open = { objectOwnership: 'ObjectWriter' } as const

async function worldWithAcl(
  t: Parameters<typeof dataWorld>[0],
  bucketAcl: HeaderPairs,
  bucket: Partial<Bucket> = open,
): Promise<DataWorld> {
  const world = await dataWorld(t, bucket)
  const { id, objectOwnership, publicAccessBlock } = world.bucket
  const wide = { objectOwnership: 'ObjectWriter', publicAccessBlock: undefined } as const
  await world.store.updateBucket(id, wide)
  await exchange(putBucketAcl, world, '', { bucket: { ...world.bucket, ...wide }, headers: bucketAcl })
  await world.store.updateBucket(id, { objectOwnership, publicAccessBlock })
  return world
}

async function put(world: DataWorld, key: string, who: Who, acl: HeaderPairs = []): Promise<void> {
  await exchange(putObject, world, key, { body: key, caller: callers[who], headers: acl })
}

const canned = (name: string): HeaderPairs => [['x-amz-acl', name]]
const toStranger = (permission: string): HeaderPairs => [
  [`x-amz-grant-${permission}`, `id="${canonicalUserId(stranger)}"`],
  ['x-amz-grant-read', `id="${canonicalUserId(owner)}"`],
]

t.test('lists of buckets', async t => {
  const rows = [
    // list, ListObjectsV2, PutObject, GetBucketAcl, PutBucketAcl, GetBucketVersioning
    [canned('private'), 'owner', 'owner', 'owner', 'owner'],
    [canned('public-read'), 'owner stranger third anonymous', 'owner', 'owner', 'owner'],
    [canned('public-read-write'), 'owner stranger third anonymous', 'owner stranger third anonymous', 'owner', 'owner'],
    [canned('authenticated-read'), 'owner stranger third', 'owner', 'owner', 'owner'],
    [toStranger('full-control'), 'owner stranger', 'stranger', 'owner stranger', 'owner stranger'],
    [toStranger('write'), 'owner', 'stranger', 'owner', 'owner'],
    [toStranger('read-acp'), 'owner', '', 'owner stranger', 'owner'],
    [toStranger('write-acp'), 'owner', '', 'owner', 'owner stranger'],
  ] as const
  for (const [acl, list, write, readAcp, writeAcp] of rows) {
    const world = await worldWithAcl(t, acl)
    const name = acl.flat().slice(0, 2).join(': ').replace(/id=.*/, 'stranger')
    for (const operation of [
      'HeadBucket',
      'ListObjects',
      'ListObjectsV2',
      'ListObjectVersions',
      'ListMultipartUploads',
    ]) {
      t.equal(whoMay(world, operation), list, `${name}: ${operation}`)
    }
    for (const operation of ['PutObject', 'CopyObject', 'UploadPart', 'CompleteMultipartUpload']) {
      t.equal(whoMay(world, operation, { key: 'k' }), write, `${name}: ${operation}`)
    }
    t.equal(whoMay(world, 'GetBucketAcl'), readAcp, `${name}: GetBucketAcl`)
    t.equal(whoMay(world, 'PutBucketAcl'), writeAcp, `${name}: PutBucketAcl`)
    for (const operation of ['GetBucketVersioning', 'PutBucketVersioning', 'DeleteBucket', 'GetBucketLocation']) {
      t.equal(whoMay(world, operation), 'owner', `${name}: ${operation} is no matter of lists`)
    }
  }
})

t.test('lists of objects', async t => {
  const rows = [
    [canned('private'), 'owner', 'owner', 'owner'],
    [canned('public-read'), 'owner stranger third anonymous', 'owner', 'owner'],
    [canned('public-read-write'), 'owner stranger third anonymous', 'owner', 'owner'],
    [canned('authenticated-read'), 'owner stranger third', 'owner', 'owner'],
    [toStranger('full-control'), 'owner stranger', 'owner stranger', 'owner stranger'],
    [toStranger('read-acp'), 'owner', 'owner stranger', 'owner'],
    [toStranger('write-acp'), 'owner', 'owner', 'owner stranger'],
  ] as const
  for (const bucketAcl of ['private', 'public-read', 'public-read-write', 'authenticated-read']) {
    const world = await worldWithAcl(t, canned(bucketAcl))
    for (const [acl, read, readAcp, writeAcp] of rows) {
      await put(world, 'k', 'owner', acl)
      const name = `${bucketAcl}, ${acl[0]?.join(': ')}`
      for (const operation of ['GetObject', 'HeadObject']) {
        t.equal(whoMay(world, operation, { key: 'k' }), read, `${name}: ${operation}`)
        t.equal(
          whoMay(world, operation, { key: 'k', query: 'versionId=null' }),
          read,
          `${name}: ${operation} of a version`,
        )
      }
      t.equal(whoMay(world, 'GetObjectAcl', { key: 'k' }), readAcp, `${name}: GetObjectAcl`)
      t.equal(whoMay(world, 'PutObjectAcl', { key: 'k' }), writeAcp, `${name}: PutObjectAcl`)
      t.equal(whoMay(world, 'GetObjectTagging', { key: 'k' }), 'owner', `${name}: tags are no matter of lists`)
    }
  }
})

t.test('missing keys', async t => {
  const hidden = await worldWithAcl(t, canned('private'))
  const shown = await worldWithAcl(t, canned('public-read'))
  for (const operation of ['GetObject', 'HeadObject']) {
    t.equal(whoMay(hidden, operation, { key: 'missing' }), 'owner', `${operation}: 403`)
    t.equal(whoMay(shown, operation, { key: 'missing' }), 'owner stranger third anonymous', `${operation}: 404`)
  }
  t.equal(whoMay(shown, 'GetObjectAcl', { key: 'missing' }), 'owner')
})

t.test('objects of other accounts', async t => {
  const world = await worldWithAcl(t, canned('public-read-write'))
  await put(world, 'k', 'stranger')
  t.equal(whoMay(world, 'GetObject', { key: 'k' }), 'stranger', 'the owner of the bucket needs a grant')
  t.match(refused(world, 'owner', 'GetObject', { key: 'k' }), {
    code: 'AccessDenied',
    hint: /belongs to account 210987654321/,
  })
  t.equal(whoMay(world, 'PutObjectAcl', { key: 'k' }), 'stranger')
  t.equal(whoMay(world, 'DeleteObject', { key: 'k' }), 'owner stranger', 'but can delete, as who wrote it can')
  t.equal(whoMay(world, 'PutObject', { key: 'k' }), 'owner stranger third anonymous')

  await put(world, 'k', 'stranger', canned('bucket-owner-read'))
  t.equal(whoMay(world, 'GetObject', { key: 'k' }), 'owner stranger')
  t.equal(whoMay(world, 'PutObjectAcl', { key: 'k' }), 'stranger')
  await put(world, 'k', 'stranger', canned('bucket-owner-full-control'))
  t.equal(whoMay(world, 'PutObjectAcl', { key: 'k' }), 'owner stranger')

  const preferred = await worldWithAcl(t, canned('public-read-write'), { objectOwnership: 'BucketOwnerPreferred' })
  await put(preferred, 'k', 'stranger')
  t.equal(whoMay(preferred, 'GetObject', { key: 'k' }), 'stranger')
  await put(preferred, 'k', 'stranger', canned('bucket-owner-full-control'))
  t.equal(whoMay(preferred, 'GetObject', { key: 'k' }), 'owner', 'handed over')
})

t.test('a bucket policy gives nothing that another account owns', async t => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders-usw2/*' }
  const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
  const world = await worldWithAcl(t, canned('public-read-write'), { ...open, policy: policyOf(statement) })
  await put(world, 'own', 'owner')
  await put(world, 'k', 'stranger')
  t.equal(whoMay(world, 'GetObject', { key: 'own' }), 'owner stranger third anonymous')
  t.equal(whoMay(world, 'GetObject', { key: 'k' }), 'stranger')
  await put(world, 'k', 'stranger', canned('public-read'))
  t.equal(whoMay(world, 'GetObject', { key: 'k' }), 'owner stranger third anonymous')

  const denying = await worldWithAcl(t, canned('public-read-write'), {
    ...open,
    policy: policyOf({ ...statement, Effect: 'Deny' }),
  })
  await put(denying, 'k', 'stranger', canned('public-read'))
  t.equal(whoMay(denying, 'GetObject', { key: 'k' }), '', 'a Deny is its own affair')
})

t.test('ACLs off: lists mean nothing, everything is the bucket owner’s', async t => {
  const world = await worldWithAcl(t, canned('public-read-write'), {})
  await put(world, 'k', 'owner')
  t.equal(whoMay(world, 'ListObjectsV2'), 'owner')
  t.equal(whoMay(world, 'PutObject', { key: 'k' }), 'owner')
  t.equal(whoMay(world, 'GetObject', { key: 'k' }), 'owner')

  const before = await worldWithAcl(t, canned('public-read-write'))
  await put(before, 'k', 'stranger', canned('public-read'))
  await before.store.updateBucket(before.bucket.id, { objectOwnership: 'BucketOwnerEnforced' })
  t.equal(whoMay(before, 'GetObject', { key: 'k' }), 'owner', 'what was written before as well')
})

t.test('the owner without a grant of its own', async t => {
  const world = await worldWithAcl(t, [['x-amz-grant-read', `id="${canonicalUserId(stranger)}"`]])
  t.equal(whoMay(world, 'ListObjectsV2'), 'stranger')
  t.match(refused(world, 'owner', 'PutObject', { key: 'k' })?.hint, /not grant s3:PutObject .* to its owner/)
  t.ok(may(world, 'owner', 'GetBucketAcl') && may(world, 'owner', 'PutBucketAcl'), 'but can get it back')
  t.ok(may(world, 'owner', 'DeleteObject', { key: 'k' }) && may(world, 'owner', 'PutBucketPolicy'))
})

t.test('Block Public Access', async t => {
  const only = (setting: keyof PublicAccessBlock) => ({ ...nothingBlocked, [setting]: true })
  const ignoring = await worldWithAcl(t, canned('public-read-write'), {
    ...open,
    publicAccessBlock: only('ignorePublicAcls'),
  })
  await exchange(putObject, ignoring, 'k', {
    body: '',
    bucket: { ...ignoring.bucket, ...open },
    headers: canned('public-read'),
  })
  t.equal(whoMay(ignoring, 'ListObjectsV2'), 'owner')
  t.equal(whoMay(ignoring, 'GetObject', { key: 'k' }), 'owner')

  const world = await worldWithAcl(t, canned('authenticated-read'))
  t.equal(whoMay(world, 'ListObjectsV2'), 'owner stranger third')
  t.equal(whoMay(world, 'ListObjectsV2', { accountBlock: everythingBlocked }), 'owner', 'of the account')

  const publicPolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::orders-usw2' },
      { Effect: 'Allow', Principal: { AWS: stranger }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders-usw2/*' },
    ],
  })
  const restricted = await dataWorld(t, { policy: publicPolicy, publicAccessBlock: only('restrictPublicBuckets') })
  await put(restricted, 'k', 'owner')
  t.equal(whoMay(restricted, 'ListObjectsV2'), 'owner')
  t.equal(whoMay(restricted, 'GetObject', { key: 'k' }), 'owner', 'accounts that are named as well')
  t.match(refused(restricted, 'stranger', 'ListObjectsV2')?.hint, /RestrictPublicBuckets/)
  await restricted.store.updateBucket(restricted.bucket.id, { publicAccessBlock: undefined })
  t.equal(whoMay(restricted, 'ListObjectsV2'), 'owner stranger third anonymous')
  t.equal(whoMay(restricted, 'ListObjectsV2', { accountBlock: everythingBlocked }), 'owner')
})

t.test('an MRAP adds its own block and asks for policies, not lists', async t => {
  const world = await worldWithAcl(t, canned('public-read'))
  const mrap = {
    id: 0,
    alias: 'mfzwi23gnjvgw.mrap',
    arn: `arn:aws:s3::${owner}:accesspoint/mfzwi23gnjvgw.mrap`,
    accountId: owner,
    publicAccessBlock: nothingBlocked,
  }
  t.equal(whoMay(world, 'ListObjectsV2', { mrap }), 'owner')
  t.equal(whoMay(world, 'ListObjectsV2', { mrap: { ...mrap, accountId: stranger } }), 'stranger', 'each by its owner')
  const blocking = { ...mrap, accountId: stranger, publicAccessBlock: everythingBlocked }
  t.equal(whoMay(world, 'ListObjectsV2', { mrap: blocking }), '', 'the list is ignored')
})

t.test('who began an upload may end it', async t => {
  const world = await worldWithAcl(t, canned('public-read-write'))
  const { bucket, store } = world
  await store.insertUpload({
    uploadId: 'u',
    bucketId: bucket.id,
    key: 'k',
    initiatedAt: 0,
    initiatorId: stranger,
    ownerId: stranger,
    storageClass: 'STANDARD',
    checksumAlgorithm: undefined,
    checksumType: undefined,
    details: {},
  })
  for (const operation of ['AbortMultipartUpload', 'ListParts']) {
    t.equal(whoMay(world, operation, { key: 'k', query: 'uploadId=u' }), 'owner stranger', operation)
    t.equal(whoMay(world, operation, { key: 'other', query: 'uploadId=u' }), 'owner', 'by its key alone')
  }
  t.equal(whoMay(world, 'CreateMultipartUpload', { key: 'k' }), 'owner stranger third', 'nobody without a name')
})

t.test('policies of buckets are for the own account', async t => {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::orders-usw2' }],
  })
  const world = await dataWorld(t, { policy })
  for (const operation of ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy']) {
    t.equal(whoMay(world, operation), 'owner')
    t.match(refused(world, 'stranger', operation), { code: 'MethodNotAllowed', status: 405 }, operation)
  }
})
