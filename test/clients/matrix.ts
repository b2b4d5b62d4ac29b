import { type Door, doors, type Way } from './doors.ts'
import { controlOperations } from './operations.ts'
import { tools } from './tools.ts'

/** What a client does through a door, as a column of docs/clients.md tells it. */
export const kinds = ['control', 'data', 'presign'] as const
export type Kind = (typeof kinds)[number]

/** What a tool works on, as a column tells it: its suite's lines name it in the operation's place. */
const targets = ['bucket', 'alias', 'arn'] as const

/** Which column a result is about. */
export function kindOf(operation: string, what: string, way: Way): string {
  if (way === 'address') return operation
  if (/presign/.test(what)) return 'presign'
  return controlOperations.includes(operation) ? 'control' : 'data'
}

const titles: Readonly<Record<string, string>> = {
  js: 'AWS SDK for JavaScript v3, `@aws-sdk/signature-v4a`',
  'js-crt': 'AWS SDK for JavaScript v3, `@aws-sdk/signature-v4-crt`',
  boto3: 'boto3 with awscrt',
  cli1: 'AWS CLI v1 with awscrt',
  cli2: 'AWS CLI v2',
  go: 'AWS SDK for Go v2',
  java: 'AWS SDK for Java 2.x',
  rust: 'AWS SDK for Rust',
}

const noProxyInJs =
  'the SDK makes its own agents, which read no proxy variables; from Node 22.21 on an agent with `proxyEnv` does'
const noCode = 'there is no code of yours in that process'
const https = 'the SDK calls MRAPs by https alone'

/** What cannot be, with the client's reason. A kind stands for all doors, a door for all kinds. */
const impossible: Readonly<Record<string, Partial<Record<Door | Kind, string>>>> = {
  js: {
    proxy: noProxyInJs,
    'proxy-http': https,
    presign: 'the pure JavaScript signer refuses to presign for the Region set `*`: use `signature-v4-crt`',
  },
  'js-crt': { proxy: noProxyInJs, 'proxy-http': https },
  cli1: { 'in-process': noCode, 'proxy-http': https },
  cli2: { 'in-process': noCode, 'proxy-http': https },
  go: { 'proxy-http': https },
  java: { 'proxy-http': https },
  rust: { 'proxy-http': https },
}

/** Results by `client door kind`: how many went well, how many did not. */
export type Results = ReadonlyMap<string, { readonly passed: number; readonly failed: number }>

/** docs/clients.md. */
export function matrixDocument(results: Results): string {
  const reasons: string[] = []
  const cell = (result: string, reason: string | undefined): string => {
    if (reason !== undefined) {
      if (!reasons.includes(reason)) reasons.push(reason)
      return `impossible (${reasons.indexOf(reason) + 1})`
    }
    const counts = results.get(result)
    if (!counts) return 'not run'
    return counts.failed > 0 ? 'failed' : 'passed'
  }
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`
  const clientRows = Object.entries(titles).flatMap(([client, title]) =>
    doors.map(door => {
      const reason = (kind: Kind) => impossible[client]?.[door] ?? impossible[client]?.[kind]
      return row(title, door, ...kinds.map(kind => cell(`${client} ${door} ${kind}`, reason(kind))))
    }),
  )
  const toolRows = Object.entries(tools).map(([tool, { title, impossible: never = {} }]) =>
    row(
      title,
      ...targets.map(target => cell(`${tool} address ${target}`, target === 'bucket' ? undefined : never[target])),
    ),
  )
  return [
    '# Clients and doors',
    '',
    'Which client reaches the emulator by which door, generated from the results of `npm run test:clients` (`UPDATE_CLIENTS=1`).',
    'Each runs the program of its folder in [examples/](../examples): the examples of the user guide and a failover.',
    '',
    row('client', 'door', 'control', 'data', 'presign'),
    row('---', '---', '---', '---', '---'),
    ...clientRows,
    '',
    '**in-process**: a line or a hook in the client (`mrap-local/client`, `examples/*/emulator.*`). **proxy**: `HTTPS_PROXY` and the',
    'certificate authority. **proxy-http**: without TLS. **dns**: the emulator answers the names of S3, as in a compose network.',
    '',
    '## Tools',
    '',
    "What third-party tools do on a bucket and on an access point: by its alias as bucket name at the emulator's address, and by its ARN.",
    'The calls that access points refuse (copies, DeleteObjects, bucket settings) are refused to them as on AWS: [tools.md](tools.md).',
    '',
    row('tool', 'bucket', 'alias', 'ARN'),
    row('---', '---', '---', '---'),
    ...toolRows,
    '',
    '## Why not',
    '',
    ...reasons.map((reason, index) => `${index + 1}. ${reason[0]?.toUpperCase()}${reason.slice(1)}.`),
    '',
  ].join('\n')
}
