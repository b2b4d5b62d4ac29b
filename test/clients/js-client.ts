import '@aws-sdk/signature-v4a'
import { S3Client } from '@aws-sdk/client-s3'
import { S3ControlClient } from '@aws-sdk/client-s3-control'
import type * as Helper from '../../src/client.ts'

export const accountId = '111122223333'

/** The helper of `npm run build`, as it is shipped. */
export const { mrapLocal }: typeof Helper = await import(new URL('../../../dist/client.js', import.meta.url).href)

const endpoint = process.env.MRAP_ENDPOINT ?? ''

/** What a service answered beside the result: status and headers of the last answer of a client. */
export interface Seen {
  status: number
  headers: Record<string, string>
}

type Client = Pick<S3Client, 'middlewareStack'>

function watch(client: Client, requestHeaders: Readonly<Record<string, string>>): Seen {
  const seen: Seen = { status: 0, headers: {} }
  client.middlewareStack.add(
    next => async args => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, requestHeaders)
      const result = await next(args)
      const { statusCode, headers } = result.response as { statusCode: number; headers: Record<string, string> }
      seen.status = statusCode
      seen.headers = headers
      return result
    },
    // After signing on the way out, before errors are made of answers on the way in.
    { step: 'deserialize', name: 'watch', priority: 'low' },
  )
  return seen
}

/** An S3 client whose only change is the helper's line; `clientRegion` says where it stands. */
export function s3Client(region: string, clientRegion?: string): { s3: S3Client; seen: Seen } {
  const s3 = new S3Client({ region, maxAttempts: 1, ...mrapLocal({ endpoint }) })
  return { s3, seen: watch(s3, clientRegion === undefined ? {} : { 'x-mrap-client-region': clientRegion }) }
}

export function s3ControlClient(region: string): { control: S3ControlClient; seen: Seen } {
  const control = new S3ControlClient({ region, maxAttempts: 1, ...mrapLocal({ endpoint }) })
  return { control, seen: watch(control as unknown as Client, {}) }
}

/** Runs a call that must be refused with this code and status; returns the error's message. */
export async function refused(code: string, status: number, call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    if (name !== code || $metadata?.httpStatusCode !== status) {
      throw new Error(`expected ${code} ${status}, got ${name} ${$metadata?.httpStatusCode}: ${message}`)
    }
    return message
  }
  throw new Error(`expected ${code} ${status}, got a success`)
}
