/** The URL of a listener, by an address that works on this machine: unspecified addresses include the loopback one. */
export function urlOf([host = '127.0.0.1']: readonly string[], port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
