import { resolve } from 'node:path'
import { test } from 'tap'
import { createRandom } from '../../src/protocol/random.ts'
import { readCommandLine } from '../../src/server/command-line.ts'
import { type Config, readConfig, unknownVariables } from '../../src/server/config.ts'
import { helpText, startFlags } from '../../src/server/help.ts'
import { OptionError } from '../../src/server/option-error.ts'
import { always, drawn } from '../../src/server/option-values.ts'

function config(argv: readonly string[] = [], env: Record<string, string> = {}): Config {
  return readConfig(readCommandLine(argv, startFlags).flags, env)
}

test('defaults', t => {
  t.strictSame(config(), {
    hosts: ['127.0.0.1', '::1'],
    port: 4566,
    dataDir: undefined,
    world: undefined,
    accountId: '000000000000',
    timing: 'fast',
    operationDelayMs: always(1000),
    routesDelayMs: always(0),
    replicationLagMs: always(1000),
    rerouteDelayMs: always(0),
    seed: undefined,
    clock: undefined,
    clockScope: 'state',
    durability: 'process',
    clientRegion: 'us-east-1',
    domains: ['localhost', 'mrap-local'],
    allow: [],
    allowOrigins: [],
    bucketDefaults: 'current',
    caDir: undefined,
    dnsPort: undefined,
    dnsUpstreams: [],
    dnsAnswerIp: undefined,
    managementToken: undefined,
    log: 'info',
  })
  t.ok(Object.isFrozen(config()))
  t.end()
})

const values: [env: string, text: string, member: keyof Config, value: unknown][] = [
  ['MRAP_HOST', '0.0.0.0', 'hosts', ['0.0.0.0']],
  ['MRAP_HOST', '::1', 'hosts', ['::1']],
  ['MRAP_HOST', 'localhost', 'hosts', ['127.0.0.1', '::1']],
  ['MRAP_PORT', '0', 'port', 0],
  ['MRAP_PORT', '65535', 'port', 65535],
  ['MRAP_DATA_DIR', 'some/dir', 'dataDir', resolve('some/dir')],
  ['MRAP_WORLD', 'w.yaml', 'world', resolve('w.yaml')],
  ['MRAP_ACCOUNT_ID', '111122223333', 'accountId', '111122223333'],
  ['MRAP_OPERATION_DELAY', '250ms', 'operationDelayMs', always(250)],
  ['MRAP_OPERATION_DELAY', '2s', 'operationDelayMs', always(2000)],
  ['MRAP_ROUTES_DELAY', '5m', 'routesDelayMs', always(300_000)],
  ['MRAP_REPLICATION_LAG', '1.5h', 'replicationLagMs', always(5_400_000)],
  ['MRAP_OPERATION_DELAY', '0', 'operationDelayMs', always(0)],
  ['MRAP_OPERATION_DELAY', '24h', 'operationDelayMs', always(86_400_000)],
  ['MRAP_OPERATION_DELAY', '500ms..1m', 'operationDelayMs', { min: 500, max: 60_000 }],
  ['MRAP_REPLICATION_LAG', '5s..5s', 'replicationLagMs', always(5000)],
  ['MRAP_SEED', '42', 'seed', '42'],
  ['MRAP_CLIENT_REGION', 'eu-west-1', 'clientRegion', 'eu-west-1'],
  ['MRAP_DOMAINS', 'localhost, S3.test ,s3.test', 'domains', ['localhost', 's3.test']],
  ['MRAP_ALLOW', 'CopyObject,DeleteObjects', 'allow', ['CopyObject', 'DeleteObjects']],
  [
    'MRAP_ALLOW_ORIGINS',
    'https://App.example.com:443, http://10.0.0.9:3000/',
    'allowOrigins',
    ['https://app.example.com', 'http://10.0.0.9:3000'],
  ],
  ['MRAP_BUCKET_DEFAULTS', 'before-2023', 'bucketDefaults', 'before-2023'],
  ['MRAP_CA_DIR', '/ca', 'caDir', '/ca'],
  ['MRAP_DNS_PORT', '53', 'dnsPort', 53],
  ['MRAP_DNS_PORT', 'none', 'dnsPort', undefined],
  ['MRAP_MANAGEMENT_TOKEN', 's3cret', 'managementToken', 's3cret'],
  ['MRAP_LOG', 'debug', 'log', 'debug'],
  ['MRAP_LOG', 'trace', 'log', 'trace'],
]

test('each option by variable, by flag and by flag with an equals sign', t => {
  for (const [env, text, member, value] of values) {
    const flag = `--${env.slice(5).toLowerCase().replaceAll('_', '-')}`
    t.strictSame(config([], { [env]: text })[member], value, `${env}=${text}`)
    t.strictSame(config([flag, text])[member], value, `${flag} ${text}`)
    t.strictSame(config([`${flag}=${text}`])[member], value, `${flag}=${text}`)
  }
  t.end()
})

test('options of the DNS door', t => {
  const upstreams = '10.0.0.2, 10.0.0.3:5353,2001:db8::1,[2001:db8::2]:5353'
  const read = config(['--dns-port', '53'], { MRAP_DNS_UPSTREAM: upstreams, MRAP_DNS_ANSWER_IP: '10.0.0.9' })
  t.strictSame(read.dnsUpstreams, [
    { address: '10.0.0.2', port: 53 },
    { address: '10.0.0.3', port: 5353 },
    { address: '2001:db8::1', port: 53 },
    { address: '2001:db8::2', port: 5353 },
  ])
  t.equal(read.dnsAnswerIp, '10.0.0.9')
  t.end()
})

test('a flag wins over its variable, the last flag over earlier ones, and an empty variable counts as not set', t => {
  t.equal(config(['--port', '1'], { MRAP_PORT: '2' }).port, 1)
  t.equal(config(['--port', '1'], { MRAP_PORT: 'bad' }).port, 1)
  t.equal(config(['--port', '1', '--port=3']).port, 3)
  t.equal(config([], { MRAP_PORT: '', MRAP_WORLD: '' }).port, 4566)
  t.end()
})

test('presets, and single delays over them', t => {
  const delays = ({ operationDelayMs, routesDelayMs, replicationLagMs }: Config) => [
    operationDelayMs,
    routesDelayMs,
    replicationLagMs,
  ]
  t.strictSame(delays(config(['--timing', 'instant'])), [0, 0, 0].map(always))
  t.strictSame(delays(config(['--timing', 'fast'])), [1000, 0, 1000].map(always))
  t.strictSame(delays(config(['--timing', 'realistic'])), [300_000, 120_000, 15_000].map(always))
  t.strictSame(delays(config(['--timing', 'realistic', '--routes-delay', '0'])), [300_000, 0, 15_000].map(always))
  t.end()
})

const refused: [argv: string[], env: Record<string, string>, message: RegExp][] = [
  [[], { MRAP_HOST: 'example.com' }, /^MRAP_HOST: "example.com" is not allowed; allowed: an IP address/],
  [['--port', '65536'], {}, /^--port: "65536" is not allowed; allowed: a whole number from 0 to 65535$/],
  [['--port', '-1'], {}, /^--port/],
  [[], { MRAP_PORT: '80a' }, /^MRAP_PORT: "80a"/],
  [[], { MRAP_PORT: '1e3' }, /^MRAP_PORT/],
  [[], { MRAP_ACCOUNT_ID: '123' }, /^MRAP_ACCOUNT_ID: "123" .* twelve digits/],
  [[], { MRAP_TIMING: 'slow' }, /^MRAP_TIMING: "slow" .* instant, fast or realistic/],
  [[], { MRAP_OPERATION_DELAY: '5' }, /^MRAP_OPERATION_DELAY: "5"/],
  [[], { MRAP_OPERATION_DELAY: '-1s' }, /^MRAP_OPERATION_DELAY/],
  [[], { MRAP_OPERATION_DELAY: '25h' }, /at most 24h/],
  [[], { MRAP_OPERATION_DELAY: '5s..1s' }, /^MRAP_OPERATION_DELAY: "5s\.\.1s"/],
  [[], { MRAP_OPERATION_DELAY: '1s..x' }, /or a range of two such as 5s\.\.60s$/],
  [[], { MRAP_OPERATION_DELAY: '1s..' }, /^MRAP_OPERATION_DELAY/],
  [[], { MRAP_OPERATION_DELAY: '1s..2s..3s' }, /^MRAP_OPERATION_DELAY/],
  [[], { MRAP_SEED: 'a b' }, /^MRAP_SEED/],
  [[], { MRAP_CLIENT_REGION: 'eu-west-9' }, /^MRAP_CLIENT_REGION: "eu-west-9"/],
  [[], { MRAP_DOMAINS: 'a,,b' }, /^MRAP_DOMAINS/],
  [[], { MRAP_DOMAINS: '127.0.0.1' }, /^MRAP_DOMAINS/],
  [[], { MRAP_DOMAINS: 's3.amazonaws.com' }, /^MRAP_DOMAINS/],
  [[], { MRAP_DOMAINS: `${'a'.repeat(64)}.test` }, /^MRAP_DOMAINS/],
  [[], { MRAP_ALLOW: 'copy-object' }, /^MRAP_ALLOW/],
  [[], { MRAP_ALLOW_ORIGINS: 'null' }, /^MRAP_ALLOW_ORIGINS: "null" .* web origins, separated by commas/],
  [[], { MRAP_ALLOW_ORIGINS: '*' }, /^MRAP_ALLOW_ORIGINS/],
  [[], { MRAP_ALLOW_ORIGINS: 'https://a.example/path' }, /^MRAP_ALLOW_ORIGINS/],
  [[], { MRAP_ALLOW_ORIGINS: 'https://u@a.example' }, /^MRAP_ALLOW_ORIGINS/],
  [[], { MRAP_ALLOW_ORIGINS: 'ftp://a.example' }, /^MRAP_ALLOW_ORIGINS/],
  [[], { MRAP_BUCKET_DEFAULTS: 'old' }, /^MRAP_BUCKET_DEFAULTS/],
  [[], { MRAP_LOG: 'loud' }, /^MRAP_LOG: "loud" .* silent, error, warn, info, debug or trace/],
  [[], { MRAP_DNS_PORT: '0' }, /^MRAP_DNS_PORT: "0" is not allowed; allowed: a whole number from 1 to 65535, or none$/],
  [['--dns-upstream', '1.1.1.1'], {}, /^--dns-upstream: has no effect without the DNS door; set MRAP_DNS_PORT/],
  [[], { MRAP_DNS_ANSWER_IP: '10.0.0.1', MRAP_DNS_PORT: 'none' }, /^MRAP_DNS_ANSWER_IP: has no effect/],
  [[], { MRAP_DNS_PORT: '53', MRAP_DNS_UPSTREAM: 'dns.example' }, /^MRAP_DNS_UPSTREAM: "dns.example"/],
  [[], { MRAP_DNS_PORT: '53', MRAP_DNS_UPSTREAM: '10.0.0.1:0' }, /^MRAP_DNS_UPSTREAM/],
  [[], { MRAP_DNS_PORT: '53', MRAP_DNS_ANSWER_IP: '::1' }, /^MRAP_DNS_ANSWER_IP: "::1" .* an IPv4 address/],
  [['--compose'], {}, /^unknown option "--compose"; see --help$/],
  [['--port'], {}, /^--port needs a value/],
  [['--port='], {}, /^--port needs a value/],
  [['--help=yes'], {}, /^--help takes no value/],
  [['--prot', '1'], {}, /^unknown option "--prot"/],
  [['-p', '1'], {}, /^unknown option "-p"/],
  [['--__proto__', '1'], {}, /^unknown option/],
  [['now'], {}, /^unexpected argument "now"; see --help$/],
  [[], { MRAP_LOG: `x\n${'y'.repeat(500)}` }, /^MRAP_LOG: "x\\ny+\.\.\." is not/],
]

test('what is not allowed is named in one line', t => {
  for (const [argv, env, message] of refused) {
    try {
      config(argv, env)
      t.fail(`${argv.join(' ')} ${JSON.stringify(env)} was accepted`)
    } catch (error) {
      t.type(error, OptionError)
      t.match(error, { message, exitCode: 2 })
      t.notMatch(String(error), '\n')
    }
  }
  t.end()
})

test('help names every option', t => {
  const help = helpText()
  for (const [env] of values) {
    t.match(help, `--${env.slice(5).toLowerCase().replaceAll('_', '-')} <value>`)
    t.match(help, `${env}; default `)
  }
  t.end()
})

test('a delay of a range is drawn evenly, both ends included; with a seed, the same each time', t => {
  const draws = (seed: string | undefined) => {
    const random = createRandom(seed)
    return Array.from({ length: 600 }, () => drawn({ min: 5, max: 7 }, random))
  }
  const seeded = draws('42')
  t.strictSame(draws('42'), seeded)
  t.notSame(draws('43'), seeded)
  for (const value of [5, 6, 7])
    t.ok(Math.abs(seeded.filter(one => one === value).length - 200) < 60, `${value} is drawn about as often`)
  t.strictSame([...new Set(draws(undefined))].sort(), [5, 6, 7])
  t.equal(drawn(always(0), createRandom('42')), 0)
  t.end()
})

test('misspelt variables are found', t => {
  t.strictSame(unknownVariables({ MRAP_PORT: '1', MRAP_PROT: '1', MRAP_DNS_PORT: '1', PATH: '/' }), ['MRAP_PROT'])
  t.end()
})

test('a secret is not shown, not even when it is refused', t => {
  try {
    config([], { MRAP_MANAGEMENT_TOKEN: 'with a blank' })
    t.fail('taken')
  } catch (error) {
    t.match(error, { message: /^MRAP_MANAGEMENT_TOKEN: the value that is set is not allowed; allowed: / })
  }
  t.end()
})
