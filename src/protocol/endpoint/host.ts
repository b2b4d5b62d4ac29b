import { isIP } from 'node:net'
import { type BoundedCache, boundedCache } from '../bounded-cache.ts'
import type { RawRequest } from '../request/raw-request.ts'
import { isMrapAlias, parseMrapArn } from './arn.ts'
import { isRegion } from './regions.ts'
import type { NameSpace, Target } from './target.ts'

/**
 * What a host name says, before the path is looked at. A first label is a bucket only where the rest of the name says so; any other
 * host names nothing, and the path does.
 *
 *   <alias>.accesspoint.s3-global.amazonaws.com             mrap
 *   [<account>.]s3-control[.dualstack].<region>.amazonaws.com           control
 *   s3.amazonaws.com, [<bucket>.]s3-external-1              service, us-east-1
 *   <bucket>.s3.amazonaws.com                               service, wherever the bucket is
 *   [<bucket>.]s3.<region>, s3-<region>, s3.dualstack.<region>          service
 *   <bucket>.s3-accelerate[.dualstack]                      service, wherever the bucket is
 *   sts.<region>.amazonaws.com, sts.amazonaws.com           sts
 *   kms.<region>.amazonaws.com                              kms
 *   another name of S3 (access point, website, Region that is none)     unserved
 *   <own name>, loopback address                            own
 *   <prefix>.<own name>, <prefix>.<loopback address>        one of the above without `.amazonaws.com`, else prefixed
 *   other address, name of one label                        local
 *   anything else                                           other
 */
type Host =
  | { readonly kind: 'mrap'; readonly alias: string }
  | { readonly kind: 'control'; readonly account: string | undefined; readonly region: string }
  | Service
  | { readonly kind: 'sts'; readonly region: string; readonly isGlobal: boolean }
  | { readonly kind: 'kms'; readonly region: string }
  | { readonly kind: 'prefixed'; readonly prefix: string }
  | { readonly kind: 'own' | 'local' | 'other' | 'unserved' }

interface Service {
  readonly kind: 'service'
  readonly bucket: string | undefined
  readonly region: string | undefined
  readonly space: NameSpace
  readonly leadsHome: boolean
}

const awsSuffix = '.amazonaws.com'
const controlPath = '/v20180820/'
const managementPath = '/_mrap'
const accountId = /^\d{12}$/
/** Needs no percent-encoding, so that its encoded form may be replaced by it. */
const plainName = /^[A-Za-z0-9._-]+$/

/** What a request is addressed to. `domains` are the own names (design 2.2), lower case. */
export function targetOf(
  request: Pick<RawRequest, 'host' | 'path' | 'query' | 'headers' | 'viaProxy'>,
  domains: readonly string[],
): Target {
  const { path } = request
  const name = hostName(request.host)
  const host = knownHost(name, domains)
  if (host.kind === 'unserved') return { kind: 'foreign', host: name }
  if (request.viaProxy && (host.kind === 'local' || host.kind === 'other')) return { kind: 'foreign', host: name }
  if (host.kind === 'sts' || host.kind === 'kms') return host
  if (host.kind === 'mrap')
    return { kind: 'mrap', alias: host.alias, key: path.slice(1), form: isS3Host(name) ? 'host' : 'path' }
  if (host.kind === 'control') return { kind: 'control', region: host.region, account: host.account, path }
  if (host.kind === 'service') return serviceTarget(host, path)
  const other = otherService(host, request)
  if (other) return other
  if (host.kind === 'prefixed') return prefixedTarget(host.prefix, request)
  if (host.kind !== 'other' && isUnder(managementPath, path)) return { kind: 'management', path }
  if (path.startsWith(controlPath)) return { kind: 'control', region: undefined, account: undefined, path }
  return pathTarget(path, { region: undefined, space: 'own' })
}

/** True for an own name, with any prefix, and for a loopback address. `host` may carry a port. */
export function isOwnHost(host: string, domains: readonly string[]): boolean {
  const name = hostName(host.toLowerCase())
  return isLoopback(name) || ownPrefix(name, domains) !== undefined
}

// One alternative per character: a nested repetition here once took ten seconds for a name of 62 characters.
const s3Host = /(?:^|\.)s3(?:[.-][a-z0-9.-]*)?\.amazonaws\.com$/

/** True for every host name of S3 and S3 Control in the commercial partition. `host` may carry a port. */
export function isS3Host(host: string): boolean {
  const name = hostName(host.toLowerCase())
  return name.length <= 253 && s3Host.test(name)
}

/** True for the host names of STS and KMS. `host` may carry a port. */
function isOtherServiceHost(host: string): boolean {
  return readServiceName(hostName(host.toLowerCase())) !== undefined
}

/** True for every host name that is served here. `host` may carry a port. */
export function isServedHost(host: string, domains: readonly string[]): boolean {
  return isS3Host(host) || isOtherServiceHost(host) || isOwnHost(host, domains)
}

/** STS and KMS. `sts.amazonaws.com` is the global endpoint, which stands in us-east-1. */
function readServiceName(name: string): Extract<Host, { kind: 'sts' | 'kms' }> | undefined {
  if (name === 'sts.amazonaws.com') return { kind: 'sts', region: 'us-east-1', isGlobal: true }
  const [, kind, region] = /^(sts|kms)\.([a-z0-9-]{1,32})\.amazonaws\.com$/.exec(name) ?? []
  if (region === undefined || !isRegion(region)) return undefined
  return kind === 'sts' ? { kind, region, isGlobal: false } : { kind: 'kms', region }
}

/**
 * On an own name or an address STS and KMS share everything with S3 but what they are sent. `<service>` or `<service>.<region>` may stand
 * before an own name; a bucket may not.
 */
function otherService(host: Host, request: Pick<RawRequest, 'path' | 'query' | 'headers'>): Target | undefined {
  if (host.kind !== 'prefixed' && host.kind !== 'own' && host.kind !== 'local') return undefined
  const kind = serviceAsked(request)
  if (!kind) return undefined
  const prefix = host.kind === 'prefixed' ? host.prefix : kind
  const named = prefix.startsWith(`${kind}.`) ? prefix.slice(kind.length + 1) : undefined
  const region = named !== undefined && isRegion(named) ? named : undefined
  if (prefix !== kind && region === undefined) return undefined
  return kind === 'sts' ? { kind, region, isGlobal: false } : { kind, region }
}

/**
 * Which other service a request to `/` is for: by its signature, by a form, which S3 has none of that is not multipart, or by the
 * operation that the JSON protocols name in a header.
 */
function serviceAsked({ path, query, headers }: Pick<RawRequest, 'path' | 'query' | 'headers'>) {
  if (path !== '/') return undefined
  const scope = headers.get('authorization')
  if (scope !== undefined) return serviceOfScope.exec(scope)?.[1] as 'sts' | 'kms' | undefined
  if (query !== '') return /(?:^|&)X-Amz-Credential=[^&]*%2Fsts%2Faws4_request/i.test(query) ? 'sts' : undefined
  if (headers.get('x-amz-target')?.startsWith('TrentService.')) return 'kms'
  return headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ? 'sts' : undefined
}

const serviceOfScope = /\/(sts|kms)\/aws4_request/

/** Without port, brackets and the dot of a fully qualified name. */
function hostName(host: string): string {
  if (host.startsWith('[')) return host.slice(1, host.indexOf(']') < 0 ? undefined : host.indexOf(']'))
  const colon = host.indexOf(':')
  // More than one: an IPv6 address without brackets.
  const name = colon >= 0 && colon === host.lastIndexOf(':') ? host.slice(0, colon) : host
  return name.endsWith('.') ? name.slice(0, -1) : name
}

/** What names say is remembered: a client sends the same one with every request. By own names, which a server has one list of. */
const known = new WeakMap<readonly string[], BoundedCache<Host>>()

function knownHost(name: string, domains: readonly string[]): Host {
  const hosts = known.get(domains)
  if (!hosts) known.set(domains, boundedCache(1000))
  const before = hosts?.get(name)
  if (before) return before
  const host = readHost(name, domains)
  hosts?.set(name, host)
  return host
}

function readHost(name: string, domains: readonly string[]): Host {
  if (isS3Host(name)) return readS3Name(name.slice(0, -awsSuffix.length), 'aws') ?? { kind: 'unserved' }
  const other = readServiceName(name)
  if (other) return other
  const prefix = ownPrefix(name, domains)
  if (prefix === '' || isLoopback(name)) return { kind: 'own' }
  if (prefix !== undefined) return readS3Name(prefix, 'own') ?? { kind: 'prefixed', prefix }
  return { kind: isIP(name) !== 0 || (name !== '' && !name.includes('.')) ? 'local' : 'other' }
}

/** What stands before an own name or a loopback address, '' for the name itself; undefined: not ours. */
function ownPrefix(name: string, domains: readonly string[]): string | undefined {
  let best: string | undefined
  for (const domain of domains) {
    if (name === domain) return ''
    if (!name.endsWith(`.${domain}`)) continue
    const prefix = name.slice(0, -domain.length - 1)
    // With `local` and `mrap.local` as own names, the longer one leaves the shorter prefix.
    if (prefix !== '' && (best === undefined || prefix.length < best.length)) best = prefix
  }
  if (best !== undefined) return best
  // Clients with an address as endpoint put account or bucket before it; through a proxy such names arrive.
  const address = name.split('.').slice(-4).join('.')
  return name.length > address.length && isLoopback(address) ? name.slice(0, -address.length - 1) : undefined
}

function isLoopback(name: string): boolean {
  return name === '::1' || (name.startsWith('127.') && isIP(name) === 4)
}

/** A name of S3 without what makes it AWS's or ours; undefined when it is none that is served here. */
function readS3Name(text: string, space: NameSpace): Host | undefined {
  const mrapSuffix = '.accesspoint.s3-global'
  if (text.endsWith(mrapSuffix)) {
    return text.length > mrapSuffix.length ? { kind: 'mrap', alias: text.slice(0, -mrapSuffix.length) } : undefined
  }
  const labels = text.split('.')
  const last = labels.pop() ?? ''
  // A name of ours without Region stands for none.
  const global = space === 'aws' ? 'us-east-1' : undefined
  if (last === 's3') return service(labels, global, space, space === 'aws')
  if (last === 's3-external-1') return service(labels, global, space)
  if (last === 's3-accelerate') return service(labels, undefined, space, space === 'aws')
  if (last === 'dualstack' && labels.at(-1) === 's3-accelerate') {
    return service(labels.slice(0, -1), undefined, space, space === 'aws')
  }
  if (last.startsWith('s3-') && isRegion(last.slice(3))) return service(labels, last.slice(3), space)
  if (!isRegion(last)) return undefined
  if (labels.at(-1) === 'dualstack') labels.pop()
  const kind = labels.pop()
  if (kind === 's3') return service(labels, last, space)
  if (kind !== 's3-control' || labels.length > 1) return undefined
  return { kind: 'control', account: labels[0], region: last }
}

function service(
  labels: readonly string[],
  region: string | undefined,
  space: NameSpace,
  leadsHome = false,
): Host | undefined {
  if (labels.some(label => label === '')) return undefined
  const bucket = labels.length === 0 ? undefined : labels.join('.')
  return { kind: 'service', bucket, region, space, leadsHome: leadsHome && bucket !== undefined }
}

/** A host of S3, or what stands before an own name. Under own names an MRAP may be named by alias in the bucket's place. */
function serviceTarget({ bucket, region, space, leadsHome }: Service, path: string): Target {
  if (bucket === undefined) return pathTarget(path, { region, space })
  if (space === 'own' && isMrapAlias(bucket)) return { kind: 'mrap', alias: bucket, key: path.slice(1), form: 'path' }
  return { kind: 'bucket', region, bucket, key: path.slice(1), style: 'host', space, leadsHome }
}

/** `<prefix>.<own name>`: an account where the path is S3 Control's, else an MRAP or a bucket. */
function prefixedTarget(prefix: string, { path, headers }: Pick<RawRequest, 'path' | 'headers'>): Target {
  const isAccount = accountId.test(prefix)
  if (path.startsWith(controlPath) && (isAccount || headers.has('x-amz-account-id'))) {
    return { kind: 'control', region: undefined, account: isAccount ? prefix : undefined, path }
  }
  return serviceTarget({ kind: 'service', bucket: prefix, region: undefined, space: 'own', leadsHome: false }, path)
}

/** `/`, `/<bucket>/<key>`, and under own names `/<alias>/<key>` or `/<MRAP ARN>/<key>`, which on hosts of AWS name no bucket. */
function pathTarget(path: string, { region, space }: Pick<Service, 'region' | 'space'>): Target {
  const [first, key] = cut(path.slice(1))
  const name = decoded(first)
  const mrap = space === 'own' ? mrapTarget(name, key) : undefined
  if (mrap) return mrap
  const bucket = path === '/' ? undefined : plainName.test(name) ? name : first
  return { kind: 'bucket', region, bucket, key, style: 'path', space, leadsHome: false }
}

function mrapTarget(name: string, key: string): Target | undefined {
  if (isMrapAlias(name)) return { kind: 'mrap', alias: name, key, form: 'path' }
  if (!name.startsWith('arn:')) return undefined
  const whole = parseMrapArn(name)
  if (whole) return { kind: 'mrap', alias: whole.alias, key, form: 'path' }
  // The ARN's own slash may stand in the path as it is.
  const [second, rest] = cut(key)
  const parsed = parseMrapArn(`${name}/${decoded(second)}`)
  return parsed && { kind: 'mrap', alias: parsed.alias, key: rest, form: 'path' }
}

/** Before and after the first slash. */
function cut(text: string): readonly [string, string] {
  const slash = text.indexOf('/')
  return slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)]
}

/** A bad escape stays as it is: the router answers it. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function isUnder(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
