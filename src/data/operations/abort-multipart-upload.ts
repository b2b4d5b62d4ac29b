import { structure } from '../../protocol/xml/shape.ts'
import { defineOperation } from '../context.ts'
import { errors } from '../errors.ts'
import { requireUpload, uploadMembers } from '../multipart/multipart.ts'

/** Gives an upload up; its parts are gone. Source: API_AbortMultipartUpload. */
export default defineOperation({
  name: 'AbortMultipartUpload',
  http: 'DELETE /{Bucket}/{Key+}?uploadId',
  status: 204,
  action: 's3:AbortMultipartUpload',
  acceptsMrap: true,
  input: structure(uploadMembers),
  output: structure({}),
  errors: ['NoSuchUpload'],
  async handle(input, context) {
    const upload = requireUpload(input, context)
    if ((await context.store.abortUpload(upload.id)) === 'no-upload') {
      throw errors.NoSuchUpload({ UploadId: input.UploadId })
    }
    return {}
  },
})
