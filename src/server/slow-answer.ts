import type { Delay } from '../protocol/clock.ts'
import type { Response } from '../protocol/response.ts'
import { xmlDeclaration } from '../protocol/xml/escape.ts'

/** How long S3 may be silent while it works. ASSUMED: the length; the API reference says "periodically". */
const silenceMs = 1000

/**
 * An answer that takes long, kept alive: where `finished` is not there within a second, a 200 whose body begins with the XML declaration
 * and goes on with a blank each second, until the document of the answer follows, be it of a result or of a refusal. What only
 * the finished answer says in headers (`x-amz-version-id`) is lost then. Source: API_CompleteMultipartUpload, API_CopyObject,
 * API_UploadPartCopy. `finished` never rejects. `begin` makes the 200.
 */
export async function answerInTime(
  finished: Promise<Response>,
  begin: (body: AsyncIterable<Uint8Array>) => Response,
  delay: Delay,
): Promise<Response> {
  const early = await within(finished, delay)
  return early ?? begin(keptAlive(finished, delay))
}

async function* keptAlive(finished: Promise<Response>, delay: Delay): AsyncGenerator<Uint8Array> {
  yield Buffer.from(xmlDeclaration)
  for (;;) {
    const answer = await within(finished, delay)
    if (answer) {
      yield Buffer.from(documentOf(answer))
      return
    }
    yield Buffer.from(' ')
  }
}

/** undefined: not there within the time. */
async function within(finished: Promise<Response>, delay: Delay): Promise<Response | undefined> {
  let cancel = () => {}
  const late = new Promise<undefined>(resolve => {
    cancel = delay(silenceMs, () => resolve(undefined))
  })
  try {
    return await Promise.race([finished, late])
  } finally {
    cancel()
  }
}

function documentOf({ body }: Response): string {
  if (typeof body !== 'string') throw new Error('an answer that may take long is a document')
  return body.startsWith(xmlDeclaration) ? body.slice(xmlDeclaration.length) : body
}
