import { payload, stream, structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { readMembers, representationMembers, representationOf } from '../objects/representation.ts'
import { requireReadable } from '../objects/storage-class.ts'

/** Returns the bytes of an object version, or a range or part of them. Source: API_GetObject. */
export default defineOperation({
  name: 'GetObject',
  http: 'GET /{Bucket}/{Key+}',
  action: { plain: 's3:GetObject', versioned: 's3:GetObjectVersion' },
  acceptsMrap: true,
  input: structure(readMembers),
  output: structure({ ...representationMembers, Body: payload(stream()) }),
  errors: [
    'InvalidEncryptionAlgorithmError',
    'InvalidObjectState',
    'InvalidPartNumber',
    'InvalidRange',
    'NoSuchKey',
    'NoSuchVersion',
    'NotModified',
    'PreconditionFailed',
  ],
  handle(input, context) {
    const { version, range, output } = representationOf(input, context)
    requireReadable(version, context.clock.now())
    return Object.assign(output, { Body: context.store.bodies.read(version, range) })
  },
})
