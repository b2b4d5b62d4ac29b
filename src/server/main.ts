#!/usr/bin/env node
import { createLogger, stackOf } from '../protocol/logger.ts'
import { StartError } from '../protocol/start-error.ts'
import type { World } from '../world/world.ts'
import { type Config, helpText, type OtherCommand, readConfig, unknownVariables } from './config.ts'
import { makeTemporaryDirectory } from './temporary-directory.ts'
import { urlOf } from './url.ts'
import { packageVersion } from './version.ts'

/** How long what runs may go on after SIGTERM or SIGINT. */
const drainMs = 4000

async function main(): Promise<void> {
  const argv = process.argv.slice(2)
  if (argv[0] === 'explain') return explain(argv.slice(1))
  const config = readConfig(argv, process.env)
  if (!('kind' in config)) return start(config)
  process.stdout.write(await textOf(config))
}

async function textOf(command: OtherCommand): Promise<string> {
  if (command.kind !== 'env') return command.kind === 'help' ? helpText() : `${packageVersion()}\n`
  const { config, isCompose } = command
  const { environmentText } = await import('./commands/env.ts')
  return environmentText(config, urlOf(config.hosts, config.port), isCompose)
}

async function explain(argv: readonly string[]): Promise<void> {
  const { explainCommand } = await import('./commands/explain.ts')
  const { text, exitCode } = await explainCommand(argv, process.env)
  process.stdout.write(text)
  process.exitCode = exitCode
}

async function start(config: Config): Promise<void> {
  const log = createLogger(config.log)
  for (const name of unknownVariables(process.env)) log.warn(`${name} is not an option of mrap-local; see --help`)
  const { runServer } = await import('./run.ts')
  const dataDir = config.dataDir ?? (await makeTemporaryDirectory()).path
  const server = await runServer({
    config,
    dataDir,
    log,
    onFailure: error => leave(78, `the data in ${dataDir} failed: ${error.message}`),
  })
  let isStopping = false
  const stop = (signal: string) => {
    if (isStopping) return
    isStopping = true
    log.info(`${signal}: stopping`)
    server.close(drainMs).then(
      () => process.exit(0),
      (error: unknown) => leave(1, `stopping failed: ${stackOf(error)}`),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // Whoever started us may have stopped reading.
  process.stdout.on('error', () => {})
  const url = urlOf(config.hosts, server.port)
  process.stdout.write(`mrap-local ${packageVersion()} ready on ${url} in ${Math.round(performance.now())} ms\n`)
  process.stdout.write(linesToPaste(server.world, url))
}

/** Commands that reach the first MRAP of the world, when it works with the default credentials and can be named. */
function linesToPaste({ accounts, buckets, multiRegionAccessPoints: [mrap] }: World, url: string): string {
  if (accounts.length > 0 || !mrap?.alias) return ''
  const { alias } = mrap
  const names = mrap.buckets.map(({ name }) => name)
  const [object] = buckets.filter(({ name }) => names.includes(name)).flatMap(({ objects }) => objects)
  const lines = [
    'Try in another terminal:',
    '  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1',
    `  aws --endpoint-url ${url} s3api list-objects-v2 --bucket ${alias}`,
  ]
  // Only what needs no quoting in a shell.
  if (object && /^[\w./-]+$/.test(object.key))
    lines.push(`  aws --endpoint-url ${url} s3 cp s3://${alias}/${object.key} -`)
  return `${lines.join('\n')}\n`
}

function leave(exitCode: number, message: string): void {
  process.stderr.write(`mrap-local: ${message}\n`)
  process.exit(exitCode)
}

main().catch((error: unknown) => {
  if (error instanceof StartError) leave(error.exitCode, error.message)
  else leave(1, stackOf(error))
})
