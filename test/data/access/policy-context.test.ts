import t from 'tap'
import { conditionContext, lockValues, type RequestFacts, tagValues } from '../../../src/data/access/policy-context.ts'
import type { MrapAccess } from '../../../src/data/context.ts'
import type { Caller } from '../../../src/protocol/caller.ts'
import type { HeaderPairs } from '../../../src/protocol/request/headers.ts'
import { readQuery } from '../../../src/protocol/request/query.ts'
import type { SignatureClaim } from '../../../src/protocol/signature/claim.ts'
import type { ObjectVersion } from '../../../src/store/rows.ts'
import { dataWorld, nothingBlocked, owner, rootOf, stranger } from '../../helpers/data-context.ts'

const now = Date.parse('2026-01-01T00:00:10.500Z')
const mrap: MrapAccess = {
  id: 1,
  alias: 'mfzwi23gnjvgw.mrap',
  arn: `arn:aws:s3::${stranger}:accesspoint/mfzwi23gnjvgw.mrap`,
  accountId: stranger,
  publicAccessBlock: nothingBlocked,
}
const claim = { via: 'query', algorithm: 'AWS4-ECDSA-P256-SHA256', signedAt: now - 1500 } as SignatureClaim

interface Said {
  readonly action?: string
  readonly caller?: Caller
  readonly headers?: HeaderPairs
  readonly query?: string
  readonly claim?: SignatureClaim
  readonly mrap?: MrapAccess
  readonly tags?: readonly (readonly [string, string])[]
  readonly values?: RequestFacts['values']
  readonly isSecure?: boolean
  readonly remoteAddress?: string
}

t.test('the keys of a request', async t => {
  const world = await dataWorld(t)
  const contextOf = (said: Said) => {
    const { action = 's3:PutObject', caller = rootOf(owner), headers = [], query = '', tags } = said
    const { isSecure = false, remoteAddress = '127.0.0.1' } = said
    return conditionContext({
      action,
      caller,
      request: { ...world.context({ headers }).request, isSecure, remoteAddress },
      query: readQuery(query),
      claim: said.claim,
      values: said.values,
      region: world.bucket.region,
      mrap: said.mrap,
      resourceAccount: owner,
      now,
      wall: now,
      existing: () => tags && ({ details: { tags } } as unknown as ObjectVersion),
    })
  }
  const list = { action: 's3:ListBucket', query: 'prefix=a%2F&delimiter=%2F&max-keys=5' }
  const user: Caller = { kind: 'user', accountId: owner, accessKeyId: 'AKIA', name: 'ann', policies: [] }
  const role: Caller = { ...user, kind: 'role', name: 'app', sessionName: 'run' }
  const tagging = [['x-amz-tagging', 'Team=blue&b=c%20d']] as const
  const cases: [key: string, said: Said, expected: readonly string[] | undefined][] = [
    ['s3:prefix', list, ['a/']],
    ['s3:delimiter', list, ['/']],
    ['s3:max-keys', list, ['5']],
    ['s3:prefix', { ...list, query: '' }, undefined],
    ['s3:prefix', { ...list, action: 's3:GetObject' }, undefined],
    ['s3:prefix', { ...list, values: { 's3:prefix': ['k'] } }, ['k']],
    ['s3:versionid', { query: 'versionId=v' }, ['v']],
    ['s3:existingobjecttag/team', { tags: [['Team', 'blue']] }, ['blue']],
    ['s3:existingobjecttag/other', { tags: [['Team', 'blue']] }, undefined],
    ['s3:existingobjecttag/team', {}, undefined],
    ['s3:requestobjecttag/team', { headers: tagging }, ['blue']],
    ['s3:requestobjecttag/b', { headers: tagging }, ['c d']],
    ['s3:requestobjecttagkeys', { headers: tagging }, ['Team', 'b']],
    ['s3:requestobjecttag/team', { headers: [['x-amz-tagging', '%zz']] }, undefined],
    ['s3:requestobjecttag/team', { values: tagValues([['Team', 'red']]) }, ['red']],
    ['s3:requestobjecttagkeys', { values: tagValues([['Team', 'red']]) }, ['Team']],
    ['s3:x-amz-acl', { headers: [['X-Amz-Acl', 'private']] }, ['private']],
    ['s3:x-amz-acl', {}, undefined],
    ['s3:x-amz-grant-full-control', { headers: [['x-amz-grant-full-control', 'id=x']] }, ['id=x']],
    ['s3:x-amz-copy-source', { headers: [['x-amz-copy-source', '/b/a%20b?versionId=v']] }, ['b/a b']],
    ['s3:x-amz-copy-source', { headers: [['x-amz-copy-source', 'b/%zz']] }, ['b/%zz']],
    ['s3:x-amz-server-side-encryption', { headers: [['x-amz-server-side-encryption', 'AES256']] }, ['AES256']],
    ['s3:x-amz-storage-class', { headers: [['x-amz-storage-class', 'GLACIER']] }, ['GLACIER']],
    ['s3:object-lock-mode', { headers: [['x-amz-object-lock-mode', 'COMPLIANCE']] }, ['COMPLIANCE']],
    [
      's3:object-lock-remaining-retention-days',
      { headers: [['x-amz-object-lock-retain-until-date', '2026-01-03T00:00:10.500Z']] },
      ['2'],
    ],
    ['s3:object-lock-legal-hold', { values: lockValues({ legalHold: 'ON' }, now) }, ['ON']],
    ['s3:object-lock-retain-until-date', { headers: [['x-amz-object-lock-retain-until-date', 'soon']] }, undefined],
    ['s3:dataaccesspointaccount', { mrap }, [stranger]],
    ['s3:dataaccesspointarn', { mrap }, [mrap.arn]],
    ['s3:dataaccesspointarn', {}, undefined],
    ['s3:accesspointnetworkorigin', { mrap }, ['Internet']],
    ['s3:resourceaccount', {}, [owner]],
    ['s3:signatureversion', { claim }, ['AWS4-ECDSA-P256-SHA256']],
    ['s3:signatureage', { claim }, ['1500']],
    ['s3:authtype', { claim }, ['REST-QUERY-STRING']],
    ['s3:authtype', { claim: { ...claim, via: 'header' } }, ['REST-HEADER']],
    ['s3:authtype', {}, undefined],
    ['s3:if-none-match', { headers: [['If-None-Match', '*']] }, ['*']],
    ['aws:sourceip', { remoteAddress: '::ffff:10.0.0.1' }, ['10.0.0.1']],
    ['aws:securetransport', {}, ['false']],
    ['aws:securetransport', { isSecure: true }, ['true']],
    ['s3:tlsversion', {}, undefined],
    ['aws:useragent', { headers: [['User-Agent', 'curl']] }, ['curl']],
    ['aws:referer', { headers: [['Referer', 'http://x/']] }, ['http://x/']],
    ['aws:currenttime', {}, ['2026-01-01T00:00:10.500Z']],
    ['aws:epochtime', {}, [String(Math.floor(now / 1000))]],
    ['aws:principalaccount', {}, [owner]],
    ['aws:principalarn', {}, [`arn:aws:iam::${owner}:root`]],
    ['aws:principalarn', { caller: role }, [`arn:aws:iam::${owner}:role/app`]],
    ['aws:principaltype', { caller: { kind: 'anonymous' } }, ['Anonymous']],
    ['aws:principaltype', { caller: role }, ['AssumedRole']],
    ['aws:principalaccount', { caller: { kind: 'anonymous' } }, undefined],
    ['aws:userid', {}, [owner]],
    ['aws:userid', { caller: role }, ['app:run']],
    ['aws:userid', { caller: { kind: 'anonymous' } }, ['anonymous']],
    ['aws:username', { caller: user }, ['ann']],
    ['aws:username', {}, undefined],
    ['aws:principalorgid', {}, undefined],
    ['constructor', {}, undefined],
    ['__proto__', { values: {} }, undefined],
  ]
  for (const [key, said, expected] of cases) t.strictSame(contextOf(said)(key), expected, key)
})
