import { defineOperation } from '../context.ts'
import { authorizeNamed, findMrap, report } from '../multi-region-access-points.ts'
import * as shapes from '../shapes.ts'

/** Shows an MRAP, from the moment its creation was accepted until it is gone. Source: API_control_GetMultiRegionAccessPoint. */
export default defineOperation({
  name: 'GetMultiRegionAccessPoint',
  http: 'GET /v20180820/mrap/instances/{Name+}',
  action: 's3:GetMultiRegionAccessPoint',
  servedIn: ['us-west-2'],
  input: shapes.NameInput,
  output: shapes.GetMultiRegionAccessPointOutput,
  errors: ['NoSuchMultiRegionAccessPoint'],
  handle({ Name }, context) {
    authorizeNamed(Name, context)
    return { AccessPoint: report(findMrap(Name, context), context.clock.now()) }
  },
})
