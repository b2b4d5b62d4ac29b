import { Worker } from 'node:worker_threads'
import { StorageError } from '../storage-error.ts'
import { errorOf } from './failures.ts'
import type { Answer, CommandName, Message, WriterData } from './messages.ts'

/** The main thread's end of the writer. What is asked in one turn of the event loop goes over together. */
export interface WriterLink {
  /** Resolves after the commit. Rejects when the command threw or the writer is gone. */
  call(name: CommandName, parameters: readonly unknown[]): Promise<unknown>
  /** Seals or discards a body. */
  request(kind: 'seal' | 'discard', bodyId: number): Promise<unknown>
  /** Does nothing once the writer is gone. */
  post(message: Message): void
  /** The tables are there: the writer may open the file. */
  open(): void
  /** Lets the writer finish what was asked, and ends it. */
  close(): Promise<void>
  /** Ends a writer that was not opened. */
  abandon(): void
}

export interface WriterEvents {
  /** Something was committed: whatever is read from now on must see it. */
  committed(): void
  stored(answer: Answer & { kind: 'stored' }): void
  released(bodyIds: readonly number[]): void
  /** The writer died; everything that waited for it has been rejected. Not called once `close` was. */
  failed(error: Error): void
}

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

// The tests run TypeScript compiled in place, so the extension is that of this file.
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Starts the thread, which waits for `open`. Returns before it runs: what is asked meanwhile waits too. */
export function startWriter(data: Omit<WriterData, 'gate'>, events: WriterEvents): WriterLink {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const workerData: WriterData = { ...data, gate: gate.buffer }
  const worker = new Worker(workerUrl, { workerData, execArgv: [], env: {} })
  const pending = new Map<number, Pending>()
  let lastId = 0
  let outbox: Message[] = []
  let gone: Error | undefined
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()))

  function flush(): void {
    if (outbox.length === 0) return
    worker.postMessage(outbox)
    outbox = []
  }

  function post(message: Message): void {
    if (gone) return
    if (outbox.length === 0) setImmediate(flush)
    outbox.push(message)
  }

  function ask(make: (id: number) => Message): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (gone) return reject(gone)
      const id = ++lastId
      pending.set(id, { resolve, reject })
      post(make(id))
    })
  }

  function settle(answer: Answer): void {
    switch (answer.kind) {
      case 'stored':
        events.stored(answer)
        break
      case 'released':
        events.released(answer.bodyIds)
        break
      case 'done':
        pending.get(answer.id)?.resolve(answer.value)
        pending.delete(answer.id)
        break
      case 'failed':
        pending.get(answer.id)?.reject(errorOf(answer.failure))
        pending.delete(answer.id)
    }
  }

  function end(error: Error): void {
    const isClosing = gone !== undefined
    gone ??= error
    outbox = []
    for (const { reject } of pending.values()) reject(gone)
    pending.clear()
    if (!isClosing) events.failed(error)
  }

  worker.on('message', (answers: readonly Answer[]) => {
    events.committed()
    for (const answer of answers) settle(answer)
  })
  worker.on('error', error => end(new Error('the store cannot write any more', { cause: error })))
  worker.on('exit', () => end(new Error('the store cannot write any more')))

  return {
    call: (name, parameters) => ask(id => ({ kind: 'command', id, name, parameters })),
    request: (kind, bodyId) => ask(id => ({ kind, id, bodyId })),
    post,
    open() {
      Atomics.store(gate, 0, 1)
      Atomics.notify(gate, 0)
    },
    abandon() {
      gone = new StorageError('closed', 'the store is closed')
      void worker.terminate()
    },
    async close() {
      if (gone) return
      const closed = ask(id => ({ kind: 'command', id, name: 'close', parameters: [] }))
      // Whoever asks from now on is told so at once.
      gone = new StorageError('closed', 'the store is closed')
      await closed.finally(() => exited)
    },
  }
}
