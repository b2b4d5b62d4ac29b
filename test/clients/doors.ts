import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * How a client comes to the emulator (docs/clients.md):
 *
 *   in-process   a line or a hook in the client's own process; nothing in the environment
 *   proxy        the emulator as HTTPS proxy, and its certificate authority
 *   proxy-http   the emulator as HTTP proxy, without TLS
 *   dns          the emulator answers the names of S3; client and emulator share a network namespace, as in compose
 */
export const doors = ['in-process', 'proxy', 'proxy-http', 'dns'] as const
export type Door = (typeof doors)[number]
/** A tool is given the emulator's address (`address`), and takes a door where its own suite says so. */
export type Way = Door | 'address'

/** Where a client finds the emulator and its certificate authority. */
export interface Place {
  readonly url: string
  /** The file `ca.pem`. */
  readonly authority: string
  /** For files of this run. */
  readonly directory: string
}

/** The environment in which a client takes this door. */
export function environmentOf(door: Way, place: Place): Record<string, string> {
  const { url, authority } = place
  switch (door) {
    case 'address':
      return {}
    case 'in-process':
      return { EMULATOR: url, EMULATOR_CA: authority }
    case 'proxy':
      // Clients in Java read HTTP_PROXY for https too: the word stands for how they speak to the proxy.
      return { HTTPS_PROXY: url, HTTP_PROXY: url, JAVA_PROXY: javaProxy(url), ...trust(place) }
    case 'proxy-http':
      return { HTTP_PROXY: url }
    case 'dns':
      return trust(place)
  }
}

/** For what is not the SDK in a Java program, which reads no variables. */
function javaProxy(url: string): string {
  const { hostname, port } = new URL(url)
  return `-Dhttps.proxyHost=${hostname} -Dhttps.proxyPort=${port}`
}

/** Every client has its own variable for the authorities it trusts. */
function trust({ authority, directory }: Place): Record<string, string> {
  const store = join(directory, 'trust.p12')
  return {
    AWS_CA_BUNDLE: authority,
    SSL_CERT_FILE: authority,
    NODE_EXTRA_CA_CERTS: authority,
    ...(makeTrustStore(authority, store) && {
      JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${store} -Djavax.net.ssl.trustStorePassword=changeit`,
    }),
  }
}

/** False where there is no Java. */
function makeTrustStore(authority: string, store: string): boolean {
  const options = [
    '-alias',
    'mrap-local',
    '-file',
    authority,
    '-keystore',
    store,
    '-storetype',
    'PKCS12',
    '-storepass',
    'changeit',
  ]
  try {
    execFileSync('keytool', ['-importcert', '-noprompt', ...options], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * A command line that runs `command` in a network and mount namespace of its own, where the emulator is the only name server. Undefined
 * where this system does not let us make one.
 */
export async function inNamespace(command: readonly string[], directory: string): Promise<string[] | undefined> {
  const resolver = join(directory, 'resolv.conf')
  await writeFile(resolver, 'nameserver 127.0.0.1\n')
  const script = `ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$@"`
  const enter = ['unshare', '--map-root-user', '--net', '--mount', 'sh', '-c', script, resolver]
  try {
    execFileSync(enter[0] ?? '', [...enter.slice(1), 'true'], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  return [...enter, ...command]
}
