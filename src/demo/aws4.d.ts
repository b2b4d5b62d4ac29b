/** The part of aws4 that the demo uses; the package carries no types. */
declare module 'aws4' {
  export interface SignableRequest {
    service: string
    region: string
    host: string
    method: string
    path: string
    headers: Record<string, string>
    body?: string
  }
  export interface Credentials {
    accessKeyId: string
    secretAccessKey: string
  }
  /** Signs with SigV4; the result carries the Authorization header and the path as signed. */
  export function sign(request: SignableRequest, credentials: Credentials): SignableRequest
  const aws4: { sign: typeof sign }
  export default aws4
}
