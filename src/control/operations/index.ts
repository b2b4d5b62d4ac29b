import type { ControlOperation } from '../context.ts'
import { unbuiltOperations } from '../not-implemented.ts'
import createMultiRegionAccessPoint from './create-multi-region-access-point.ts'
import deleteMultiRegionAccessPoint from './delete-multi-region-access-point.ts'
import deletePublicAccessBlock from './delete-public-access-block.ts'
import describeMultiRegionAccessPointOperation from './describe-multi-region-access-point-operation.ts'
import getMultiRegionAccessPoint from './get-multi-region-access-point.ts'
import getMultiRegionAccessPointPolicy from './get-multi-region-access-point-policy.ts'
import getMultiRegionAccessPointPolicyStatus from './get-multi-region-access-point-policy-status.ts'
import getMultiRegionAccessPointRoutes from './get-multi-region-access-point-routes.ts'
import getPublicAccessBlock from './get-public-access-block.ts'
import listMultiRegionAccessPoints from './list-multi-region-access-points.ts'
import listTagsForResource from './list-tags-for-resource.ts'
import putMultiRegionAccessPointPolicy from './put-multi-region-access-point-policy.ts'
import putPublicAccessBlock from './put-public-access-block.ts'
import submitMultiRegionAccessPointRoutes from './submit-multi-region-access-point-routes.ts'
import tagResource from './tag-resource.ts'
import untagResource from './untag-resource.ts'

/** Every operation of S3 Control: what is built, then what answers NotImplemented. The order means nothing. */
export const controlOperations: readonly ControlOperation[] = [
  createMultiRegionAccessPoint,
  deleteMultiRegionAccessPoint,
  deletePublicAccessBlock,
  describeMultiRegionAccessPointOperation,
  getMultiRegionAccessPoint,
  getMultiRegionAccessPointPolicy,
  getMultiRegionAccessPointPolicyStatus,
  getMultiRegionAccessPointRoutes,
  getPublicAccessBlock,
  listMultiRegionAccessPoints,
  listTagsForResource,
  putMultiRegionAccessPointPolicy,
  putPublicAccessBlock,
  submitMultiRegionAccessPointRoutes,
  tagResource,
  untagResource,
  ...unbuiltOperations,
]
