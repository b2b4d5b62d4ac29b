import { resolve } from 'node:path'
import type {
  AccountDocument,
  BlockDocument,
  BucketDocument,
  MrapDocument,
  ObjectDocument,
  SessionDocument,
  WorldDocument,
} from './document.ts'
import { readTime } from './time.ts'
import type {
  World,
  WorldAccount,
  WorldBucket,
  WorldMrap,
  WorldObject,
  WorldPublicAccessBlock,
  WorldSession,
} from './world.ts'

/** The world that a document without faults describes. `directory`: where paths of files of objects begin. */
export function completeWorld(
  { accounts = {}, buckets = [], multiRegionAccessPoints: mraps = [] }: WorldDocument,
  directory: string,
): World {
  return {
    accounts: Object.entries(accounts).map(([id, account]) => accountOf(id, account)),
    buckets: buckets.map(bucket => bucketOf(bucket, directory)),
    multiRegionAccessPoints: mraps.map(mrapOf),
  }
}

function accountOf(
  id: string,
  { publicAccessBlock, credentials = [], users = [], roles = [], ...account }: AccountDocument,
): WorldAccount {
  return {
    id,
    ...account,
    ...blockOf(publicAccessBlock),
    credentials,
    users: users.map(({ policies = [], credentials: own = [], sessions = [], ...user }) => ({
      ...user,
      policies: policies.map(policy => JSON.stringify(policy)),
      credentials: own,
      sessions: sessions.map(sessionOf),
    })),
    roles: roles.map(({ policies = [], sessions = [], ...role }) => ({
      ...role,
      policies: policies.map(policy => JSON.stringify(policy)),
      sessions: sessions.map(sessionOf),
    })),
  }
}

function sessionOf({ expires, ...session }: SessionDocument): WorldSession {
  const time = expires === undefined ? undefined : readTime(expires)
  return time === undefined ? session : { ...session, expires: time }
}

function bucketOf(
  { publicAccessBlock, policy, objects = [], ...bucket }: BucketDocument,
  directory: string,
): WorldBucket {
  return {
    ...bucket,
    ...blockOf(publicAccessBlock),
    ...policyOf(policy),
    objects: objects.map(object => objectOf(object, directory)),
  }
}

function objectOf(
  { key, body = '', file, contentType, metadata = {}, tags = {} }: ObjectDocument,
  directory: string,
): WorldObject {
  const content = file === undefined ? { body } : { file: resolve(directory, file) }
  return { key, content, ...(contentType === undefined ? {} : { contentType }), metadata, tags }
}

function mrapOf({ buckets, publicAccessBlock, policy, routes = {}, ...mrap }: MrapDocument): WorldMrap {
  return {
    ...mrap,
    buckets: buckets.map(bucket => (typeof bucket === 'string' ? { name: bucket } : bucket)),
    ...blockOf(publicAccessBlock),
    routes,
    ...policyOf(policy),
  }
}

/** Members that are not named are off, as in the API. */
function blockOf(block: BlockDocument | undefined): { publicAccessBlock?: WorldPublicAccessBlock } {
  if (!block) return {}
  const {
    blockPublicAcls = false,
    ignorePublicAcls = false,
    blockPublicPolicy = false,
    restrictPublicBuckets = false,
  } = block
  return { publicAccessBlock: { blockPublicAcls, ignorePublicAcls, blockPublicPolicy, restrictPublicBuckets } }
}

function policyOf(policy: object | undefined): { policy?: string } {
  return policy ? { policy: JSON.stringify(policy) } : {}
}
