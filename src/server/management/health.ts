import { type Endpoint, json } from './resource.ts'

/** Answers once the emulator is ready: before, nothing listens. */
export const health: readonly Endpoint[] = [
  {
    route: 'GET /_mrap/health',
    summary: 'Answers when the emulator is ready',
    isOpen: true,
    answer: () => json(200, { status: 'ok' }),
  },
]
