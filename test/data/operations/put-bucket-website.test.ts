import t from 'tap'
import getBucketWebsite from '../../../src/data/operations/get-bucket-website.ts'
import putBucketWebsite from '../../../src/data/operations/put-bucket-website.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</WebsiteConfiguration>`
const put = (world: DataWorld, content: string) => exchange(putBucketWebsite, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(
    await put(
      world,
      '<ErrorDocument><Key>e.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><HostName>example.com</HostName><Protocol>https</Protocol></Redirect></RoutingRule></RoutingRules>',
    ),
    { status: 200, body: '' },
  )
  t.equal(
    (await exchange(getBucketWebsite, world, '')).body,
    '<WebsiteConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><ErrorDocument><Key>e.html</Key></ErrorDocument><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition><KeyPrefixEquals>a/</KeyPrefixEquals></Condition><Redirect><HostName>example.com</HostName><Protocol>https</Protocol></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>',
  )
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases: [content: string, expected: object][] = [
    [
      '<IndexDocument><Suffix>/index.html</Suffix></IndexDocument>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'The IndexDocument Suffix is not well formed',
        fields: { ArgumentName: 'IndexDocument', ArgumentValue: '/index.html' },
      },
    ],
    [
      '<IndexDocument><Suffix/></IndexDocument>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'The IndexDocument Suffix is not well formed',
        fields: { ArgumentName: 'IndexDocument', ArgumentValue: '' },
      },
    ],
    [
      '<RedirectAllRequestsTo><HostName>test</HostName></RedirectAllRequestsTo><IndexDocument><Suffix>i</Suffix></IndexDocument>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        fields: { ArgumentName: 'RedirectAllRequestsTo', ArgumentValue: 'not null' },
      },
    ],
    [
      '<ErrorDocument><Key>e</Key></ErrorDocument>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
        fields: { ArgumentName: 'IndexDocument', ArgumentValue: 'null' },
      },
    ],
    [
      '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Redirect><Protocol>protocol</Protocol></Redirect></RoutingRule></RoutingRules>',
      {
        code: 'InvalidRequest',
        status: 400,
        message:
          'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
      },
    ],
    [
      '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Redirect><ReplaceKeyPrefixWith>p</ReplaceKeyPrefixWith><ReplaceKeyWith>k</ReplaceKeyWith></Redirect></RoutingRule></RoutingRules>',
      {
        code: 'InvalidRequest',
        status: 400,
        message: 'You can only define ReplaceKeyPrefix or ReplaceKey but not both.',
      },
    ],
    [
      '<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules><RoutingRule><Condition/><Redirect><HostName>h</HostName></Redirect></RoutingRule></RoutingRules>',
      {
        code: 'InvalidRequest',
        status: 400,
        message:
          "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
      },
    ],
    ['<IndexDocument><Suffix>i</Suffix></IndexDocument><RoutingRules/>', { code: 'MalformedXML', status: 400 }],
  ]
  for (const [content, expected] of cases) {
    t.match(await refusedExchange(putBucketWebsite, world, '', { body: document(content) }), expected, content)
  }
  t.strictSame(world.store.findBucketConfiguration(world.bucket.id, 'website'), undefined)
})
