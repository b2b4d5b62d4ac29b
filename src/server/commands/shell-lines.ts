import { defaultKey } from '../credentials.ts'
import { suggestedRegion } from '../first-steps.ts'
import type { KnownNames } from '../management/services.ts'

export interface ShellFacts {
  /** `http://127.0.0.1:4566` */
  readonly url: string
  /** The certificate to trust, for variables that add to a trust store. */
  readonly caFile: string
  /** The same with the well-known ones, for variables that replace it. */
  readonly bundleFile: string
  readonly names: KnownNames
}

/**
 * Lines for a POSIX shell (`eval "$(mrap-local env)"`) by which programs started from it reach the emulator under AWS's own names: the
 * proxy, whom to trust, and keys that are nobody's. All other HTTPS of that shell is refused by the proxy, which says so in its log.
 */
export function shellLines({ url, caFile, bundleFile, names }: ShellFacts): string {
  const lines: string[] = []
  const set = (variables: readonly string[], value: string) => {
    for (const name of variables) lines.push(`export ${name}=${quoted(value)}`)
  }
  lines.push(
    `# Sends the S3 calls of this shell to the emulator at ${url}, and refuses all its other HTTPS.`,
    '# Undo: close the shell. Hosts that it must reach, other than those of AWS: append them to NO_PROXY.',
  )
  // Both spellings: which one wins differs between clients, and a forgotten no_proxy would lead to AWS itself.
  set(['HTTPS_PROXY', 'https_proxy'], url)
  set(['NO_PROXY', 'no_proxy'], 'localhost,127.0.0.1,::1,169.254.169.254')
  set(['AWS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE'], bundleFile)
  set(['NODE_EXTRA_CA_CERTS'], caFile)
  set(['AWS_EC2_METADATA_DISABLED'], 'true')
  lines.push(
    'unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL_S3_CONTROL',
  )
  const [first] = names.multiRegionAccessPoints
  const account = first?.account ?? names.defaultAccount
  if (names.credentials === 'default') {
    const key = defaultKey(account, names.defaultAccount)
    set(['AWS_ACCESS_KEY_ID'], key.accessKeyId)
    set(['AWS_SECRET_ACCESS_KEY'], key.secretAccessKey)
  } else {
    lines.push(
      `# The world file lists its own access keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to one of account ${account}.`,
    )
    lines.push('unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY')
  }
  lines.push(
    `export AWS_REGION="\${AWS_REGION:-${suggestedRegion}}"`,
    `export AWS_DEFAULT_REGION="\${AWS_DEFAULT_REGION:-$AWS_REGION}"`,
  )
  for (const mrap of names.multiRegionAccessPoints) {
    const other = mrap.account === account ? '' : ` (needs a key of account ${mrap.account})`
    lines.push(`# arn:aws:s3::${mrap.account}:accesspoint/${mrap.alias}${other}`)
  }
  lines.push(
    `# Java: keytool -importcert -noprompt -alias mrap-local -file ${quoted(caFile)} -keystore mrap-local.p12 -storetype PKCS12 -storepass changeit`,
    '#       export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=$PWD/mrap-local.p12 -Djavax.net.ssl.trustStorePassword=changeit"',
    "# JavaScript: the SDK reads no HTTPS_PROXY; use mrapLocal from 'mrap-local/client'.",
  )
  return `${lines.join('\n')}\n`
}

/** One word for a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
