/** The form of a world file (design 2.8). Imported only when there is one: the library takes longer to load than a server to start. */
import Type, { type Static } from 'typebox'
import { Check, Errors } from 'typebox/value'

/** A strict object: an unknown member is an error. */
const strict = <P extends Type.TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })
const optional = Type.Optional
/** `title` says what is allowed, for messages: "must be <title>". */
const text = (title = 'text') => Type.String({ title, minLength: 1 })
const matching = (pattern: string, title: string) => Type.String({ pattern, title })
const texts = Type.Record(Type.String(), text())
const document = Type.Object({}, { title: 'a policy document with Version and Statement' })

const accountId = matching('^[0-9]{12}$', 'twelve digits, in quotes')

const publicAccessBlock = strict({
  blockPublicAcls: optional(Type.Boolean({ title: 'true or false' })),
  ignorePublicAcls: optional(Type.Boolean({ title: 'true or false' })),
  blockPublicPolicy: optional(Type.Boolean({ title: 'true or false' })),
  restrictPublicBuckets: optional(Type.Boolean({ title: 'true or false' })),
})

const keyMembers = {
  accessKeyId: matching('^[A-Za-z0-9_]{1,128}$', 'an access key id of letters, digits and _'),
  secretAccessKey: text(),
  clientRegion: optional(text()),
}
const sessionMembers = {
  ...keyMembers,
  sessionToken: matching('^[!-~]+$', 'a token of visible ASCII characters'),
  expires: optional(text('a time such as 2030-01-01T00:00:00Z')),
  issuedBy: optional(Type.Enum(['regional', 'global'], { title: 'regional or global' })),
}
const iamName = matching('^[A-Za-z0-9+=,.@_-]{1,64}$', 'an IAM name: 1 to 64 letters, digits and +=,.@_-')

const account = strict({
  name: optional(text()),
  publicAccessBlock: optional(publicAccessBlock),
  credentials: optional(Type.Array(strict(keyMembers))),
  users: optional(
    Type.Array(
      strict({
        name: iamName,
        policies: optional(Type.Array(document)),
        credentials: optional(Type.Array(strict(keyMembers))),
        sessions: optional(Type.Array(strict(sessionMembers))),
      }),
    ),
  ),
  roles: optional(
    Type.Array(
      strict({
        name: iamName,
        policies: optional(Type.Array(document)),
        sessions: optional(Type.Array(strict({ name: optional(iamName), ...sessionMembers }))),
      }),
    ),
  ),
})

const object = strict({
  key: text('a key of 1 to 1,024 bytes'),
  body: optional(Type.String({ title: 'text' })),
  file: optional(text('a file')),
  contentType: optional(matching('^[ -~]+$', 'visible ASCII characters')),
  metadata: optional(texts),
  tags: optional(Type.Record(Type.String(), Type.String({ title: 'text' }))),
})

// Letters, digits, dots and hyphens; the rest of the naming rules is checked with the references.
const bucketName = matching(
  '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
  'a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens',
)

const bucket = strict({
  name: bucketName,
  region: text(),
  account: optional(accountId),
  versioning: optional(Type.Enum(['Enabled', 'Suspended'], { title: 'Enabled or Suspended' })),
  objectLock: optional(Type.Boolean({ title: 'true or false' })),
  requestPayer: optional(Type.Enum(['BucketOwner', 'Requester'], { title: 'BucketOwner or Requester' })),
  objectOwnership: optional(
    Type.Enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'], {
      title: 'BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter',
    }),
  ),
  publicAccessBlock: optional(publicAccessBlock),
  policy: optional(document),
  objects: optional(Type.Array(object)),
})

const multiRegionAccessPoint = strict({
  name: matching('^[a-z0-9][-a-z0-9]{1,48}[a-z0-9]$', 'a name of 3 to 50 lower-case letters, digits and hyphens'),
  account: optional(accountId),
  alias: optional(
    matching(
      '^(?=.{6,63}$)[a-z][a-z0-9]*\\.mrap$',
      'an alias: a lower-case letter, letters and digits, then .mrap, at most 63 characters',
    ),
  ),
  buckets: Type.Array(
    Type.Union([bucketName, strict({ name: bucketName, account: optional(accountId) })], {
      title: 'a bucket name, or { name, account }',
    }),
    {
      minItems: 1,
      title: 'at least one bucket',
    },
  ),
  publicAccessBlock: optional(publicAccessBlock),
  routes: optional(Type.Record(Type.String(), Type.Enum([0, 100], { title: '0 or 100' }))),
  policy: optional(document),
})

export const worldSchema = strict({
  accounts: optional(Type.Record(Type.String(), account)),
  buckets: optional(Type.Array(bucket)),
  multiRegionAccessPoints: optional(Type.Array(multiRegionAccessPoint)),
})

/** A world file of the right form; names and references are not checked yet. */
export type WorldDocument = Static<typeof worldSchema>

/** A member of a document: names and indexes from the top. */
export type MemberPath = readonly (string | number)[]

/** What is wrong, and where. */
export interface Flaw {
  readonly path: MemberPath
  readonly message: string
}

export function isWorldDocument(value: unknown): value is WorldDocument {
  return Check(worldSchema, value)
}

/** The first thing that is wrong with the form of a document. */
export function flawOf(value: unknown): Flaw {
  // An unknown member is reported at itself ("boolean") and once more at its parent.
  const [first] = Errors(worldSchema, value).filter(({ keyword }) => keyword !== 'additionalProperties')
  if (!first) return { path: [], message: 'is not a world' }
  const path = pathOf(first.instancePath, value)
  if (first.keyword === 'boolean') return { path, message: 'is not a member of the world file' }
  if (first.keyword === 'required') return { path, message: `lacks ${first.params.requiredProperties.join(', ')}` }
  const title = titleAt(first.schemaPath)
  return { path, message: title ? `must be ${title}` : first.message }
}

/** A JSON pointer into `value` as names and indexes. */
function pathOf(pointer: string, value: unknown): MemberPath {
  let at: unknown = value
  return segmentsOf(pointer).map(segment => {
    const step = Array.isArray(at) ? Number(segment) : segment
    at = memberOf(at, segment)
    return step
  })
}

/** The title nearest to where a pointer into the schema ends. */
function titleAt(pointer: string): string | undefined {
  let at: unknown = worldSchema
  let title: string | undefined
  for (const segment of segmentsOf(pointer)) {
    at = memberOf(at, segment)
    const own = memberOf(at, 'title')
    // Where there are alternatives, the title of the whole says more than that of one.
    if (typeof own === 'string') title = segment === '0' || segment === '1' ? (title ?? own) : own
    else if (segment !== 'anyOf') title = segment === 'items' || segment === 'properties' ? title : undefined
  }
  return title
}

function segmentsOf(pointer: string): string[] {
  const segments = pointer.replace(/^#/, '').split('/').slice(1)
  return segments.map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
