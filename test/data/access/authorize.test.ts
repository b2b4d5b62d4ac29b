import t from 'tap'
import { authorize, authorizeAction, isRequesterCharged } from '../../../src/data/access/authorize.ts'
import type { MrapAccess } from '../../../src/data/context.ts'
import { dataOperations } from '../../../src/data/operations/index.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import type { Caller } from '../../../src/protocol/caller.ts'
import { AwsError } from '../../../src/protocol/errors.ts'
import type { HeaderPairs } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import type { Bucket } from '../../../src/store/rows.ts'
import {
  type DataWorld,
  dataWorld,
  exchange,
  nothingBlocked,
  owner,
  rootOf,
  stranger,
} from '../../helpers/data-context.ts'

const alias = 'mfzwi23gnjvgw.mrap'
const mrapOf = (accountId: string): MrapAccess => ({
  id: 1,
  publicAccessBlock: nothingBlocked,
  alias,
  accountId,
  arn: `arn:aws:s3::${accountId}:accesspoint/${alias}`,
})

const layering = ({ store, clock }: DataWorld) => ({ store, clock, accountBlocks: () => undefined })

interface Asking {
  readonly caller?: Caller
  readonly key?: string
  readonly query?: string
  readonly headers?: HeaderPairs
  readonly mrap?: MrapAccess
}

/** Asks for an operation; the code of the refusal, or `yes`. */
function ask(world: DataWorld, name: string, asking: Asking = {}): string {
  return refusal(world, name, asking)?.code ?? 'yes'
}

function refusal(world: DataWorld, name: string, asking: Asking = {}): AwsError | undefined {
  const { caller = rootOf(stranger), key, query = '', headers = [], mrap } = asking
  const operation = dataOperations.find(one => one.name === name)
  if (!operation) throw new Error(`no operation ${name}`)
  const bucket = world.store.findBucket('orders-usw2')
  const { request } = world.context({ query, headers })
  const labels = { Bucket: 'orders-usw2', ...(key !== undefined && { Key: key }) }
  const asked = { operation, labels, request, query: readQuery(query), claim: undefined, caller, bucket, mrap }
  try {
    authorize(asked, layering(world))
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
}

const statement = (more: object) => ({
  Effect: 'Allow',
  Principal: { AWS: stranger },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::orders-usw2/*',
  ...more,
})
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })

async function worldWith(t: Parameters<typeof dataWorld>[0], ...statements: object[]): Promise<DataWorld> {
  const bucket: Partial<Bucket> = statements.length === 0 ? {} : { policy: policy(...statements) }
  const world = await dataWorld(t, bucket)
  await exchange(putObject, world, 'k', { body: 'hello' })
  return world
}

/** Gives the world an MRAP of this account with this Established policy. */
async function addMrap(world: DataWorld, accountId: string, established?: string): Promise<MrapAccess> {
  const now = world.clock.now()
  await world.store.submitCreateMrap(
    {
      token: 'token',
      accountId,
      clientToken: 'one',
      operation: 'CreateMultiRegionAccessPoint',
      parameters: '{}',
      submittedAt: now,
      startsAt: now,
      dueAt: now,
      failure: undefined,
      regions: ['us-west-2'],
    },
    {
      accountId,
      name: 'orders-global',
      alias,
      createdAt: now,
      readyAt: now,
      publicAccessBlock: {
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: true,
        restrictPublicBuckets: true,
      },
      regions: [{ bucket: 'orders-usw2', region: 'us-west-2', bucketAccountId: owner }],
    },
    [{ region: 'us-west-2', trafficDialPercentage: 100, submittedAt: now, effectiveAt: now }],
    established === undefined ? undefined : { policy: established, submittedAt: now, establishedAt: now },
  )
  return { ...mrapOf(accountId), id: world.store.findMrapByAlias(alias, now)?.id ?? 0 }
}

t.test('the owner’s root', async t => {
  const caller = rootOf(owner)

  t.test('may do everything that no policy denies', async t => {
    const world = await worldWith(t)
    for (const name of ['GetObject', 'PutObject', 'ListObjectsV2', 'PutBucketPolicy', 'DeleteBucket']) {
      t.equal(ask(world, name, { caller, key: 'k' }), 'yes', name)
    }
  })

  t.test('is held by an explicit Deny, but never loses the policy', async t => {
    const all = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::orders-usw2', 'arn:aws:s3:::orders-usw2/*'],
    }
    const world = await worldWith(t, statement(all))
    t.equal(ask(world, 'GetObject', { caller, key: 'k' }), 'AccessDenied')
    t.equal(ask(world, 'ListObjectsV2', { caller }), 'AccessDenied')
    for (const name of ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy']) {
      t.equal(ask(world, name, { caller }), 'yes', name)
    }
    t.equal(ask(world, 'GetBucketPolicy', { caller: rootOf(stranger) }), 'AccessDenied', 'another account does')
  })
})

t.test('another account’s root', async t => {
  t.test('gets in where the policy has a plain Allow', async t => {
    const world = await worldWith(t, statement({}))
    t.equal(ask(world, 'GetObject', { key: 'k' }), 'yes')
    t.equal(ask(world, 'HeadObject', { key: 'k' }), 'yes')
    t.match(refusal(world, 'PutObject', { key: 'k' }), { code: 'AccessDenied', status: 403, message: 'Access Denied' })
    t.match(
      refusal(world, 'PutObject', { key: 'k' })?.hint,
      /No policy or access control list of bucket orders-usw2 allows s3:PutObject on arn:aws:s3:::orders-usw2\/k/,
    )
    t.equal(ask(world, 'ListObjectsV2'), 'AccessDenied')
    t.equal(ask(world, 'GetObject', { caller: rootOf('333333333333'), key: 'k' }), 'AccessDenied')
    t.equal(ask(await worldWith(t), 'GetObject', { key: 'k' }), 'AccessDenied', 'no policy at all')
  })

  t.test('a Deny wins', async t => {
    const world = await worldWith(
      t,
      statement({}),
      statement({ Effect: 'Deny', Resource: 'arn:aws:s3:::orders-usw2/k' }),
    )
    t.equal(ask(world, 'GetObject', { key: 'k' }), 'AccessDenied')
    t.match(refusal(world, 'GetObject', { key: 'k' })?.hint, /denies s3:GetObject/)
  })

  t.test('a version is another action', async t => {
    const world = await worldWith(t, statement({}))
    t.equal(ask(world, 'GetObject', { key: 'k', query: 'versionId=null' }), 'AccessDenied')
    const both = await worldWith(t, statement({ Action: 's3:GetObjectVersion' }))
    t.equal(ask(both, 'GetObject', { key: 'k', query: 'versionId=null' }), 'yes')
    t.equal(ask(both, 'GetObject', { key: 'k' }), 'AccessDenied')
  })

  t.test('what headers set beside needs its own Allow', async t => {
    const world = await worldWith(t, statement({ Action: 's3:PutObject' }))
    t.equal(ask(world, 'PutObject', { key: 'k' }), 'yes')
    for (const header of ['x-amz-tagging', 'x-amz-object-lock-mode', 'x-amz-object-lock-legal-hold']) {
      t.equal(ask(world, 'PutObject', { key: 'k', headers: [[header, 'x']] }), 'AccessDenied', header)
    }
    for (const header of ['x-amz-acl', 'x-amz-grant-read']) {
      t.equal(
        ask(world, 'PutObject', { key: 'k', headers: [[header, 'x']] }),
        'yes',
        `${header} is the writer’s affair`,
      )
    }
    const denied = await worldWith(
      t,
      statement({ Action: 's3:PutObject' }),
      statement({ Effect: 'Deny', Action: 's3:PutObjectAcl' }),
    )
    t.equal(ask(denied, 'PutObject', { key: 'k' }), 'yes')
    t.equal(
      ask(denied, 'PutObject', { key: 'k', headers: [['x-amz-acl', 'private']] }),
      'AccessDenied',
      'but for a Deny',
    )
    const tagging = await worldWith(t, statement({ Action: ['s3:PutObject', 's3:PutObjectTagging'] }))
    t.equal(ask(tagging, 'PutObject', { key: 'k', headers: [['x-amz-tagging', 'a=b']] }), 'yes')
    const deleting = await worldWith(t, statement({ Action: 's3:DeleteObject' }))
    t.equal(ask(deleting, 'DeleteObject', { key: 'k' }), 'yes')
    const bypass: HeaderPairs = [['x-amz-bypass-governance-retention', 'true']]
    t.equal(ask(deleting, 'DeleteObject', { key: 'k', headers: bypass }), 'AccessDenied')
  })

  t.test('whoever may not list learns nothing of missing keys', async t => {
    const world = await worldWith(t, statement({}))
    t.equal(ask(world, 'GetObject', { key: 'missing' }), 'AccessDenied')
    t.equal(ask(world, 'HeadObject', { key: 'missing' }), 'AccessDenied')
    const list = statement({ Action: 's3:ListBucket', Resource: 'arn:aws:s3:::orders-usw2' })
    t.equal(ask(await worldWith(t, statement({}), list), 'GetObject', { key: 'missing' }), 'yes', 'the 404 shows')
  })

  t.test('may list its own buckets and create new ones', async t => {
    const world = await worldWith(t)
    const [list, create] = ['ListBuckets', 'CreateBucket'].map(name => dataOperations.find(one => one.name === name))
    const { request } = world.context()
    for (const operation of [list, create]) {
      if (!operation) throw new Error('no such row')
      const asked = {
        operation,
        labels: {},
        request,
        query: readQuery(''),
        claim: undefined,
        caller: rootOf(stranger),
        bucket: undefined,
        mrap: undefined,
      }
      t.doesNotThrow(() => authorize(asked, layering(world)))
    }
  })
})

t.test('through an MRAP', async t => {
  const onMrap = (accountId: string, more: object = {}) =>
    statement({ Resource: `${mrapOf(accountId).arn}/object/*`, ...more })

  t.test('of the same account: nobody need allow, anybody may deny', async t => {
    const world = await worldWith(t)
    const caller = rootOf(owner)
    t.equal(ask(world, 'GetObject', { caller, key: 'k', mrap: await addMrap(world, owner) }), 'yes')

    const denied = await worldWith(t)
    const everyone = { Effect: 'Deny', Principal: '*' }
    const mrap = await addMrap(denied, owner, policy(onMrap(owner, everyone)))
    t.equal(ask(denied, 'GetObject', { caller, key: 'k', mrap }), 'AccessDenied')
    t.equal(ask(denied, 'PutObject', { caller, key: 'k', mrap }), 'yes', 'another action')
    t.equal(ask(denied, 'GetObject', { caller, key: 'k' }), 'yes', 'the bucket itself is not concerned')
  })

  t.test('another account needs an Allow of both', async t => {
    const cases = [
      ['both', [statement({})], policy(onMrap(owner)), 'yes'],
      ['the MRAP alone', [], policy(onMrap(owner)), 'AccessDenied'],
      ['the bucket alone', [statement({})], undefined, 'AccessDenied'],
      ['a Deny of the MRAP', [statement({})], policy(onMrap(owner), onMrap(owner, { Effect: 'Deny' })), 'AccessDenied'],
      ['a Deny of the bucket', [statement({}), statement({ Effect: 'Deny' })], policy(onMrap(owner)), 'AccessDenied'],
    ] as const
    for (const [name, statements, established, expected] of cases) {
      const world = await worldWith(t, ...statements)
      const mrap = await addMrap(world, owner, established)
      t.equal(ask(world, 'GetObject', { key: 'k', mrap }), expected, name)
    }
  })

  t.test('a bucket of another account delegates to the access point', async t => {
    for (const condition of [
      { 's3:DataAccessPointAccount': stranger },
      { 's3:DataAccessPointArn': mrapOf(stranger).arn },
    ]) {
      const world = await worldWith(t, statement({ Principal: '*', Condition: { StringEquals: condition } }))
      const mrap = await addMrap(world, stranger)
      t.equal(ask(world, 'GetObject', { key: 'k', mrap }), 'yes', JSON.stringify(condition))
      t.equal(ask(world, 'GetObject', { key: 'k' }), 'AccessDenied', 'directly the condition does not hold')
      t.equal(
        ask(world, 'GetObject', { key: 'k', mrap: mrapOf('333333333333') }),
        'AccessDenied',
        'nor through another',
      )
    }
  })

  t.test('operations on the bucket are asked of the MRAP itself', async t => {
    const list = { Action: 's3:ListBucket' }
    const world = await worldWith(t, statement({ ...list, Resource: 'arn:aws:s3:::orders-usw2' }))
    const mrap = await addMrap(world, owner, policy(onMrap(owner, { ...list, Resource: mrapOf(owner).arn })))
    t.equal(ask(world, 'ListObjectsV2', { mrap }), 'yes')
  })

  t.test('a policy that is only Proposed decides nothing', async t => {
    const world = await worldWith(t, statement({}))
    const mrap = await addMrap(world, owner, policy(onMrap(owner)))
    const row = world.store.findMrapByAlias(alias, world.clock.now())
    const now = world.clock.now()
    await world.store.submitMrapPolicy(
      {
        token: 'policy',
        accountId: owner,
        clientToken: 'two',
        operation: 'PutMultiRegionAccessPointPolicy',
        parameters: '{}',
        submittedAt: now,
        startsAt: now,
        dueAt: now + 1000,
        failure: undefined,
        regions: ['us-west-2'],
      },
      {
        mrapId: row?.id ?? 0,
        policy: policy(onMrap(owner, { Effect: 'Deny' })),
        submittedAt: now,
        establishedAt: now + 1000,
      },
    )
    t.equal(ask(world, 'GetObject', { key: 'k', mrap }), 'yes')
    world.clock.advance(1000)
    t.equal(ask(world, 'GetObject', { key: 'k', mrap }), 'AccessDenied')
  })
})

t.test('nobody, users and roles', async t => {
  const world = await worldWith(t, statement({ Principal: '*' }))
  const anonymous: Caller = { kind: 'anonymous' }
  t.equal(ask(world, 'GetObject', { caller: anonymous, key: 'k' }), 'yes', 'a public policy')
  t.match(refusal(world, 'PutObject', { caller: anonymous, key: 'k' }), { code: 'AccessDenied', hint: /anonymous/ })
  t.match(refusal(world, 'GetObject', { caller: anonymous, key: 'k', mrap: mrapOf(owner) }), {
    code: 'AccessDenied',
    hint: /SigV4A/,
  })
  const user: Caller = { kind: 'user', accountId: owner, accessKeyId: 'AKIA', name: 'ann', policies: [] }
  t.equal(
    ask(world, 'GetObject', { caller: user, key: 'k' }),
    'yes',
    'a policy for everyone names a user of the account',
  )
  t.match(refusal(world, 'PutObject', { caller: user, key: 'k' }), {
    code: 'AccessDenied',
    status: 403,
    hint: 'No identity policy allows s3:PutObject on arn:aws:s3:::orders-usw2/k to user ann of account 111122223333, which has none at all.',
  })
})

t.test('the expected owner of the bucket', async t => {
  const world = await worldWith(t)
  const caller = rootOf(owner)
  const expecting = (value: string) =>
    refusal(world, 'GetObject', { caller, key: 'k', headers: [['x-amz-expected-bucket-owner', value]] })
  t.equal(expecting(owner), undefined)
  t.match(expecting(stranger), { code: 'AccessDenied', status: 403, hint: /belongs to account 111122223333/ })
  for (const value of ['0000', 'abcd', '0000000000020', 'aa000000000$']) {
    t.match(expecting(value), {
      code: 'InvalidBucketOwnerAWSAccountID',
      status: 400,
      message: `The value of the expected bucket owner parameter must be an AWS Account ID... [${value}]`,
    })
  }
})

t.test('Requester Pays', async t => {
  const world = await dataWorld(t, { requestPayer: 'Requester', policy: policy(statement({})) })
  await exchange(putObject, world, 'k', { body: 'hello' })
  t.match(refusal(world, 'GetObject', { key: 'k' }), { code: 'AccessDenied', status: 403, hint: /x-amz-request-payer/ })
  t.equal(ask(world, 'GetObject', { key: 'k', headers: [['x-amz-request-payer', 'requester']] }), 'yes')
  t.equal(ask(world, 'GetObject', { key: 'k', query: 'x-amz-request-payer=requester' }), 'yes', 'presigned')
  t.equal(ask(world, 'GetObject', { key: 'k', headers: [['x-amz-request-payer', 'me']] }), 'AccessDenied')
  t.equal(ask(world, 'GetObject', { caller: rootOf(owner), key: 'k' }), 'yes', 'the owner pays anyway')
  t.equal(isRequesterCharged(rootOf(stranger), world.bucket), true)
  t.equal(isRequesterCharged(rootOf(owner), world.bucket), false)
  t.equal(isRequesterCharged(rootOf(stranger), { ...world.bucket, requestPayer: 'BucketOwner' }), false)
})

t.test('one action, as for the source of a copy', async t => {
  const world = await worldWith(t, statement({}))
  const facts = { request: world.context().request, query: readQuery(''), claim: undefined, caller: rootOf(stranger) }
  const asked = { ...facts, action: 's3:GetObject', key: 'k', bucket: world.bucket, mrap: undefined }
  t.doesNotThrow(() => authorizeAction(asked, layering(world)))
  t.throws(() => authorizeAction({ ...asked, action: 's3:GetObjectVersion' }, layering(world)), {
    code: 'AccessDenied',
  })
})
