import type { Response } from '../../protocol/response.ts'
import { escapeText, xmlDeclaration } from '../../protocol/xml/escape.ts'
import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { defineOperation } from '../context.ts'
import { dataNamespace } from '../shapes.ts'

/**
 * Names the Region of a bucket; empty for us-east-1. The root of the document is the value itself, which no shape says, so it is
 * written here. Source: API_GetBucketLocation.
 */
export default defineOperation({
  name: 'GetBucketLocation',
  http: 'GET /{Bucket}?location',
  action: 's3:GetBucketLocation',
  input: structure(bucketLabel),
  output: structure({}),
  handle(_input, { bucket, store }): Response {
    // The constraint is shown as it was given: EU, not eu-west-1.
    const given = store.findBucketConfiguration(bucket.id, 'location') ?? bucket.region
    const tag = `LocationConstraint xmlns="${dataNamespace}"`
    const document = given === 'us-east-1' ? `<${tag}/>` : `<${tag}>${escapeText(given)}</LocationConstraint>`
    return { status: 200, headers: [['Content-Type', 'application/xml']], body: xmlDeclaration + document }
  },
})
