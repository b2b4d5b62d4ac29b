import t from 'tap'
import getBucketLifecycleConfiguration from '../../../src/data/operations/get-bucket-lifecycle-configuration.ts'
import putBucketLifecycleConfiguration from '../../../src/data/operations/put-bucket-lifecycle-configuration.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'

const document = (content: string) =>
  `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</LifecycleConfiguration>`
const put = (world: DataWorld, content: string) =>
  exchange(putBucketLifecycleConfiguration, world, '', { body: document(content) })

t.test('does the work', async t => {
  const world = await dataWorld(t, { objectOwnership: undefined })
  t.match(
    await put(
      world,
      '<Rule><Expiration><Days>7</Days></Expiration><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status></Rule>',
    ),
    { status: 200, body: '' },
  )
  t.equal(
    (await exchange(getBucketLifecycleConfiguration, world, '')).body,
    '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><Expiration><Days>7</Days></Expiration><ID>a</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status></Rule></LifecycleConfiguration>',
  )
  const name = 'x-amz-transition-default-minimum-object-size'
  const body = document('<Rule><Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>')
  const varies = await exchange(putBucketLifecycleConfiguration, world, '', {
    body,
    headers: [[name, 'varies_by_storage_class']],
  })
  t.equal(varies.headers[name], 'varies_by_storage_class')
  t.match((await exchange(getBucketLifecycleConfiguration, world, '')).body, /<ID>[0-9a-f-]{36}<\/ID><Prefix\/>/)
  t.match(await refusedExchange(putBucketLifecycleConfiguration, world, '', { body, headers: [[name, 'value']] }), {
    code: 'InvalidRequest',
    message: 'Invalid TransitionDefaultMinimumObjectSize found: value',
  })
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const cases: [content: string, expected: object][] = [
    ['', { code: 'MalformedXML', status: 400 }],
    [
      '<Rule><ID>a</ID><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter><And><Prefix>t</Prefix></And><Prefix/></Filter><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><Prefix/></Filter><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>7</Days></Expiration><NoncurrentVersionExpiration/></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>enabled</Status><Expiration><Days>7</Days></Expiration></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Date>2023-01-01T02:02:00Z</Date></Expiration></Rule>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: "'Date' must be at midnight GMT",
        fields: { ArgumentName: 'Date' },
      },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>0</Days></Expiration></Rule>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: "'Days' for Expiration action must be a positive integer",
        fields: { ArgumentName: 'Days' },
      },
    ],
    [
      '<Rule><ID>a</ID><Filter><And><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></And></Filter><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>',
      { code: 'InvalidRequest', status: 400, message: 'Duplicate Tag Keys are not allowed.' },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule><Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'Rule ID must be unique. Found same ID for more than one rule',
        fields: { ArgumentName: 'ID' },
      },
    ],
    [
      '<Rule><ID>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</ID><Filter/><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>',
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'ID length should not exceed allowed limit of 255',
        fields: { ArgumentName: 'ID' },
      },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status></Rule>',
      { code: 'InvalidRequest', status: 400, message: 'At least one action needs to be specified in a rule' },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Transition><Days>29</Days><StorageClass>STANDARD_IA</StorageClass></Transition></Rule>',
      { code: 'InvalidArgument', fields: { ArgumentName: 'Days' } },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Transition><StorageClass>GLACIER</StorageClass></Transition></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>STANDARD</StorageClass></Transition></Rule>',
      { code: 'MalformedXML', status: 400 },
    ],
    [
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>',
      { code: 'InvalidArgument', fields: { ArgumentName: 'DaysAfterInitiation' } },
    ],
    [
      '<Rule><ID>a</ID><Filter><Tag><Key>a</Key><Value/></Tag></Filter><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>',
      { code: 'InvalidRequest', status: 400, message: 'AbortIncompleteMultipartUpload cannot be specified with Tags.' },
    ],
  ]
  for (const [content, expected] of cases) {
    t.match(
      await refusedExchange(putBucketLifecycleConfiguration, world, '', { body: document(content) }),
      expected,
      content,
    )
  }
  t.strictSame(world.store.findBucketConfiguration(world.bucket.id, 'lifecycle'), undefined)
})
