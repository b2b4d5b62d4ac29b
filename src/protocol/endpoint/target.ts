/** Whose names a client goes by: those of AWS, or our own names and addresses. */
export type NameSpace = 'aws' | 'own'

/** What a request is addressed to, judged by host and path alone (design 2.7). Paths in here are still percent-encoded. */
export type Target =
  /** S3 Control. `region` and `account` are those of the host name, if it names them. `path` begins with `/v20180820/`. */
  | {
      readonly kind: 'control'
      readonly region: string | undefined
      readonly account: string | undefined
      readonly path: string
    }
  /**
   * A bucket, or (bucket undefined) the service itself. `region` is that of the host name. `key` is raw, without the leading
   * slash, '' for the bucket itself. `style`: where the bucket's name stood. `leadsHome`: the name leads to the Region of the bucket,
   * whichever that is (`<bucket>.s3.amazonaws.com`); `region` is where it leads when there is no such bucket.
   */
  | {
      readonly kind: 'bucket'
      readonly region: string | undefined
      readonly bucket: string | undefined
      readonly key: string
      readonly style: 'host' | 'path'
      readonly space: NameSpace
      readonly leadsHome: boolean
    }
  /**
   * A Multi-Region Access Point. `form` is `host` for the true AWS host name, where SigV4 is judged as the service does, and `path`
   * (or `<alias>.<own name>`) for the convenience addresses under own names, where SigV4 of any Region is accepted.
   */
  | { readonly kind: 'mrap'; readonly alias: string; readonly key: string; readonly form: 'host' | 'path' }
  /** The Security Token Service. `region` is that of the host name; the global endpoint is in us-east-1. */
  | { readonly kind: 'sts'; readonly region: string | undefined; readonly isGlobal: boolean }
  /** The Key Management Service. `region` is that of the host name. */
  | { readonly kind: 'kms'; readonly region: string | undefined }
  /** Paths under `/_mrap/`. */
  | { readonly kind: 'management'; readonly path: string }
  /** A host that is not ours, asked for through the proxy: 403. */
  | { readonly kind: 'foreign'; readonly host: string }
