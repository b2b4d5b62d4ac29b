#!/usr/bin/env node
import { createLogger, stackOf } from '../protocol/logger.ts'
import { StartError } from '../protocol/start-error.ts'
import { readCommandLine } from './command-line.ts'
import { runCommand } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { type Config, readConfig, unknownVariables } from './config.ts'
import { firstSteps } from './first-steps.ts'
import { helpText, startFlags } from './help.ts'
import { refuseAddon } from './native-addon.ts'
import { OptionError, quoted } from './option-error.ts'
import { startNotes } from './start-notes.ts'
import { makeTemporaryDirectory } from './temporary-directory.ts'
import { urlOf } from './url.ts'
import { packageVersion } from './version.ts'

/** How long what runs may go on after SIGTERM or SIGINT. */
const drainMs = 4000

/** What the data may take after that. Whatever was acknowledged survives the end of the process in any case. */
const closeMs = 800

async function main([first = '', ...rest]: readonly string[]): Promise<void> {
  const command = await commands.get(first)?.load()
  if (command) {
    const { text, exitCode = 0 } = await runCommand(first, command, rest, process.env)
    process.stdout.write(text)
    process.exitCode = exitCode
    return
  }
  if (first !== '' && first !== 'start' && !first.startsWith('-')) {
    throw new OptionError(
      `unknown command ${quoted(first)}; allowed: start, ${[...commands.keys()].join(', ')} (see --help)`,
    )
  }
  const { flags } = readCommandLine(first.startsWith('-') ? [first, ...rest] : rest, startFlags)
  if (flags.has('help')) process.stdout.write(helpText())
  else if (flags.has('version')) process.stdout.write(`${packageVersion()}\n`)
  else await start(readConfig(flags, process.env))
}

async function start(config: Config): Promise<void> {
  const log = createLogger(config.log)
  for (const name of unknownVariables(process.env)) log.warn(`${name} is not an option of mrap-local; see --help`)
  const { runServer } = await import('./run.ts').catch(refuseAddon)
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
    setTimeout(() => process.exit(0), drainMs + closeMs).unref()
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
  process.stdout.write(startNotes(config, server.clock.state()))
  process.stdout.write(firstSteps(server.world, config.accountId, url))
}

function leave(exitCode: number, message: string): void {
  process.stderr.write(`mrap-local: ${message}\n`)
  process.exit(exitCode)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof StartError) leave(error.exitCode, error.message)
  else leave(1, stackOf(error))
})
