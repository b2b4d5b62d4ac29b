import type { Infer } from '../../protocol/xml/shape.ts'
import type { AsyncOperation } from '../../store/rows.ts'
import { asyncStatus, findAsyncOperation, tokenArn } from '../async-operations.ts'
import { defineOperation } from '../context.ts'
import * as shapes from '../shapes.ts'

/**
 * Tells how far an asynchronous request is, and how it ended. What was asked is shown without its ClientToken; details of the end
 * appear with it. Requests are kept for ever. Source: API_control_DescribeMultiRegionAccessPointOperation.
 */
export default defineOperation({
  name: 'DescribeMultiRegionAccessPointOperation',
  http: 'GET /v20180820/async-requests/mrap/{RequestTokenARN+}',
  action: 's3:DescribeMultiRegionAccessPointOperation',
  servedIn: ['us-west-2'],
  input: shapes.DescribeMultiRegionAccessPointOperationInput,
  output: shapes.DescribeMultiRegionAccessPointOperationOutput,
  errors: ['NoSuchAsyncRequest'],
  handle({ RequestTokenARN }, context) {
    context.authorize(RequestTokenARN)
    const operation = findAsyncOperation(RequestTokenARN, context)
    const now = context.clock.now()
    return {
      AsyncOperation: {
        CreationTime: operation.submittedAt,
        Operation: operation.operation,
        RequestTokenARN: tokenArn(operation),
        RequestParameters: parametersOf(operation),
        RequestStatus: asyncStatus(operation, now),
        ResponseDetails: detailsOf(operation, now),
      },
    }
  },
})

function parametersOf({ operation, parameters }: AsyncOperation): Infer<typeof shapes.AsyncRequestParameters> {
  return { [`${operation}Request`]: JSON.parse(parameters) }
}

function detailsOf(operation: AsyncOperation, now: number): Infer<typeof shapes.AsyncResponseDetails> | undefined {
  if (now < operation.dueAt) return undefined
  if (operation.failure) {
    const { code, message, resource, requestId } = operation.failure
    return { ErrorDetails: { Code: code, Message: message, Resource: resource, RequestId: requestId } }
  }
  // ASSUMED: a Region's status is one of the words of RequestStatus.
  const Regions = operation.regions.map(region => ({ Name: region, RequestStatus: asyncStatus(operation, now) }))
  return { MultiRegionAccessPointDetails: { Regions } }
}
