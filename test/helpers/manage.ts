import type { TestApp } from './app.ts'
import { requestBytes } from './http.ts'

/** A call of the management API, such as `PUT regions/eu-west-1`, and its answer. */
export async function manage(app: TestApp, line: string, body?: unknown) {
  const [method = '', path = ''] = line.split(' ')
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = [
    ['Host', app.host],
    ['Content-Length', String(Buffer.byteLength(text))],
  ] as const
  const answer = await app.send(requestBytes(`${method} /_mrap/v1/${path} HTTP/1.1`, headers, text))
  return { status: answer.status, body: JSON.parse(answer.text) }
}
