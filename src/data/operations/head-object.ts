import { structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { readMembers, representationMembers, representationOf } from '../objects/representation.ts'

/** Returns what GetObject would, without the bytes; works on archived objects too. Source: API_HeadObject. */
export default defineOperation({
  name: 'HeadObject',
  http: 'HEAD /{Bucket}/{Key+}',
  action: { plain: 's3:GetObject', versioned: 's3:GetObjectVersion' },
  acceptsMrap: true,
  input: structure(readMembers),
  output: structure(representationMembers),
  errors: [
    'InvalidEncryptionAlgorithmError',
    'InvalidPartNumber',
    'InvalidRange',
    'NoSuchKey',
    'NoSuchVersion',
    'NotModified',
    'PreconditionFailed',
  ],
  handle: (input, context) => representationOf(input, context).output,
})
