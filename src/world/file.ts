import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Document, LineCounter, Node } from 'yaml'
import { StartError } from '../protocol/start-error.ts'
import type { Flaw, MemberPath, WorldDocument } from './schema.ts'
import type {
  World,
  WorldAccount,
  WorldBucket,
  WorldMrap,
  WorldObject,
  WorldPublicAccessBlock,
  WorldSession,
} from './world.ts'

/** A world without anything in it: the default credentials hold. */
export const emptyWorld: World = { accounts: [], buckets: [], multiRegionAccessPoints: [] }

/** A world file that cannot be used. The message is one line: `<file>:<line>: <member>: <what is wrong>`. */
export class WorldError extends StartError {
  readonly file: string
  /** From 1; undefined when the file could not be read at all. */
  readonly line: number | undefined
  /** Such as `buckets[0].region`; '' for the file as a whole. */
  readonly member: string

  constructor(file: string, line: number | undefined, member: string, message: string) {
    const place = line === undefined ? file : `${file}:${line}`
    super(`${place}: ${member ? `${member}: ` : ''}${message}`, 2)
    this.name = 'WorldError'
    this.file = file
    this.line = line
    this.member = member
  }
}

/**
 * Reads a world file, YAML or JSON, and checks all of it. `defaultAccountId` owns what names no account. Throws WorldError for the first
 * thing that is wrong: syntax, an unknown member, a bad name, a dangling reference, a file of an object that is not there.
 */
export async function loadWorld(path: string, defaultAccountId = '000000000000'): Promise<World> {
  const { yaml } = await import('./yaml.ts')
  const text = await readText(path)
  const lines = new yaml.LineCounter()
  // Core schema, no custom tags: what looks like a date or a binary stays text.
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'error',
  })
  const [broken] = [...document.errors, ...document.warnings]
  if (broken) throw new WorldError(path, lines.linePos(broken.pos[0]).line, '', oneLine(broken.message))
  const value = toValue(document, path)
  const refuse = ({ path: member, message }: Flaw) =>
    new WorldError(path, lineOf(document, yaml, lines, member), nameOf(member), message)
  return checked(value, dirname(path), defaultAccountId, refuse)
}

/**
 * A world from an object in the form of a world file, as `loadWorld` reads one. Paths of files of objects are relative to the working
 * directory. Throws WorldError, which then names no file and no line.
 */
export function worldOf(value: unknown, defaultAccountId = '000000000000'): Promise<World> {
  const refuse = ({ path: member, message }: Flaw) => new WorldError('world', undefined, nameOf(member), message)
  return checked(value, process.cwd(), defaultAccountId, refuse)
}

/** Checks all of a document and completes it. `directory`: where paths of files of objects begin. */
async function checked(
  value: unknown,
  directory: string,
  defaultAccountId: string,
  refuse: (flaw: Flaw) => WorldError,
): Promise<World> {
  const [schema, checks] = await Promise.all([import('./schema.ts'), import('./checks.ts')])
  if (!schema.isWorldDocument(value)) throw refuse(schema.flawOf(value))
  const problem = checks.problemOf(value, defaultAccountId) ?? (await missingFile(value, directory))
  if (problem) throw refuse(problem)
  return {
    accounts: Object.entries(value.accounts ?? {}).map(([id, account]) => accountOf(id, account, checks.readTime)),
    buckets: (value.buckets ?? []).map(bucket => bucketOf(bucket, directory)),
    multiRegionAccessPoints: (value.multiRegionAccessPoints ?? []).map(mrapOf),
  }
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    throw new WorldError(path, undefined, '', `the world file cannot be read as text: ${oneLine(String(error))}`)
  }
}

function toValue(document: Document, path: string): unknown {
  try {
    // An empty file is an empty world.
    return document.toJS() ?? {}
  } catch (error) {
    // Aliases that unfold to more than can be meant.
    throw new WorldError(path, 1, '', oneLine(String(error)))
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n[\s\S]*$/, '')
}

/** The line of a member, or of the nearest one around it that is in the file. */
function lineOf(document: Document, yaml: typeof import('yaml'), lines: LineCounter, path: MemberPath): number {
  let node: unknown = document.contents
  let offset = yaml.isNode(node) ? startOf(node) : 0
  for (const step of path) {
    if (yaml.isAlias(node)) node = node.resolve(document)
    if (yaml.isMap(node)) {
      const pair = node.items.find(({ key }) => String(yaml.isScalar(key) ? key.value : key) === String(step))
      if (yaml.isNode(pair?.key)) offset = startOf(pair.key)
      node = pair?.value
    } else if (yaml.isSeq(node)) {
      node = node.items[Number(step)]
      if (yaml.isNode(node)) offset = startOf(node)
    } else break
  }
  return lines.linePos(offset).line
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}

/** `buckets[0].region`, `accounts["111122223333"].name`. */
function nameOf(path: MemberPath): string {
  const step = (name: string | number) => {
    if (typeof name === 'number') return `[${name}]`
    return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
  }
  return path.map(step).join('').replace(/^\./, '')
}

async function missingFile({ buckets = [] }: WorldDocument, directory: string): Promise<Flaw | undefined> {
  for (const [index, { objects = [] }] of buckets.entries()) {
    for (const [at, { file }] of objects.entries()) {
      if (file === undefined || (await isFile(resolve(directory, file)))) continue
      return {
        path: ['buckets', index, 'objects', at, 'file'],
        message: `there is no file ${JSON.stringify(file)} beside the world file`,
      }
    }
  }
  return undefined
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

type AccountDocument = NonNullable<WorldDocument['accounts']>[string]
type SessionDocument = NonNullable<NonNullable<AccountDocument['roles']>[number]['sessions']>[number]
type BucketDocument = NonNullable<WorldDocument['buckets']>[number]
type MrapDocument = NonNullable<WorldDocument['multiRegionAccessPoints']>[number]
type BlockDocument = NonNullable<BucketDocument['publicAccessBlock']>

function accountOf(id: string, account: AccountDocument, readTime: (text: string) => number | undefined): WorldAccount {
  const sessionOf = ({ expires, ...session }: SessionDocument): WorldSession => {
    const time = expires === undefined ? undefined : readTime(expires)
    return time === undefined ? session : { ...session, expires: time }
  }
  return {
    id,
    ...(account.name === undefined ? {} : { name: account.name }),
    ...blockOf(account.publicAccessBlock),
    credentials: account.credentials ?? [],
    users: (account.users ?? []).map(({ name, policies = [], credentials = [], sessions = [] }) => ({
      name,
      policies: policies.map(policy => JSON.stringify(policy)),
      credentials,
      sessions: sessions.map(sessionOf),
    })),
    roles: (account.roles ?? []).map(({ name, policies = [], sessions = [] }) => ({
      name,
      policies: policies.map(policy => JSON.stringify(policy)),
      sessions: sessions.map(sessionOf),
    })),
  }
}

function bucketOf(
  { publicAccessBlock, policy, objects = [], ...bucket }: BucketDocument,
  directory: string,
): WorldBucket {
  return {
    ...bucket,
    ...blockOf(publicAccessBlock),
    ...policyOf(policy),
    objects: objects.map(object => objectOf(object, directory)),
  }
}

function objectOf(
  { key, body = '', file, contentType, metadata = {}, tags = {} }: NonNullable<BucketDocument['objects']>[number],
  directory: string,
): WorldObject {
  const content = file === undefined ? { body } : { file: resolve(directory, file) }
  return { key, content, ...(contentType === undefined ? {} : { contentType }), metadata, tags }
}

function mrapOf({ buckets, publicAccessBlock, policy, routes = {}, ...mrap }: MrapDocument): WorldMrap {
  return {
    ...mrap,
    buckets: buckets.map(bucket => (typeof bucket === 'string' ? { name: bucket } : bucket)),
    ...blockOf(publicAccessBlock),
    routes,
    ...policyOf(policy),
  }
}

/** Members that are not named are off, as in the API. */
function blockOf(block: BlockDocument | undefined): { publicAccessBlock?: WorldPublicAccessBlock } {
  if (!block) return {}
  const {
    blockPublicAcls = false,
    ignorePublicAcls = false,
    blockPublicPolicy = false,
    restrictPublicBuckets = false,
  } = block
  return { publicAccessBlock: { blockPublicAcls, ignorePublicAcls, blockPublicPolicy, restrictPublicBuckets } }
}

function policyOf(policy: object | undefined): { policy?: string } {
  return policy ? { policy: JSON.stringify(policy) } : {}
}
