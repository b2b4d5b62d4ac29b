import { establishedPolicy, proposedPolicy } from '../../store/mrap-policy.ts'
import { defineOperation } from '../context.ts'
import { authorizeNamed, findMrap } from '../multi-region-access-points.ts'
import * as shapes from '../shapes.ts'

/**
 * Shows the policy in force and the one submitted last; they are equal once that has reached every Region.
 * Source: API_control_GetMultiRegionAccessPointPolicy.
 */
export default defineOperation({
  name: 'GetMultiRegionAccessPointPolicy',
  http: 'GET /v20180820/mrap/instances/{Name+}/policy',
  action: 's3:GetMultiRegionAccessPointPolicy',
  servedIn: ['us-west-2'],
  input: shapes.NameInput,
  output: shapes.GetMultiRegionAccessPointPolicyOutput,
  errors: ['NoSuchMultiRegionAccessPoint'],
  handle({ Name }, context) {
    authorizeNamed(Name, context)
    const policies = context.store.listMrapPolicies(findMrap(Name, context).id)
    // ASSUMED: without any policy the answer is 200 with an empty Policy element.
    return {
      Policy: {
        Established: element(establishedPolicy(policies, context.clock.now())),
        Proposed: element(proposedPolicy(policies)),
      },
    }
  },
})

function element(policy: string | undefined): { Policy: string } | undefined {
  return policy === undefined ? undefined : { Policy: policy }
}
