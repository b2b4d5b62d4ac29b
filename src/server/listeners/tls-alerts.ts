import type { Logger } from '../../protocol/logger.ts'
import { wayAround } from './foreign-name.ts'

export interface AlertServices {
  /** Whether a host name (lower case) is one of S3's or our own. */
  readonly isOurHost: (host: string) => boolean
  /** The port listened on. */
  readonly port: () => number
  readonly log: Logger
}

/** Tells why handshakes fail, as far as clients say so. */
export interface TlsAlerts {
  /** A handshake ended with this error. `name` is the server name asked for, '' for none. */
  failed(error: Error, name: string, client: string): void
  /** A client completed the handshake and left without a request. */
  leftUnasked(name: string, client: string): void
}

/** Alerts by which a client refuses our certificate (RFC 8446 6.2). Node names them after OpenSSL, whose prefixes vary. */
const refusal = /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN)$/
/** A client that retries says the same several times in a moment. */
const quietMs = 1000
const maxTold = 1000

export function tlsAlerts({ isOurHost, port, log }: AlertServices): TlsAlerts {
  const told = new Map<string, number>()
  const tell = (level: 'info' | 'warn', text: string) => {
    const now = performance.now()
    const isRepeated = now - (told.get(text) ?? Number.NEGATIVE_INFINITY) < quietMs
    if (told.size >= maxTold) told.clear()
    told.set(text, now)
    log[isRepeated ? 'debug' : level](text)
  }
  const fix = (name: string) => {
    if (name !== '' && !isOurHost(name))
      return `${name} is no name of S3 and no own name, so the certificate is for others: ${wayAround(name)}; or, if it is an own name, add it to MRAP_DOMAINS`
    return (
      `the client does not trust this emulator's certificate authority. Get it by "curl -so ca.pem http://127.0.0.1:${port()}/_mrap/ca.pem" ` +
      'or "mrap-local env", and name the file in AWS_CA_BUNDLE (boto3, AWS CLI), NODE_EXTRA_CA_CERTS (Node.js), SSL_CERT_FILE (Go, Rust, ' +
      'OpenSSL), CURL_CA_BUNDLE (curl) or -Djavax.net.ssl.trustStore (Java)'
    )
  }
  const left = (name: string, client: string) =>
    tell(
      'info',
      `${client} broke off TLS for ${name || 'no name'} without a word, as Node.js does when it refuses a certificate: ${fix(name)}`,
    )
  return {
    failed: (error, name, client) => {
      const code = 'code' in error ? String(error.code) : ''
      const [, alert] = refusal.exec(code) ?? []
      if (alert !== undefined) {
        const said = alert.toLowerCase().replaceAll('_', ' ')
        tell('warn', `tls alert ${said} from ${client} for ${name || 'no name'}: ${fix(name)}`)
        // With a name, the certificate for it had been sent.
      } else if (code === 'ECONNRESET' && name !== '') left(name, client)
      else log.debug(`TLS handshake with ${client} failed: ${error.message}`)
    },
    leftUnasked: left,
  }
}
