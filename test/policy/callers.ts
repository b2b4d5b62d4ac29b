import type { Caller } from '../../src/protocol/caller.ts'

const accountId = '111122223333'
const accessKeyId = 'k'

/** Who asks in the tests of policies. */
export const callers = {
  root: { kind: 'root', accountId, accessKeyId },
  other: { kind: 'root', accountId: '999999999999', accessKeyId },
  ann: { kind: 'user', accountId, accessKeyId, name: 'ann', policies: [] },
  app: { kind: 'role', accountId, accessKeyId, name: 'app', sessionName: 'run-1', policies: [] },
  anonymous: { kind: 'anonymous' },
} as const satisfies Readonly<Record<string, Caller>>
