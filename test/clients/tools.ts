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

/** A third-party tool: its own program does the work. */
interface Tool {
  readonly title: string
  readonly command: () => Command
  readonly env?: Readonly<Record<string, string>>
  /** Why it cannot take the alias or the ARN of an access point as bucket. */
  readonly impossible?: { readonly alias?: string; readonly arn?: string }
}

const folder = join(sources, 'tools')

/** The environment of tools/requirements.txt: TOOLS_PYTHON, or the checkout's .venv-tools. */
const interpreter = process.env.TOOLS_PYTHON ?? join(root, '.venv-tools', 'bin', 'python')

/** A suite in Python, when the module it is about is there. */
function python(module: string, file: string): () => Command {
  const missing = `${interpreter} cannot import ${module}: make .venv-tools with tools/requirements.txt`
  return () =>
    attempt(
      () => execFileSync(interpreter, ['-c', `import ${module}`], { stdio: 'pipe' }),
      () => [interpreter, join(folder, file)],
      missing,
    )
}

const packages = once(() =>
  attempt(
    () => execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'pipe' }),
    () => [],
    'test/clients/tools cannot be installed by npm',
  ),
)
/** A suite in JavaScript, on the packages of tools/package-lock.json. */
function javascript(file: string): () => Command {
  return () => {
    const installed = packages()
    return 'missing' in installed ? installed : [node, join(folder, file)]
  }
}

/** A suite around a program of the system's. */
function program(name: string, option: string, file: string): () => Command {
  return () =>
    versionOf(name, option) === undefined
      ? { missing: `no ${name} on the path: apt-get install ${name}` }
      : [node, compiled(`tools/${file}`)]
}

const rclone = join(built, 'rclone')
const rcloneSuite = () =>
  attempt(
    () => {
      mkdirSync(built, { recursive: true })
      const env = { ...process.env, CGO_ENABLED: '0' }
      execFileSync('go', ['build', '-o', rclone, '.'], { cwd: join(folder, 'rclone'), stdio: 'pipe', env })
    },
    () => [node, compiled('tools/rclone.js'), rclone],
    'rclone cannot be built: needs Go 1.26',
  )

const icebergClasses = join(built, 'iceberg')
const icebergSuite = () =>
  attempt(
    () => buildJava(join(folder, 'iceberg'), 'Suite.java', icebergClasses),
    () => ['java', '-cp', `${icebergClasses}:${icebergClasses}/*`, 'Suite'],
    'tools/iceberg cannot be built: needs a JDK 17 and Maven',
  )

/** FUSE is the machine's, not an installation's. */
const s3fsFuse = (): Command =>
  existsSync('/dev/fuse')
    ? program('s3fs', '--version', 's3fs-fuse.js')()
    : { missing: 'there is no /dev/fuse', excused: true }

const noSigV4A = 'it cannot sign SigV4A'

export const tools: Readonly<Record<string, Tool>> = {
  pyarrow: {
    title: 'pyarrow (AWS SDK for C++)',
    command: python('pyarrow', 'pyarrow_suite.py'),
    impossible: { arn: 'it takes the ARN for a URL' },
  },
  obstore: {
    title: 'obstore (object_store)',
    command: python('obstore', 'obstore_suite.py'),
    impossible: { arn: noSigV4A },
  },
  deltalake: {
    title: 'deltalake (object_store)',
    command: python('deltalake', 'deltalake_suite.py'),
    impossible: { arn: noSigV4A },
  },
  pyiceberg: {
    title: 'pyiceberg (PyArrow, fsspec)',
    command: python('pyiceberg, sqlalchemy, awscrt', 'pyiceberg_suite.py'),
  },
  iceberg: { title: 'Iceberg S3FileIO (AWS SDK for Java 2.x)', command: icebergSuite },
  s3fs: { title: 's3fs (fsspec, aiobotocore)', command: python('s3fs, awscrt', 's3fs_suite.py') },
  'minio-py': { title: 'minio-py', command: python('minio', 'minio_suite.py'), impossible: { arn: noSigV4A } },
  'minio-js': { title: 'minio-js', command: javascript('minio.mjs'), impossible: { arn: noSigV4A } },
  'lib-storage': { title: '@aws-sdk/lib-storage', command: javascript('lib-storage.mjs') },
  tus: { title: '@tus/s3-store', command: javascript('tus.mjs') },
  rclone: { title: 'rclone', command: rcloneSuite },
  's3fs-fuse': { title: 's3fs-fuse', command: s3fsFuse, impossible: { arn: noSigV4A } },
  s3cmd: { title: 's3cmd', command: program('s3cmd', '--version', 's3cmd.js'), impossible: { arn: noSigV4A } },
  restic: {
    title: 'restic (minio-go)',
    command: program('restic', 'version', 'restic.js'),
    impossible: { arn: noSigV4A },
  },
}

export const toolSuites: readonly Suite[] = Object.entries(tools).map(([client, { command, env }]) => ({
  client,
  door: 'address',
  command,
  env: { PYTHONPATH: sources, PYTHONDONTWRITEBYTECODE: '1', ...env },
  world: join(folder, 'world.yaml'),
}))
