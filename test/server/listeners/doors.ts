import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { manualClock } from '../../../src/protocol/clock.ts'
import type { AwsError } from '../../../src/protocol/errors.ts'
import { createLogger } from '../../../src/protocol/logger.ts'
import type { RawRequest } from '../../../src/protocol/request/raw-request.ts'
import type { Response } from '../../../src/protocol/response.ts'
import { type Certificates, openCertificates } from '../../../src/server/listeners/certificates.ts'
import { type Doors, openDoors } from '../../../src/server/listeners/doors.ts'

export interface TestDoors extends Doors {
  readonly certificates: Certificates
  readonly dataDir: string
  /** Lines logged so far. */
  readonly lines: readonly string[]
}

interface Options {
  readonly isOurHost?: (host: string) => boolean
  readonly domains?: readonly string[]
}

/** Doors on a free loopback port, closed in teardown. */
export async function openTestDoors(
  t: Test,
  dispatch: (request: RawRequest) => Response | Promise<Response>,
  { isOurHost = host => host.endsWith('.amazonaws.com'), domains = ['localhost', 'mrap-local'] }: Options = {},
): Promise<TestDoors> {
  const dataDir = t.testdir()
  const lines: string[] = []
  const log = createLogger('debug', line => lines.push(line))
  // Certificates are judged by clients that know the true time.
  const clock = manualClock(Date.now())
  const certificates = openCertificates({ dataDir, caDir: join(dataDir, 'ca'), domains, clock, log })
  const doors = await openDoors({
    hosts: ['127.0.0.1'],
    port: 0,
    certificates,
    isOurHost,
    log,
    dispatch: async request => dispatch(request),
    refuse: refusal,
  })
  t.teardown(() => doors.close(0))
  return { ...doors, certificates, dataDir, lines }
}

/** A refusal that a test can read: the code, then the extra members. */
export function refusal(error: AwsError, method: string): Response {
  const fields = Object.entries(error.fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  const body = `<Error><Code>${error.code}</Code><Message>${error.message}</Message>${fields.join('')}</Error>`
  return {
    status: error.status,
    headers: [
      ['x-amz-request-id', 'TESTREQUEST'],
      ['Content-Type', 'application/xml'],
    ],
    ...(method === 'HEAD' ? {} : { body }),
  }
}

/** A connection that collects what it receives as Latin-1 text. */
export interface Wire {
  readonly socket: Socket
  send(text: string | Buffer): void
  /** Everything received, once `isEnough` says so. Rejects when the connection closes before. */
  until(isEnough: (text: string) => boolean): Promise<string>
  /** Everything received until the other side closes. */
  rest(): Promise<string>
}

export function openWire(t: Test, port: number, socket: Socket = connect(port, '127.0.0.1')): Wire {
  let text = ''
  let isClosed = false
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const check of waiting) check()
  }
  socket.on('data', bytes => {
    text += bytes.toString('latin1')
    wake()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    isClosed = true
    wake()
  })
  t.teardown(() => socket.destroy())
  const until = (isEnough: (text: string) => boolean) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        if (!isEnough(text) && !isClosed) return
        waiting.delete(check)
        if (isEnough(text)) resolve(text)
        else reject(new Error(`closed after ${JSON.stringify(text)}`))
      }
      waiting.add(check)
      check()
    })
  return {
    socket,
    send: bytes => void socket.write(bytes),
    until,
    rest: () => until(() => isClosed),
  }
}

/** Sends bytes on a connection of their own and returns everything until the server closes it. */
export function ask(t: Test, port: number, bytes: string | Buffer): Promise<string> {
  const wire = openWire(t, port)
  wire.send(bytes)
  return wire.rest()
}

/** The whole body of a request as text. */
export async function bodyOf(request: RawRequest): Promise<string> {
  let text = ''
  for await (const chunk of request.body) text += Buffer.from(chunk).toString('latin1')
  return text
}

export const ok: Response = { status: 200, headers: [] }
