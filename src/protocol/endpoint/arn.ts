/**
 * ARNs of this service. All are bounded, and parsed whole or not at all:
 *
 *   arn:aws:s3::<account>:accesspoint/<alias>                 an MRAP; `accesspoint:<alias>` is read as well, as SDKs do
 *   arn:aws:s3:us-west-2:<account>:async-request/mrap/<operation>/<token>
 *   arn:aws:s3:::<bucket>                                     with /<key>: an object
 */
export interface MrapArn {
  readonly accountId: string
  /** With `.mrap`. */
  readonly alias: string
}

export interface RequestTokenArn {
  readonly accountId: string
  readonly operation: 'create' | 'delete' | 'put-policy'
  readonly token: string
}

const aliasForm = /^[a-z][a-z0-9]{0,57}\.mrap$/
const mrapForm = /^arn:aws:s3::(\d{12}):accesspoint[/:]([a-z0-9.]{6,63})$/
const tokenForm =
  /^arn:aws:s3:us-west-2:(\d{12}):async-request\/mrap\/(create|delete|put-policy)\/([A-Za-z0-9_-]{1,900})$/
const bucketForm = /^arn:aws:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/

/** True for an MRAP's alias: at most 63 characters, `.mrap` included. Source: service model s3control. */
export function isMrapAlias(text: string): boolean {
  return aliasForm.test(text)
}

/** The MRAP that an ARN names; undefined for everything else. */
export function parseMrapArn(text: string): MrapArn | undefined {
  const [, accountId, alias] = mrapForm.exec(text) ?? []
  return accountId !== undefined && alias !== undefined && isMrapAlias(alias) ? { accountId, alias } : undefined
}

export function formatMrapArn({ accountId, alias }: MrapArn): string {
  return `arn:aws:s3::${accountId}:accesspoint/${alias}`
}

/** What policies call an object behind an MRAP. The key stands there as it is. */
export function formatMrapObjectArn(mrap: MrapArn, key: string): string {
  return `${formatMrapArn(mrap)}/object/${key}`
}

/** The asynchronous operation that an ARN names; undefined for everything else. */
export function parseRequestTokenArn(text: string): RequestTokenArn | undefined {
  const [, accountId, operation, token] = tokenForm.exec(text) ?? []
  if (accountId === undefined || token === undefined) return undefined
  if (operation !== 'create' && operation !== 'delete' && operation !== 'put-policy') return undefined
  return { accountId, operation, token }
}

export function formatRequestTokenArn({ accountId, operation, token }: RequestTokenArn): string {
  return `arn:aws:s3:us-west-2:${accountId}:async-request/mrap/${operation}/${token}`
}

/** The bucket that an ARN names; undefined for everything else, ARNs of objects included. */
export function parseBucketArn(text: string): string | undefined {
  return bucketForm.exec(text)?.[1]
}

export function formatBucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`
}

/** What policies call an object. The key stands there as it is. */
export function formatObjectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}
