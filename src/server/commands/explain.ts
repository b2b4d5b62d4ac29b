import { Readable } from 'node:stream'
import { authorize as authorizeControl } from '../../control/authorize.ts'
import type { ControlOperation } from '../../control/context.ts'
import { controlOperations } from '../../control/operations/index.ts'
import {
  type AskedService,
  authorize,
  authorizeAction,
  authorizeService,
  isOwnPolicy,
} from '../../data/access/authorize.ts'
import type { Layering } from '../../data/access/decision.ts'
import type { Asked } from '../../data/access/judgement.ts'
import { requiredActions } from '../../data/access/required-actions.ts'
import type { DataOperation } from '../../data/context.ts'
import { readCopySource } from '../../data/objects/copy-source.ts'
import { dataOperations } from '../../data/operations/index.ts'
import { allUp, resolveMrap } from '../../data/routing/resolve-bucket.ts'
import type { Caller } from '../../protocol/caller.ts'
import { systemClock } from '../../protocol/clock.ts'
import { parseMrapArn } from '../../protocol/endpoint/arn.ts'
import { AwsError } from '../../protocol/errors.ts'
import { createLogger } from '../../protocol/logger.ts'
import type { Action } from '../../protocol/operation.ts'
import { readHeaders } from '../../protocol/request/headers.ts'
import { readQuery } from '../../protocol/request/query.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import { formatAmzDate } from '../../protocol/signature/amz-date.ts'
import type { SignatureClaim } from '../../protocol/signature/claim.ts'
import { StartError } from '../../protocol/start-error.ts'
import { createWorldClock } from '../../protocol/world-clock.ts'
import type { Store } from '../../store/store.ts'
import { circumstancesOf, organizationsOf } from '../../world/circumstances.ts'
import { loadWorld } from '../../world/file.ts'
import type { World, WorldRole, WorldUser } from '../../world/world.ts'
import { accountBlocksOf, openWorldStore } from '../apply-world.ts'
import { credentialFinder } from '../credentials.ts'
import { OptionError } from '../option-error.ts'
import { makeTemporaryDirectory } from '../temporary-directory.ts'
import type { Command, Outcome } from './command.ts'
import { type Described, explainFlags, readDescribed } from './explain-options.ts'

export const explain: Command = {
  usage: '--world <file> --as <who> --action <action> [--bucket <name> | --mrap <alias>] [--key <key>] ...',
  about: [
    'Evaluates one request against a world file, without a server: which documents were looked at, what each says, what decides.',
    'The request is one over TLS, signed a moment ago. Exit code: 0 allowed, 1 refused, 2 a mistake in the options or the world.',
  ],
  flags: explainFlags,
  examples: [
    'mrap-local explain --world world.yaml --as arn:aws:iam::111122223333:role/app --action s3:GetObject \\',
    '  --mrap mfzwi23gnjvgw.mrap --key reports/2026.csv --source-ip 198.51.100.7',
  ],
  run: ({ flags }, env) => explained(readDescribed(flags, env)),
}

/** Judges a request by the same code and the same rows as a server would, in a store of its own that is gone afterwards. */
async function explained(described: Described): Promise<Outcome> {
  const world = await loadWorld(described.world, described.accountId)
  const directory = await makeTemporaryDirectory()
  const store = await openWorldStore({
    config: { accountId: described.accountId, bucketDefaults: 'current' },
    world,
    log: createLogger('error'),
    clock: createWorldClock({ scope: 'state' }),
    dataDir: directory.path,
    durability: 'ephemeral',
    onFailure: () => undefined,
  })
  try {
    return judge(described, callerOf(described, world), world, store)
  } finally {
    await store.close()
    directory.remove()
  }
}

function judge(described: Described, caller: Caller, world: World, store: Store): Outcome {
  const lines: string[] = []
  const layering: Layering = {
    store,
    clock: systemClock,
    accountBlocks: accountBlocksOf(world, store),
    organizationOf: organizationsOf(world.accounts),
    trace: traced => lines.push(...traced),
  }
  const answer = (isAllowed: boolean, sentence: string): Outcome => ({
    text: `${[...lines, sentence].join('\n')}\n`,
    exitCode: isAllowed ? 0 : 1,
  })
  try {
    const asked = askedOf(described, caller, store)
    if ('resource' in asked) askService(asked, layering)
    else if (isOwnPolicy(asked.action, asked))
      return answer(true, "Allowed: the owner's root always reaches the policy of its bucket.")
    else askBucket(asked, layering)
    return answer(
      true,
      caller.kind === 'root' && lines.length === 0 ? 'Allowed: a root has no identity policies.' : 'Allowed.',
    )
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return answer(false, `Refused: ${error.hint ?? error.message}`)
  }
}

/** As a server would: all that the operation without a bucket, or of S3 Control, with this action needs; of any other action, that alone. */
function askService(asked: AskedService, layering: Layering): void {
  const { caller, action, resource, request, query, claim, region } = asked
  // First: S3 Control has a CreateBucket of its own, for Outposts.
  const unbound = dataOperations.find(one => one.needsNoBucket && actionOf(one, false) === action)
  const operation = controlOperationOf(action)
  if (unbound || !operation || caller.kind === 'anonymous') {
    const needed = unbound ? requiredActions(unbound, { query, headers: request.headers }) : [action]
    for (const one of needed) authorizeService({ ...asked, action: one }, layering)
    return
  }
  const { trace, ...rules } = layering
  const tell = trace && ((lines: readonly string[], requestId: string) => trace(lines, requestId))
  authorizeControl({ operation, resource, request, claim, caller, region, requestId: '-' }, { ...rules, trace: tell })
}

/** As a server would: all that the operation with this action needs, by its headers, too; of any other action, that alone. */
function askBucket(asked: Asked, layering: Layering): void {
  const isOfVersion = asked.query.has('versionId')
  const fits = (operation: DataOperation) => actionOf(operation, isOfVersion) === asked.action
  // The one that is called like the action, where several need it.
  const operation =
    dataOperations.find(one => fits(one) && asked.action === `s3:${one.name}`) ?? dataOperations.find(fits)
  if (!operation || operation.judgesItself) authorizeAction(asked, layering)
  else authorize({ ...asked, operation, labels: asked.key === undefined ? {} : { Key: asked.key } }, layering)
  const source = asked.request.headers.get('x-amz-copy-source')
  if (source !== undefined && asked.action === 's3:PutObject') askSource(source, asked, layering)
}

/** A copy reads, too. What tags need that go along is not asked. */
function askSource(source: string, asked: Asked, layering: Layering): void {
  const { bucket: name, key, versionId } = readCopySource(source)
  const bucket = layering.store.findBucket(name)
  if (!bucket) throw new StartError(`explain: the world has no bucket ${name}`, 2)
  const read = { ...asked, bucket, key, versionId, mrap: undefined }
  authorizeAction({ ...read, action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion' }, layering)
}

function controlOperationOf(action: string): ControlOperation | undefined {
  return controlOperations.find(one => actionOf(one, false) === action)
}

function actionOf(
  { name, action = `s3:${name}` }: { readonly name: string; readonly action?: Action },
  isOfVersion: boolean,
): string {
  if (typeof action === 'string') return action
  return isOfVersion ? action.versioned : action.plain
}

function askedOf(described: Described, caller: Caller, store: Store): Asked | AskedService {
  const { action, key, resource, clientRegion } = described
  const now = systemClock.now()
  const request = requestOf(described)
  const alias = described.mrap === undefined ? undefined : aliasOf(described.mrap)
  const isManaged = alias !== undefined && controlOperationOf(action) !== undefined
  const claim = caller.kind === 'anonymous' ? undefined : claimOf(described, now, alias !== undefined && !isManaged)
  const facts = { request, query: readQuery(request.query), claim, caller, action }
  if (resource !== undefined) return { ...facts, resource, region: clientRegion }
  const landing = alias === undefined ? undefined : resolveMrap(store, alias, clientRegion, now, allUp)
  // What S3 Control is asked about an MRAP neither the MRAP's policy nor that of a bucket decides.
  if (landing && isManaged) return { ...facts, resource: landing.mrap.arn, region: clientRegion }
  const name = landing ? landing.bucketName : (described.bucket ?? '')
  const bucket = landing ? landing.bucket : store.findBucket(name)
  if (!bucket) throw new StartError(`explain: the world has no bucket ${name}`, 2)
  return { ...facts, key, versionId: facts.query.get('versionId'), bucket, mrap: landing?.mrap }
}

function aliasOf(text: string): string {
  return parseMrapArn(text)?.alias ?? text
}

function requestOf({ headers, query, sourceIp, key }: Described): RawRequest {
  const parameters = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return {
    method: 'GET',
    path: `/${key ?? ''}`,
    query: parameters.join('&'),
    headers: readHeaders(headers),
    host: 's3.amazonaws.com',
    viaProxy: false,
    door: 'tls',
    isSecure: true,
    remoteAddress: sourceIp,
    body: Readable.from([]),
    sendContinue: () => undefined,
  }
}

/** As clients sign today: SigV4A to an MRAP, SigV4 elsewhere, in a header. */
function claimOf({ as }: Described, now: number, isThroughMrap: boolean): SignatureClaim {
  const amzDate = formatAmzDate(now)
  return {
    via: 'header',
    algorithm: isThroughMrap ? 'AWS4-ECDSA-P256-SHA256' : 'AWS4-HMAC-SHA256',
    accessKeyId: as,
    scopeDate: amzDate.slice(0, 8),
    region: undefined,
    regionSet: undefined,
    service: 's3',
    amzDate,
    signedAt: now,
    expiresSeconds: undefined,
    signedHeaders: [],
    signature: '',
    sessionToken: undefined,
    payload: { kind: 'unsigned' },
    payloadHash: 'UNSIGNED-PAYLOAD',
  }
}

const principalForm =
  /^arn:aws:(?:iam|sts)::(\d{12}):(root|user|role|assumed-role)(?:\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+))?$/

/** Who is meant by `--as`, with what `--context` says of it. */
function callerOf(described: Described, world: World): Caller {
  const caller = principalOf(described, world)
  return { ...caller, circumstances: new Map([...(caller.circumstances ?? []), ...described.context]) }
}

/** A role by its ARN is a session of it called `explain`. Throws OptionError for nobody of this world. */
function principalOf({ as, accountId: defaultAccount }: Described, world: World): Caller {
  if (as === 'anonymous') return { kind: 'anonymous' }
  const credential = credentialFinder(world, { accountId: defaultAccount })(as)
  if (credential) return credential.caller
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(as)) return { kind: 'service', name: as, accountId: as, accessKeyId: as }
  const [, accountId = '', kind, name = ''] = principalForm.exec(as) ?? []
  const account = world.accounts.find(({ id }) => id === accountId)
  const known = (identity?: WorldUser | WorldRole) => {
    const isSession = identity !== undefined && kind !== 'user'
    return { accountId, accessKeyId: as, circumstances: circumstancesOf({ account, identity, isSession }) }
  }
  const isKnown = account !== undefined || (world.accounts.length === 0 && accountId !== '')
  if (kind === 'root' && isKnown) return { kind, ...known() }
  const user = kind === 'user' ? account?.users.find(one => one.name === name) : undefined
  if (user) return { kind: 'user', ...known(user), name, policies: user.policies }
  const [, role = '', sessionName = ''] = kind === 'assumed-role' ? as.split('/') : ['', name, 'explain']
  const found = kind === 'user' ? undefined : account?.roles.find(one => one.name === role)
  if (found) return { kind: 'role', ...known(found), name: role, sessionName, policies: found.policies }
  throw new OptionError(`explain: --as: the world knows nobody called ${JSON.stringify(as.slice(0, 100))}`)
}
