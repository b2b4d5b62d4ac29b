import type { Endpoint } from './resource.ts'

/** Back to the world as it was loaded; clears clock, faults, lags and pauses. Credentials come from the world in any case. */
export const reset: readonly Endpoint[] = ['POST /_mrap/reset', 'POST /_mrap/v1/reset'].map(
  (route): Endpoint => ({
    route,
    summary: 'Back to the state after the world was loaded',
    replacesState: true,
    answer: async (_call, services) => {
      await services.reset()
      return { status: 204, headers: [] }
    },
  }),
)
