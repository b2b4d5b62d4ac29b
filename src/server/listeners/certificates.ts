import { createPrivateKey, createPublicKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Clock } from '../../protocol/clock.ts'
import type { Logger } from '../../protocol/logger.ts'
import { nameConstraints, permits } from './name-constraints.ts'
import { isLocalAddress } from './peers.ts'

/** A key and the certificate that vouches for it, both PEM. */
export interface Leaf {
  readonly key: string
  readonly cert: string
}

/** The local certificate authority. Nothing is read, made or imported before the first call. */
export interface Certificates {
  /** The certificate to trust, PEM. */
  caPem(): Promise<string>
  /** The same together with the root certificates of this node, for variables that replace a trust store. */
  bundlePem(): Promise<string>
  /** A certificate for exactly one host name (lower case, one of ours). */
  leafFor(name: string): Promise<Leaf>
  /** For clients that send no name, or one that is not ours: own names, loopback and private addresses. */
  defaultLeaf(): Promise<Leaf>
}

export interface CertificateOptions {
  /** Holds `ca.key`. */
  readonly dataDir: string
  /** Holds `ca.pem` and `ca-bundle.pem`, and nothing secret: it may be shared with clients. */
  readonly caDir: string
  /** Own names; the CA can vouch for them, for amazonaws.com, localhost and local addresses, and for nothing else. */
  readonly domains: readonly string[]
  readonly clock: Clock
  readonly log: Logger
}

type X509 = typeof import('@peculiar/x509')
type KeyPair = webcrypto.CryptoKeyPair

interface Authority {
  readonly x509: X509
  readonly certificate: InstanceType<X509['X509Certificate']>
  readonly key: webcrypto.CryptoKey
  readonly leafKeys: KeyPair
  readonly leafKeyPem: string
}

const dayMs = 86_400_000
const caDays = 3650
/** The most that clients which follow the browsers' rules accept. */
const leafDays = 397
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' }
const serverAuth = '1.3.6.1.5.5.7.3.1'

/** Opens the CA of a data directory at its first use: the one that is there when it still fits, else a new one. */
export function openCertificates(options: CertificateOptions): Certificates {
  let opening: Promise<Authority> | undefined
  const authority = () => {
    opening ??= openAuthority(options)
    // A failure, such as a full disk, is not remembered.
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  return {
    caPem: async () => pem((await authority()).certificate),
    bundlePem: async () => bundleOf(pem((await authority()).certificate)),
    leafFor: async name => issue(await authority(), [{ type: 'dns', value: name }], options.clock),
    defaultLeaf: async () => issue(await authority(), defaultNames(options.domains), options.clock),
  }
}

async function openAuthority(options: CertificateOptions): Promise<Authority> {
  const { x509 } = await import('./x509.ts')
  x509.cryptoProvider.set(webcrypto)
  const leafKeys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const leafKeyPem = await privatePem(leafKeys.privateKey)
  const stored = await readStored(x509, options)
  const { certificate, key } = stored ?? (await createStored(x509, options))
  return { x509, certificate, key, leafKeys, leafKeyPem }
}

type Stored = Pick<Authority, 'certificate' | 'key'>

/** The CA on disk, or undefined when there is none, it is damaged, about to expire, or may not vouch for every own name. */
async function readStored(x509: X509, options: CertificateOptions): Promise<Stored | undefined> {
  const [keyPem, certPem] = await Promise.all([
    readIfThere(join(options.dataDir, 'ca.key')),
    readIfThere(join(options.caDir, 'ca.pem')),
  ])
  if (keyPem === undefined || certPem === undefined) return undefined
  try {
    const certificate = new x509.X509Certificate(certPem)
    const constraints = certificate.getExtension('2.5.29.30')
    const isFit = constraints && permits(x509, constraints.value, options.domains)
    const isLasting = certificate.notAfter.getTime() > options.clock.now() + (leafDays + 1) * dayMs
    if (!isFit || !isLasting || !isPair(keyPem, certPem)) return undefined
    await writeFiles(options.caDir, certPem)
    return { certificate, key: await importKey(keyPem) }
  } catch {
    options.log.warn(`the certificate authority in ${options.caDir} cannot be read; making a new one`)
    return undefined
  }
}

async function createStored(x509: X509, options: CertificateOptions): Promise<Stored> {
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])
  const now = options.clock.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=MRAP Local CA',
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + caDays * dayMs),
    keys,
    signingAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      nameConstraints(x509, options.domains),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  await writeWhole(join(options.dataDir, 'ca.key'), await privatePem(keys.privateKey), 0o600)
  await writeFiles(options.caDir, pem(certificate))
  options.log.info(`made a certificate authority: trust ${join(options.caDir, 'ca.pem')}`)
  return { certificate, key: keys.privateKey }
}

interface Name {
  readonly type: 'dns' | 'ip'
  readonly value: string
}

async function issue(
  { x509, certificate, key, leafKeys, leafKeyPem }: Authority,
  names: Name[],
  clock: Clock,
): Promise<Leaf> {
  const now = clock.now()
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // Not a host name: those stand in the alternative names alone, where they may have more than 64 characters.
    subject: 'CN=MRAP Local',
    issuer: certificate.subject,
    // Clocks in virtual machines drift.
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + leafDays * dayMs - dayMs),
    publicKey: leafKeys.publicKey,
    signingKey: key,
    signingAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(leafKeys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey),
    ],
  })
  return { key: leafKeyPem, cert: pem(leaf) }
}

/** One name outside the CA's constraints would spoil the whole certificate, so public addresses are left out. */
function defaultNames(domains: readonly string[]): Name[] {
  const names = new Set(['localhost', ...domains])
  const addresses = new Set(['127.0.0.1', '::1'])
  for (const { address } of Object.values(networkInterfaces()).flatMap(list => list ?? [])) {
    const [plain = ''] = address.split('%')
    if (isLocalAddress(plain)) addresses.add(plain)
  }
  const dns = [...names].map(value => ({ type: 'dns', value }) as const)
  return [...dns, ...[...addresses].map(value => ({ type: 'ip', value }) as const)]
}

/** Positive, 128 random bits, no leading zero byte (RFC 5280 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

function isPair(keyPem: string, certPem: string): boolean {
  const publicKey = createPublicKey(createPrivateKey(keyPem))
  return new X509Certificate(certPem).publicKey.equals(publicKey)
}

function importKey(keyPem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', der, keyAlgorithm, false, ['sign'])
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  return String(createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }).export({ type: 'pkcs8', format: 'pem' }))
}

function pem(certificate: { toString(format: 'pem'): string }): string {
  return `${certificate.toString('pem').trimEnd()}\n`
}

function bundleOf(ca: string): string {
  return `${rootCertificates.join('\n')}\n${ca}`
}

async function writeFiles(caDir: string, ca: string): Promise<void> {
  await mkdir(caDir, { recursive: true })
  const wanted: [string, string][] = [
    [join(caDir, 'ca.pem'), ca],
    [join(caDir, 'ca-bundle.pem'), bundleOf(ca)],
  ]
  for (const [path, text] of wanted) if ((await readIfThere(path)) !== text) await writeWhole(path, text, 0o644)
}

/** Writes beside and renames: a reader sees the old file or the new one. */
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(beside, 'wx', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
