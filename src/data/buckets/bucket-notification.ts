import { randomIdUuid } from '../../protocol/random-bytes.ts'
import { flattened, type Infer, required, string, structure } from '../../protocol/xml/shape.ts'
import { errors } from '../errors.ts'

/** Event notifications of a bucket: stored and returned; nothing is sent. Source: API_PutBucketNotificationConfiguration. */
const Filter = structure({
  Key: structure(
    {
      FilterRules: flattened(structure({ Name: required(string()), Value: required(string()) }), {
        xmlName: 'FilterRule',
      }),
    },
    { xmlName: 'S3Key' },
  ),
})
const Events = required(flattened(string(), { xmlName: 'Event', minItems: 1 }))

const destination = (xmlName: string) => required(string({ xmlName }))

export const NotificationConfiguration = structure(
  {
    TopicConfigurations: flattened(structure({ Id: string(), TopicArn: destination('Topic'), Events, Filter }), {
      xmlName: 'TopicConfiguration',
    }),
    QueueConfigurations: flattened(structure({ Id: string(), QueueArn: destination('Queue'), Events, Filter }), {
      xmlName: 'QueueConfiguration',
    }),
    LambdaFunctionConfigurations: flattened(
      structure({ Id: string(), LambdaFunctionArn: destination('CloudFunction'), Events, Filter }),
      { xmlName: 'CloudFunctionConfiguration' },
    ),
    EventBridgeConfiguration: structure({}),
  },
  { xmlName: 'NotificationConfiguration' },
)
type NotificationConfiguration = Infer<typeof NotificationConfiguration>

const events = new Set([
  's3:IntelligentTiering',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
  's3:LifecycleTransition',
  's3:ObjectAcl:Put',
  's3:ObjectCreated:*',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Put',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:ObjectRestore:*',
  's3:ObjectRestore:Completed',
  's3:ObjectRestore:Delete',
  's3:ObjectRestore:Post',
  's3:ObjectTagging:*',
  's3:ObjectTagging:Delete',
  's3:ObjectTagging:Put',
  's3:ReducedRedundancyLostObject',
  's3:Replication:*',
  's3:Replication:OperationFailedReplication',
  's3:Replication:OperationMissedThreshold',
  's3:Replication:OperationNotTracked',
  's3:Replication:OperationReplicatedAfterThreshold',
])

/**
 * The document as it is kept: every configuration has an id. Throws InvalidArgument for an ARN of another service, an event that there
 * is not, and a filter on anything but prefix and suffix. Whether destinations exist cannot be known here: they are taken to.
 */
export function completeNotification(sent: NotificationConfiguration): NotificationConfiguration {
  return {
    ...sent,
    ...(sent.TopicConfigurations && {
      TopicConfigurations: sent.TopicConfigurations.map(one => complete(one, one.TopicArn, 'sns')),
    }),
    ...(sent.QueueConfigurations && {
      QueueConfigurations: sent.QueueConfigurations.map(one => complete(one, one.QueueArn, 'sqs')),
    }),
    ...(sent.LambdaFunctionConfigurations && {
      LambdaFunctionConfigurations: sent.LambdaFunctionConfigurations.map(one =>
        complete(one, one.LambdaFunctionArn, 'lambda'),
      ),
    }),
  }
}

interface OneConfiguration {
  readonly Id?: string | undefined
  readonly Events: readonly string[]
  readonly Filter?: Infer<typeof Filter> | undefined
}

function complete<C extends OneConfiguration>(configuration: C, arn: string, service: string): C & { Id: string } {
  const [prefix, , named, , , resource] = arn.split(':')
  if (prefix !== 'arn' || named !== service || !resource) {
    throw errors.InvalidArgument({
      Message: 'The ARN could not be parsed',
      ArgumentName: 'ARN',
      ArgumentValue: arn,
    })
  }
  const unknown = configuration.Events.find(event => !events.has(event))
  if (unknown !== undefined) {
    throw errors.InvalidArgument({
      Message: 'A specified event is not supported for notifications.',
      ArgumentName: 'Event',
      ArgumentValue: unknown,
    })
  }
  for (const { Name: name } of configuration.Filter?.Key?.FilterRules ?? []) checkFilterName(name)
  return { ...configuration, Id: configuration.Id || randomIdUuid() }
}

/** The service shows the names as `Prefix` and `Suffix` and takes any case. */
function checkFilterName(name: string): void {
  if (/^(?:prefix|suffix)$/i.test(name)) return
  throw errors.InvalidArgument({
    Message: 'filter rule name must be either prefix or suffix',
    ArgumentName: 'FilterRule.Name',
    ArgumentValue: name,
  })
}
