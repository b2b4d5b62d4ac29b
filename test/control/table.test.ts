import t from 'tap'
import { controlOperations } from '../../src/control/operations/index.ts'
import { failoverRegions } from '../../src/control/routes.ts'
import { regions } from '../../src/protocol/endpoint/regions.ts'
import { controlWorld } from './world.ts'

// Paths and Regions as the service model and the user guide have them.
const built: Record<string, string> = {
  CreateMultiRegionAccessPoint: 'POST /v20180820/async-requests/mrap/create us-west-2',
  DeleteMultiRegionAccessPoint: 'POST /v20180820/async-requests/mrap/delete us-west-2',
  DeletePublicAccessBlock: 'DELETE /v20180820/configuration/publicAccessBlock ',
  DescribeMultiRegionAccessPointOperation: 'GET /v20180820/async-requests/mrap/{+} us-west-2',
  GetMultiRegionAccessPoint: 'GET /v20180820/mrap/instances/{+} us-west-2',
  GetMultiRegionAccessPointPolicy: 'GET /v20180820/mrap/instances/{+}/policy us-west-2',
  GetMultiRegionAccessPointPolicyStatus: 'GET /v20180820/mrap/instances/{+}/policystatus us-west-2',
  GetMultiRegionAccessPointRoutes:
    'GET /v20180820/mrap/instances/{+}/routes ap-northeast-1,ap-southeast-2,eu-west-1,us-east-1,us-west-2',
  GetPublicAccessBlock: 'GET /v20180820/configuration/publicAccessBlock ',
  ListMultiRegionAccessPoints: 'GET /v20180820/mrap/instances us-west-2',
  ListTagsForResource: 'GET /v20180820/tags/{+} ',
  PutMultiRegionAccessPointPolicy: 'POST /v20180820/async-requests/mrap/put-policy us-west-2',
  PutPublicAccessBlock: 'PUT /v20180820/configuration/publicAccessBlock ',
  SubmitMultiRegionAccessPointRoutes:
    'PATCH /v20180820/mrap/instances/{+}/routes ap-northeast-1,ap-southeast-2,eu-west-1,us-east-1,us-west-2',
  TagResource: 'POST /v20180820/tags/{+} ',
  UntagResource: 'DELETE /v20180820/tags/{+} ',
}

t.test('the ten operations on MRAPs, the three on tags, the three on what the account blocks', async t => {
  const rows = controlOperations.filter(row => !row.notImplemented)
  t.strictSame(
    Object.fromEntries(
      rows.map(({ name, http, servedIn }) => [
        name,
        `${http.replace(/\{\w+\+\}/, '{+}')} ${[...(servedIn ?? [])].sort().join()}`,
      ]),
    ),
    built,
  )
  const ofAccount = new Map([
    ['DeletePublicAccessBlock', 's3:PutAccountPublicAccessBlock'],
    ['GetPublicAccessBlock', 's3:GetAccountPublicAccessBlock'],
    ['PutPublicAccessBlock', 's3:PutAccountPublicAccessBlock'],
  ])
  for (const { name, action } of rows) t.equal(action, ofAccount.get(name) ?? `s3:${name}`)
})

t.test('the failover Regions are those of the table of Regions', async t => {
  const marked = regions.flatMap(({ name, failoverControl }) => (failoverControl ? [name] : []))
  t.strictSame([...failoverRegions].sort(), marked.sort())
})

t.test('no two rows have the same request', async t => {
  const requests = controlOperations.map(({ http }) => http.replaceAll(/\{\w+/g, '{'))
  t.equal(new Set(requests).size, requests.length)
  t.equal(new Set(controlOperations.map(({ name }) => name)).size, controlOperations.length)
})

t.test('what is not built says so', async t => {
  const world = await controlWorld(t)
  const rows = controlOperations.filter(row => row.notImplemented)
  t.ok(rows.some(row => row.http === 'GET /v20180820/accesspoint'))
  for (const row of rows) {
    t.throws(() => row.handle({}, world.context()), {
      code: 'NotImplemented',
      status: 501,
      message: new RegExp(row.name),
    })
  }
})
