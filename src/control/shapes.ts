import {
  boolean,
  integer,
  label,
  list,
  oneOf,
  payload,
  query,
  required,
  string,
  structure,
  timestamp,
} from '../protocol/xml/shape.ts'

/**
 * Shapes of the S3 Control service model, `2018-08-20`, for the operations on Multi-Region Access Points. Members carry AWS's names.
 * Rules that AWS answers with InvalidRequest (names, lengths, dial values) stand in the domain modules, where a hint can be given;
 * here is only what makes a document malformed.
 */
export const controlNamespace = 'http://awss3control.amazonaws.com/doc/2018-08-20/'

/** Not blank, at most 64 characters; SDKs fill in a UUID. */
const ClientToken = required(string({ pattern: /^\S+$/, maxLength: 64 }))

const publicAccessBlockMembers = {
  BlockPublicAcls: boolean(),
  IgnorePublicAcls: boolean(),
  BlockPublicPolicy: boolean(),
  RestrictPublicBuckets: boolean(),
}

export const PublicAccessBlock = structure(publicAccessBlockMembers)

/** The same as a document of its own, for an account. */
export const PublicAccessBlockConfiguration = structure(publicAccessBlockMembers, {
  xmlName: 'PublicAccessBlockConfiguration',
})

/** Details of a create request. Also shown, without the token, by DescribeMultiRegionAccessPointOperation. */
export const CreateDetails = structure({
  Name: required(string()),
  PublicAccessBlock,
  Regions: required(
    list(structure({ Bucket: required(string()), BucketAccountId: string() }, { xmlName: 'Region' }), { minItems: 1 }),
  ),
})

const DeleteDetails = structure({ Name: required(string()) })

const PolicyDetails = structure({ Name: required(string()), Policy: required(string()) })

export const CreateMultiRegionAccessPointInput = structure({
  Request: payload(
    required(
      structure({ ClientToken, Details: required(CreateDetails) }, { xmlName: 'CreateMultiRegionAccessPointRequest' }),
    ),
  ),
})

export const DeleteMultiRegionAccessPointInput = structure({
  Request: payload(
    required(
      structure({ ClientToken, Details: required(DeleteDetails) }, { xmlName: 'DeleteMultiRegionAccessPointRequest' }),
    ),
  ),
})

export const PutMultiRegionAccessPointPolicyInput = structure({
  Request: payload(
    required(
      structure(
        { ClientToken, Details: required(PolicyDetails) },
        { xmlName: 'PutMultiRegionAccessPointPolicyRequest' },
      ),
    ),
  ),
})

/** The answer of the three asynchronous operations. */
export const RequestTokenOutput = structure({ RequestTokenARN: string() })

export const DescribeMultiRegionAccessPointOperationInput = structure({ RequestTokenARN: label() })

export const AsyncRequestParameters = structure({
  CreateMultiRegionAccessPointRequest: CreateDetails,
  DeleteMultiRegionAccessPointRequest: DeleteDetails,
  PutMultiRegionAccessPointPolicyRequest: PolicyDetails,
})

export const AsyncResponseDetails = structure({
  MultiRegionAccessPointDetails: structure({
    Regions: list(structure({ Name: string(), RequestStatus: string() }, { xmlName: 'Region' })),
  }),
  ErrorDetails: structure({ Code: string(), Message: string(), Resource: string(), RequestId: string() }),
})

export const DescribeMultiRegionAccessPointOperationOutput = structure({
  AsyncOperation: structure({
    CreationTime: timestamp(),
    Operation: string(),
    RequestTokenARN: string(),
    RequestParameters: AsyncRequestParameters,
    RequestStatus: string(),
    ResponseDetails: AsyncResponseDetails,
  }),
})

/** Operations that take an MRAP by its name. */
export const NameInput = structure({ Name: label() })

/** An MRAP as Get and List show it. */
export const Report = structure({
  Name: string(),
  Alias: string(),
  CreatedAt: timestamp(),
  PublicAccessBlock,
  Status: oneOf([
    'READY',
    'INCONSISTENT_ACROSS_REGIONS',
    'CREATING',
    'PARTIALLY_CREATED',
    'PARTIALLY_DELETED',
    'DELETING',
  ]),
  Regions: list(structure({ Bucket: string(), Region: string(), BucketAccountId: string() }, { xmlName: 'Region' })),
})

export const GetMultiRegionAccessPointOutput = structure({ AccessPoint: Report })

// ASSUMED: a MaxResults outside of the model's 0 to 1000 is refused with InvalidRequest, 0 is the usual page.
export const ListMultiRegionAccessPointsInput = structure({
  NextToken: query('nextToken', string()),
  MaxResults: query('maxResults', integer({ min: 0, max: 1000, invalid: { code: 'InvalidRequest' } })),
})

export const ListMultiRegionAccessPointsOutput = structure({
  AccessPoints: list({ ...Report, xmlName: 'AccessPoint' }),
  NextToken: string(),
})

const PolicyText = structure({ Policy: string() })

export const GetMultiRegionAccessPointPolicyOutput = structure({
  Policy: structure({ Established: PolicyText, Proposed: PolicyText }),
})

export const GetMultiRegionAccessPointPolicyStatusOutput = structure({
  Established: structure({ IsPublic: boolean() }),
})

/** `Mrap` is an ARN, whose slash stands in the path as it is. */
export const GetMultiRegionAccessPointRoutesInput = structure({ Mrap: label() })

export const Route = structure(
  { Bucket: string(), Region: string(), TrafficDialPercentage: required(integer()) },
  { xmlName: 'Route' },
)

export const GetMultiRegionAccessPointRoutesOutput = structure({ Mrap: string(), Routes: list(Route) })

export const SubmitMultiRegionAccessPointRoutesInput = structure({
  Mrap: label(),
  Request: payload(
    required(
      structure({ RouteUpdates: required(list(Route)) }, { xmlName: 'SubmitMultiRegionAccessPointRoutesRequest' }),
    ),
  ),
})

/** Nothing but the root element: a payload, since an output without members has no document. */
export const SubmitMultiRegionAccessPointRoutesOutput = structure({
  Result: payload(required(structure({}, { xmlName: 'SubmitMultiRegionAccessPointRoutesResult' }))),
})
