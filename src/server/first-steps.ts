import type { World } from '../world/world.ts'
import { defaultKey } from './credentials.ts'

/** The Region of S3 Control, which suits every other call as well. */
export const suggestedRegion = 'us-west-2'

/** Commands that reach the first MRAP of the world, when it can be named. Ends with a newline, or is empty. */
export function firstSteps(world: World, defaultAccount: string, url: string): string {
  const [mrap] = world.multiRegionAccessPoints
  if (!mrap?.alias) return ''
  const { alias, account = defaultAccount } = mrap
  const names = mrap.buckets.map(({ name }) => name)
  const [object] = world.buckets.filter(({ name }) => names.includes(name)).flatMap(({ objects }) => objects)
  const key = defaultKey(account, defaultAccount)
  const lines = [
    'Try in another terminal:',
    world.accounts.length > 0
      ? `  export AWS_REGION=${suggestedRegion}     # and a key of account ${account} from the world file`
      : `  export AWS_ACCESS_KEY_ID=${key.accessKeyId} AWS_SECRET_ACCESS_KEY=${key.secretAccessKey} AWS_REGION=${suggestedRegion}`,
    `  aws --endpoint-url ${url} s3api list-objects-v2 --bucket ${alias}`,
  ]
  // Only what needs no quoting in a shell.
  if (object && /^[\w./-]+$/.test(object.key))
    lines.push(`  aws --endpoint-url ${url} s3 cp s3://${alias}/${object.key} -`)
  return `${lines.join('\n')}\n`
}
