import { structure } from '../../protocol/xml/shape.ts'
import { bucketLabel } from '../buckets/bucket-configuration.ts'
import { NotificationConfiguration } from '../buckets/bucket-notification.ts'
import { defineOperation } from '../context.ts'
import { findConfiguration } from '../stored-configuration.ts'

/** Shows which events go where; an empty document when none. Source: API_GetBucketNotificationConfiguration. */
export default defineOperation({
  name: 'GetBucketNotificationConfiguration',
  http: 'GET /{Bucket}?notification',
  action: 's3:GetBucketNotification',
  input: structure(bucketLabel),
  output: NotificationConfiguration,
  handle: (_input, context) => findConfiguration(NotificationConfiguration, 'notification', context) ?? {},
})
