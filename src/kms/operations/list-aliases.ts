import { createdAt, keysOf, requireKey } from '../keys.ts'
import type { KmsOperation } from '../operation.ts'

/** Lists the aliases of the account in the Region, all on one page, or with `KeyId` those of one key. Source: API_ListAliases. */
export default {
  name: 'ListAliases',
  handle({ KeyId }, { caller, region, world, authorize }) {
    authorize('*')
    const keys =
      typeof KeyId === 'string'
        ? [requireKey(KeyId, caller.accountId, region, world)]
        : keysOf(caller.accountId, region, world)
    const Aliases = keys.flatMap(key =>
      key.aliases.map(alias => ({
        AliasArn: `arn:aws:kms:${region}:${key.accountId}:${alias}`,
        AliasName: alias,
        CreationDate: createdAt / 1000,
        LastUpdatedDate: createdAt / 1000,
        TargetKeyId: key.id,
      })),
    )
    return { Aliases, Truncated: false }
  },
} satisfies KmsOperation
