import { StartError } from '../protocol/start-error.ts'

/**
 * What it means when better-sqlite3, our one native addon, is missing or was built for another Node or machine; undefined for every other
 * error.
 */
export function addonFault(error: unknown): StartError | undefined {
  const reason = error instanceof Error ? reasonOf(error) : undefined
  if (reason === undefined) return undefined
  const { versions, platform, arch } = process
  return new StartError(
    `better-sqlite3, a native addon, cannot be loaded: ${reason}; this is Node ${versions.node} with ABI ${versions.modules} on ` +
      `${platform}-${arch}: run "npm rebuild better-sqlite3" where mrap-local is installed`,
    78,
  )
}

/** For `import(...).catch`: what cannot be loaded without the addon. */
export function refuseAddon(error: unknown): never {
  throw addonFault(error) ?? error
}

function reasonOf({ message, ...error }: Error): string | undefined {
  const code = 'code' in error ? error.code : undefined
  const [line = ''] = message.split('\n')
  if (code === 'ERR_DLOPEN_FAILED') {
    const [, builtFor] = /NODE_MODULE_VERSION (\d+)/.exec(message) ?? []
    return builtFor === undefined ? line : `it was built for a Node with ABI ${builtFor}`
  }
  // What the package `bindings` says when it has looked everywhere.
  if (message.includes('Could not locate the bindings file')) return 'it has not been built'
  const isModule = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  return isModule && /better[-_]sqlite3|bindings/.test(line) ? 'it is not installed' : undefined
}
