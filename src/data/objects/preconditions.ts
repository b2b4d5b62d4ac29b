import type { InferMembers } from '../../protocol/xml/shape.ts'
import type { ObjectVersion } from '../../store/rows.ts'
import type { Expectation, Unexpected } from '../../store/store.ts'
import { errors } from '../errors.ts'
import type { readConditions, writeConditions } from '../shapes.ts'
import { quoted, unquoted } from './etag.ts'
import { shownTime } from './versions.ts'

/**
 * Conditional requests. Reads: RFC 9110 13.2.2 (an ETag condition makes the date condition beside it void), with S3's
 * answers (mrap-spec 12.3). Writes: judged by the store inside the write; here is what S3 takes and how a failure is
 * told (12.4).
 */
type ReadConditions = InferMembers<typeof readConditions>
type WriteConditions = InferMembers<typeof writeConditions>

/** Which condition of a read fails for a version; undefined: none. */
export function failedCondition(
  conditions: ReadConditions,
  version: ObjectVersion,
  now: number,
): keyof ReadConditions | undefined {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions
  // Dates in headers have whole seconds, so they are compared without the milliseconds we keep.
  const modifiedAt = shownTime(version.lastModified)
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, version.etag)) return 'IfMatch'
  } else if (IfUnmodifiedSince !== undefined) {
    const since = Date.parse(IfUnmodifiedSince)
    if (modifiedAt > since) return 'IfUnmodifiedSince'
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, version.etag)) return 'IfNoneMatch'
  } else if (IfModifiedSince !== undefined) {
    const since = Date.parse(IfModifiedSince)
    // A date in the future is not a date the client can have got from us: ignored.
    if (since <= now && modifiedAt <= since) return 'IfModifiedSince'
  }
  return undefined
}

/** Throws PreconditionFailed (412) or NotModified (304, with `headers`) when a condition of a read fails. */
export function checkReadConditions(
  conditions: ReadConditions,
  version: ObjectVersion,
  now: number,
  headers: Readonly<Record<string, string>>,
): void {
  switch (failedCondition(conditions, version, now)) {
    case 'IfMatch':
      throw errors.PreconditionFailed({ Condition: 'If-Match' })
    case 'IfUnmodifiedSince':
      throw errors.PreconditionFailed({ Condition: 'If-Unmodified-Since' })
    case 'IfNoneMatch':
    case 'IfModifiedSince':
      throw errors.NotModified(
        {},
        {
          headers: {
            ...headers,
            ETag: quoted(version.etag),
            'Last-Modified': new Date(version.lastModified).toUTCString(),
          },
        },
      )
  }
}

/**
 * What a conditional write asks of the current version; undefined: nothing. Throws NotImplemented for forms S3 does not
 * take. Deletes take `If-Match: *` (the object must be there); writes do not.
 */
export function expectationOf(
  conditions: WriteConditions,
  { takesStar = false }: { readonly takesStar?: boolean } = {},
): Expectation | undefined {
  const { IfMatch, IfNoneMatch } = conditions
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw errors.NotImplemented({
      Header: 'If-Match,If-None-Match',
      additionalMessage: 'Multiple conditional request headers present in the request',
    })
  }
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') throw valueNotAccepted('If-None-Match')
    return { kind: 'absent' }
  }
  if (IfMatch === undefined) return undefined
  if (IfMatch !== '*') return { kind: 'etag', etag: unquoted(IfMatch) }
  if (!takesStar) throw valueNotAccepted('If-Match')
  return { kind: 'present' }
}

/**
 * How S3 tells that a conditional write did not happen: 412, or 404 when the ETag of an absent object was asked for.
 */
export function unexpectedError(expect: Expectation | undefined, { current }: Unexpected, key: string) {
  if (expect?.kind === 'absent') return errors.PreconditionFailed({ Condition: 'If-None-Match' })
  if (expect?.kind === 'etag' && current === 'absent') return errors.NoSuchKey({ Key: key })
  return errors.PreconditionFailed({ Condition: 'If-Match' })
}

/**
 * A conditional CompleteMultipartUpload whose condition holds, but whose key was written or deleted since the upload began: it must be
 * begun again. Source: user guide, "Conditional writes".
 */
export function conflictError(expect: Expectation | undefined, key: string) {
  const Condition = expect?.kind === 'etag' ? 'If-Match' : 'If-None-Match'
  return errors.ConditionalRequestConflict({ Condition, Key: key })
}

/** `*`, or a list of ETags with or without quotes. */
function matches(header: string, etag: string): boolean {
  if (header.trim() === '*') return true
  return header.split(',').some(one => unquoted(one) === etag)
}

function valueNotAccepted(header: string) {
  return errors.NotImplemented({
    Header: header,
    additionalMessage: `We don't accept the provided value of ${header} header for this API`,
  })
}
