import { type Endpoint, json } from './resource.ts'

export const names: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/names',
    summary: 'What stands in the emulator, for whoever writes an environment for its clients',
    answer: (_call, services) => json(200, services.names()),
  },
]
