import t from 'tap'
import { combine, type Layers, type Verdict } from '../../src/policy/combine.ts'

// Written down apart from the code: what each side of the table says, by the rules of the IAM and S3 guides.
function expected({ standing, identity, policy, namesCaller, acl, isRestricted }: Layers): Verdict {
  const isDenied = [identity, policy].includes('deny')
  if (isDenied) return 'denied'
  if (isRestricted) return 'restricted'
  const isPermitted = identity !== 'silent'
  const isGiven = policy === 'allow' || acl === 'granted'
  if (standing === 'other') {
    if (!isPermitted) return 'not-permitted'
    return isGiven ? 'allowed' : 'not-allowed'
  }
  if (policy === 'allow' && namesCaller) return 'allowed'
  if (!isPermitted) return 'not-permitted'
  return isGiven || acl === 'none' ? 'allowed' : 'not-granted'
}

function* everyCombination(): Generator<Layers> {
  for (const standing of ['owner', 'other'] as const)
    for (const identity of ['unlimited', 'allow', 'deny', 'silent'] as const)
      for (const policy of ['allow', 'deny', 'no-match'] as const)
        for (const namesCaller of [false, true])
          for (const acl of ['granted', 'silent', 'none'] as const)
            for (const isRestricted of [false, true])
              yield { standing, identity, policy, namesCaller, acl, isRestricted }
}

t.test('every combination of layers', async t => {
  let count = 0
  for (const layers of everyCombination()) {
    t.equal(combine(layers), expected(layers), JSON.stringify(layers))
    count += 1
  }
  t.equal(count, 2 * 4 * 3 * 2 * 3 * 2)
})

t.test('a Deny anywhere is the last word', async t => {
  for (const layers of everyCombination()) {
    t.equal(combine({ ...layers, identity: 'deny' }), 'denied')
    t.equal(combine({ ...layers, policy: 'deny' }), 'denied')
  }
})

t.test('an Allow more never lets less in', async t => {
  const isIn = (layers: Layers) => combine(layers) === 'allowed'
  for (const layers of everyCombination()) {
    if (!isIn(layers)) continue
    t.ok(layers.policy !== 'no-match' || isIn({ ...layers, policy: 'allow' }), JSON.stringify(layers))
    t.ok(layers.identity !== 'silent' || isIn({ ...layers, identity: 'allow' }), JSON.stringify(layers))
    t.ok(isIn({ ...layers, acl: 'granted' }), JSON.stringify(layers))
  }
})
