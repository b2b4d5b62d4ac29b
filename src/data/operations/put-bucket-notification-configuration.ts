import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { completeNotification, NotificationConfiguration } from '../buckets/bucket-notification.ts'
import { defineOperation } from '../context.ts'
import { storeConfiguration } from '../stored-configuration.ts'

/** Says which events go where; nothing is sent. Source: API_PutBucketNotificationConfiguration. */
export default defineOperation({
  name: 'PutBucketNotificationConfiguration',
  http: 'PUT /{Bucket}?notification',
  action: 's3:PutBucketNotification',
  input: structure({ ...bucketLabel, NotificationConfiguration: payload(required(NotificationConfiguration)) }),
  output: structure({}),
  ignores: ['x-amz-skip-destination-validation'],
  async handle({ NotificationConfiguration: configuration }, context) {
    await storeConfiguration('notification', completeNotification(configuration), context)
    return {}
  },
})
