import * as model from '@aws-sdk/client-s3'
import { test } from 'tap'
import { dataOperations } from '../../../src/data/operations/index.ts'
import { unbuiltHeaders } from '../../../src/protocol/request/strictness.ts'

/** Read by the toolkit or a plane, whatever the operation. */
const readForAll = /^x-amz-(checksum-.*|expected-bucket-owner|request-payer|sdk-checksum-algorithm)$/
/** There are no annotations that a copy could take along. */
const nothingToDo = new Set(['x-amz-object-annotation-directive'])

/** `x-amz-*` headers of an operation's request, lower case, as the schemas of AWS's own SDK have them. */
function headersOf(operation: string): string[] {
  const schema: unknown = Reflect.get(model, `${operation}Request$`)
  const members: unknown = Array.isArray(schema) ? schema[5] : []
  return [...JSON.stringify(members).matchAll(/"(?:hh|httpHeader)":"(x-amz-[^"]*)"/gi)].map(([, name = '']) =>
    name.toLowerCase(),
  )
}

test('every header that the service model gives an operation is read, harmless or refused', async t => {
  t.ok(headersOf('PutObject').includes('x-amz-storage-class'), 'the schemas can be read')
  for (const { name, notImplemented, input, ignores = [] } of dataOperations.filter(row => !row.notImplemented)) {
    if (notImplemented) continue
    const members: Record<string, { at?: { in: string; name?: string } }> = input.members
    const read = new Set(Object.values(members).map(({ at }) => at?.name?.toLowerCase()))
    const refused = unbuiltHeaders.filter(row => row.operations.includes(name)).map(row => row.name)
    const known = [...ignores.map(header => header.toLowerCase()), ...refused]
    const strangers = headersOf(name).filter(
      header => !readForAll.test(header) && !nothingToDo.has(header) && !read.has(header) && !known.includes(header),
    )
    t.same(strangers, [], name)
  }
})
