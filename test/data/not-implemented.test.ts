import * as sdk from '@aws-sdk/client-s3'
import t from 'tap'
import { errors } from '../../src/data/errors.ts'
import { unbuiltOperations } from '../../src/data/not-implemented.ts'
import { dataOperations } from '../../src/data/operations/index.ts'
import { readHeaders } from '../../src/protocol/request/headers.ts'
import { readQuery } from '../../src/protocol/request/query.ts'
import { createRouter } from '../../src/protocol/router.ts'
import { call, dataWorld } from '../helpers/data-context.ts'

/** The 21 operations that S3 accepts through an MRAP. Source: user guide, "Using Multi-Region Access Points with API operations". */
const throughMrap = [
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjectTagging',
  'GetObject',
  'GetObjectAcl',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'HeadBucket',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListParts',
  'PutObject',
  'PutObjectAcl',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'RestoreObject',
  'UploadPart',
]

t.test('the table has every operation of the service model, and the form upload', async t => {
  const model = Object.keys(sdk).flatMap(name => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? [])
  t.strictSame(dataOperations.map(({ name }) => name).sort(), [...model, 'PostObject'].sort())
})

t.test('the operations that accept an MRAP: the 21 of the user guide, HeadBucket and ListObjects', async t => {
  const accepting = dataOperations.filter(({ acceptsMrap }) => acceptsMrap).map(({ name }) => name)
  t.strictSame(accepting.sort(), throughMrap)
})

t.test('codes that operations declare are in the catalogue', async t => {
  for (const { name, errors: declared = [] } of dataOperations) {
    for (const code of declared) t.ok(Object.hasOwn(errors, code), `${name}: ${code}`)
  }
})

t.test('each request reaches its own row', async t => {
  const router = createRouter(dataOperations)
  for (const { name, http } of dataOperations) {
    const [method = '', path = '', query = '', header] = /^(\S+) ([^?|]+)\??([^|]*)\|?(.*)$/.exec(http)?.slice(1) ?? []
    const headers = readHeaders(header ? [[header, 'x']] : [])
    const raw = path.replace('{Bucket}', 'orders-usw2').replace('{Key+}', 'a/b')
    t.equal(router.match(method, raw, readQuery(query), headers).operation.name, name, http)
  }
})

t.test('an unbuilt operation says so', async t => {
  const { context } = await dataWorld(t)
  for (const operation of unbuiltOperations) {
    await t.rejects(async () => call(operation, {}, context()), { code: 'NotImplemented', status: 501 }, operation.name)
    t.ok(operation.notImplemented, operation.name)
  }
})
