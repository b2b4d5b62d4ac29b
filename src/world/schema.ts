/**
 * The world file (design 2.8), described once: from this follow the type of a document (`document.ts`), what is checked and how a fault is
 * named (`form.ts`), the JSON Schema for editors (`mrap-local schema world`) and the types that the package exports (`build.mjs`).
 * Imported only when there is a world file: the library takes longer to load than a server to start.
 *
 * `title` says what is allowed, for messages ("must be <title>"); `description` what it means.
 */
import Type from 'typebox'

type About = { readonly description?: string }

/** A strict object: an unknown member is an error. */
const strict = <P extends Type.TProperties>(properties: P, about: About = {}) =>
  Type.Object(properties, { title: 'an object', additionalProperties: false, ...about })
const optional = Type.Optional
const list = <T extends Type.TSchema>(items: T, about: About = {}) => Type.Array(items, { title: 'a list', ...about })
const record = <T extends Type.TSchema>(values: T, about: About = {}) =>
  Type.Record(Type.String(), values, { title: 'an object', ...about })
const text = (title = 'text', about: About = {}) => Type.String({ title, minLength: 1, ...about })
const matching = (pattern: string, title: string, about: About = {}) => Type.String({ pattern, title, ...about })
const truth = () => Type.Boolean({ title: 'true or false' })
const policy = (description: string) =>
  Type.Object({}, { title: 'a policy document with Version and Statement', description })

const accountId = (about: About = {}) => matching('^[0-9]{12}$', 'twelve digits, in quotes', about)
const region = (about: About = {}) => text('an AWS Region such as eu-west-1', about)

const publicAccessBlock = (description: string) =>
  strict(
    {
      blockPublicAcls: optional(truth()),
      ignorePublicAcls: optional(truth()),
      blockPublicPolicy: optional(truth()),
      restrictPublicBuckets: optional(truth()),
    },
    { description },
  )

const tags = (description: string) => record(Type.String({ title: 'text' }), { description })

/** What AWS would know of a request with this key, for the condition keys that a client does not send. */
const circumstances = {
  vpc: optional(matching('^vpc-[0-9a-z]+$', 'the id of a VPC such as vpc-1a2b3c4d', { description: 'aws:SourceVpc' })),
  vpce: optional(
    matching('^vpce-[0-9a-z]+$', 'the id of a VPC endpoint such as vpce-1a2b3c4d', { description: 'aws:SourceVpce' }),
  ),
  service: optional(
    matching('^[a-z0-9][a-z0-9.-]*\\.amazonaws\\.com$', 'a service principal such as cloudfront.amazonaws.com', {
      description: 'The service that acts with this key: the Principal {"Service": ...} of policies.',
    }),
  ),
  sourceArn: optional(
    matching('^arn:', 'an ARN', { description: 'aws:SourceArn: for what the service acts, such as a distribution.' }),
  ),
  context: optional(
    record(Type.Union([text(), list(text())], { title: 'text in quotes, or a list of texts' }), {
      description: 'Values of other condition keys that a request does not show, such as aws:MultiFactorAuthPresent.',
    }),
  ),
}

const keyMembers = {
  accessKeyId: matching('^[A-Za-z0-9_]{1,128}$', 'an access key id of letters, digits and _'),
  secretAccessKey: text(),
  clientRegion: optional(region({ description: 'Where the clients with this key stand.' })),
  ...circumstances,
}
const sessionMembers = {
  ...keyMembers,
  sessionToken: matching('^[!-~]+$', 'a token of visible ASCII characters'),
  expires: optional(text('a time such as 2030-01-01T00:00:00Z', { description: 'Such as 2030-01-01T00:00:00Z.' })),
  issuedBy: optional(
    Type.Enum(['regional', 'global'], {
      title: 'regional or global',
      description: 'Which STS endpoint gave it out; sessions of the global one do not work with SigV4A.',
    }),
  ),
}
const iamName = () => matching('^[A-Za-z0-9+=,.@_-]{1,64}$', 'an IAM name: 1 to 64 letters, digits and +=,.@_-')
const identityPolicies = () => optional(list(policy('As IAM writes it.')))

const user = strict({
  name: iamName(),
  policies: identityPolicies(),
  tags: optional(tags('aws:PrincipalTag/<name>')),
  credentials: optional(list(strict(keyMembers))),
  sessions: optional(list(strict(sessionMembers))),
})

const role = strict({
  name: iamName(),
  policies: identityPolicies(),
  tags: optional(tags('aws:PrincipalTag/<name>')),
  sessions: optional(list(strict({ name: optional(iamName()), ...sessionMembers }))),
})

const kmsKey = strict({
  region: region(),
  keyId: optional(
    matching(
      '^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$',
      'a key id: a UUID, or mrk- and 32 hex digits',
      {
        description: 'Default: made from account, Region and alias.',
      },
    ),
  ),
  alias: optional(
    matching('^alias/(?!aws/)[A-Za-z0-9/_-]{1,250}$', 'an alias such as alias/orders, not under alias/aws/'),
  ),
  description: optional(text()),
})

const account = strict({
  name: optional(text()),
  organization: optional(
    matching(
      '^o-[a-z0-9]{1,32}(/r-[a-z0-9]{1,32}/(ou-[a-z0-9-]{1,68}/)*)?$',
      'the id of an organization such as o-a1b2c3d4e5, or a path in it such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/',
      {
        description: 'Its organization, or its place in it: aws:PrincipalOrgID, aws:PrincipalOrgPaths and their like.',
      },
    ),
  ),
  publicAccessBlock: optional(publicAccessBlock('Adds to those of its buckets and access points.')),
  credentials: optional(list(strict(keyMembers), { description: "Keys of the account's root." })),
  users: optional(list(user)),
  roles: optional(list(role)),
  kmsKeys: optional(list(kmsKey, { description: 'Keys that KMS describes beside the one that AWS manages for S3.' })),
})

const object = strict(
  {
    key: text('a key of 1 to 1,024 bytes'),
    body: optional(Type.String({ title: 'text' })),
    file: optional(text('a file', { description: 'Relative to the world file.' })),
    contentType: optional(matching('^[ -~]+$', 'visible ASCII characters')),
    metadata: optional(record(text())),
    tags: optional(tags('Tags of the object.')),
  },
  { description: 'With either `body` or `file`.' },
)

// Letters, digits, dots and hyphens; the rest of the naming rules is checked with the references.
const bucketName = () =>
  matching('^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', 'a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens')

const enabledOrDisabled = () => Type.Enum(['Enabled', 'Disabled'], { title: 'Enabled or Disabled' })
const status = () => strict({ status: enabledOrDisabled() })
const minutes = () => strict({ minutes: Type.Integer({ title: 'a number of minutes' }) })
const tag = () => strict({ key: text(), value: Type.String({ title: 'text' }) })

const replicationRule = strict({
  id: optional(text()),
  priority: optional(Type.Integer({ title: 'a whole number' })),
  prefix: optional(Type.String({ title: 'text' })),
  filter: optional(
    strict({
      prefix: optional(Type.String({ title: 'text' })),
      tag: optional(tag()),
      and: optional(strict({ prefix: optional(Type.String({ title: 'text' })), tags: optional(list(tag())) })),
    }),
  ),
  status: enabledOrDisabled(),
  sourceSelectionCriteria: optional(
    strict({ sseKmsEncryptedObjects: optional(status()), replicaModifications: optional(status()) }),
  ),
  destination: strict({
    bucket: matching('^arn:aws:s3:::', 'the ARN of a bucket'),
    account: optional(text()),
    storageClass: optional(text()),
    accessControlTranslation: optional(strict({ owner: text() })),
    encryptionConfiguration: optional(strict({ replicaKmsKeyID: text() })),
    replicationTime: optional(strict({ status: enabledOrDisabled(), time: minutes() })),
    metrics: optional(strict({ status: enabledOrDisabled(), eventThreshold: optional(minutes()) })),
  }),
  deleteMarkerReplication: optional(status()),
})

const bucket = strict({
  name: bucketName(),
  region: region(),
  account: optional(accountId({ description: 'Its owner. Default: the account of test/test.' })),
  versioning: optional(Type.Enum(['Enabled', 'Suspended'], { title: 'Enabled or Suspended' })),
  objectLock: optional(truth()),
  requestPayer: optional(Type.Enum(['BucketOwner', 'Requester'], { title: 'BucketOwner or Requester' })),
  objectOwnership: optional(
    Type.Enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'], {
      title: 'BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter',
    }),
  ),
  publicAccessBlock: optional(publicAccessBlock('Default: as of a new bucket.')),
  policy: optional(policy('The bucket policy.')),
  replication: optional(
    strict(
      { role: text(), rules: list(replicationRule) },
      { description: 'As PutBucketReplication takes it, members in lower camel case.' },
    ),
  ),
  objects: optional(list(object)),
})

const multiRegionAccessPoint = strict({
  name: matching('^[a-z0-9][-a-z0-9]{1,48}[a-z0-9]$', 'a name of 3 to 50 lower-case letters, digits and hyphens'),
  account: optional(accountId({ description: 'Its owner. Default: the account of test/test.' })),
  alias: optional(
    matching(
      '^(?=.{6,63}$)[a-z][a-z0-9]*\\.mrap$',
      'an alias: a lower-case letter, letters and digits, then .mrap, at most 63 characters',
      { description: 'With .mrap. Default: generated.' },
    ),
  ),
  buckets: Type.Array(
    Type.Union([bucketName(), strict({ name: bucketName(), account: optional(accountId()) })], {
      title: 'a bucket name, or { name, account }',
    }),
    { minItems: 1, title: 'a list of at least one bucket' },
  ),
  publicAccessBlock: optional(publicAccessBlock('Default: all four are set.')),
  routes: optional(
    record(Type.Enum([0, 100], { title: '0 or 100' }), { description: 'Region -> dial. Default: all at 100.' }),
  ),
  policy: optional(policy('The policy of the access point.')),
  replication: optional(
    strict(
      {
        kind: Type.Enum(['two-way', 'one-way'], { title: 'two-way or one-way' }),
        from: optional(list(bucketName(), { description: 'Of its buckets. Default: all of them.' })),
        to: optional(list(bucketName(), { description: 'One-way: of its buckets. Default: all others.' })),
        role: optional(text('the ARN of a role', { description: 'Default: role/replication of the account.' })),
        prefix: optional(Type.String({ title: 'text' })),
        tags: optional(tags('Only objects with these.')),
        deleteMarkers: optional(truth()),
        replicaModifications: optional(truth()),
      },
      { description: "The rules of the console's template, written into its buckets; they need versioning." },
    ),
  ),
})

export const worldSchema = Type.Object(
  {
    accounts: optional(record(account, { description: 'By account id. Without any, the default credentials hold.' })),
    buckets: optional(list(bucket)),
    multiRegionAccessPoints: optional(list(multiRegionAccessPoint)),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'an object',
    description: 'World file of MRAP Local: what stands in the emulator when it is ready. Every member is optional.',
    additionalProperties: false,
  },
)
