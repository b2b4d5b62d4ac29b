import { structure } from '../../server/xml/shape.ts'
import { bucketLabel } from '../bucket-configuration.ts'
import { NotificationConfiguration } from '../bucket-notification.ts'
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
