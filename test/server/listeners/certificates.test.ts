import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { test } from 'tap'
import { manualClock } from '../../../src/protocol/clock.ts'
import { createLogger } from '../../../src/protocol/logger.ts'
import { openCertificates } from '../../../src/server/listeners/certificates.ts'

const mrap = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'
const day = 86_400_000

function open(dataDir: string, domains = ['localhost', 'mrap-local'], clock = manualClock(Date.now())) {
  const lines: string[] = []
  const log = createLogger('info', line => lines.push(line))
  const caDir = join(dataDir, 'ca')
  return { ...openCertificates({ dataDir, caDir, domains, clock, log }), dataDir, caDir, lines, clock }
}

test('nothing is made before it is asked for; then files with the right modes', async t => {
  const dataDir = t.testdir()
  const ca = open(dataDir)
  t.strictSame(readdirSync(dataDir), [])
  const pem = await ca.caPem()
  t.equal(readFileSync(join(ca.caDir, 'ca.pem'), 'utf8'), pem)
  t.strictSame(
    readdirSync(ca.caDir).sort(),
    ['ca-bundle.pem', 'ca.pem'],
    'the shared directory has no key and no remains',
  )
  t.equal(statSync(join(dataDir, 'ca.key')).mode & 0o777, 0o600)
  const bundle = readFileSync(join(ca.caDir, 'ca-bundle.pem'), 'utf8')
  t.equal(bundle, await ca.bundlePem())
  t.equal(bundle.match(/BEGIN CERTIFICATE/g)?.length, rootCertificates.length + 1)
  t.match(ca.lines.join(''), join(ca.caDir, 'ca.pem'))
})

test('the CA and its leaves, as node reads them', async t => {
  const certificates = open(t.testdir())
  const ca = new X509Certificate(await certificates.caPem())
  t.ok(ca.ca)
  t.ok(ca.verify(ca.publicKey))
  t.equal(ca.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  const { cert } = await certificates.leafFor(mrap)
  const leaf = new X509Certificate(cert)
  t.notOk(leaf.ca)
  t.ok(leaf.verify(ca.publicKey))
  t.ok(leaf.checkIssued(ca))
  t.equal(leaf.subjectAltName, `DNS:${mrap}`, 'exactly one name')
  t.equal(leaf.checkHost(mrap), mrap)
  t.equal(leaf.checkHost(`other.mrap.accesspoint.s3-global.amazonaws.com`), undefined)
  const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]
  t.ok(Math.abs(from - (certificates.clock.now() - day)) < 2000, 'a day back')
  t.ok(to - from <= 397 * day)
  t.not((await certificates.leafFor(mrap)).cert, cert, 'serial numbers differ')

  const standard = new X509Certificate((await certificates.defaultLeaf()).cert)
  for (const name of ['localhost', 'mrap-local']) {
    t.ok(standard.checkHost(name), name)
  }
  t.ok(standard.checkIP('127.0.0.1'))
  t.ok(standard.checkIP('::1'))
  t.notOk(standard.checkHost('s3.amazonaws.com'))
})

test('a CA is used again, by the same and by a later process', async t => {
  const dataDir = t.testdir()
  const [one, two] = await Promise.all([open(dataDir)].flatMap(ca => [ca.caPem(), ca.caPem()]))
  t.equal(one, two, 'asked for twice at once')
  const later = open(dataDir)
  t.equal(await later.caPem(), one)
  t.strictSame(later.lines, [])
  const leaf = new X509Certificate((await later.leafFor('localhost')).cert)
  t.ok(leaf.verify(new X509Certificate(one ?? '').publicKey))
  t.equal(await open(dataDir, ['mrap-local']).caPem(), one, 'fewer names still fit')
})

test('a CA that no longer fits is replaced', async t => {
  const dataDir = t.testdir()
  const first = await open(dataDir).caPem()
  const second = await open(dataDir, ['localhost', 'mrap-local', 's3.test']).caPem()
  t.not(second, first, 'another own name')
  const old = manualClock(Date.now() + 3600 * day)
  t.not(await open(dataDir, ['s3.test'], old).caPem(), second, 'about to expire')
})

test('a damaged or half-removed CA is replaced', async t => {
  const damages: [string, (dataDir: string) => void][] = [
    ['no key', dataDir => writeFileSync(join(dataDir, 'ca.key'), '')],
    ['no certificate', dataDir => writeFileSync(join(dataDir, 'ca', 'ca.pem'), 'garbage')],
    ['another key', dataDir => writeFileSync(join(dataDir, 'ca.key'), readFileSync(join(dataDir, 'other', 'ca.key')))],
  ]
  for (const [name, damage] of damages) {
    const dataDir = t.testdir({ other: {} })
    await open(join(dataDir, 'other')).caPem()
    const first = await open(dataDir).caPem()
    damage(dataDir)
    const next = open(dataDir)
    t.not(await next.caPem(), first, name)
    const leaf = new X509Certificate((await next.leafFor('localhost')).cert)
    t.ok(leaf.verify(new X509Certificate(await next.caPem()).publicKey), name)
  }
})

test('a failure is not remembered', async t => {
  const dataDir = t.testdir({ ca: 'a file in the way' })
  const ca = open(dataDir)
  await t.rejects(ca.caPem())
  rmSync(join(dataDir, 'ca'))
  t.match(await ca.caPem(), 'BEGIN CERTIFICATE')
})

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()

test('OpenSSL agrees, strictly', { skip: hasOpenssl ? false : 'openssl is not installed' }, async t => {
  const dataDir = t.testdir()
  const ca = open(dataDir)
  await ca.caPem()
  const verify = (cert: string) => {
    const path = join(dataDir, 'leaf.pem')
    writeFileSync(path, cert)
    return execFileSync(
      'openssl',
      ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', join(ca.caDir, 'ca.pem'), path],
      {
        encoding: 'utf8',
        stdio: 'pipe',
      },
    )
  }
  for (const name of [
    mrap,
    'localhost',
    'a.b.s3.amazonaws.com',
    '111122223333.s3-control.us-west-2.amazonaws.com',
    'x.mrap-local',
  ]) {
    t.match(verify((await ca.leafFor(name)).cert), ': OK', name)
  }
  t.match(verify((await ca.defaultLeaf()).cert), ': OK', 'the default certificate')
  for (const name of ['bank.example', 'amazonaws.com.example', 'notamazonaws.com']) {
    const { cert } = await ca.leafFor(name)
    t.throws(() => verify(cert), /permitted subtree violation/, `a stolen key is of no use for ${name}`)
  }
  const text = execFileSync('openssl', ['x509', '-in', join(ca.caDir, 'ca.pem'), '-noout', '-text'], {
    encoding: 'utf8',
  })
  t.match(text, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
  t.match(text, /Key Usage: critical\s+Certificate Sign, CRL Sign/)
  t.match(
    text,
    /Name Constraints: critical\s+Permitted:\s+DNS:amazonaws.com\s+DNS:localhost\s+DNS:mrap-local\s+IP:127.0.0.0\/255.0.0.0/,
  )
})
