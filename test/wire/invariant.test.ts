import fc from 'fast-check'
import { type Test, test } from 'tap'
import { controlOperations } from '../../src/control/operations/index.ts'
import { dataOperations } from '../../src/data/operations/index.ts'
import { type Ask, account, alias, bucket, keys, mrapArn, startApp, type TestApp } from '../helpers/app.ts'
import type { Answer } from '../helpers/http.ts'
import { type Known, makeUp, type Outline, pick, type Random, seeded } from '../helpers/requests.ts'
import { sha256 } from '../helpers/sign.ts'
import { isWellFormed, textOf } from '../helpers/xml.ts'

// Whatever a client sends: never a 5xx (501 aside), always an answer of S3, only declared codes, and the next request is served.

const world = {
  buckets: [
    bucket('b-lock', 'us-west-2', {
      versioning: 'Enabled',
      objectLock: true,
      objectOwnership: 'ObjectWriter',
      objects: [{ key: 'k', content: { body: 'hello' }, metadata: {}, tags: { a: '1' } }],
    }),
    bucket('b-plain', 'us-west-2', { objects: [{ key: 'k', content: { body: 'hello' }, metadata: {}, tags: {} }] }),
    bucket('b-euw1', 'eu-west-1'),
  ],
  multiRegionAccessPoints: [
    { name: 'lock', alias, buckets: [{ name: 'b-lock' }, { name: 'b-euw1' }], routes: {} },
    { name: 'plain', alias: 'mplain.mrap', buckets: [{ name: 'b-plain' }], routes: {} },
  ],
} as const

const west = { region: 'us-west-2' } as const

/** What is wrong with an answer, or undefined. */
function faultOf({ status, text, header }: Answer, method: string): string | undefined {
  // The service is recorded to fail on tags of a new bucket that have the same key.
  const isRecorded = header('x-mrap-hint')?.startsWith('A tag key stands there twice')
  if (status >= 500 && status !== 501 && !isRecorded) return 'a failure of the server'
  if (!/^[0-9A-Z]{16}$/.test(header('x-amz-request-id') ?? '')) return 'no request id'
  if (method === 'HEAD' || status === 304) return text === '' ? undefined : 'a body'
  const isXml = header('content-type') === 'application/xml'
  if (isXml && text !== '' && !isWellFormed(text)) return 'not well-formed'
  if (status < 300) return undefined
  // A message may be empty (recorded for x-amz-acl).
  if (!isXml || !textOf(text, 'Code') || textOf(text, 'Message') === undefined) return 'no refusal of S3'
  return textOf(text, 'RequestId') === header('x-amz-request-id') ? undefined : 'another request id'
}

/** Sends made-up requests for an operation; fails with the first that is answered wrongly. */
async function tryOut(
  app: TestApp,
  operation: Outline,
  numRuns: number,
  known: Known,
  wrap: (random: Random, made: Ask) => Ask,
): Promise<void> {
  const random = seeded(Number.parseInt(sha256(operation.name).slice(0, 8), 16))
  for (let run = 0; run < numRuns; run++) {
    const { line, headers, body } = makeUp(random, operation, known)
    const answer = await app.ask(line, wrap(random, { headers, body }))
    const fault = faultOf(answer, line.split(' ')[0] ?? '')
    if (fault === undefined) continue
    throw new Error(
      `${fault}: ${line} ${JSON.stringify(headers)} ${body}\n-> ${answer.status} ${answer.text.slice(0, 500)}`,
    )
  }
}

/** Mostly signed as it should be. */
function signing(random: Random, ask: Ask): Ask {
  const ways: [Ask, ...Ask[]] = [
    { sign: 'none' },
    { as: { accessKeyId: 'test', secretAccessKey: 'wrong' } },
    { as: { accessKeyId: '111122223333', secretAccessKey: 'test' } },
    { region: 'eu-west-1' },
    { payload: 'UNSIGNED-PAYLOAD' },
    { payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
    { payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
    { payload: '0'.repeat(64) },
    { payload: 'nonsense' },
    { now: 0 },
  ]
  const isPlain = random() < 0.85
  return { ...ask, ...west, as: keys, ...(isPlain ? {} : pick(random, ways)) }
}

async function alive(t: Test, app: TestApp): Promise<void> {
  t.equal((await app.ask('GET /_mrap/health', { sign: 'none' })).status, 200, 'alive')
  app.checkCodes()
}

const policy = (resource: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 's3:*', Resource: `${resource}*` }],
  })
const owner = sha256(`mrap-local:${account}`)
const etag = '"5d41402abc4b2a76b9719d911017c592"'

/** What a request to S3 may name, in a world that has just been reset. */
async function knownOfData(app: TestApp): Promise<Known> {
  const begun = await app.ask('POST /b-plain/up?uploads', west)
  const uploadId = textOf(begun.text, 'UploadId') ?? ''
  await app.ask(`PUT /b-plain/up?partNumber=1&uploadId=${uploadId}`, { ...west, body: 'hello' })
  const versionId = (await app.ask('HEAD /b-lock/k', west)).header('x-amz-version-id') ?? ''
  return {
    labels: {
      Bucket: ['b-lock', 'b-lock', 'b-plain', 'b-plain', alias, 'mplain.mrap', 'new-bucket'],
      Key: ['k', 'k', 'up', 'other'],
    },
    texts: [uploadId, versionId, 'b-plain/k', etag, 'k'],
    members: {
      CopySource: ['b-plain/k', `b-lock/k?versionId=${versionId}`],
      Days: ['1'],
      ETag: [etag],
      ID: [owner],
      Key: ['k', 'a', 'b'],
      LocationConstraint: ['us-west-2'],
      ObjectAttributes: ['ETag', 'ETag,Checksum,ObjectParts,StorageClass,ObjectSize'],
      ObjectOwnership: ['BucketOwnerEnforced', 'ObjectWriter'],
      PartNumber: ['1', '1', '2'],
      Policy: [policy('arn:aws:s3:::b-lock/'), policy('arn:aws:s3:::b-plain')],
      RetainUntilDate: ['2030-01-01T00:00:00Z'],
      Tagging: ['a=1', 'a=1&b=2'],
      Type: ['CanonicalUser', 'Group'],
      UploadId: [uploadId],
      URI: ['http://acs.amazonaws.com/groups/global/AllUsers'],
      Value: ['1', ''],
      VersionId: [versionId, 'null'],
      'xsi:type': ['CanonicalUser', 'Group'],
    },
  }
}

test('S3', async t => {
  const app = await startApp(t, { world })
  for (const operation of dataOperations) {
    await app.ask('POST /_mrap/reset', { sign: 'none' })
    await tryOut(app, operation, operation.notImplemented ? 2 : 40, await knownOfData(app), signing)
  }
  await alive(t, app)
})

test('S3 Control', async t => {
  const app = await startApp(t, { world })
  const token = `arn:aws:s3:us-west-2:${account}:async-request/mrap/create/x`
  const known: Known = {
    labels: { Name: ['lock', 'plain', 'nobody'], Mrap: [mrapArn, alias], RequestTokenARN: [token] },
    texts: ['lock', 'plain', 'us-west-2', '100'],
    members: {
      Bucket: ['b-lock', 'b-plain', 'b-euw1'],
      BucketAccountId: [account],
      ClientToken: ['one', 'two', 'three', 'four', 'five'],
      Name: ['lock', 'plain', 'new-one', 'new-two'],
      Policy: [policy(mrapArn)],
      Region: ['us-west-2', 'eu-west-1'],
      TrafficDialPercentage: ['0', '100'],
    },
  }
  for (const operation of controlOperations) {
    await app.ask('POST /_mrap/reset', { sign: 'none' })
    await tryOut(app, operation, operation.notImplemented ? 2 : 50, known, (random, ask) => {
      const odd = random() * 100
      const accountId: Record<string, string> = odd < 5 ? {} : { 'x-amz-account-id': odd < 8 ? 'x' : account }
      app.clock.advance(pick(random, [0, 0, 500]))
      return signing(random, { ...ask, headers: { ...accountId, ...ask.headers } })
    })
  }
  await alive(t, app)
})

test('targets that mean nothing', async t => {
  const app = await startApp(t, { world })
  const piece = fc.constantFrom(
    'b-plain',
    'k',
    alias,
    'v20180820',
    'mrap',
    'instances',
    'async-requests',
    'routes',
    '_mrap',
    'health',
    '%2F',
    '%00',
    '%zz',
    '%ff',
    '..',
    '.',
    '',
    'é',
    '+',
    '@',
    ':',
    'arn:aws:s3',
    encodeURIComponent(mrapArn),
    'x'.repeat(64),
  )
  const word = fc.constantFrom(
    'acl',
    'tagging',
    'uploads',
    'uploadId',
    'partNumber',
    'versionId',
    'list-type',
    'location',
    'policy',
    'delete',
    'x-id',
    '%zz',
    'X-Amz-Algorithm',
    'X-Amz-Signature',
    'X-Amz-Credential',
    'X-Amz-Date',
    'AWSAccessKeyId',
    'response-content-type',
    '',
    '=',
  )
  const method = fc.constantFrom('GET', 'GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'PROPFIND')
  const hosts = [
    'localhost',
    'b-plain.localhost',
    's3.us-west-2.amazonaws.com',
    `${alias}.accesspoint.s3-global.amazonaws.com`,
    '000000000000.s3-control.us-west-2.amazonaws.com',
    'emulator',
  ]
  const query = fc.array(fc.tuple(word, fc.option(word)), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.constantFrom(...hosts),
      fc.array(piece, { maxLength: 6 }),
      query,
      async (verb, host, pieces, words) => {
        const asked = words.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('&')
        const target = Buffer.from(`/${pieces.join('/')}${asked === '' ? '' : `?${asked}`}`).toString('latin1')
        if (/[^\x21-\x7e]/.test(target)) return
        const answer = await app.send(`${verb} ${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`, verb)
        const isManaged = answer.header('content-type') === 'application/json'
        const fault = isManaged ? undefined : faultOf(answer, verb)
        if (fault !== undefined) throw new Error(`${fault}: ${verb} ${target} -> ${answer.status} ${answer.text}`)
      },
    ),
    { seed: 20260101, numRuns: 400, endOnFailure: true },
  )
  await alive(t, app)
})
