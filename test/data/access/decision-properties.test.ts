import fc from 'fast-check'
import t from 'tap'
import { type Layering, refusalOf } from '../../../src/data/access/decision.ts'
import type { Asked } from '../../../src/data/access/judgement.ts'
import type { Caller } from '../../../src/protocol/caller.ts'
import { formatMrapArn } from '../../../src/protocol/endpoint/arn.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import { type DataWorld, dataWorld, nothingBlocked, owner, stranger } from '../../helpers/data-context.ts'

const alias = 'mfzwi23gnjvgw.mrap'
const mrapArn = formatMrapArn({ accountId: owner, alias })
const bucketArn = 'arn:aws:s3:::orders-usw2'

const effect = fc.constantFrom('Allow', 'Deny')
const action = fc.constantFrom('s3:GetObject', 's3:PutObject', 's3:*')
const principals = fc.constantFrom(
  '*',
  { AWS: owner },
  { AWS: stranger },
  { AWS: `arn:aws:iam::${owner}:user/ann` },
  { AWS: `arn:aws:iam::${stranger}:user/ann` },
  { AWS: `arn:aws:iam::${owner}:role/app` },
  { AWS: `arn:aws:sts::${owner}:assumed-role/app/run` },
)
const condition = fc.constantFrom({}, { Condition: { StringEquals: { 's3:DataAccessPointAccount': owner } } })

const statementOn = (...resources: string[]) =>
  fc.tuple(effect, action, fc.constantFrom(...resources), condition).map(([Effect, Action, Resource, rest]) => ({
    Effect,
    Action,
    Resource,
    ...rest,
  }))
const resourceStatement = (...resources: string[]) =>
  fc.tuple(statementOn(...resources), principals).map(([statement, Principal]) => ({ ...statement, Principal }))
const identityStatement = statementOn('*', `${bucketArn}/*`, `${mrapArn}/object/*`)

type Statement = { readonly Effect: string }
/** What decides: identity and session policies, the policy of the bucket and that of the MRAP. */
interface Documents {
  readonly identity: readonly Statement[]
  readonly session: readonly Statement[]
  readonly bucket: readonly Statement[]
  readonly mrap: readonly Statement[]
}
const statements = (one: fc.Arbitrary<Statement>) => fc.array(one, { maxLength: 3 })
const documents: fc.Arbitrary<Documents> = fc.record({
  identity: statements(identityStatement),
  session: statements(identityStatement),
  bucket: statements(resourceStatement(`${bucketArn}/*`)),
  mrap: statements(resourceStatement(`${mrapArn}/object/*`)),
})
const who = fc.constantFrom('root', 'user', 'role', 'other user', 'session')
const added = fc.constantFrom('identity', 'session', 'bucket', 'mrap')

const text = (Statement: readonly Statement[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const policiesOf = (list: readonly Statement[]) => (list.length === 0 ? [] : [text(list)])

function callerOf(kind: string, { identity, session }: Documents): Caller {
  const accountId = kind === 'other user' ? stranger : owner
  const common = { accountId, accessKeyId: 'AKIA', policies: policiesOf(identity) }
  if (kind === 'root') return { kind, accountId, accessKeyId: 'AKIA' }
  if (kind === 'user' || kind === 'other user') return { ...common, kind: 'user', name: 'ann' }
  const role = { ...common, kind: 'role', name: 'app', sessionName: 'run' } as const
  return kind === 'session' ? { ...role, sessionPolicies: policiesOf(session) } : role
}

/** Whether `s3:GetObject` of a key is allowed, directly or through the MRAP. */
function isAllowed(world: DataWorld, kind: string, all: Documents, through: boolean): boolean {
  const policy = all.bucket.length === 0 ? undefined : text(all.bucket)
  const { request } = world.context({})
  const asked: Asked = {
    action: 's3:GetObject',
    key: 'k',
    request,
    query: readQuery(''),
    claim: undefined,
    caller: callerOf(kind, all),
    bucket: { ...world.bucket, policy },
    mrap: through ? { id: 1, alias, arn: mrapArn, accountId: owner, publicAccessBlock: nothingBlocked } : undefined,
  }
  const { store, clock } = world
  const established = [{ policy: text(all.mrap), submittedAt: 0, establishedAt: 0 }]
  const layering: Layering = {
    store: { ...store, listMrapPolicies: () => (all.mrap.length === 0 ? [] : established) },
    clock,
    accountBlocks: () => undefined,
  }
  return refusalOf(asked, layering) === undefined
}

t.test('documents of all layers together', async t => {
  const world = await dataWorld(t)
  const run = (property: (kind: string, all: Documents, through: boolean, layer: keyof Documents) => boolean) =>
    fc.assert(fc.property(who, documents, fc.boolean(), added, property), { numRuns: 1500 })

  t.doesNotThrow(
    () =>
      run((kind, all, through, layer) => {
        // A session that had no policy is limited by its first one.
        if (layer === 'session' && all.session.length === 0) return true
        const resource = { identity: '*', session: '*', bucket: `${bucketArn}/*`, mrap: `${mrapArn}/object/*` }[layer]
        const principal = layer === 'bucket' || layer === 'mrap' ? { Principal: '*' } : {}
        const more = { Effect: 'Allow', Action: 's3:*', Resource: resource, ...principal }
        const wider = { ...all, [layer]: [...all[layer], more] }
        return !isAllowed(world, kind, all, through) || isAllowed(world, kind, wider, through)
      }),
    'an added Allow never allows less',
  )
  t.doesNotThrow(
    () =>
      run((kind, all, through, layer) => {
        const resource = { identity: '*', session: '*', bucket: `${bucketArn}/*`, mrap: `${mrapArn}/object/*` }[layer]
        const principal = layer === 'bucket' || layer === 'mrap' ? { Principal: { AWS: owner } } : {}
        const more = { Effect: 'Deny', Action: 's3:Get*', Resource: resource, ...principal }
        const narrower = { ...all, [layer]: [...all[layer], more] }
        return isAllowed(world, kind, all, through) || !isAllowed(world, kind, narrower, through)
      }),
    'an added Deny never allows more',
  )
  t.doesNotThrow(
    () =>
      run((kind, all, through, layer) => {
        const turned = { ...all, [layer]: all[layer].toReversed() }
        return isAllowed(world, kind, all, through) === isAllowed(world, kind, turned, through)
      }),
    'the order of statements does not matter',
  )
  t.doesNotThrow(
    () =>
      run((kind, all, through) => {
        const isLimited = kind === 'root' || kind === 'session'
        if (isLimited) return true
        const withDeny = { ...all, identity: [...all.identity, { Effect: 'Deny', Action: '*', Resource: '*' }] }
        return !isAllowed(world, kind, withDeny, through)
      }),
    'nothing helps against a Deny of the own account',
  )
  t.doesNotThrow(
    () =>
      run((_kind, all, through) => {
        const bare = { ...all, identity: [], session: [] }
        return !isAllowed(world, 'other user', bare, through)
      }),
    'across accounts nothing replaces the identity policy',
  )
})
