import { derivedKeyId, managedKeyArn } from '../protocol/kms-key.ts'
import type { World } from '../world/world.ts'
import { errors } from './errors.ts'

/** A key as the metadata of KMS shows it. There is no key material: nothing is encrypted here. */
export interface Key {
  readonly arn: string
  readonly id: string
  readonly accountId: string
  readonly region: string
  /** `alias/...` */
  readonly aliases: readonly string[]
  readonly description: string
  /** AWS-managed: made by AWS for a service. */
  readonly isManaged: boolean
}

/** ASSUMED: when the keys were made, in milliseconds since the epoch; nothing here depends on it. */
export const createdAt = Date.UTC(2020, 0, 1)

/** Where keys stand. */
export type KeyWorld = Pick<World, 'accounts'>

/** The keys of an account in a Region, the one that AWS manages for S3 first. */
export function keysOf(accountId: string, region: string, { accounts }: KeyWorld): readonly Key[] {
  const managed = managedKeyArn(accountId, region)
  const listed = accounts.find(({ id }) => id === accountId)?.kmsKeys ?? []
  return [
    {
      arn: managed,
      id: managed.slice(managed.indexOf('/') + 1),
      accountId,
      region,
      aliases: ['alias/aws/s3'],
      description: 'Default key that protects my S3 objects when no other key is defined',
      isManaged: true,
    },
    ...listed.flatMap((key, index) => {
      if (key.region !== region) return []
      const id = key.keyId ?? derivedKeyId(`${accountId}:${region}:${key.alias ?? index}`)
      const aliases = key.alias === undefined ? [] : [key.alias]
      const arn = `arn:aws:kms:${region}:${accountId}:key/${id}`
      return [{ arn, id, accountId, region, aliases, description: key.description ?? '', isManaged: false }]
    }),
  ]
}

const arnForm = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(key\/[A-Za-z0-9-]{1,64}|alias\/[A-Za-z0-9/_-]{1,250})$/
const idForm = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** The key that `KeyId` names: an id, an alias, or the ARN of either. Throws NotFoundException. */
export function requireKey(name: string, accountId: string, region: string, world: KeyWorld): Key {
  const [, arnRegion = region, arnAccount = accountId, resource = resourceOf(name)] = arnForm.exec(name) ?? []
  if (arnRegion !== region) throw errors.NotFoundException({ Message: `Invalid arn ${arnRegion}` })
  const keys = keysOf(arnAccount, region, world)
  const found = keys.find(({ id, aliases }) => resource === `key/${id}` || aliases.includes(resource))
  if (found) return found
  const arn = `arn:aws:kms:${region}:${arnAccount}:${resource}`
  throw errors.NotFoundException(
    { Message: resource.startsWith('alias/') ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist` },
    { hint: 'Here are the key that AWS manages for S3, alias/aws/s3, and the kmsKeys of the world file.' },
  )
}

function resourceOf(name: string): string {
  if (/^alias\/[A-Za-z0-9/_-]{1,250}$/.test(name)) return name
  if (idForm.test(name)) return `key/${name}`
  throw errors.NotFoundException({ Message: `Invalid keyId ${name.slice(0, 256)}` })
}
