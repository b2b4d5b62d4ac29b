import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Test } from 'tap'
import { authorizeSaid, authorizeService } from '../../src/data/access/authorize.ts'
import { isBlocked } from '../../src/data/access/public-access.ts'
import type { DataContext, MrapAccess } from '../../src/data/context.ts'
import { errors } from '../../src/data/errors.ts'
import { dataNamespace } from '../../src/data/shapes.ts'
import type { Caller } from '../../src/protocol/caller.ts'
import { type ManualClock, manualClock } from '../../src/protocol/clock.ts'
import { AwsError, errors as commonErrors } from '../../src/protocol/errors.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { incomingBody } from '../../src/protocol/request/body.ts'
import { type HeaderPairs, readHeaders } from '../../src/protocol/request/headers.ts'
import { readQuery } from '../../src/protocol/request/query.ts'
import type { RawRequest } from '../../src/protocol/request/raw-request.ts'
import type { Response } from '../../src/protocol/response.ts'
import { decodeInput } from '../../src/protocol/xml/decode.ts'
import { encodeOutput } from '../../src/protocol/xml/encode.ts'
import type { Infer, StructureShape } from '../../src/protocol/xml/shape.ts'
import type { Bucket, PublicAccessBlock } from '../../src/store/rows.ts'
import type { Store } from '../../src/store/store.ts'
import { emptyStore } from './empty-store.ts'

export const owner = '111122223333'
export const stranger = '210987654321'

/** The request behind a context. Only what is said differs from a signed GET of the owner without a body. */
export interface RequestOptions {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: HeaderPairs
  /** Content-Length is added unless the headers say how long it is. */
  readonly body?: string | Uint8Array
  readonly caller?: Caller
  readonly bucket?: Bucket
  /** What is left out: row 1, nothing blocked. */
  readonly mrap?: Pick<MrapAccess, 'alias' | 'arn' | 'accountId'> & Partial<MrapAccess>
  /** Block Public Access of every account. Default: none. */
  readonly accountBlock?: PublicAccessBlock
}

/** A store of its own with one bucket, time that stands still, and contexts to call operations with. */
export interface DataWorld {
  readonly store: Store
  readonly clock: ManualClock
  readonly bucket: Bucket
  addBucket(bucket: Partial<Bucket> & { readonly name: string }): Promise<Bucket>
  context(options?: RequestOptions): DataContext
}

export const rootOf = (accountId: string): Caller => ({ kind: 'root', accountId, accessKeyId: accountId })

/** The bucket is `orders-usw2`, in us-west-2, never versioned, ACLs off, of the account `owner`, unless `bucket` says otherwise. */
export async function dataWorld(t: Test, bucket: Partial<Bucket> = {}): Promise<DataWorld> {
  const { store } = await emptyStore(t)
  const clock = manualClock()
  const addBucket = async (options: Partial<Bucket> & { readonly name: string }) => {
    const { id: _, ...row } = { ...newBucket(clock.now()), ...options }
    await store.insertBucket(row)
    return requireBucket(store, options.name)
  }
  const first = await addBucket({ name: 'orders-usw2', ...bucket })
  return {
    store,
    clock,
    bucket: first,
    addBucket,
    context: options => dataContext(store, clock, requireBucket(store, first.name), options ?? {}),
  }
}

export const nothingBlocked: PublicAccessBlock = {
  blockPublicAcls: false,
  ignorePublicAcls: false,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
}
export const everythingBlocked: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}

function dataContext(store: Store, clock: ManualClock, bucket: Bucket, options: RequestOptions): DataContext {
  const request = rawRequest(options)
  const reached = options.bucket ?? bucket
  const caller = options.caller ?? rootOf(owner)
  const mrap = options.mrap && { id: 1, publicAccessBlock: nothingBlocked, ...options.mrap }
  const accountBlocks = () => options.accountBlock
  const facts = { request, query: readQuery(options.query ?? ''), claim: undefined, caller, bucket: reached, mrap }
  return {
    store,
    clock,
    requestId: 'ABCDEF0123456789',
    caller,
    region: reached.region,
    bucket: reached,
    mrap,
    ownUrl: () => undefined,
    request,
    body: incomingBody(request, undefined, undefined),
    settings: { bucketDefaults: 'current', restoreDelayMs: () => 5000 },
    isBlocked: setting => isBlocked(setting, { bucket: reached, mrap }, accountBlocks),
    accountBlocks,
    authorize: (action, key, more) =>
      authorizeSaid({ ...facts, ...more, action, key }, { store, clock, accountBlocks }),
    authorizeService: (action, resource, values) =>
      authorizeService({ ...facts, action, resource, values, region: reached.region }, { store, clock, accountBlocks }),
    sourceBucket: name => {
      const source = store.findBucket(name)
      if (!source) throw errors.NoSuchBucket({ BucketName: name })
      return source
    },
    authorizeCopiedTags: () => undefined,
    permits: () => true,
    hintOfElsewhere: () => undefined,
  }
}

function rawRequest({ method = 'GET', path = '/key', query = '', headers = [], body }: RequestOptions): RawRequest {
  const bytes = Buffer.from(body ?? '')
  const hasLength = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
  // As SDKs do, a body comes with a digest where the service asks for one.
  const isLocked = headers.some(([name]) => name.startsWith('x-amz-object-lock-'))
  const digest: HeaderPairs =
    isLocked && body !== undefined ? [['Content-MD5', createHash('md5').update(bytes).digest('base64')]] : []
  const length: HeaderPairs = body === undefined || hasLength ? [] : [['Content-Length', String(bytes.length)]]
  return {
    method,
    path,
    query,
    headers: readHeaders([...length, ...digest, ...headers]),
    host: 's3.us-west-2.amazonaws.com',
    viaProxy: false,
    door: 'http',
    remoteAddress: '127.0.0.1',
    body: Readable.from(bytes.length > 0 ? [bytes] : []),
    sendContinue: () => undefined,
  }
}

function newBucket(createdAt: number): Omit<Bucket, 'name'> {
  return {
    revision: 1,
    id: 0,
    region: 'us-west-2',
    accountId: owner,
    createdAt,
    versioning: undefined,
    objectLock: false,
    requestPayer: 'BucketOwner',
    objectOwnership: 'BucketOwnerEnforced',
    publicAccessBlock: undefined,
    policy: undefined,
  }
}

function requireBucket(store: Store, name: string): Bucket {
  const bucket = store.findBucket(name)
  if (!bucket) throw new Error(`no bucket ${name}`)
  return bucket
}

/** The output of an operation that is called as the dispatcher would, its input already decoded. */
export async function call<I extends StructureShape, O extends StructureShape>(
  operation: Operation<DataContext, I, O>,
  input: Infer<I>,
  context: DataContext,
): Promise<Infer<O>> {
  return (await operation.handle(input, context)) as Infer<O>
}

/** The refusal of an operation. It must be one that the operation declares, or a common one. */
export async function refusal<I extends StructureShape, O extends StructureShape>(
  operation: Operation<DataContext, I, O>,
  input: Infer<I>,
  context: DataContext,
): Promise<AwsError> {
  return caught(operation, () => operation.handle(input, context))
}

/** An answer as it goes out. A body of bytes is read to its end. */
export interface WireAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** A document without its declaration. */
  readonly body: string
}

/** Decodes a request by the operation's shapes, runs it and encodes its answer. Labels are `Bucket` and `Key` of the world. */
export async function exchange<I extends StructureShape, O extends StructureShape>(
  operation: Operation<DataContext, I, O>,
  world: DataWorld,
  key: string,
  options: RequestOptions = {},
): Promise<WireAnswer> {
  const method = operation.http.split(' ')[0] ?? 'GET'
  const context = world.context({ method, ...options })
  const takesStream = Object.values(operation.input.members).some(({ kind }) => kind === 'stream')
  const input = await decodeInput(
    operation.input,
    {
      labels: { Bucket: context.bucket.name, Key: key },
      query: readQuery(options.query ?? ''),
      headers: context.request.headers,
      body: takesStream ? undefined : Buffer.from(options.body ?? ''),
    },
    errors,
  )
  const output = await operation.handle(input, context)
  const encoded = encodeOutput(operation.output, output, {
    rootName: `${operation.name}Result`,
    namespace: dataNamespace,
  })
  return {
    status: encoded.status ?? operation.status ?? 200,
    headers: Object.fromEntries(encoded.headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: await bodyText(encoded.body),
  }
}

/** The refusal of a request on the wire, in decoding or in the operation. */
export async function refusedExchange<I extends StructureShape, O extends StructureShape>(
  operation: Operation<DataContext, I, O>,
  world: DataWorld,
  key: string,
  options: RequestOptions = {},
): Promise<AwsError> {
  return caught(operation, () => exchange(operation, world, key, options))
}

/** Bytes of a stream as text. */
export async function textOf(body: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of body ?? []) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function caught(operation: { name: string; errors?: readonly string[] }, run: () => unknown): Promise<AwsError> {
  try {
    await run()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (error.code in commonErrors || operation.errors?.includes(error.code)) return error
    throw new Error(`${operation.name} does not declare ${error.code}`, { cause: error })
  }
  throw new Error(`${operation.name} did not refuse`)
}

async function bodyText(body: Response['body']): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  if (typeof body !== 'string') return textOf(body)
  return body.replace(/^<\?xml[^>]*\?>\n/, '')
}

/** Makes an object of the parts given, each with a CRC32 as the client would have declared it. */
export async function multipartObject(
  world: DataWorld,
  key: string,
  bodies: readonly string[],
  type: 'COMPOSITE' | 'FULL_OBJECT' = 'COMPOSITE',
): Promise<void> {
  const { store, clock, bucket } = world
  const checksum = { algorithm: 'CRC32', type, value: 'AAAAAA==-2' }
  const now = clock.now()
  const common = { bucketId: bucket.id, key, ownerId: owner, storageClass: 'STANDARD', details: {} }
  await store.insertUpload({
    ...common,
    uploadId: 'upload',
    initiatedAt: now,
    initiatorId: owner,
    checksumAlgorithm: 'CRC32',
    checksumType: type,
  })
  const upload = store.findUpload('upload')
  if (!upload) throw new Error('no upload')
  const parts = []
  for (const [index, text] of bodies.entries()) {
    const staged = store.bodies.stage({ digests: ['crc32'] })
    await staged.append(Buffer.from(text))
    const body = await staged.seal()
    const part = {
      partNumber: index + 1,
      size: body.size,
      etag: Buffer.from(body.digests.md5 ?? []).toString('hex'),
      lastModified: now,
      checksum: { algorithm: 'CRC32', value: Buffer.from(body.digests.crc32 ?? []).toString('base64') },
    }
    await store.putPart(upload.id, part, body)
    parts.push(part)
  }
  const version = { ...common, versionId: 'v'.repeat(32), etag: 'abc-2', lastModified: now, details: { checksum } }
  await store.completeUpload(upload.id, version, {
    numbers: parts.map(({ partNumber }) => partNumber),
    etags: parts.map(({ etag }) => etag),
  })
}
