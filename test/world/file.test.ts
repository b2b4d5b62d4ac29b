import { resolve } from 'node:path'
import { type Test, test } from 'tap'
import { loadWorld, WorldError } from '../../src/world/file.ts'

function load(t: Test, text: string, more: Record<string, string> = {}, name = 'world.yaml') {
  const dir = t.testdir({ [name]: text, ...more })
  return loadWorld(resolve(dir, name)).then(world => ({ world, dir }))
}

test('the demo world', async t => {
  const world = await loadWorld('fixtures/worlds/demo.yaml')
  t.strictSame(world.accounts, [])
  t.strictSame(
    world.buckets.map(({ name, region }) => [name, region]),
    [
      ['orders-usw2', 'us-west-2'],
      ['orders-euw1', 'eu-west-1'],
    ],
  )
  t.match(world.multiRegionAccessPoints, [
    { alias: 'mfzwi23gnjvgw.mrap', buckets: [{ name: 'orders-usw2' }, { name: 'orders-euw1' }] },
  ])
})

// Every member of the documented form, once.
const everything = `
accounts:
  "111122223333":
    name: prod
    organization: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/
    publicAccessBlock: { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true }
    credentials: [ { accessKeyId: AKIAPRODROOT, secretAccessKey: s3cret, clientRegion: eu-west-1, service: cloudfront.amazonaws.com, sourceArn: "arn:aws:cloudfront::111122223333:distribution/E1" } ]
    kmsKeys: [ { region: us-west-2, keyId: 11111111-2222-3333-4444-555555555555, alias: alias/orders, description: orders } ]
    users:
      - name: ann
        tags: { team: blue }
        policies: [ { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:*", Resource: "*" } ] } ]
        credentials: [ { accessKeyId: AKIAANN, secretAccessKey: s3cret, vpc: vpc-1, vpce: vpce-1, context: { "aws:CalledVia": [ athena.amazonaws.com ] } } ]
        sessions: [ { accessKeyId: ASIAANN, secretAccessKey: s3cret, sessionToken: tok } ]
    roles:
      - name: app
        tags: { team: red }
        policies: []
        sessions: [ { name: run-1, accessKeyId: ASIAAPP, secretAccessKey: s3cret, sessionToken: tok, expires: 2030-01-01T00:00:00Z, issuedBy: regional } ]
  "210987654321": {}
buckets:
  - name: orders-usw2
    region: us-west-2
    account: "111122223333"
    versioning: Enabled
    objectLock: true
    requestPayer: Requester
    objectOwnership: BucketOwnerEnforced
    publicAccessBlock: { blockPublicAcls: true }
    policy: { Version: 2012-10-17, Statement: [ { Effect: Deny, Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::orders-usw2/*" } ] }
    objects: [ { key: a.txt, body: hello, contentType: text/plain, metadata: { k: v }, tags: { k: v } }, { key: b.bin, file: ./b.bin } ]
  - { name: orders-euw1, region: eu-west-1, account: "210987654321" }
multiRegionAccessPoints:
  - name: orders-global
    account: "111122223333"
    alias: mfzwi23gnjvgw.mrap
    buckets: [ orders-usw2, { name: orders-euw1, account: "210987654321" } ]
    publicAccessBlock: {}
    routes: { us-west-2: 100, eu-west-1: 0 }
    policy: { Version: "2012-10-17", Statement: { Effect: Allow, Principal: { AWS: "210987654321" }, Action: "s3:GetObject", Resource: "arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap/object/*" } }
`

test('every member', async t => {
  const { world, dir } = await load(t, everything, { 'b.bin': 'bytes' })
  const bucketPolicy =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders-usw2/*"}]}'
  const mrapPolicy =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"s3:GetObject","Resource":"arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap/object/*"}}'
  t.strictSame(world, {
    accounts: [
      {
        id: '111122223333',
        name: 'prod',
        organization: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/',
        kmsKeys: [
          {
            region: 'us-west-2',
            keyId: '11111111-2222-3333-4444-555555555555',
            alias: 'alias/orders',
            description: 'orders',
          },
        ],
        publicAccessBlock: {
          blockPublicAcls: true,
          ignorePublicAcls: true,
          blockPublicPolicy: true,
          restrictPublicBuckets: true,
        },
        credentials: [
          {
            accessKeyId: 'AKIAPRODROOT',
            secretAccessKey: 's3cret',
            clientRegion: 'eu-west-1',
            service: 'cloudfront.amazonaws.com',
            sourceArn: 'arn:aws:cloudfront::111122223333:distribution/E1',
          },
        ],
        users: [
          {
            name: 'ann',
            tags: { team: 'blue' },
            policies: ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'],
            credentials: [
              {
                accessKeyId: 'AKIAANN',
                secretAccessKey: 's3cret',
                vpc: 'vpc-1',
                vpce: 'vpce-1',
                context: { 'aws:CalledVia': ['athena.amazonaws.com'] },
              },
            ],
            sessions: [{ accessKeyId: 'ASIAANN', secretAccessKey: 's3cret', sessionToken: 'tok' }],
          },
        ],
        roles: [
          {
            name: 'app',
            tags: { team: 'red' },
            policies: [],
            sessions: [
              {
                name: 'run-1',
                accessKeyId: 'ASIAAPP',
                secretAccessKey: 's3cret',
                sessionToken: 'tok',
                issuedBy: 'regional',
                expires: Date.UTC(2030, 0, 1),
              },
            ],
          },
        ],
      },
      { id: '210987654321', credentials: [], users: [], roles: [] },
    ],
    buckets: [
      {
        name: 'orders-usw2',
        region: 'us-west-2',
        account: '111122223333',
        versioning: 'Enabled',
        objectLock: true,
        requestPayer: 'Requester',
        objectOwnership: 'BucketOwnerEnforced',
        publicAccessBlock: {
          blockPublicAcls: true,
          ignorePublicAcls: false,
          blockPublicPolicy: false,
          restrictPublicBuckets: false,
        },
        policy: bucketPolicy,
        objects: [
          {
            key: 'a.txt',
            content: { body: 'hello' },
            contentType: 'text/plain',
            metadata: { k: 'v' },
            tags: { k: 'v' },
          },
          { key: 'b.bin', content: { file: resolve(dir, 'b.bin') }, metadata: {}, tags: {} },
        ],
      },
      { name: 'orders-euw1', region: 'eu-west-1', account: '210987654321', objects: [] },
    ],
    multiRegionAccessPoints: [
      {
        name: 'orders-global',
        account: '111122223333',
        alias: 'mfzwi23gnjvgw.mrap',
        buckets: [{ name: 'orders-usw2' }, { name: 'orders-euw1', account: '210987654321' }],
        publicAccessBlock: {
          blockPublicAcls: false,
          ignorePublicAcls: false,
          blockPublicPolicy: false,
          restrictPublicBuckets: false,
        },
        routes: { 'us-west-2': 100, 'eu-west-1': 0 },
        policy: mrapPolicy,
      },
    ],
  })
})

test('JSON, tabs included, and nothing at all', async t => {
  const json = '{\n\t"buckets": [\n\t\t{ "name": "one", "region": "us-west-2" }\n\t]\n}\n'
  t.match((await load(t, json, {}, 'world.json')).world, { buckets: [{ name: 'one' }] })
  for (const text of ['', '# only a comment\n', '{}', 'buckets: []']) {
    t.strictSame((await load(t, text)).world, { accounts: [], buckets: [], multiRegionAccessPoints: [] }, text)
  }
})

const bucketPair = 'buckets: [{ name: one, region: us-west-2 }, { name: two, region: eu-west-1 }]\n'
const mrap = (members: string) => `${bucketPair}multiRegionAccessPoints:\n  - name: mmm\n${members}`
const object = (members: string) => `buckets:\n  - name: one\n    region: us-west-2\n    objects:\n      - ${members}\n`
const keys = (members: string) => `accounts:\n  "111122223333":\n    credentials:\n      - ${members}\n`

const refused: [name: string, text: string, line: number, member: string, message: RegExp][] = [
  ['syntax', 'buckets:\n  - name: [', 2, '', /./],
  ['a member twice', 'buckets: []\nbuckets: []', 2, '', /unique/],
  ['two documents', 'buckets: []\n---\nbuckets: []\n', 2, '', /./],
  ['a tag', 'buckets: !thing []\n', 1, '', /tag/],
  ['text', 'hello', 1, '', /must be an object/],
  ['a list', '- a', 1, '', /must be an object/],
  ['an object for a list', 'buckets:\n  one: { region: us-west-2 }\n', 1, 'buckets', /must be a list/],
  [
    'text for a list',
    keys('{ accessKeyId: A, secretAccessKey: s }').replace('      - ', '      key: '),
    3,
    'credentials',
    /must be a list/,
  ],
  [
    'unknown at the top',
    'bucket: []\n',
    1,
    'bucket',
    /is not a member here; known: accounts, buckets, multiRegionAccessPoints$/,
  ],
  [
    'unknown in a bucket',
    'buckets:\n  - name: one\n    region: us-west-2\n    regoin: x\n',
    4,
    'buckets[0].regoin',
    /is not a member/,
  ],
  [
    'unknown in a user',
    'accounts:\n  "111122223333":\n    users:\n      - name: ann\n        password: x\n',
    5,
    'accounts["111122223333"].users[0].password',
    /is not a member/,
  ],
  ['no Region', 'buckets:\n  - name: one\n', 2, 'buckets[0]', /lacks region/],
  ['a number for a name', 'buckets:\n  - region: us-west-2\n    name: 111\n', 3, 'buckets[0].name', /a bucket name/],
  ['a bad bucket name', 'buckets: [{ name: One, region: us-west-2 }]', 1, 'buckets[0].name', /a bucket name/],
  ['an address as name', 'buckets: [{ name: 192.168.0.1, region: us-west-2 }]', 1, 'buckets[0].name', /IP address/],
  ['two dots', 'buckets: [{ name: a..b, region: us-west-2 }]', 1, 'buckets[0].name', /dot/],
  ['a reserved suffix', 'buckets: [{ name: abc.mrap, region: us-west-2 }]', 1, 'buckets[0].name', /reserved \.mrap/],
  ['no such Region', 'buckets:\n  - name: one\n    region: us-west-9\n', 3, 'buckets[0].region', /an AWS Region/],
  [
    'a name twice',
    'buckets:\n  - { name: one, region: us-west-2 }\n  - { name: one, region: eu-west-1 }\n',
    3,
    'buckets[1].name',
    /taken/,
  ],
  [
    'a bad word',
    'buckets:\n  - name: one\n    region: us-west-2\n    versioning: On\n',
    4,
    'buckets[0].versioning',
    /Enabled or Suspended/,
  ],
  [
    'text for a boolean',
    'buckets:\n  - name: one\n    region: us-west-2\n    objectLock: "yes"\n',
    4,
    'buckets[0].objectLock',
    /true or false/,
  ],
  [
    'Object Lock, Suspended',
    'buckets:\n  - name: one\n    region: us-west-2\n    objectLock: true\n    versioning: Suspended\n',
    5,
    'buckets[0].versioning',
    /Object Lock/,
  ],
  [
    'a policy as text',
    'buckets:\n  - name: one\n    region: us-west-2\n    policy: "{}"\n',
    4,
    'buckets[0].policy',
    /a policy document/,
  ],
  [
    'an identity policy that cannot be read',
    'accounts:\n  "111122223333":\n    roles:\n      - name: app\n        policies:\n          - { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:*", Resource: "*" } ] }\n          - { Statement: [ { Effect: Allow, Principal: "*", Action: "s3:*", Resource: "*" } ] }\n',
    7,
    'accounts["111122223333"].roles[0].policies[1]',
    /should not specify a principal/,
  ],
  [
    'an unknown condition operator in an identity policy',
    'accounts:\n  "111122223333":\n    users:\n      - name: ann\n        policies: [ { Version: "2012-10-17", Statement: { Effect: Allow, Action: "s3:*", Resource: "*", Condition: { StringIs: { "aws:username": a } } } } ]\n',
    5,
    'accounts["111122223333"].users[0].policies[0]',
    /Invalid Condition type : StringIs/,
  ],
  [
    'an account as number',
    'buckets:\n  - name: one\n    region: us-west-2\n    account: 111122223333\n',
    4,
    'buckets[0].account',
    /twelve digits, in quotes/,
  ],
  [
    'a bucket that nobody of the world owns',
    'accounts:\n  "111122223333": {}\nbuckets:\n  - name: one\n    region: us-west-2\n',
    4,
    'buckets[0]',
    /lacks account: without it, it belongs to 000000000000, which this world does not list; it lists 111122223333$/,
  ],
  [
    'an action that S3 has not, in a bucket policy',
    'buckets:\n  - name: one\n    region: us-west-2\n    policy:\n      Statement:\n        - Effect: Deny\n          Principal: "*"\n          Resource: arn:aws:s3:::one/*\n          Action:\n            - s3:GetObject\n            - s3:GetObjekt\n',
    11,
    'buckets[0].policy.Statement[0].Action[1]',
    /^"s3:GetObjekt": Policy has invalid action \(S3 has no action s3:GetObjekt\.\)$/,
  ],
  [
    'another access point in the policy of one',
    mrap(
      '    alias: a.mrap\n    buckets: [one]\n    policy: { Statement: { Effect: Allow, Principal: "*", Action: "s3:*",\n      Resource: "arn:aws:s3::000000000000:accesspoint/b.mrap" } }\n',
    ),
    7,
    'multiRegionAccessPoints[0].policy.Statement.Resource',
    /^"arn:aws:s3::000000000000:accesspoint\/b.mrap": Policy has invalid resource$/,
  ],
  [
    'an organization that is none',
    keys('{ accessKeyId: A, secretAccessKey: s }').replace('credentials', 'organization: x\n    credentials'),
    3,
    'organization',
    /o-a1b2c3d4e5/,
  ],
  [
    'a KMS key in no Region',
    'accounts:\n  "111122223333":\n    kmsKeys:\n      - region: mars-1\n',
    4,
    'kmsKeys[0].region',
    /an AWS Region/,
  ],
  [
    'an alias of KMS that is taken',
    'accounts:\n  "111122223333":\n    kmsKeys:\n      - { region: eu-west-1, alias: alias/a }\n      - { region: eu-west-1, alias: alias/a }\n',
    5,
    'kmsKeys[1].alias',
    /taken by an earlier entry/,
  ],
  [
    'an alias of KMS that AWS keeps for itself',
    'accounts:\n  "111122223333":\n    kmsKeys:\n      - { region: eu-west-1, alias: alias/aws/s3 }\n',
    4,
    'kmsKeys[0].alias',
    /alias\/orders/,
  ],
  [
    'a source without a service',
    keys('{ accessKeyId: A, secretAccessKey: s, sourceArn: "arn:aws:s3:::b" }'),
    4,
    'credentials[0].sourceArn',
    /goes with service/,
  ],
  ['an account id without quotes', 'accounts:\n  000000000001: {}\n', 2, 'accounts["1"]', /twelve digits, in quotes/],
  [
    'an account not listed',
    'accounts:\n  "111122223333": {}\nbuckets:\n  - name: one\n    region: us-west-2\n    account: "999999999999"\n',
    6,
    'buckets[0].account',
    /does not list/,
  ],
  ['no content', object('key: a'), 5, 'buckets[0].objects[0]', /either body or file/],
  ['two contents', object('{ key: a, body: x, file: world.yaml }'), 5, 'buckets[0].objects[0]', /either body or file/],
  [
    'a file that is not there',
    object('{ key: a, file: ./no.bin }'),
    5,
    'buckets[0].objects[0].file',
    /no file "\.\/no\.bin"/,
  ],
  ['a directory as file', object('{ key: a, file: . }'), 5, 'buckets[0].objects[0].file', /no file/],
  ['an empty key', object('{ key: "", body: x }'), 5, 'buckets[0].objects[0].key', /1 to 1,024 bytes/],
  ['a long key', object(`{ key: ${'é'.repeat(513)}, body: x }`), 5, 'buckets[0].objects[0].key', /1,024 bytes/],
  [
    'metadata that is no header',
    object('{ key: a, body: x, metadata: { "A b": v } }'),
    5,
    'buckets[0].objects[0].metadata["A b"]',
    /lower case/,
  ],
  [
    'metadata with a line break',
    object('{ key: a, body: x, metadata: { k: "a\\nb" } }'),
    5,
    'buckets[0].objects[0].metadata.k',
    /ASCII/,
  ],
  [
    'a number as metadata',
    object('{ key: a, body: x, metadata: { k: 1 } }'),
    5,
    'buckets[0].objects[0].metadata.k',
    /text/,
  ],
  [
    'too much metadata',
    object(`{ key: a, body: x, metadata: { k: ${'v'.repeat(2048)} } }`),
    5,
    'buckets[0].objects[0].metadata',
    /2,048/,
  ],
  [
    'eleven tags',
    object(`{ key: a, body: x, tags: { ${Array.from({ length: 11 }, (_, i) => `t${i}: v`).join(', ')} } }`),
    5,
    'buckets[0].objects[0].tags',
    /10 tags/,
  ],
  ['a dangling bucket', mrap('    buckets: [one, three]\n'), 4, 'multiRegionAccessPoints[0].buckets[1]', /three/],
  ['no bucket', mrap('    buckets: []\n'), 4, 'multiRegionAccessPoints[0].buckets', /at least one/],
  [
    'a bucket reference of another form',
    mrap('    buckets:\n      - one\n      - [two]\n'),
    6,
    'multiRegionAccessPoints[0].buckets[1]',
    /a bucket name, or \{ name, account \}/,
  ],
  [
    'the account of another',
    mrap('    buckets: [one, { name: two, account: "999999999999" }]\n'),
    4,
    'multiRegionAccessPoints[0].buckets[1]',
    /account of the bucket, 000000000000/,
  ],
  [
    'two buckets in a Region',
    'buckets: [{ name: one, region: us-west-2 }, { name: two, region: us-west-2 }]\nmultiRegionAccessPoints: [{ name: mmm, buckets: [one, two] }]',
    2,
    'multiRegionAccessPoints[0].buckets[1]',
    /second bucket in us-west-2/,
  ],
  [
    'a Region without MRAPs',
    'buckets: [{ name: one, region: mx-central-1 }]\nmultiRegionAccessPoints: [{ name: mmm, buckets: [one] }]',
    2,
    'multiRegionAccessPoints[0].buckets[0]',
    /not supported/,
  ],
  [
    'an alias of another form',
    mrap('    buckets: [one]\n    alias: Abc.mrap\n'),
    5,
    'multiRegionAccessPoints[0].alias',
    /an alias/,
  ],
  [
    'a long alias',
    mrap(`    buckets: [one]\n    alias: ${'a'.repeat(59)}.mrap\n`),
    5,
    'multiRegionAccessPoints[0].alias',
    /63/,
  ],
  [
    'an alias twice',
    `${bucketPair}multiRegionAccessPoints:\n  - { name: aaa, alias: a.mrap, buckets: [one] }\n  - { name: bbb, alias: a.mrap, buckets: [two] }\n`,
    4,
    'multiRegionAccessPoints[1].alias',
    /taken/,
  ],
  [
    'a name twice in an account',
    `${bucketPair}multiRegionAccessPoints:\n  - { name: aaa, buckets: [one] }\n  - { name: aaa, account: "000000000000", buckets: [two] }\n`,
    4,
    'multiRegionAccessPoints[1].name',
    /taken/,
  ],
  [
    'a short name',
    `${bucketPair}multiRegionAccessPoints: [{ name: aa, buckets: [one] }]`,
    2,
    'multiRegionAccessPoints[0].name',
    /3 to 50/,
  ],
  [
    'a dial of 50',
    mrap('    buckets: [one]\n    routes:\n      us-west-2: 50\n'),
    6,
    'multiRegionAccessPoints[0].routes["us-west-2"]',
    /0 or 100/,
  ],
  [
    'a route to nowhere',
    mrap('    buckets: [one]\n    routes:\n      eu-west-1: 100\n'),
    6,
    'multiRegionAccessPoints[0].routes["eu-west-1"]',
    /not a Region of its buckets: us-west-2/,
  ],
  [
    'all passive',
    mrap('    buckets: [one, two]\n    routes: { us-west-2: 0, eu-west-1: 0 }\n'),
    5,
    'multiRegionAccessPoints[0].routes',
    /at least one Region at 100/,
  ],
  [
    'a key id twice',
    keys('{ accessKeyId: A, secretAccessKey: s }\n      - { accessKeyId: A, secretAccessKey: s }'),
    5,
    'accounts["111122223333"].credentials[1].accessKeyId',
    /another key/,
  ],
  [
    'context that is no text',
    keys('{ accessKeyId: A, secretAccessKey: s, context: { "aws:CalledVia": [1] } }'),
    4,
    'accounts["111122223333"].credentials[0].context["aws:CalledVia"][0]',
    /must be text$/,
  ],
  [
    'context that is a truth',
    keys('{ accessKeyId: A, secretAccessKey: s, context: { "aws:MultiFactorAuthPresent": true } }'),
    4,
    'accounts["111122223333"].credentials[0].context["aws:MultiFactorAuthPresent"]',
    /must be text in quotes, or a list of texts$/,
  ],
  [
    'a key id with a slash',
    keys('{ accessKeyId: A/B, secretAccessKey: s }'),
    4,
    'accounts["111122223333"].credentials[0].accessKeyId',
    /access key id/,
  ],
  [
    'a key in no Region',
    keys('{ accessKeyId: A, secretAccessKey: s, clientRegion: mars }'),
    4,
    'accounts["111122223333"].credentials[0].clientRegion',
    /an AWS Region/,
  ],
  [
    'a user twice',
    'accounts:\n  "111122223333":\n    users:\n      - name: ann\n      - name: ann\n',
    5,
    'accounts["111122223333"].users[1].name',
    /taken/,
  ],
  [
    'an odd time',
    'accounts:\n  "111122223333":\n    roles:\n      - name: app\n        sessions:\n          - { accessKeyId: A, secretAccessKey: s, sessionToken: t,\n              expires: tomorrow }\n',
    7,
    'accounts["111122223333"].roles[0].sessions[0].expires',
    /2030-01-01T00:00:00Z/,
  ],
]

test('what cannot hold is refused with file, line and member', async t => {
  for (const [name, text, line, member, message] of refused) {
    const error = await load(t, text).then(
      () => t.fail(`${name} was accepted`),
      (thrown: unknown) => thrown,
    )
    t.type(error, WorldError, name)
    if (!(error instanceof WorldError)) return
    t.equal(error.faults.length, 1, `${name}: nothing else is at fault`)
    t.match(error, { faults: [{ line, member, message }], exitCode: 2 }, name)
    t.match(String(error), `world.yaml:${line}: `, name)
    t.notMatch(String(error), '\n', `${name}: one line`)
  }
})

test('everything that is wrong is said at once, what is unknown before what is missing', async t => {
  const text = `accounts:
  "111122223333":
    users: { name: ann }
buckets:
  - name: one
    regoin: us-west-2
  - name: two
    region: mars
    account: "111122223333"
    owner: me
  - name: three
    region: eu-west-1
    account: "999999999999"
    objects: [{ key: k }]
multiRegionAccessPoints:
  - name: mmm
    account: "111122223333"
    buckets: [one, two, four]
    routes: { us-west-2: 50 }
  - name: nnn
    account: "111122223333"
    buckets: [one, three, five]
`
  const error = await load(t, text).then(
    () => t.fail('accepted'),
    (thrown: unknown) => thrown,
  )
  const lines = String(error)
    .replaceAll(/\S*world\.yaml:/g, '')
    .split('\n')
  t.strictSame(lines, [
    'WorldError: 6: buckets[0].regoin: is not a member here; known: name, region, account, versioning, objectLock, requestPayer, objectOwnership, publicAccessBlock, policy, replication, objects',
    '10: buckets[1].owner: is not a member here; known: name, region, account, versioning, objectLock, requestPayer, objectOwnership, publicAccessBlock, policy, replication, objects',
    '3: accounts["111122223333"].users: must be a list',
    '5: buckets[0]: lacks region',
    '19: multiRegionAccessPoints[0].routes["us-west-2"]: must be 0 or 100',
    '8: buckets[1].region: must be an AWS Region such as eu-west-1',
    '13: buckets[2].account: names the account 999999999999, which this world does not list',
    '14: buckets[2].objects[0]: must have either body or file',
    '22: multiRegionAccessPoints[1].buckets[2]: names the bucket five, which this world does not list',
  ])
})

test('lists, records and entries that are none keep nothing from being checked', async t => {
  for (const [text, lines] of [
    ['accounts: []\nbuckets: 5\nmultiRegionAccessPoints: [{ name: mmm, buckets: [one] }]', [1, 2]],
    ['accounts: { "111122223333": }\nbuckets: [5, { name: one, region: x }]', [1, 2, 2, 2]],
    [
      'accounts:\nbuckets:\nmultiRegionAccessPoints: [5, { name: mmm, buckets: [{ nam: one }, 7] }]',
      [3, 1, 2, 3, 3, 3],
    ],
  ] as const) {
    const error = await load(t, text).then(
      () => t.fail('accepted'),
      (thrown: unknown) => thrown,
    )
    t.type(error, WorldError)
    if (error instanceof WorldError)
      t.strictSame(
        error.faults.map(({ line }) => line),
        lines,
        String(error),
      )
  }
})

test('an account that nobody lists is fine in a world without accounts', async t => {
  t.match((await load(t, 'buckets: [{ name: one, region: us-west-2, account: "999999999999" }]')).world, {
    buckets: [{ account: '999999999999' }],
  })
})

test('the default account may be named in a world that lists others', async t => {
  const dir = t.testdir({
    w: 'accounts: { "111122223333": {} }\nbuckets: [{ name: one, region: us-west-2, account: "444455556666" }]',
  })
  await t.resolves(loadWorld(resolve(dir, 'w'), '444455556666'))
  await t.rejects(loadWorld(resolve(dir, 'w')), { message: /w:2: buckets\[0\]\.account: names the account/ })
})

test('a file that is not there, or is not text', async t => {
  const dir = t.testdir({ w: Buffer.from([0xff, 0xfe, 0x00]) })
  await t.rejects(loadWorld(resolve(dir, 'none.yaml')), {
    exitCode: 2,
    message: /none\.yaml: the world file cannot be read as text: .*ENOENT/,
  })
  await t.rejects(loadWorld(resolve(dir, 'w')), { name: 'WorldError', message: /cannot be read as text/ })
})

test('an alias that unfolds without end', async t => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
    .join('\n')}\n`
  await t.rejects(load(t, bomb), { name: 'WorldError', message: /alias/i })
})
