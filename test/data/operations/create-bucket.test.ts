import t from 'tap'
import createBucket from '../../../src/data/operations/create-bucket.ts'
import {
  type DataWorld,
  dataWorld,
  exchange,
  owner,
  refusedExchange,
  rootOf,
  stranger,
} from '../../helpers/data-context.ts'

type Headers = readonly (readonly [string, string])[]
type Request = [name: string, constraint?: string | undefined, called?: string, headers?: Headers]

/** What a request for a new bucket of this name is; the Region called is us-east-1 unless said otherwise. */
const asked = (world: DataWorld, name: string, constraint?: string, called = 'us-east-1', headers: Headers = []) => ({
  bucket: { ...world.bucket, name, region: called },
  headers,
  ...(constraint !== undefined && {
    body: `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${constraint}</LocationConstraint></CreateBucketConfiguration>`,
  }),
})
const create = (world: DataWorld, ...rest: Request) => exchange(createBucket, world, '', asked(world, ...rest))
const refused = (world: DataWorld, ...rest: Request) => refusedExchange(createBucket, world, '', asked(world, ...rest))

const tagged = (world: DataWorld, name: string, ...tags: readonly (readonly [string, string])[]) => ({
  bucket: { ...world.bucket, name, region: 'us-east-1' },
  body: `<CreateBucketConfiguration><Tags>${tags
    .map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`)
    .join('')}</Tags></CreateBucketConfiguration>`,
})

t.test('does the work', async t => {
  t.test('in the Region of the constraint, with the defaults of today', async t => {
    const world = await dataWorld(t)
    await create(world, 'orders-euw1', 'eu-west-1')
    t.match(world.store.findBucket('orders-euw1'), {
      region: 'eu-west-1',
      accountId: owner,
      createdAt: world.clock.now(),
      versioning: undefined,
      objectLock: false,
      requestPayer: 'BucketOwner',
      objectOwnership: 'BucketOwnerEnforced',
      publicAccessBlock: {
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: true,
        restrictPublicBuckets: true,
      },
      policy: undefined,
    })
  })

  t.test('which Region', async t => {
    const world = await dataWorld(t)
    const cases = [
      ['global', undefined, 'us-east-1', 'us-east-1'],
      ['empty', '', 'us-east-1', 'us-east-1'],
      ['anywhere', 'ap-south-1', 'us-east-1', 'ap-south-1'],
      ['at-home', 'ap-south-1', 'ap-south-1', 'ap-south-1'],
      ['legacy', 'EU', 'us-east-1', 'eu-west-1'],
    ] as const
    for (const [name, constraint, called, region] of cases) {
      await create(world, `new-${name}`, constraint, called)
      t.equal(world.store.findBucket(`new-${name}`)?.region, region, name)
    }
  })

  t.test('with Object Lock, which brings versioning', async t => {
    const world = await dataWorld(t)
    await create(world, 'locked', undefined, 'us-east-1', [['x-amz-bucket-object-lock-enabled', 'true']])
    const bucket = world.store.findBucket('locked')
    t.match(bucket, { versioning: 'Enabled', objectLock: true })
    t.strictSame(JSON.parse(world.store.findBucketConfiguration(bucket?.id ?? 0, 'objectLock') ?? ''), {
      ObjectLockEnabled: 'Enabled',
    })
  })

  t.test('with ownership and ACL', async t => {
    const world = await dataWorld(t)
    await create(world, 'owned', undefined, 'us-east-1', [
      ['x-amz-object-ownership', 'ObjectWriter'],
      ['x-amz-grant-read', `id="${'a'.repeat(64)}"`],
    ])
    const bucket = world.store.findBucket('owned')
    t.equal(bucket?.objectOwnership, 'ObjectWriter')
    t.match(JSON.parse(world.store.findBucketConfiguration(bucket?.id ?? 0, 'acl') ?? ''), {
      grants: [{ permission: 'READ', grantee: { id: 'a'.repeat(64) } }],
    })
    await create(world, 'private', undefined, 'us-east-1', [['x-amz-acl', 'private']])
    t.ok(world.store.findBucket('private'))
  })

  t.test('again: in us-east-1 that is no error', async t => {
    const world = await dataWorld(t)
    await create(world, 'again')
    await create(world, 'again')
    t.equal(world.store.listBuckets(owner).length, 2)
  })

  t.test('again with another ACL: the bucket keeps its own', async t => {
    const world = await dataWorld(t)
    const owned = ['x-amz-object-ownership', 'ObjectWriter'] as const
    const grant = ['x-amz-grant-read', `id="${'a'.repeat(64)}"`] as const
    await create(world, 'again', undefined, 'us-east-1', [owned, grant])
    const id = world.store.findBucket('again')?.id ?? 0
    const list = world.store.findBucketConfiguration(id, 'acl')
    t.ok(list)
    await create(world, 'again', undefined, 'us-east-1', [owned, grant])
    t.match(await refused(world, 'again', undefined, 'us-east-1', [owned]), {
      code: 'BucketAlreadyExists',
      status: 409,
    })
    t.equal(world.store.findBucketConfiguration(id, 'acl'), list)
  })

  t.test('with tags', async t => {
    const world = await dataWorld(t)
    await exchange(createBucket, world, '', tagged(world, 'labelled', ['a', '1']))
    const id = world.store.findBucket('labelled')?.id ?? 0
    const stored = '{"TagSet":[{"Key":"a","Value":"1"}]}'
    t.equal(world.store.findBucketConfiguration(id, 'tagging'), stored)
    await create(world, 'labelled')
    await exchange(createBucket, world, '', tagged(world, 'labelled'))
    t.equal(world.store.findBucketConfiguration(id, 'tagging'), stored, 'creating it again leaves them')
    const again = await refusedExchange(createBucket, world, '', tagged(world, 'labelled', ['a', '1']))
    t.match(again, { code: 'BucketAlreadyOwnedByYou', status: 409 })
    await exchange(createBucket, world, '', tagged(world, 'bare'))
    t.equal(world.store.findBucketConfiguration(world.store.findBucket('bare')?.id ?? 0, 'tagging'), undefined)
  })

  t.test('before April 2023', async t => {
    const world = await dataWorld(t)
    const context = world.context({ bucket: { ...world.bucket, region: 'us-east-1' } })
    await createBucket.handle(
      { Bucket: 'old', ACL: 'public-read' },
      { ...context, settings: { ...context.settings, bucketDefaults: 'before-2023' } },
    )
    const bucket = world.store.findBucket('old')
    t.match(bucket, { objectOwnership: undefined, publicAccessBlock: undefined })
    t.match(world.store.findBucketConfiguration(bucket?.id ?? 0, 'acl'), /AllUsers/)
  })
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const here = await create(world, 'in-virginia')
  t.strictSame(here, {
    status: 200,
    headers: { location: '/in-virginia', 'x-amz-bucket-arn': 'arn:aws:s3:::in-virginia' },
    body: '',
  })
  t.equal(
    (await create(world, 'in-ireland', 'eu-west-1', 'eu-west-1')).headers.location,
    'http://in-ireland.s3.amazonaws.com/',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  await world.addBucket({ name: 'mine', region: 'eu-west-1' })
  await world.addBucket({ name: 'theirs', accountId: stranger })
  const incompatible = (constraint: string) =>
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`
  const invalid = 'The specified location-constraint is not valid'
  const cases: [name: string, request: Request, expected: object][] = [
    ['a bad name', ['Orders'], { code: 'InvalidBucketName', status: 400, fields: { BucketName: 'Orders' } }],
    ['us-east-1 by name', ['new', 'us-east-1'], { code: 'InvalidLocationConstraint', status: 400, message: invalid }],
    ['no Region', ['new', 'bar'], { code: 'InvalidLocationConstraint', fields: { LocationConstraint: 'bar' } }],
    [
      'no constraint outside us-east-1',
      ['new', undefined, 'eu-west-1'],
      { code: 'IllegalLocationConstraintException', status: 400, message: incompatible('unspecified') },
    ],
    [
      'another Region than the one called',
      ['new', 'us-west-2', 'eu-west-1'],
      { code: 'IllegalLocationConstraintException', message: incompatible('us-west-2') },
    ],
    [
      'no Region, outside us-east-1',
      ['new', 'bar', 'eu-west-1'],
      { code: 'IllegalLocationConstraintException', message: incompatible('bar') },
    ],
    [
      'an own bucket outside us-east-1',
      ['mine', 'eu-west-1', 'eu-west-1'],
      { code: 'BucketAlreadyOwnedByYou', status: 409, fields: { BucketName: 'mine' } },
    ],
    ['an own bucket of another Region', ['mine'], { code: 'BucketAlreadyOwnedByYou' }],
    ["somebody else's bucket", ['theirs'], { code: 'BucketAlreadyExists', status: 409 }],
    [
      'an unknown ownership',
      ['new', undefined, 'us-east-1', [['x-amz-object-ownership', 'RandomValue']]],
      {
        code: 'InvalidArgument',
        message: 'Invalid x-amz-object-ownership header: RandomValue',
        fields: { ArgumentName: 'x-amz-object-ownership' },
      },
    ],
    [
      'an ACL where ACLs are off',
      ['new', undefined, 'us-east-1', [['x-amz-acl', 'public-read']]],
      { code: 'InvalidBucketAclWithObjectOwnership', status: 400 },
    ],
    [
      'a public ACL where those are blocked',
      [
        'new',
        undefined,
        'us-east-1',
        [
          ['x-amz-acl', 'public-read'],
          ['x-amz-object-ownership', 'ObjectWriter'],
        ],
      ],
      { code: 'InvalidBucketAclWithBlockPublicAccessError', status: 400 },
    ],
    [
      'ACL and grants',
      [
        'new',
        undefined,
        'us-east-1',
        [
          ['x-amz-acl', 'private'],
          ['x-amz-grant-read', `id="${'a'.repeat(64)}"`],
        ],
      ],
      { code: 'InvalidRequest' },
    ],
  ]
  for (const [name, request, expected] of cases) t.match(await refused(world, ...request), expected, name)
  const directory = {
    bucket: { ...world.bucket, name: 'new', region: 'us-east-1' },
    body: '<CreateBucketConfiguration><Bucket><Type>Directory</Type></Bucket></CreateBucketConfiguration>',
  }
  t.match(await refusedExchange(createBucket, world, '', directory), { code: 'NotImplemented' })
  const tagCases = [
    [[['aws:a', '1']], { code: 'InvalidTag', message: /^User-defined tag keys can't start with "aws:"/, fields: {} }],
    [[['a,b', '1']], { code: 'InvalidTag', fields: { TagKey: 'a,b' } }],
    [[['a', '1,2']], { code: 'InvalidTag', fields: { TagKey: 'a', TagValue: '1,2' } }],
    [
      [
        ['a', '1'],
        ['a', '1'],
      ],
      { code: 'InternalError', status: 500 },
    ],
  ] as const
  for (const [tags, expected] of tagCases) {
    t.match(await refusedExchange(createBucket, world, '', tagged(world, 'new', ...tags)), expected)
  }
  const anonymous = { bucket: { ...world.bucket, name: 'new' }, caller: { kind: 'anonymous' } } as const
  t.match(await refusedExchange(createBucket, world, '', anonymous), { code: 'AccessDenied' })
  t.match(
    await refusedExchange(createBucket, world, '', { ...asked(world, 'mine', 'eu-west-1'), caller: rootOf(stranger) }),
    {
      code: 'BucketAlreadyExists',
    },
  )
  t.equal(world.store.findBucket('new'), undefined)
})
