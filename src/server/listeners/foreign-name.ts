const names = /(?:^|\.)(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws|on\.aws|aws\.amazon\.com)$/

/**
 * The way out for a client that asks here for a name that is not served. A name of AWS is never to be reached past the proxy: the call
 * would arrive at the real AWS, with whatever credentials the client finds. `host`: lower case, no port.
 */
export function wayAround(host: string): string {
  return names.test(host)
    ? `${host} is a service of AWS that is not emulated: turn the call off in the client, since past the proxy it would reach the real AWS`
    : `add ${host} to NO_PROXY`
}
