import type { Form } from '../../protocol/request/form.ts'

/** What the fields of a form ask of the answer to a success. */
export interface PostAnswer {
  readonly status: 200 | 201 | 204 | 303
  /** Where the browser is sent, with 303. */
  readonly redirect: string | undefined
}

/**
 * The answer that a form asks for: a redirect to a URL that can be read, else a status, else 204. `redirect` is the old name of
 * `success_action_redirect`. `query` joins the URL. Source: API reference, "POST Object"; relative URLs are no URLs (recorded).
 */
export function postAnswerOf({ fields }: Form, query: Readonly<Record<string, string>>): PostAnswer {
  const url = (fields.get('success_action_redirect') ?? fields.get('redirect'))?.value
  const redirect = url === undefined ? undefined : withQuery(url, query)
  if (redirect !== undefined) return { status: 303, redirect }
  const status = fields.get('success_action_status')?.value
  if (status === '200') return { status: 200, redirect }
  return { status: status === '201' ? 201 : 204, redirect }
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string | undefined {
  // A line end or a blank would make another header of it, and no URL has one.
  if (!/^https?:\/\/[^\s/?#]/i.test(url) || !/^[\x21-\x7e]+$/.test(url) || !URL.canParse(url)) return undefined
  const added = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const hash = url.indexOf('#')
  const base = hash < 0 ? url : url.slice(0, hash)
  return `${base}${base.includes('?') ? '&' : '?'}${added.join('&')}${hash < 0 ? '' : url.slice(hash)}`
}
