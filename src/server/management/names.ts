import { type Endpoint, json } from './resource.ts'

export const names: readonly Endpoint[] = [
  { route: 'GET /_mrap/v1/names', answer: (_call, services) => json(200, services.names()) },
]
