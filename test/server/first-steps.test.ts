import { test } from 'tap'
import { firstSteps } from '../../src/server/first-steps.ts'
import { emptyWorld } from '../../src/world/file.ts'
import type { World } from '../../src/world/world.ts'
import { bucket } from '../helpers/app.ts'

const ours = '000000000000'
const url = 'http://127.0.0.1:4566'

function world(account: string | undefined, more: Partial<World> = {}): World {
  const owner = account === undefined ? {} : { account }
  return {
    ...emptyWorld,
    buckets: [
      bucket('b-one', 'us-west-2', {
        ...owner,
        objects: [{ key: 'a b', content: { body: '' }, metadata: {}, tags: {} }],
      }),
    ],
    multiRegionAccessPoints: [
      { name: 'm-one', alias: 'mone.mrap', ...owner, buckets: [{ name: 'b-one' }], routes: {} },
    ],
    ...more,
  }
}

test('the key of the account whose access point is shown', async t => {
  t.match(
    firstSteps(world(undefined), ours, url),
    'AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-west-2',
  )
  t.match(firstSteps(world('111122223333'), ours, url), 'AWS_ACCESS_KEY_ID=111122223333 AWS_SECRET_ACCESS_KEY=test')
  t.match(firstSteps(world(undefined), '111122223333', url), 'AWS_ACCESS_KEY_ID=test ')
})

test('no secret of a world file is shown', async t => {
  const accounts = [
    { id: '111122223333', credentials: [{ accessKeyId: 'AKIA', secretAccessKey: 's3cret' }], users: [], roles: [] },
  ]
  const text = firstSteps(world('111122223333', { accounts }), ours, url)
  t.match(text, /AWS_REGION=us-west-2 +# and a key of account 111122223333 from the world file\n/)
  t.notMatch(text, /s3cret|AWS_ACCESS_KEY_ID/)
})

test('only what can be pasted, and nothing without an alias', async t => {
  t.notMatch(firstSteps(world(undefined), ours, url), 'a b')
  t.equal(firstSteps(emptyWorld, ours, url), '')
})
