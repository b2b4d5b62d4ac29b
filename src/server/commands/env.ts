import { randomBytes } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { StartError } from '../../protocol/start-error.ts'
import { type Config, readConfig } from '../config.ts'
import type { KnownNames } from '../management/services.ts'
import { flagOf, options } from '../options.ts'
import { urlOf } from '../url.ts'
import type { Command } from './command.ts'
import { composeFragment } from './compose-fragment.ts'
import { shellLines } from './shell-lines.ts'

const answerMs = 5000

export const env: Command = {
  usage: '[--compose] [options]',
  about: [
    'Prints lines for a POSIX shell by which programs started from it reach the emulator that runs, under the names of AWS: the proxy, its',
    'certificates, and keys. With --compose, a fragment of a compose file in which containers do. Asks the emulator what is in it.',
  ],
  flags: [
    { name: 'compose', meaning: ['a compose file instead of lines for a shell'] },
    ...[options.hosts, options.port, options.caDir, options.managementToken].map(flagOf),
  ],
  examples: [
    'eval "$(mrap-local env)"',
    'eval "$(mrap-local env --port 4570)"',
    'mrap-local env --compose > mrap-local.yaml; docker compose -f compose.yaml -f mrap-local.yaml up',
  ],
  async run({ flags }, variables) {
    const config = readConfig(flags, variables)
    return { text: await environmentText(config, urlOf(config.hosts, config.port), flags.has('compose')) }
  },
}

/**
 * The text of `mrap-local env`: lines for a shell, or with `isCompose` a fragment for a compose file, for the emulator that listens at
 * `url`. For a shell, its certificates are written to `MRAP_CA_DIR`, or else to the user's cache. Throws StartError when nothing answers.
 */
export async function environmentText(config: Config, url: string, isCompose: boolean): Promise<string> {
  const names = namesIn(await get(url, '/_mrap/v1/names', config.managementToken), url)
  if (isCompose) return composeFragment(names)
  const [ca, bundle] = await Promise.all([get(url, '/_mrap/ca.pem'), get(url, '/_mrap/ca-bundle.pem')])
  const directory = config.caDir ?? join(cacheDirectory(process.env), 'mrap-local', `port-${new URL(url).port}`)
  await mkdir(directory, { recursive: true })
  const [caFile, bundleFile] = [join(directory, 'ca.pem'), join(directory, 'ca-bundle.pem')]
  await Promise.all([writeWhole(caFile, ca), writeWhole(bundleFile, bundle)])
  return shellLines({ url, caFile, bundleFile, names })
}

function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  return env.XDG_CACHE_HOME || join(homedir(), '.cache')
}

/** Writes beside and renames: a client that starts now reads the old file or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(beside, text, { flag: 'wx' })
  await rename(beside, path)
}

/** Not `fetch`: it may be told to use the very proxy that is being set up. */
function get(url: string, path: string, token?: string): Promise<string> {
  const refusal = (why: string) =>
    new StartError(
      `env: the emulator does not answer at ${url} (${why}); start it first, or name its port with --port and its address with --host`,
      2,
    )
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    const request = http.get(new URL(path, url), { agent: false, timeout: answerMs, headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('error', error => reject(refusal(error.message)))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else if (response.statusCode === 401)
          reject(new StartError(`env: MRAP_MANAGEMENT_TOKEN is not that of ${url}`, 2))
        else reject(refusal(`${path} gave ${response.statusCode}`))
      })
    })
    request.on('timeout', () => request.destroy(new Error('no answer in time')))
    request.on('error', error => reject(refusal(error.message)))
  })
}

/** What came from the network goes into a shell: only what has the form of names is taken. */
function namesIn(text: string, url: string): KnownNames {
  const names = parse(text)
  if (names) return names
  throw new StartError(`env: what answers at ${url} is not this version of mrap-local`, 2)
}

function parse(text: string): KnownNames | undefined {
  try {
    const value: KnownNames = JSON.parse(text)
    const isName = (name: unknown) => typeof name === 'string' && /^[a-z0-9.-]{1,253}$/.test(name)
    const texts = value.multiRegionAccessPoints.flatMap(({ account, name, alias, buckets }) => [
      ...[account, name, alias],
      ...buckets.flatMap(bucket => [bucket.name, bucket.region]),
    ])
    return [...texts, ...value.domains].every(isName) ? value : undefined
  } catch {
    return undefined
  }
}
