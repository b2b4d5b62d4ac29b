import { badField, type Field, type Form, requestOfForm } from '../../protocol/request/form.ts'
import { headerText, requireHeaderName } from '../../protocol/request/header-text.ts'
import { readHeaders } from '../../protocol/request/headers.ts'
import { readQuery } from '../../protocol/request/query.ts'
import type { RawRequest } from '../../protocol/request/raw-request.ts'
import { missingField } from '../../protocol/signature/form-signature.ts'
import { decodeInput } from '../../protocol/xml/decode.ts'
import { parseXml } from '../../protocol/xml/parse.ts'
import { payload, required, structure } from '../../protocol/xml/shape.ts'
import { errors } from '../errors.ts'
import { Tagging } from '../shapes.ts'

/**
 * The fields of a browser's form upload. What other writes say in headers stands in fields of the same name; the rest has names of its own.
 * Source: API reference, "POST Object".
 */
const entityFields = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
])

/** Fields that are the signature itself. */
const signatureFields = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-signature',
])

/** The key that a form names, and its fields as the headers they stand for. Throws InvalidArgument, and MalformedXML for `tagging`. */
export async function readPostForm(
  form: Form,
  request: RawRequest,
): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly request: RawRequest }> {
  const key = form.fields.get('key')
  if (!key) throw missingField('key')
  if (key.value === '') throw badField(key, 'User key must have a length greater than 0.')
  const headers: [string, string][] = []
  for (const [name, field] of form.fields) {
    const header = headerOf(name)
    if (header === undefined) continue
    requireHeaderName(header)
    headers.push([header, headerText(header, field.value)])
  }
  const tagging = form.fields.get('tagging')
  if (tagging) headers.push(['x-amz-tagging', await taggingHeader(tagging)])
  return { labels: { Key: key.value }, request: requestOfForm(request, headers) }
}

function headerOf(name: string): string | undefined {
  if (name === 'acl') return 'x-amz-acl'
  if (entityFields.has(name)) return name
  return name.startsWith('x-amz-') && !signatureFields.has(name) ? name : undefined
}

const TaggingDocument = structure({ Tagging: payload(required(Tagging)) })

/** Tags stand in a form as XML. A document of another kind names none (recorded). */
async function taggingHeader({ value }: Field): Promise<string> {
  const root = await parseXml(value)
  if (root.name !== 'Tagging') return ''
  const parts = { labels: {}, query: readQuery(''), headers: readHeaders([]), body: value }
  const { Tagging: tagging } = await decodeInput(TaggingDocument, parts, errors)
  return (tagging.TagSet ?? [])
    .map(({ Key, Value }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`)
    .join('&')
}
