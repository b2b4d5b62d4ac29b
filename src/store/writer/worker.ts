import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { bodyFilesIn } from '../bodies/files.ts'
import { firstFreeBodyId } from '../bodies/rows.ts'
import { configure, openFile } from '../database.ts'
import type { StoreContent } from '../store.ts'
import { createCommands } from './commands.ts'
import { type Failure, failureOf, isOfTheDisk } from './failures.ts'
import { createHousekeeping } from './housekeeping.ts'
import type { Answer, Message, WriterData } from './messages.ts'
import { createStaging } from './staging.ts'

// The writer thread: the only connection that writes. In every turn of its event loop it commits all commands that have arrived, together,
// then handles one message of a body, or a slice of housekeeping when there is none. So nobody's small write waits behind more than
// one chunk of somebody's large body.

const port = parentPort
if (!port) throw new Error('the writer runs as a worker thread')

const { file, bodies, durability, replication, maxPages, gate } = workerData as WriterData
Atomics.wait(new Int32Array(gate), 0, 0)
const db = openFile(file, 10_000)
configure(db, durability)
if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
const files = bodyFilesIn(bodies, { syncs: durability === 'power' })
const staging = createStaging(files)
const commandsOfStore = createCommands(db, staging, durability, replication)
const housekeeping = createHousekeeping(db, {
  files,
  isStaged: staging.holds,
  release: bodyIds => answers.push({ kind: 'released', bodyIds }),
  wake: schedule,
})

type CommandMessage = Message & { kind: 'command' }

let commands: CommandMessage[] = []
const bodyMessages: Exclude<Message, CommandMessage>[] = []
let answers: Answer[] = []
let isScheduled = false
let isClosed = false

// What an earlier process left behind when it was killed.
housekeeping.findOrphans(firstFreeBodyId(db, files))
schedule()

port.on('message', (batch: readonly Message[]) => {
  accept(batch)
  turn(port)
})

function accept(batch: readonly Message[]): void {
  for (const message of batch) {
    if (message.kind === 'command') commands.push(message)
    else bodyMessages.push(message)
  }
}

function turn(port: MessagePort): void {
  if (isClosed) return
  // What has arrived meanwhile joins the group.
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) accept(next.message)
  const group = commands
  commands = []
  runGroup(group)
  const body = bodyMessages.shift()
  if (body) handle(body)
  if (group.length > 0 || body) housekeeping.worked()
  const isBusy = body !== undefined || (!isClosed && housekeep())
  flush(port)
  if (isBusy) schedule()
}

/** A full disk may be in the way of it, which is nobody's fault and ends nothing: it goes on when there is work again. */
function housekeep(): boolean {
  try {
    return housekeeping.slice()
  } catch (error) {
    if (!isOfTheDisk(failureOf(error))) throw error
    return false
  }
}

function schedule(): void {
  if (isScheduled || !port) return
  isScheduled = true
  setImmediate(() => {
    isScheduled = false
    turn(port)
  })
}

/** Runs of ordinary commands are transactions; the two that concern the whole store stand between them. */
function runGroup(group: readonly CommandMessage[]): void {
  let from = 0
  for (const [index, command] of group.entries()) {
    if (command.name !== 'reset' && command.name !== 'close') continue
    runTransaction(group.slice(from, index))
    from = index + 1
    attempt(command.id, () => (command.name === 'reset' ? reset(command) : close()))
  }
  runTransaction(group.slice(from))
}

function runTransaction(group: readonly CommandMessage[]): void {
  if (group.length > 0) answers.push(...commandsOfStore.runGroup(group))
}

/**
 * The bytes stay: they are orphans now, which makes a reset of many gigabytes quick and lets readers finish. Bodies on their way may be
 * received to their end; there is no bucket or upload any more that would take them.
 */
function reset({ parameters }: CommandMessage): void {
  const [firstBodyId, content] = parameters as [number, StoreContent]
  answers.push(...commandsOfStore.reset(content))
  housekeeping.findOrphans(firstBodyId)
}

function close(): void {
  isClosed = true
  housekeeping.stop()
  db.close()
  // What is asked from now on is answered by nobody: the main thread asks nothing after this.
  port?.unref()
}

function handle(message: Exclude<Message, CommandMessage>): void {
  switch (message.kind) {
    case 'begin':
      staging.begin(message)
      break
    case 'chunk':
      store(message)
      break
    case 'seal':
      attempt(message.id, () => staging.seal(message.bodyId))
      break
    case 'discard':
      attempt(message.id, () => staging.discard(message.bodyId))
      break
    case 'delete':
      housekeeping.deleteBodies(message.bodyIds)
  }
}

function store(message: Message & { kind: 'chunk' }): void {
  const { bodyId } = message
  let failure: Failure | undefined
  try {
    staging.append(message)
  } catch (thrown) {
    failure = failureOf(thrown)
  }
  answers.push({ kind: 'stored', bodyId, failure })
}

function attempt(id: number, action: () => unknown): void {
  try {
    answers.push({ kind: 'done', id, value: action() })
  } catch (error) {
    answers.push({ kind: 'failed', id, failure: failureOf(error) })
  }
}

function flush(port: MessagePort): void {
  if (answers.length === 0) return
  port.postMessage(answers)
  answers = []
}
