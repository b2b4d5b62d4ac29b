import { createHmac } from 'node:crypto'
import { keys, type TestApp } from './app.ts'

/** Fields of a form, or headers, by name. */
export type Fields = Readonly<Record<string, string>>

const boundary = 'x--boundary'
export const formType = `multipart/form-data; boundary=${boundary}`

/** The body of a form with a file. */
export function formOf(fields: Fields, file: string | undefined = 'hello'): string {
  const part = (disposition: string, content: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`
  const parts = Object.entries(fields).map(([name, value]) => part(`name="${name}"`, value))
  return `${parts.join('')}${part('name="file"; filename="f.txt"', file)}--${boundary}--\r\n`
}

/** The fields of a form with a policy that covers them, signed with SigV4. */
export function signed(
  app: TestApp,
  fields: Fields,
  { region = 'us-west-2', conditions = [] as unknown[] } = {},
): Fields {
  const amzDate = new Date(app.clock.now()).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = amzDate.slice(0, 8)
  const all = {
    ...fields,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${keys.accessKeyId}/${day}/${region}/s3/aws4_request`,
    'x-amz-date': amzDate,
  }
  const covered = Object.entries(all).map(([name, value]) => ({ [name]: value }))
  const expiration = new Date(app.clock.now() + 60_000).toISOString()
  const policy = Buffer.from(JSON.stringify({ expiration, conditions: [...covered, ...conditions] })).toString('base64')
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${keys.secretAccessKey}`)
  return { ...all, policy, 'x-amz-signature': hmac(key, policy).toString('hex') }
}
