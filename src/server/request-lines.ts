import type { Answer } from '../protocol/answer.ts'
import type { Logger } from '../protocol/logger.ts'
import type { RawRequest } from '../protocol/request/raw-request.ts'
import type { Response } from '../protocol/response.ts'

/** Says of a request what was answered: at debug of every one, at info of those of S3 Control. `took`: milliseconds. */
export function logRequest(log: Logger, request: RawRequest, response: Response, answer: Answer, took: number): void {
  const { operation = '-', caller = '-', code } = answer
  if (answer.plane === 'control') {
    log.info(
      `control ${operation} ${request.path} by ${caller} -> ${response.status}${code === undefined ? '' : ` ${code}`}`,
    )
  }
  if (!log.logs('debug')) return
  const reason = answer.headers.find(([name]) => name === 'x-mrap-route-reason')?.[1]
  log.debug(
    `${answer.requestId} ${request.method} ${request.host} ${request.path} -> ${response.status} ${operation} ` +
      `bucket=${answer.bucket ?? '-'} region=${answer.region ?? '-'} reason=${reason ?? '-'} ` +
      `client-region=${answer.clientRegion ?? '-'} caller=${caller} code=${code ?? '-'}${faultsOf(answer)} ${took.toFixed(1)} ms`,
  )
}

function faultsOf({ hit }: Answer): string {
  return hit && hit.names.length > 0 ? ` faults=${hit.names.join(',')}` : ''
}
