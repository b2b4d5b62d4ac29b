import { type Endpoint, json } from './resource.ts'

/** What this emulator is, and what is going on in it. */
export const info: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/v1/info',
    summary: 'Version, options that differ from their defaults, counts, and what is active',
    answer: (_call, services) => json(200, services.info()),
  },
]
