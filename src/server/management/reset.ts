import type { Endpoint } from './resource.ts'

export const reset: readonly Endpoint[] = [
  {
    route: 'POST /_mrap/reset',
    summary: 'Back to the state after the world was loaded',
    answer: async (_call, services) => {
      await services.reset()
      return { status: 204, headers: [] }
    },
  },
]
