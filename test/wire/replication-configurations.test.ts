import {
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  type ReplicationConfiguration,
  type ReplicationRule,
  S3Client,
} from '@aws-sdk/client-s3'
import { type Test, test } from 'tap'
import { accountWith, allow, keyOf, policyText } from '../helpers/accounts.ts'
import { account, bucket, startApp, type TestApp } from '../helpers/app.ts'
import { isRefusal } from '../helpers/xml.ts'

/** Replication configurations as modules, templates and tutorials in public use write them, put by the SDK for JavaScript. */
const role = `arn:aws:iam::${account}:role/replication`
const euw1 = 'arn:aws:s3:::a-euw1'
const apne1 = 'arn:aws:s3:::a-apne1'
const off = { Status: 'Disabled' } as const
const on = { Status: 'Enabled' } as const
const rtc = {
  ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
  Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
} as const
const key = `arn:aws:kms:eu-west-1:${account}:key/0b1c2d3e-4f50-0000-0000-000000000000`
const kms = { SourceSelectionCriteria: { SseKmsEncryptedObjects: on } }
const owned = { Account: account, AccessControlTranslation: { Owner: 'Destination' } } as const

type Rule = Omit<ReplicationRule, 'Status' | 'Destination'> & Partial<ReplicationRule>
const rule = (rest: Rule): ReplicationRule => ({ Status: 'Enabled', Destination: { Bucket: euw1 }, ...rest })
const v2 = (rest: Rule = {}): ReplicationRule =>
  rule({ Priority: 1, Filter: { Prefix: '' }, DeleteMarkerReplication: off, ...rest })

const taken: readonly (readonly [where: string, rules: readonly ReplicationRule[]])[] = [
  [
    '1 MRAP module for Terraform',
    [
      v2({
        ID: 'replication',
        Filter: {},
        Priority: 0,
        DeleteMarkerReplication: on,
        Destination: { Bucket: euw1, StorageClass: 'STANDARD', ...rtc },
      }),
    ],
  ],
  ['2 no id', [v2({ DeleteMarkerReplication: on, Destination: { Bucket: euw1, ...rtc } })]],
  [
    '4 terraform-aws-modules',
    [
      v2({
        ID: 'something-with-kms-and-filter',
        Priority: 10,
        ...kms,
        SourceSelectionCriteria: { ReplicaModifications: on, SseKmsEncryptedObjects: on },
        Filter: { And: { Prefix: 'one', Tags: [{ Key: 'ReplicateMe', Value: 'Yes' }] } },
        Destination: {
          Bucket: euw1,
          StorageClass: 'STANDARD',
          EncryptionConfiguration: { ReplicaKmsKeyID: key },
          ...owned,
          ...rtc,
        },
      }),
      v2({ ID: 'something-with-filter', Priority: 20, Filter: { Prefix: 'two' }, DeleteMarkerReplication: on }),
      v2({
        ID: 'everything-with-filter',
        Priority: 30,
        Filter: { Prefix: '' },
        DeleteMarkerReplication: on,
        Destination: { Bucket: euw1, StorageClass: 'STANDARD' },
      }),
      v2({ ID: 'everything-without-filters', Priority: 0, Filter: {}, DeleteMarkerReplication: on }),
    ],
  ],
  ['5 cloudposse', [v2({ ID: 'a', Priority: 0, Filter: { Prefix: 'x' }, Destination: { Bucket: euw1, ...rtc } })]],
  [
    '7 one source, many buckets',
    [euw1, apne1].map((Bucket, Priority) =>
      v2({ ID: `r${Priority}`, Priority, Filter: {}, DeleteMarkerReplication: on, Destination: { Bucket } }),
    ),
  ],
  ['8 V1 prefix', [rule({ ID: 'foobar', Prefix: 'foo' })]],
  [
    '8 V1 with a key',
    [
      rule({
        ID: 'a',
        Prefix: 'foo',
        ...kms,
        Destination: { Bucket: euw1, EncryptionConfiguration: { ReplicaKmsKeyID: key } },
      }),
    ],
  ],
  ['8 V1 with an owner', [rule({ ID: 'a', Prefix: '', Destination: { Bucket: euw1, ...owned } })]],
  ['8 tag', [v2({ ID: 'a', Filter: { Tag: { Key: 'a', Value: 'b' } } })]],
  [
    '8 prefix and tags',
    [
      v2({
        ID: 'a',
        Filter: {
          And: {
            Prefix: 'foo',
            Tags: [
              { Key: 'a', Value: '1' },
              { Key: 'b', Value: '2' },
            ],
          },
        },
      }),
    ],
  ],
  [
    '8 tags',
    [
      v2({
        ID: 'a',
        Filter: {
          And: {
            Tags: [
              { Key: 'a', Value: '1' },
              { Key: 'b', Value: '2' },
            ],
          },
        },
      }),
    ],
  ],
  [
    '8 two destinations on one prefix',
    [
      v2({ ID: 'a', Priority: 1 }),
      v2({ ID: 'b', Priority: 2, Destination: { Bucket: apne1, StorageClass: 'ONEZONE_IA' } }),
    ],
  ],
  ['8 the same Region', [v2({ ID: 'a', Destination: { Bucket: 'arn:aws:s3:::b-usw2' } })]],
  ['8 disabled', [v2({ ID: 'a', Status: 'Disabled' })]],
  ['8 metrics alone', [v2({ ID: 'a', Destination: { Bucket: euw1, Metrics: on } })]],
  ['8 priority 41', [v2({ ID: 'a', Priority: 41 })]],
  ['8 sync', [v2({ ID: 'a', SourceSelectionCriteria: { ReplicaModifications: on } })]],
  ['8 filter removed', [rule({ ID: 'a', Prefix: '' })]],
  ['9 CDK, prefix', [v2({ ID: 'a', Priority: 0 })]],
  ['9 CDK, tag', [v2({ ID: 'a', Filter: { And: { Prefix: '', Tags: [{ Key: 'a', Value: 'b' }] } } })]],
  [
    '10 Landing Zone Accelerator',
    [rule({ Prefix: '', ...kms, Destination: { Bucket: euw1, EncryptionConfiguration: { ReplicaKmsKeyID: key } } })],
  ],
  ['11 crossplane', [v2({ ID: 'a', Filter: {}, Priority: 0, Destination: { Bucket: euw1, Metrics: on } })]],
  ['12 walk-through', [v2({ Filter: { Prefix: 'Tax' } })]],
  ['12 two rules', [v2({ Filter: { Prefix: 'tax/' } }), v2({ Priority: 2, Filter: { Prefix: 'project/' } })]],
  [
    '13 disaster recovery',
    [v2({ DeleteMarkerReplication: on, Destination: { Bucket: euw1, StorageClass: 'STANDARD_IA' } })],
  ],
  ['15 log archive', [v2({ Filter: {}, Destination: { Bucket: euw1, StorageClass: 'GLACIER', ...owned } })]],
  ['16 documentation of the CLI', [v2({})]],
]

const refused: readonly (readonly [where: string, rules: readonly ReplicationRule[], name: string, message: RegExp])[] =
  [
    [
      '3 V1, one rule per Region',
      [rule({ ID: 'a', Prefix: '' }), rule({ ID: 'b', Prefix: '', Destination: { Bucket: apne1 } })],
      'InvalidRequest',
      /^Number of distinct destination bucket ARNs cannot exceed 1$/,
    ],
    ['6 neither prefix nor filter', [rule({})], 'MalformedXML', /well-formed/],
    [
      '11 threshold without RTC',
      [v2({ Destination: { Bucket: euw1, Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } } } })],
      'InvalidArgument',
      /^Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled$/,
    ],
  ]

const world = {
  buckets: [
    bucket('a-usw2', 'us-west-2', { versioning: 'Enabled' }),
    bucket('b-usw2', 'us-west-2', { versioning: 'Enabled' }),
    bucket('a-euw1', 'eu-west-1', { versioning: 'Enabled' }),
    bucket('a-apne1', 'ap-northeast-1', { versioning: 'Enabled' }),
  ],
} as const

function clientOf(t: Test, app: TestApp): S3Client {
  const client = new S3Client({
    region: 'us-west-2',
    endpoint: app.url,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    systemClockOffset: app.clock.now() - Date.now(),
  })
  t.teardown(() => client.destroy())
  return client
}

const Bucket = 'a-usw2'
const put = (client: S3Client, rules: readonly ReplicationRule[]) =>
  client.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role: role, Rules: [...rules] } }))

async function get(client: S3Client): Promise<ReplicationConfiguration | undefined> {
  return (await client.send(new GetBucketReplicationCommand({ Bucket }))).ReplicationConfiguration
}

test('configurations found in the wild', async t => {
  const client = clientOf(t, await startApp(t, { world }))
  for (const [where, rules] of taken) {
    await put(client, rules)
    const shown = await get(client)
    t.equal(shown?.Role, role, where)
    t.match(shown?.Rules, rules, where)
    // A second plan is empty: nothing but ids was added.
    const added = (shown?.Rules ?? []).map((found, index) => (rules[index]?.ID ? found : { ...found, ID: undefined }))
    const sent = rules.map(one => ({ ...one, ...(one.ID ? {} : { ID: undefined }) }))
    t.strictSame(added.map(sorted), sent.map(sorted), `${where}: nothing is added`)
    t.strictSame(await get(client), shown, `${where}: the same at a second look`)
  }
  const before = await get(client)
  for (const [where, rules, name, message] of refused) {
    await t.rejects(put(client, rules), { name, message }, where)
    t.strictSame(await get(client), before, `${where}: unchanged`)
  }
})

/** As JSON with sorted members: the order in which a document has them means nothing. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

test('what Terraform does: put, get until found, plan again, delete, get until it is gone', async t => {
  const client = clientOf(t, await startApp(t, { world }))
  const gone = {
    name: 'ReplicationConfigurationNotFoundError',
    message: 'The replication configuration was not found',
    $metadata: { httpStatusCode: 404 },
  }
  await t.rejects(get(client), gone, 'refresh of a bucket that has none')
  await put(client, [v2({ ID: 'a', Filter: {}, Priority: 0 })])
  const found = await get(client)
  t.strictSame(await get(client), found, 'visible at once, and the plan is empty')
  for (let times = 0; times < 2; times++) {
    const { $metadata } = await client.send(new DeleteBucketReplicationCommand({ Bucket }))
    t.equal($metadata.httpStatusCode, 204)
    await t.rejects(get(client), gone)
  }
})

test('who may', async t => {
  const replication = (name: string) =>
    policyText(allow(`s3:${name}ReplicationConfiguration`, `arn:aws:s3:::${Bucket}`))
  const accounts = [accountWith(account, { users: { reader: [replication('Get')], writer: [replication('Put')] } })]
  const app = await startApp(t, { world: { ...world, accounts } })
  const body =
    `<ReplicationConfiguration><Role>${role}</Role><Rule><Prefix/><Status>Enabled</Status>` +
    `<Destination><Bucket>${euw1}</Bucket></Destination></Rule></ReplicationConfiguration>`
  const ask = (user: string, method: string, headers = {}) =>
    app.ask(`${method} /${Bucket}?replication`, {
      as: keyOf(user),
      region: 'us-west-2',
      headers,
      ...(method === 'PUT' && { body }),
    })
  const denied = { status: 403, code: 'AccessDenied', message: 'Access Denied', fields: {} } as const
  isRefusal(t, await ask('reader', 'PUT'), denied, 'put')
  isRefusal(t, await ask('reader', 'DELETE'), denied, 'delete')
  t.equal((await ask('writer', 'PUT')).status, 200)
  isRefusal(t, await ask('writer', 'GET'), denied, 'get')
  t.equal((await ask('reader', 'GET')).status, 200)
  const stranger = { 'x-amz-expected-bucket-owner': '210987654321' }
  isRefusal(t, await ask('writer', 'DELETE', stranger), denied, 'another owner expected')
  t.equal((await ask('reader', 'GET')).status, 200, 'nothing was deleted')
  t.equal((await ask('writer', 'DELETE')).status, 204)
})
