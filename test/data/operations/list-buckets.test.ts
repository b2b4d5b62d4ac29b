import t from 'tap'
import listBuckets from '../../../src/data/operations/list-buckets.ts'
import { type DataWorld, dataWorld, exchange, refusedExchange, rootOf, stranger } from '../../helpers/data-context.ts'

// printf 'mrap-local:111122223333' | sha256sum
const ownerId = 'a18e76212de69738de98573b10d760c3c9193e8b49a1bb4208eeac6d89873fff'

async function world(t: Parameters<typeof dataWorld>[0]): Promise<DataWorld> {
  const made = await dataWorld(t)
  await made.addBucket({ name: 'orders-euw1', region: 'eu-west-1' })
  await made.addBucket({ name: 'archive', region: 'us-west-2' })
  await made.addBucket({ name: 'theirs', accountId: stranger })
  return made
}

const names = (body: string) => [...body.matchAll(/<Name>(.*?)<\/Name>/g)].map(match => match[1])
const list = async (made: DataWorld, query = '') => (await exchange(listBuckets, made, '', { query })).body

t.test('does the work', async t => {
  const made = await world(t)
  t.strictSame(names(await list(made)), ['archive', 'orders-euw1', 'orders-usw2'], 'the own buckets by name')
  t.strictSame(names(await list(made, 'prefix=orders-')), ['orders-euw1', 'orders-usw2'])
  t.strictSame(names(await list(made, 'bucket-region=us-west-2')), ['archive', 'orders-usw2'])
  t.strictSame(names((await exchange(listBuckets, made, '', { caller: rootOf(stranger) })).body), ['theirs'])
})

t.test('goes on where the last page ended', async t => {
  const made = await world(t)
  const seen: (string | undefined)[] = []
  let query = 'max-buckets=1'
  for (let page = 0; page < 5; page++) {
    const body = await list(made, query)
    seen.push(...names(body))
    const token = /<ContinuationToken>(.*?)</.exec(body)?.[1]
    if (!token) break
    query = `max-buckets=1&continuation-token=${token}`
  }
  t.strictSame(seen, ['archive', 'orders-euw1', 'orders-usw2'])
})

t.test('reads and writes the wire', async t => {
  const made = await dataWorld(t)
  const { body } = await exchange(listBuckets, made, '', { query: 'prefix=o' })
  t.equal(
    body.replace(/<Owner><ID>[0-9a-f]{64}<\/ID><\/Owner>/, '<Owner/>'),
    '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner/><Buckets><Bucket><Name>orders-usw2</Name>' +
      '<CreationDate>2026-01-01T00:00:00.000Z</CreationDate><BucketRegion>us-west-2</BucketRegion>' +
      '<BucketArn>arn:aws:s3:::orders-usw2</BucketArn></Bucket></Buckets><Prefix>o</Prefix></ListAllMyBucketsResult>',
  )
  t.match(body, `<ID>${ownerId}</ID>`)
})

t.test('refuses', async t => {
  const made = await dataWorld(t)
  const cases = [
    ['bucket-region=eu-east-1', 'Argument value eu-east-1 is not a valid AWS Region', 'bucket-region'],
    ['continuation-token=bad', 'The continuation token provided is incorrect', 'continuation-token'],
    ['max-buckets=0', /must be an integer between 1 and 10000/, 'max-buckets'],
    ['max-buckets=10001', /must be an integer between 1 and 10000/, 'max-buckets'],
    ['max-buckets=x', /not an integer/, 'max-buckets'],
  ] as const
  for (const [query, message, ArgumentName] of cases) {
    const expected = { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName } }
    t.match(await refusedExchange(listBuckets, made, '', { query }), expected, query)
  }
  t.match(await refusedExchange(listBuckets, made, '', { caller: { kind: 'anonymous' } }), { code: 'AccessDenied' })
})
