import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Document, LineCounter, Node } from 'yaml'
import { StartError } from '../protocol/start-error.ts'
import { completeWorld } from './complete.ts'
import type { WorldDocument } from './document.ts'
import { type Flaw, type MemberPath, memberName } from './flaw.ts'
import type { World } from './world.ts'

/** A world without anything in it: the default credentials hold. */
export const emptyWorld: World = { accounts: [], buckets: [], multiRegionAccessPoints: [] }

/** One thing that is wrong with a world file. */
export interface WorldFault {
  /** From 1; undefined when the file could not be read at all, or there is none. */
  readonly line: number | undefined
  /** Such as `buckets[0].region`; '' for the file as a whole. */
  readonly member: string
  readonly message: string
}

/** A world file that cannot be used. The message has a line for each fault: `<file>:<line>: <member>: <what is wrong>`. */
export class WorldError extends StartError {
  readonly file: string
  /** At least one; those of the form first. */
  readonly faults: readonly WorldFault[]

  constructor(file: string, faults: readonly WorldFault[]) {
    const lines = faults.map(({ line, member, message }) => {
      const place = line === undefined ? file : `${file}:${line}`
      return `${place}: ${member ? `${member}: ` : ''}${message}`
    })
    super(lines.join('\n'), 2)
    this.name = 'WorldError'
    this.file = file
    this.faults = faults
  }
}

/**
 * Reads a world file, YAML or JSON, and checks all of it. `defaultAccountId` owns what names no account. Throws WorldError with everything
 * that is wrong: syntax alone, or else unknown members, bad names, dangling references, policies that could not be put, files of objects
 * that are not there.
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
  const broken = [...document.errors, ...document.warnings]
  if (broken.length > 0) {
    const faultOf = ({ pos, message }: (typeof broken)[number]) => whole(lines.linePos(pos[0]).line, message)
    throw new WorldError(path, broken.map(faultOf))
  }
  const lineAt = (member: MemberPath) => lineOf(document, yaml, lines, member)
  return checked(toValue(document, path), { file: path, directory: dirname(path), defaultAccountId, lineAt })
}

/**
 * A world from an object in the form of a world file, as `loadWorld` reads one. Paths of files of objects are relative to the working
 * directory. Throws WorldError, which then names no file and no line.
 */
export function worldOf(value: unknown, defaultAccountId = '000000000000'): Promise<World> {
  return checked(value, { file: 'world', directory: process.cwd(), defaultAccountId, lineAt: () => undefined })
}

interface Origin {
  readonly file: string
  /** Where paths of files of objects begin. */
  readonly directory: string
  readonly defaultAccountId: string
  readonly lineAt: (path: MemberPath) => number | undefined
}

/** Checks all of a document and completes it. */
async function checked(value: unknown, { file, directory, defaultAccountId, lineAt }: Origin): Promise<World> {
  const [{ formFlaws, hasWorldForm }, { flawsOf }] = await Promise.all([import('./form.ts'), import('./checks.ts')])
  const ofForm = formFlaws(value)
  const flaws: Flaw[] = [...ofForm]
  const broken = ofForm.filter(({ isUnknownMember }) => !isUnknownMember)
  // A world that lacks what it must have in one place is checked in all others.
  const canBeChecked = (document: unknown): document is WorldDocument => broken.every(({ path }) => path.length > 0)
  if (canBeChecked(value)) {
    const isBroken = (path: MemberPath) => broken.some(flaw => isOneWithin(flaw.path, path))
    flaws.push(...flawsOf({ document: value, defaultAccountId, isBroken }))
    if (broken.length === 0) flaws.push(...(await missingFiles(value, directory)))
  }
  if (hasWorldForm(value) && flaws.length === 0) return completeWorld(value, directory)
  const faultOf = ({ path, message }: Flaw) => ({ line: lineAt(path), member: memberName(path), message })
  throw new WorldError(file, flaws.map(faultOf))
}

/** Whether one of two members is the other, or part of it. */
function isOneWithin(one: MemberPath, other: MemberPath): boolean {
  const depth = Math.min(one.length, other.length)
  return one.slice(0, depth).every((step, index) => step === other[index])
}

/** A fault of the file as a whole. */
function whole(line: number | undefined, message: string): WorldFault {
  return { line, member: '', message: oneLine(message) }
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    throw new WorldError(path, [whole(undefined, `the world file cannot be read as text: ${error}`)])
  }
}

function toValue(document: Document, path: string): unknown {
  try {
    // An empty file is an empty world.
    return document.toJS() ?? {}
  } catch (error) {
    // Aliases that unfold to more than can be meant.
    throw new WorldError(path, [whole(1, String(error))])
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

async function missingFiles({ buckets = [] }: WorldDocument, directory: string): Promise<Flaw[]> {
  const files = buckets.flatMap(({ objects = [] }, index) =>
    objects.flatMap(({ file }, at) =>
      file === undefined ? [] : [{ file, path: ['buckets', index, 'objects', at, 'file'] }],
    ),
  )
  const flaws = files.map(async ({ file, path }) => {
    const message = `there is no file ${JSON.stringify(file)} beside the world file`
    return (await isFile(resolve(directory, file))) ? [] : [{ path, message }]
  })
  return (await Promise.all(flaws)).flat()
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
