import { defineOperation } from '../context.ts'
import { authorizeNamed, findMrap } from '../multi-region-access-points.ts'
import { isPublic } from '../policies.ts'
import * as shapes from '../shapes.ts'

/** Tells whether the policy in force makes the MRAP public. Source: API_control_GetMultiRegionAccessPointPolicyStatus. */
export default defineOperation({
  name: 'GetMultiRegionAccessPointPolicyStatus',
  http: 'GET /v20180820/mrap/instances/{Name+}/policystatus',
  action: 's3:GetMultiRegionAccessPointPolicyStatus',
  servedIn: ['us-west-2'],
  input: shapes.NameInput,
  output: shapes.GetMultiRegionAccessPointPolicyStatusOutput,
  errors: ['NoSuchMultiRegionAccessPoint'],
  handle({ Name }, context) {
    authorizeNamed(Name, context)
    const mrap = findMrap(Name, context)
    const policy = context.store.findEstablishedPolicy(mrap.id, context.clock.now())
    // ASSUMED: no policy is no public policy.
    return { Established: { IsPublic: policy !== undefined && isPublic(policy, mrap) } }
  },
})
