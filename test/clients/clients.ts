import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  attempt,
  buildJava,
  built,
  type Command,
  compiled,
  node,
  once,
  root,
  type Suite,
  sources,
  versionOf,
} from './suite.ts'

const examples = join(root, 'examples')

/** The Python that has the packages of requirements.txt: PYTHON, the checkout's .venv, or the one on the path. */
function python(): string {
  const venv = join(root, '.venv', 'bin', 'python')
  return process.env.PYTHON ?? (existsSync(venv) ? venv : 'python3')
}

function withPython(modules: string, command: (python: string) => string[]): Command {
  return attempt(
    () => execFileSync(python(), ['-c', `import ${modules}`], { stdio: 'pipe' }),
    () => command(python()),
    `${python()} cannot import ${modules}: pip install -r test/clients/requirements.txt`,
  )
}

function run(directory: string, program: string, ...args: string[]): void {
  mkdirSync(built, { recursive: true })
  const env = { ...process.env, CARGO_TARGET_DIR: join(built, 'rust') }
  execFileSync(program, args, { cwd: join(examples, directory), stdio: 'pipe', env, maxBuffer: 64 * 1024 * 1024 })
}

const goProgram = once(() =>
  attempt(
    () => run('go', 'go', 'build', '-o', join(built, 'go-failover'), '.'),
    () => [join(built, 'go-failover')],
    'examples/go cannot be built: needs Go 1.24',
  ),
)
const javaClasses = join(built, 'java')
const javaProgram = once(() =>
  attempt(
    () => buildJava(join(examples, 'java'), 'src/main/java/*.java', javaClasses),
    () => ['sh', '-c', `exec java $JAVA_PROXY -cp '${javaClasses}:${javaClasses}/*' Failover`],
    'examples/java cannot be built: needs a JDK 17 and Maven',
  ),
)
const rustProgram = once(() =>
  attempt(
    () => run('rust', 'cargo', 'build', '--locked', '--quiet'),
    () => [join(built, 'rust', 'debug', 'failover')],
    'examples/rust cannot be built: needs Rust 1.91 with Cargo',
  ),
)
const jsProgram = once(() =>
  attempt(
    () => run('js', 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'),
    () => [node, join(examples, 'js', 'failover.mjs')],
    'examples/js cannot be installed',
  ),
)
/** The AWS CLI version 2: AWS_CLI_V2, the one on the path, or that of the system's package. */
const cli2 = [process.env.AWS_CLI_V2, 'aws', '/usr/bin/aws'].find(isVersion2) ?? 'aws'
const cli2Program = (): Command =>
  isVersion2(cli2)
    ? [join(examples, 'cli', 'failover.sh')]
    : { missing: 'no AWS CLI version 2 on the path, in /usr/bin or in AWS_CLI_V2' }

function isVersion2(program: string | undefined): boolean {
  return program !== undefined && (versionOf(program, '--version') ?? '').startsWith('aws-cli/2')
}

const boto3Program = () =>
  withPython('boto3, awscrt', interpreter => [interpreter, join(examples, 'python', 'failover.py')])
const cli1Program = () => withPython('awscli, awscrt', () => [join(examples, 'cli', 'failover.sh')])
const cli1 = { NAME: 'cli1', AWS: `${python()} -m awscli` }
const crt = { SIGNER: 'signature-v4-crt' }

/** The example of each client through every door that it can take, and the longer suites. */
export const suites: readonly Suite[] = [
  { client: 'js', door: 'in-process', command: () => [node, compiled('js-sdk.js')] },
  { client: 'js', door: 'in-process', command: () => [node, compiled('js-guide.js')] },
  { client: 'js', door: 'in-process', command: jsProgram },
  { client: 'js', door: 'dns', command: jsProgram },
  { client: 'js-crt', door: 'in-process', command: jsProgram, env: crt },
  { client: 'js-crt', door: 'dns', command: jsProgram, env: crt },
  {
    client: 'boto3',
    door: 'proxy',
    command: () => withPython('boto3, awscrt', interpreter => [interpreter, join(sources, 'boto3_suite.py'), 'https']),
  },
  {
    client: 'boto3',
    door: 'proxy-http',
    command: () => withPython('boto3, awscrt', interpreter => [interpreter, join(sources, 'boto3_suite.py'), 'http']),
  },
  {
    client: 'boto3',
    door: 'proxy',
    command: () => withPython('boto3, awscrt', interpreter => [interpreter, join(sources, 'boto3_guide.py')]),
  },
  { client: 'boto3', door: 'proxy', command: boto3Program },
  { client: 'boto3', door: 'in-process', command: boto3Program },
  { client: 'boto3', door: 'dns', command: boto3Program },
  {
    client: 'cli1',
    door: 'proxy',
    command: () => withPython('awscli, awscrt', interpreter => [node, compiled('aws-cli.js'), interpreter]),
  },
  {
    client: 'cli1',
    door: 'proxy',
    command: () => withPython('awscli, awscrt', interpreter => [node, compiled('aws-cli-guide.js'), interpreter]),
  },
  { client: 'cli1', door: 'proxy', command: cli1Program, env: cli1 },
  { client: 'cli1', door: 'dns', command: cli1Program, env: cli1 },
  { client: 'cli2', door: 'proxy', command: cli2Program, env: { NAME: 'cli2', AWS: cli2 } },
  { client: 'cli2', door: 'dns', command: cli2Program, env: { NAME: 'cli2', AWS: cli2 } },
  { client: 'go', door: 'in-process', command: goProgram },
  { client: 'go', door: 'proxy', command: goProgram },
  { client: 'go', door: 'dns', command: goProgram },
  { client: 'java', door: 'in-process', command: javaProgram },
  { client: 'java', door: 'proxy', command: javaProgram },
  { client: 'java', door: 'dns', command: javaProgram },
  { client: 'rust', door: 'in-process', command: rustProgram },
  { client: 'rust', door: 'proxy', command: rustProgram },
  { client: 'rust', door: 'dns', command: rustProgram },
]
