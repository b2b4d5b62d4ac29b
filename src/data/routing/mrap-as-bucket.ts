import type { Clock } from '../../protocol/clock.ts'
import { formatMrapArn, isMrapAlias, parseMrapArn } from '../../protocol/endpoint/arn.ts'
import type { Target } from '../../protocol/endpoint/target.ts'
import type { AwsError } from '../../protocol/errors.ts'
import type { Store } from '../../store/store.ts'
import { errors } from '../errors.ts'

interface Services {
  readonly store: Store
  readonly clock: Clock
}

type BucketTarget = Extract<Target, { kind: 'bucket' }>

/**
 * On hosts of AWS the alias or the ARN of an MRAP in a bucket's place names no bucket: SDKs turn the ARN into the host of the MRAP, and
 * what does not would fail there. ASSUMED: the answers, NoSuchBucket for an alias and InvalidBucketName for an ARN.
 */
export function noSuchBucket(name: string, target: Target, services: Services): AwsError {
  const hint = target.kind === 'bucket' && isMrapAlias(name) ? hintFor(name, services) : undefined
  return errors.NoSuchBucket({ BucketName: name }, { hint })
}

/** Throws InvalidBucketName where an ARN of any kind stands in the path. */
export function refuseArn({ bucket = '', key }: BucketTarget, services: Services): void {
  const name = decoded(bucket)
  if (!name.startsWith('arn:')) return
  const mrap = parseMrapArn(name) ?? parseMrapArn(`${name}/${decoded(key.split('/', 1)[0] ?? '')}`)
  throw errors.InvalidBucketName({ BucketName: name }, { hint: mrap && hintFor(mrap.alias, services) })
}

function hintFor(alias: string, { store, clock }: Services): string {
  const accountId = store.findMrapByAlias(alias, clock.now())?.accountId ?? '<account id>'
  return (
    `${alias} is a Multi-Region Access Point and no bucket. Give the client the ARN ${formatMrapArn({ accountId, alias })} as bucket: ` +
    `it then calls ${alias}.accesspoint.s3-global.amazonaws.com, signed with SigV4A.`
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
