import t from 'tap'
import putBucketReplication from '../../../src/data/operations/put-bucket-replication.ts'
import { findReplication } from '../../../src/data/replication/configuration.ts'
import { dataWorld, exchange, owner, refusedExchange } from '../../helpers/data-context.ts'

const role = `arn:aws:iam::${owner}:role/replication`
const document = (rules: string, roleText = `<Role>${role}</Role>`) =>
  `<ReplicationConfiguration>${roleText}${rules}</ReplicationConfiguration>`
const bucket = (name = 'orders-euw1') => `<Bucket>arn:aws:s3:::${name}</Bucket>`
const destination = (more = '', name?: string) => `<Destination>${bucket(name)}${more}</Destination>`
const noMarkers = '<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>'
const markers = noMarkers.replace('Disabled', 'Enabled')
const status = '<Status>Enabled</Status>'
const priority = (value: number | string) => `<Priority>${value}</Priority>`
/** A rule of the second generation that is right but for what is said. */
const v2 = ({
  id = '',
  filter = '<Filter/>',
  first = priority(1),
  end = noMarkers,
  to = destination(),
  more = '',
}: {
  id?: string
  filter?: string
  first?: string
  end?: string
  to?: string
  more?: string
}) => `<Rule>${id}${first}${filter}${status}${more}${to}${end}</Rule>`
const v1 = (prefix: string, more = '', to = destination()) =>
  `<Rule><Prefix>${prefix}</Prefix>${status}${more}${to}</Rule>`
const kms = (arn: string) =>
  `<EncryptionConfiguration><ReplicaKmsKeyID>${arn}</ReplicaKmsKeyID></EncryptionConfiguration>`
const kmsSource = (value = 'Enabled') =>
  `<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>${value}</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>`
const key = `arn:aws:kms:eu-west-1:${owner}:key/0b1c2d3e-0000-0000-0000-000000000000`
const time = (value = 'Enabled', minutes = 15) =>
  `<ReplicationTime><Status>${value}</Status><Time><Minutes>${minutes}</Minutes></Time></ReplicationTime>`
const metrics = (value = 'Enabled', minutes: number | undefined = 15) =>
  `<Metrics><Status>${value}</Status>${minutes === undefined ? '' : `<EventThreshold><Minutes>${minutes}</Minutes></EventThreshold>`}</Metrics>`
const metricsAlone = '<Metrics><Status>Enabled</Status></Metrics>'
const tag = (name: string) => `<Tag><Key>${name}</Key><Value>1</Value></Tag>`

const malformed = { code: 'MalformedXML', status: 400 }
const request = (message: string) => ({ code: 'InvalidRequest', status: 400, message })
const argument = (message: string, name: string) => ({
  code: 'InvalidArgument',
  status: 400,
  message,
  fields: { ArgumentName: name },
})
const schema = (what: string) =>
  request(
    `${what} for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.`,
  )

const refusals: readonly (readonly [name: string, body: string, expected: object])[] = [
  ['1 no rule', document(''), malformed],
  ['1 no role', document(v2({}), ''), malformed],
  ['1 no status', document(v2({}).replace(status, '')), malformed],
  ['1 no destination', document(v2({ to: '' })), malformed],
  ['1 no bucket', document(v2({ to: '<Destination/>' })), malformed],
  ['1 a status that is none', document(v2({}).replace(status, '<Status>enabled</Status>')), malformed],
  ['1 priority is no number', document(v2({ first: priority('one') })), malformed],
  ['1 priority beyond int32', document(v2({ first: priority(2147483648) })), malformed],
  ['1 unknown element', document(v2({ more: '<Colour>red</Colour>' })), malformed],
  ['1 unknown element inside', document(v2({ to: destination('<Colour/>') })), malformed],
  ['2 filter with two', document(v2({ filter: `<Filter><Prefix>a</Prefix>${tag('a')}</Filter>` })), malformed],
  ['2 And of one', document(v2({ filter: '<Filter><And><Prefix>a</Prefix></And></Filter>' })), malformed],
  ['prefix and filter', document(v2({ filter: '<Filter/><Prefix/>' })), malformed],
  ['neither', document(v2({ filter: '' })), malformed],
  ['3 storage class', document(v2({ to: destination('<StorageClass>COLD</StorageClass>') })), malformed],
  ['3 of other buckets', document(v2({ to: destination('<StorageClass>OUTPOSTS</StorageClass>') })), malformed],
  [
    '4 existing objects',
    document(v2({ more: '<ExistingObjectReplication><Status>Enabled</Status></ExistingObjectReplication>' })),
    malformed,
  ],
  ['6', document(v2({ to: destination('', 'never') })), request('Destination bucket must have versioning enabled.')],
  ['6', document(v2({ to: destination('', 'paused') })), request('Destination bucket must have versioning enabled.')],
  ['7', document(v2({ to: destination('', 'missing') })), request('Destination bucket must exist.')],
  [
    '8',
    document(v2({ to: destination('', 'orders-usw2') })),
    request('Destination bucket cannot be the same as the source bucket.'),
  ],
  ['9', document(v2({ first: '' })), schema('Priority must be specified')],
  ['10', document(v2({ end: '' })), schema('DeleteMarkerReplication must be specified')],
  ['11', document(v1('', priority(1))), schema('Priority cannot be used')],
  ['12', document(v1('', noMarkers)), schema('DeleteMarkerReplication cannot be used')],
  ['V1 by one rule', document(v2({}) + v1('')), schema('Priority cannot be used')],
  ['V1 with metrics is V2', document(v1('', '', destination(metricsAlone))), schema('Priority must be specified')],
  [
    'V1 with sync',
    document(
      v1(
        '',
        '<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status></ReplicaModifications></SourceSelectionCriteria>',
      ),
    ),
    schema('ReplicaModifications cannot be used'),
  ],
  [
    '13',
    document(v2({ filter: `<Filter>${tag('a')}</Filter>`, end: markers })),
    request(
      'Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.',
    ),
  ],
  [
    '14',
    document(v1('a') + v1('b', '', destination('', 'orders-apne1'))),
    request('Number of distinct destination bucket ARNs cannot exceed 1'),
  ],
  ['15', document(v2({}) + v2({ to: destination('', 'orders-apne1') })), request('Found duplicate priority 1.')],
  ['16', document(v2({ first: priority(-1) })), argument('Priority must be between 0 and 2147483647.', 'Priority')],
  [
    '17',
    document(v2({ id: '<ID>a</ID>' }) + v2({ id: '<ID>a</ID>', first: priority(2) })),
    argument('Rule Id must be unique', 'ID'),
  ],
  ['18', document(v2({ id: `<ID>${'a'.repeat(256)}</ID>` })), argument('Rule Id cannot be greater than 255', 'ID')],
  ['19', document(v2({ id: '<ID>é</ID>' })), { code: 'InvalidArgument', fields: { ArgumentName: 'ID' } }],
  [
    '20',
    document(v2({ filter: `<Filter><And>${tag('a')}${tag('a')}</And></Filter>` })),
    request('Duplicate Tag Keys are not allowed.'),
  ],
  [
    '21',
    document(Array.from({ length: 1001 }, (_, n) => v2({ first: priority(n) })).join('')),
    { code: 'InvalidArgument' },
  ],
  ['22', document(v2({ more: '<SourceSelectionCriteria/>' })), request('SourceSelectionCriteria cannot be empty')],
  [
    '23',
    document(v2({ to: destination(kms(key)) })),
    request('SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.'),
  ],
  ...(['Enabled', 'Disabled'] as const).map(
    value =>
      [
        `24 ${value}`,
        document(v2({ more: kmsSource(value) })),
        request('ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.'),
      ] as const,
  ),
  [
    '25',
    document(v2({ more: kmsSource(), to: destination(kms('alias/aws/s3')) })),
    argument('Invalid ReplicaKmsKeyID ARN.', 'ReplicaKmsKeyID'),
  ],
  ...(['Enabled', 'Disabled'] as const).map(
    value =>
      [
        `26 ${value}`,
        document(v2({ to: destination(time(value)) })),
        request('Replication destination must contain both ReplicationTime and Metrics or neither.'),
      ] as const,
  ),
  [
    '27 without',
    document(v2({ to: destination(metrics()) })),
    argument(
      'Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled',
      'EventThreshold',
    ),
  ],
  [
    '27 disabled',
    document(v2({ to: destination(time('Disabled') + metrics()) })),
    argument(
      'Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled',
      'EventThreshold',
    ),
  ],
  [
    '28',
    document(v2({ to: destination(time() + metricsAlone) })),
    argument('ReplicationMetrics must contain an event threshold', 'EventThreshold'),
  ],
  [
    '29 time',
    document(v2({ to: destination(time('Enabled', 10) + metrics()) })),
    argument('Invalid time minute value', 'Minutes'),
  ],
  [
    '29 threshold',
    document(v2({ to: destination(time() + metrics('Enabled', 5)) })),
    argument('Invalid event threshold minute value', 'Minutes'),
  ],
  ['30', document(v2({ to: destination(time() + metrics('Disabled')) })), { code: 'InvalidArgument' }],
  [
    '31',
    document(
      v2({ to: destination('<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>') }),
    ),
    request('Account must be specified if the Owner in AccessControlTranslation has a value'),
  ],
  ...['replication', 'arn:aws:iam::1:role/a', 'arn:aws:s3:::a', 'arn:aws:sts::111122223333:role/a'].map(
    text =>
      [
        `32 ${text}`,
        document(v2({}), `<Role>${text}</Role>`),
        argument('Invalid Role specified in replication configuration', 'Role'),
      ] as const,
  ),
  [
    '33',
    document(v2({}), `<Role>arn:aws:iam::${owner}:user/a</Role>`),
    argument('The relative id should start with role', 'Role'),
  ],
  ['34', document(v2({}), '<Role>arn:aws:iam::210987654321:role/a</Role>'), { code: 'AccessDenied', status: 403 }],
  ...[
    'orders-euw1',
    'arn:aws:s3:::orders-euw1/a',
    'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap',
    'arn:aws:s3:eu-west-1:111122223333:accesspoint/a',
  ].map(
    arn =>
      [
        `35, 36 ${arn}`,
        document(v2({ to: `<Destination><Bucket>${arn}</Bucket></Destination>` })),
        argument('Invalid bucket ARN', 'Bucket'),
      ] as const,
  ),
]

async function pair(t: Parameters<typeof dataWorld>[0]) {
  const world = await dataWorld(t, { versioning: 'Enabled' })
  await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1', versioning: 'Enabled' })
  await world.addBucket({ name: 'orders-apne1', region: 'ap-northeast-1', versioning: 'Enabled' })
  await world.addBucket({ name: 'never', region: 'eu-west-1' })
  await world.addBucket({ name: 'paused', region: 'eu-west-1', versioning: 'Suspended' })
  return world
}

t.test('refuses, and leaves the configuration that is there', async t => {
  const world = await pair(t)
  await exchange(putBucketReplication, world, '', { body: document(v2({ id: '<ID>before</ID>' })) })
  const before = findReplication(world)
  for (const [name, body, expected] of refusals) {
    t.match(await refusedExchange(putBucketReplication, world, '', { body }), expected, name)
    t.strictSame(findReplication(world), before, `${name}: unchanged`)
  }
})

t.test('refuses a source without versioning before it looks at the rules', async t => {
  const text = "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
  for (const versioning of [undefined, 'Suspended'] as const) {
    const world = await dataWorld(t, { versioning })
    const body = document(v2({ first: '', to: destination('', 'missing') }))
    t.match(await refusedExchange(putBucketReplication, world, '', { body }), request(text))
    const wrongRole = document(v2({}), '<Role>a</Role>')
    t.match(await refusedExchange(putBucketReplication, world, '', { body: wrongRole }), { code: 'InvalidArgument' })
    t.match(await refusedExchange(putBucketReplication, world, '', { body: document(v2({ filter: '' })) }), malformed)
  }
})

t.test('the rules come before the destination', async t => {
  const body = document(v2({ to: destination('', 'missing') }) + v2({ first: '' }))
  t.match(
    await refusedExchange(putBucketReplication, await pair(t), '', { body }),
    schema('Priority must be specified'),
  )
})

t.test('takes what one may expect to be refused', async t => {
  const world = await pair(t)
  const taken: readonly (readonly [name: string, body: string])[] = [
    ['a role nobody has, with a path', document(v2({}), `<Role>arn:aws:iam::${owner}:role/service-role/x</Role>`)],
    ['a key nobody has', document(v2({ more: kmsSource(), to: destination(kms(key)) }))],
    ['an account that is no number', document(v2({ to: destination('<Account>somebody</Account>') }))],
    ['only disabled rules', document(v2({}).replace(status, '<Status>Disabled</Status>'))],
    ['metrics alone', document(v2({ to: destination(metricsAlone) }))],
    ['priority 0', document(v2({ first: priority(0) }))],
    ['the greatest priority', document(v2({ first: priority(2147483647) }))],
    ['And of an empty prefix and a tag', document(v2({ filter: `<Filter><And><Prefix/>${tag('a')}</And></Filter>` }))],
    ['two rules to one bucket', document(v2({}) + v2({ first: priority(2) }))],
    ['two buckets', document(v2({}) + v2({ first: priority(2), to: destination('', 'orders-apne1') }))],
    ['V1 with several prefixes', document(v1('a') + v1('b'))],
    ['V1 with a key and an owner', document(v1('', kmsSource(), destination(kms(key))))],
    ['any order of elements', document(`<Rule>${destination()}${noMarkers}${status}<Filter/>${priority(1)}</Rule>`)],
    [
      'RTC and metrics disabled',
      document(v2({ to: destination(time('Disabled') + metricsAlone.replace('Enabled', 'Disabled')) })),
    ],
    ['1,000 rules', document(Array.from({ length: 1000 }, (_, n) => v2({ first: priority(n) })).join(''))],
  ]
  for (const [name, body] of taken) {
    t.match(await exchange(putBucketReplication, world, '', { body }), { status: 200, body: '' }, name)
  }
})
