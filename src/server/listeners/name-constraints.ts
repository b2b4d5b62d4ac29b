/**
 * Name Constraints (RFC 5280 4.2.1.10): which names a CA may vouch for, so that a leaked key of ours is of little use.
 *
 *   NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF SEQUENCE { base GeneralName } }
 *
 * The library has the general names but not this extension; what is left is three nested lengths.
 */
type X509 = typeof import('@peculiar/x509')

const extensionId = '2.5.29.30'
const sequence = 0x30
const permittedSubtrees = 0xa0

/** Loopback, private and link-local addresses. */
const networks = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

/** The extension, critical: AWS's host names, localhost, the own names and local addresses, each with what stands below it. */
export function nameConstraints(x509: X509, domains: readonly string[]): InstanceType<X509['Extension']> {
  const subtrees = [...wantedNames(domains), ...networks.map(value => ['ip', value] as const)]
  const permitted = subtrees.map(([type, value]) => subtree(x509, type, value))
  const value = tagged(sequence, tagged(permittedSubtrees, Buffer.concat(permitted)))
  return new x509.Extension(extensionId, true, value)
}

/** Whether the value of a Name Constraints extension made by `nameConstraints` permits every one of these own names. */
export function permits(x509: X509, value: ArrayBuffer, domains: readonly string[]): boolean {
  const bytes = Buffer.from(value)
  return wantedNames(domains).every(([type, name]) => bytes.includes(subtree(x509, type, name)))
}

function wantedNames(domains: readonly string[]) {
  return [...new Set(['amazonaws.com', 'localhost', ...domains])].map(name => ['dns', name] as const)
}

function subtree(x509: X509, type: 'dns' | 'ip', value: string): Buffer {
  return tagged(sequence, Buffer.from(new x509.GeneralName(type, value).rawData))
}

/** A DER element. Lengths up to 65,535. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  let header = [tag, length]
  if (length > 0xff) header = [tag, 0x82, length >> 8, length & 0xff]
  else if (length > 0x7f) header = [tag, 0x81, length]
  return Buffer.concat([Buffer.from(header), content])
}
