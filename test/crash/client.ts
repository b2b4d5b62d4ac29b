import http from 'node:http'
import aws4 from 'aws4'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

export interface Call {
  readonly method: string
  /** Percent-encoded, with the leading slash; path-style address of a bucket or of S3 Control. */
  readonly path: string
  readonly body?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** Resolves with the whole answer; rejects when the server is gone before it is complete. */
export type Client = (call: Call) => Promise<Answer>

export const region = 'us-west-2'
export const account = '111122223333'

/** A client of the emulator at this port: SigV4, UNSIGNED-PAYLOAD, connections kept. */
export function createClient(port: number, agent: http.Agent): Client {
  const host = `127.0.0.1:${port}`
  return ({ method, path, body, headers }) => {
    const signed = aws4.sign(
      {
        service: 's3',
        region,
        host,
        method,
        path,
        headers: {
          'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
          'content-type': 'application/octet-stream',
          ...(body === undefined ? {} : { 'content-length': String(body.length) }),
          ...headers,
        },
      },
      { accessKeyId: account, secretAccessKey: 'test' },
    )
    return new Promise((resolve, reject) => {
      const request = http.request(
        { port, host: '127.0.0.1', method, path, headers: signed.headers, agent },
        answer => {
          const pieces: Buffer[] = []
          answer.on('data', (piece: Buffer) => pieces.push(piece))
          answer.on('error', reject)
          answer.on('end', () => {
            if (!answer.complete) return reject(new Error('the answer was cut off'))
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) })
          })
        },
      )
      request.on('error', reject)
      request.end(body)
    })
  }
}

/** The server was there and answered otherwise than it must. */
export class UnexpectedAnswer extends Error {}

/** The call, demanding this status; throws UnexpectedAnswer. */
export async function must(client: Client, status: number, call: Call): Promise<Answer> {
  const answer = await client(call)
  if (answer.status !== status) {
    throw new UnexpectedAnswer(
      `${call.method} ${call.path}: expected ${status}, got ${answer.status} ${answer.body.subarray(0, 500)}`,
    )
  }
  return answer
}

/** Text of the first element of this name. */
export function elementText(xml: Buffer | string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml.toString())?.[1] ?? ''
}
