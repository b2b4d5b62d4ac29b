import t from 'tap'
import { isOwnHost, isS3Host, isServedHost, targetOf } from '../../../src/protocol/endpoint/host.ts'
import { readHeaders } from '../../../src/protocol/request/headers.ts'

const domains = ['localhost', 'mrap-local']
const alias = 'mfzwi23gnjvgw.mrap'
const arn = `arn:aws:s3::123456789012:accesspoint/${alias}`

interface Sent {
  readonly viaProxy?: boolean
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

const target = (host: string, path: string, { viaProxy = false, headers = {}, query = '' }: Sent = {}) =>
  targetOf({ host, path, query, viaProxy, headers: readHeaders(Object.entries(headers)) }, domains)

const mrap = (form: 'host' | 'path', key: string) => ({ kind: 'mrap', alias, key, form })
const bucket = (
  region: string | undefined,
  name: string | undefined,
  key: string,
  style: 'host' | 'path',
  more = {},
) => ({
  kind: 'bucket',
  region,
  bucket: name,
  key,
  style,
  space: 'own',
  leadsHome: false,
  ...more,
})
const aws = { space: 'aws' }
const home = { space: 'aws', leadsHome: true }
const control = (region: string | undefined, account: string | undefined, path: string) => ({
  kind: 'control',
  region,
  account,
  path,
})
const list = '/v20180820/mrap/instances'

t.test('hosts of AWS', async t => {
  for (const [host, path, expected] of [
    [`${alias}.accesspoint.s3-global.amazonaws.com`, '/a/b%20c', mrap('host', 'a/b%20c')],
    [`${alias}.accesspoint.s3-global.amazonaws.com:443`, '/', mrap('host', '')],
    [`${alias}.accesspoint.s3-global.amazonaws.com.`, '//k', mrap('host', '/k')],
    [`${alias}.accesspoint.s3-global.amazonaws.com`, '/_mrap/health', mrap('host', '_mrap/health')],
    [`${alias}.accesspoint.s3-global.amazonaws.com`, list, mrap('host', list.slice(1))],
    ['111122223333.s3-control.us-west-2.amazonaws.com', list, control('us-west-2', '111122223333', list)],
    ['111122223333.s3-control.eu-west-1.amazonaws.com:4566', list, control('eu-west-1', '111122223333', list)],
    ['111122223333.s3-control.dualstack.us-west-2.amazonaws.com', list, control('us-west-2', '111122223333', list)],
    ['s3-control.us-west-2.amazonaws.com', list, control('us-west-2', undefined, list)],
    ['bad.s3-control.us-west-2.amazonaws.com', list, control('us-west-2', 'bad', list)],
    ['s3.us-west-2.amazonaws.com', '/', bucket('us-west-2', undefined, '', 'path', aws)],
    ['s3.us-west-2.amazonaws.com', '/b', bucket('us-west-2', 'b', '', 'path', aws)],
    ['s3.us-west-2.amazonaws.com', '/b/', bucket('us-west-2', 'b', '', 'path', aws)],
    ['s3.us-west-2.amazonaws.com', '/b//k', bucket('us-west-2', 'b', '/k', 'path', aws)],
    ['s3.us-west-2.amazonaws.com:80', '/b/a%2Fb', bucket('us-west-2', 'b', 'a%2Fb', 'path', aws)],
    ['s3.us-west-2.amazonaws.com', '/_mrap/health', bucket('us-west-2', '_mrap', 'health', 'path', aws)],
    ['s3.us-west-2.amazonaws.com', list, bucket('us-west-2', 'v20180820', 'mrap/instances', 'path', aws)],
    ['s3-eu-west-1.amazonaws.com', '/b/k', bucket('eu-west-1', 'b', 'k', 'path', aws)],
    ['s3.dualstack.eu-west-1.amazonaws.com', '/b/k', bucket('eu-west-1', 'b', 'k', 'path', aws)],
    ['s3.amazonaws.com', '/b/k', bucket('us-east-1', 'b', 'k', 'path', aws)],
    ['s3-external-1.amazonaws.com', '/b/k', bucket('us-east-1', 'b', 'k', 'path', aws)],
    ['b.s3.us-west-2.amazonaws.com', '/k', bucket('us-west-2', 'b', 'k', 'host', aws)],
    ['b.s3-eu-west-1.amazonaws.com', '/k', bucket('eu-west-1', 'b', 'k', 'host', aws)],
    ['b.s3.dualstack.eu-west-1.amazonaws.com', '/k', bucket('eu-west-1', 'b', 'k', 'host', aws)],
    ['b.s3.amazonaws.com', '/k', bucket('us-east-1', 'b', 'k', 'host', home)],
    ['b.s3-accelerate.amazonaws.com', '/k', bucket(undefined, 'b', 'k', 'host', home)],
    ['b.s3-accelerate.dualstack.amazonaws.com', '/k', bucket(undefined, 'b', 'k', 'host', home)],
    ['a.b.c.s3.us-west-2.amazonaws.com', '/k', bucket('us-west-2', 'a.b.c', 'k', 'host', aws)],
    ['a.s3.b.s3.us-west-2.amazonaws.com', '/k', bucket('us-west-2', 'a.s3.b', 'k', 'host', aws)],
    ['us-west-2.s3.eu-west-1.amazonaws.com', '/', bucket('eu-west-1', 'us-west-2', '', 'host', aws)],
    ['b.s3.us-west-2.amazonaws.com', '/_mrap/health', bucket('us-west-2', 'b', '_mrap/health', 'host', aws)],
    ['b.s3-external-1.amazonaws.com', '/k', bucket('us-east-1', 'b', 'k', 'host', aws)],
    ['s3.us-west-2.amazonaws.com', `/${alias}/k`, bucket('us-west-2', alias, 'k', 'path', aws)],
    [`${alias}.s3.us-west-2.amazonaws.com`, '/k', bucket('us-west-2', alias, 'k', 'host', aws)],
    [`${alias}.s3.amazonaws.com`, '/k', bucket('us-east-1', alias, 'k', 'host', home)],
    [
      's3.us-west-2.amazonaws.com',
      `/${encodeURIComponent(arn)}/k`,
      bucket('us-west-2', encodeURIComponent(arn), 'k', 'path', aws),
    ],
  ] as const) {
    t.strictSame(target(host, path), expected, `${host}${path}`)
    t.strictSame(target(host, path, { viaProxy: true }), expected, `${host}${path} through the proxy`)
  }
})

t.test('names of S3 that are not served', async t => {
  for (const host of [
    'ap-111122223333.s3-accesspoint.us-west-2.amazonaws.com',
    'b.s3-website-us-west-2.amazonaws.com',
    'b.s3.mars-1.amazonaws.com',
    'accesspoint.s3-global.amazonaws.com',
    '.accesspoint.s3-global.amazonaws.com',
    'a..b.s3.us-west-2.amazonaws.com',
    'x.111122223333.s3-control.us-west-2.amazonaws.com',
    's3express-usw2-az1.us-west-2.s3.x.amazonaws.com',
  ]) {
    t.strictSame(target(host, '/b/k'), { kind: 'foreign', host })
  }
})

t.test('own names and addresses', async t => {
  for (const [host, path, expected] of [
    ['localhost:4566', '/', bucket(undefined, undefined, '', 'path')],
    ['localhost', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['mrap-local', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['127.0.0.1:4566', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['192.168.1.5:4566', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['[::1]:4566', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['[fe80::1]', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['::1', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['localhost', '/my%2Dbucket/k', bucket(undefined, 'my-bucket', 'k', 'path')],
    ['localhost', '/a%2Fb/k', bucket(undefined, 'a%2Fb', 'k', 'path')],
    ['localhost', '/%zz/k', bucket(undefined, '%zz', 'k', 'path')],
    ['localhost', '//k', bucket(undefined, '', 'k', 'path')],
    ['b.localhost:4566', '/k', bucket(undefined, 'b', 'k', 'host')],
    ['a.b.mrap-local', '/k', bucket(undefined, 'a.b', 'k', 'host')],
    ['s3.localhost', '/b/k', bucket(undefined, 'b', 'k', 'path')],
    ['b.s3.us-west-2.mrap-local', '/k', bucket('us-west-2', 'b', 'k', 'host')],
    ['111122223333.s3-control.us-west-2.mrap-local', list, control('us-west-2', '111122223333', list)],
    ['127.0.0.1:4566', list, control(undefined, undefined, list)],
    ['localhost', list, control(undefined, undefined, list)],
    ['111122223333.localhost:4566', list, control(undefined, '111122223333', list)],
    ['111122223333.mrap-local', '/k', bucket(undefined, '111122223333', 'k', 'host')],
    ['111122223333.127.0.0.1:4566', list, control(undefined, '111122223333', list)],
    ['b.127.0.0.1', '/k', bucket(undefined, 'b', 'k', 'host')],
    ['b.localhost', list, bucket(undefined, 'b', list.slice(1), 'host')],
    ['localhost', '/v20180820', bucket(undefined, 'v20180820', '', 'path')],
  ] as const) {
    t.strictSame(target(host, path), expected, `${host}${path}`)
  }
  t.strictSame(
    target('bad.localhost', list, { headers: { 'x-amz-account-id': 'bad' } }),
    control(undefined, undefined, list),
    'the header makes it S3 Control under any prefix',
  )
})

t.test('an MRAP under own names', async t => {
  for (const [host, path, key] of [
    ['127.0.0.1:4566', `/${alias}/a/b`, 'a/b'],
    ['localhost', `/${alias}`, ''],
    ['localhost', `/${alias}//k`, '/k'],
    ['localhost', `/${encodeURIComponent(arn)}/a%20b`, 'a%20b'],
    ['localhost', `/${encodeURIComponent(arn)}`, ''],
    ['localhost', `/${arn}/k`, 'k'],
    ['localhost', `/${arn}`, ''],
    ['localhost', `/${arn.replaceAll(':', '%3A')}/k/l`, 'k/l'],
    ['localhost', `/${arn.replace('accesspoint/', 'accesspoint:')}/k`, 'k'],
    ['localhost', `/${encodeURIComponent(arn.replace('accesspoint/', 'accesspoint:'))}/k`, 'k'],
    ['emulator', `/${alias}/k`, 'k'],
    ['emulator.lan', `/${encodeURIComponent(arn)}/k`, 'k'],
    [`${alias}.localhost:4566`, '/k', 'k'],
    [`${alias}.mrap-local`, '/_mrap/health', '_mrap/health'],
    [`${alias}.127.0.0.1`, '/k', 'k'],
    [`${alias}.accesspoint.s3-global.mrap-local`, '/k', 'k'],
    ['s3.us-west-2.mrap-local', `/${alias}/k`, 'k'],
    [`${alias}.s3.mrap-local`, '/k', 'k'],
  ] as const) {
    t.strictSame(target(host, path), mrap('path', key), `${host}${path}`)
  }
  for (const path of [
    '/arn:aws:s3::12345:accesspoint/x.mrap/k',
    '/arn%3Aaws%3As3%3A%3A123456789012%3Aaccesspoint%2Fplain/k',
    '/arn:aws:s3:us-west-2:123456789012:accesspoint/x/k',
    '/.mrap/k',
    '/UPPER.mrap/k',
    `/${'a'.repeat(70)}.mrap/k`,
  ]) {
    t.equal(target('localhost', path).kind, 'bucket', path)
  }
})

t.test('a host is never guessed to be a bucket', async t => {
  for (const host of [
    'tunnel.example.com',
    'b.example.com',
    'emulator.lan:4566',
    'x.mrap-local.evil.example',
    'notlocalhost',
    'xmrap-local',
    's3.amazonaws.com.evil.example',
    'iam.amazonaws.com',
  ]) {
    t.strictSame(target(host, '/b/k'), bucket(undefined, 'b', 'k', 'path'), host)
    t.strictSame(target(host, list), control(undefined, undefined, list), host)
  }
})

t.test('management paths', async t => {
  for (const host of [
    'localhost:4566',
    'mrap-local',
    '127.0.0.1',
    '[::1]:4566',
    '10.0.0.7:80',
    'emulator',
    'emulator:4566',
  ]) {
    t.strictSame(target(host, '/_mrap/health'), { kind: 'management', path: '/_mrap/health' }, host)
  }
  t.equal(target('localhost', '/_mrap').kind, 'management')
  t.equal(target('localhost', '/_mrapx').kind, 'bucket')
  for (const host of [
    'example.com',
    'rebind.attacker.example',
    'b.localhost',
    `${alias}.localhost`,
    's3.amazonaws.com',
    '111122223333.localhost',
    '',
  ]) {
    t.not(target(host, '/_mrap/health').kind, 'management', host)
  }
})

t.test('through the proxy only own names and S3', async t => {
  for (const host of ['example.com', 'iam.amazonaws.com', '169.254.169.254', '10.0.0.7:80', 'emulator', '']) {
    t.equal(target(host, '/_mrap/health', { viaProxy: true }).kind, 'foreign', host)
  }
  t.strictSame(target('example.com:80', '/', { viaProxy: true }), { kind: 'foreign', host: 'example.com' })
  t.equal(target('localhost:4566', '/b/k', { viaProxy: true }).kind, 'bucket')
  t.strictSame(
    target('111122223333.localhost:4566', list, { viaProxy: true }),
    control(undefined, '111122223333', list),
  )
  t.equal(target('127.0.0.1:4566', '/_mrap/ca.pem', { viaProxy: true }).kind, 'management')
})

t.test('the longest own name counts', async t => {
  const own = ['local', 'mrap.local']
  const at = (host: string) => targetOf({ host, path: '/k', query: '', viaProxy: false, headers: readHeaders([]) }, own)
  t.strictSame(at('b.mrap.local'), bucket(undefined, 'b', 'k', 'host'))
  t.strictSame(at('mrap.local'), bucket(undefined, 'k', '', 'path'))
})

t.test('which names are ours', async t => {
  for (const name of [
    's3.amazonaws.com',
    'b.s3.amazonaws.com',
    'a.b.s3.us-west-2.amazonaws.com',
    's3-us-west-2.amazonaws.com',
    'b.s3.dualstack.us-west-2.amazonaws.com',
    'b.s3-accelerate.amazonaws.com',
    's3-fips.us-west-2.amazonaws.com',
    '111122223333.s3-control.us-west-2.amazonaws.com:443',
    `${alias}.accesspoint.s3-global.amazonaws.com`,
    'AP-1.S3-accesspoint.us-west-2.amazonaws.com',
  ]) {
    t.ok(isS3Host(name), name)
  }
  for (const name of [
    'iam.amazonaws.com',
    'iam.amazonaws.com',
    's3tables.us-west-2.amazonaws.com',
    'mys3.amazonaws.com',
    's3.amazonaws.com.evil.example',
    's3.amazonaws.co',
    'amazonaws.com',
    'localhost',
    '',
  ]) {
    t.notOk(isS3Host(name), name)
  }
  for (const name of [
    'localhost',
    'LOCALHOST:4566',
    'x.localhost',
    'a.b.mrap-local',
    '127.0.0.1',
    '127.9.9.9:1',
    '[::1]:4566',
    '::1',
    'x.127.0.0.1',
    'localhost.',
  ]) {
    t.ok(isOwnHost(name, domains), name)
  }
  for (const name of [
    'notlocalhost',
    '.localhost',
    'localhost.evil.example',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    '127.evil.example',
    'emulator',
    '',
  ]) {
    t.notOk(isOwnHost(name, domains), name)
  }
})

t.test('long names take no time', async t => {
  const started = performance.now()
  for (const piece of ['s3-', 's3.', 'a-', '.', '-', 'localhost.', '127.0.0.1.']) {
    const name = piece.repeat(20_000)
    isS3Host(name)
    isOwnHost(name, domains)
    target(name, `/${piece.repeat(5000)}`)
    target('localhost', `/arn:${name}/${name}`)
  }
  t.ok(performance.now() - started < 1000)
})

t.test('the Key Management Service', async t => {
  const kms = (region: string | undefined) => ({ kind: 'kms', region })
  const described = { headers: { 'x-amz-target': 'TrentService.DescribeKey' } }
  const signed = { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-west-2/kms/aws4_request' } }
  for (const [host, path, sent, expected] of [
    ['kms.us-west-2.amazonaws.com', '/', {}, kms('us-west-2')],
    ['kms.eu-west-1.amazonaws.com:443', '/', described, kms('eu-west-1')],
    ['127.0.0.1:4566', '/', described, kms(undefined)],
    ['localhost', '/', signed, kms(undefined)],
    ['emulator', '/', signed, kms(undefined)],
    ['kms.localhost', '/', signed, kms(undefined)],
    ['kms.us-west-2.mrap-local', '/', described, kms('us-west-2')],
    ['localhost', '/b', signed, bucket(undefined, 'b', '', 'path')],
    ['b.localhost', '/', signed, bucket(undefined, 'b', '', 'host')],
    ['sts.localhost', '/', signed, bucket(undefined, 'sts', '', 'host')],
    ['s3.us-west-2.amazonaws.com', '/', described, bucket('us-west-2', undefined, '', 'path', aws)],
  ] as const) {
    t.strictSame(target(host, path, sent), expected, `${host}${path} ${JSON.stringify(sent)}`)
  }
  t.ok(isServedHost('kms.us-west-2.amazonaws.com:443', domains))
  for (const host of ['kms.mars-1.amazonaws.com', 'kms.amazonaws.com', 'x.kms.us-west-2.amazonaws.com'])
    t.notOk(isServedHost(host, domains), host)
})

t.test('the Security Token Service', async t => {
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } }
  const signed = (service: string) => ({
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/${service}/aws4_request, x` },
  })
  const presigned = {
    query: 'Action=GetCallerIdentity&X-Amz-Credential=AKIA%2F20260101%2Fus-east-1%2Fsts%2Faws4_request',
  }
  const sts = (region: string | undefined, isGlobal = false) => ({ kind: 'sts', region, isGlobal })
  for (const [host, path, sent, expected] of [
    ['sts.amazonaws.com', '/', {}, sts('us-east-1', true)],
    ['sts.eu-west-1.amazonaws.com:443', '/', {}, sts('eu-west-1')],
    ['sts.mars-1.amazonaws.com', '/', {}, bucket(undefined, undefined, '', 'path')],
    ['127.0.0.1:4566', '/', form, sts(undefined)],
    ['localhost', '/', signed('sts'), sts(undefined)],
    ['localhost', '/', presigned, sts(undefined)],
    ['sts.localhost', '/', form, sts(undefined)],
    ['sts.eu-west-1.mrap-local', '/', signed('sts'), sts('eu-west-1')],
    ['localhost', '/', signed('s3'), bucket(undefined, undefined, '', 'path')],
    ['localhost', '/', signed('iam'), bucket(undefined, undefined, '', 'path')],
    ['localhost', '/b', form, bucket(undefined, 'b', '', 'path')],
    ['b.localhost', '/', form, bucket(undefined, 'b', '', 'host')],
    ['sts.localhost', '/', signed('s3'), bucket(undefined, 'sts', '', 'host')],
    ['s3.us-west-2.amazonaws.com', '/', form, bucket('us-west-2', undefined, '', 'path', aws)],
  ] as const) {
    t.strictSame(target(host, path, sent), expected, `${host}${path} ${JSON.stringify(sent)}`)
  }
  for (const name of ['sts.amazonaws.com', 'STS.us-east-1.amazonaws.com:443', 'sts.ap-southeast-2.amazonaws.com.']) {
    t.ok(isServedHost(name, domains), name)
  }
  for (const name of [
    'iam.amazonaws.com',
    'sts.mars-1.amazonaws.com',
    'a.sts.amazonaws.com',
    'sts.amazonaws.com.evil',
  ]) {
    t.notOk(isServedHost(name, domains), name)
  }
})
