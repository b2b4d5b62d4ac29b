import { errorAnswer } from '../protocol/answer.ts'
import { accountOf } from '../protocol/caller.ts'
import type { Clock } from '../protocol/clock.ts'
import type { Place, Plane } from '../protocol/plane.ts'
import { admitPage } from '../protocol/request/cross-origin.ts'
import { createRouter } from '../protocol/router.ts'
import { structure } from '../protocol/xml/shape.ts'
import type { PublicAccessBlock } from '../store/rows.ts'
import type { Store } from '../store/store.ts'
import { authorize, type ControlRules } from './authorize.ts'
import { type ControlContext, type ControlOperation, type ControlSettings, defineOperation } from './context.ts'
import { errors } from './errors.ts'
import { controlOperations } from './operations/index.ts'
import { controlNamespace } from './shapes.ts'

interface ControlPlace extends Place {
  /** Region called: that of the host, else that of the credential scope. */
  readonly called: string | undefined
  readonly accountId: string
}

export interface ControlServices {
  readonly store: Store
  readonly clock: Clock
  readonly settings: ControlSettings
  /** Block Public Access of an account; undefined: none. */
  readonly accountBlocks: (accountId: string) => PublicAccessBlock | undefined
  /** Organization of an account; undefined: none. */
  readonly organizationOf?: ControlRules['organizationOf']
  /** Web origins whose pages may act here (`MRAP_ALLOW_ORIGINS`). */
  readonly allowOrigins: readonly string[]
  /** Takes what decisions are based on; undefined: nobody wants to know. */
  readonly trace?: ((lines: readonly string[], requestId: string) => void) | undefined
}

/** Largest control document (design 6). A policy of 20 kB fits with all its characters escaped. */
const bodyLimitBytes = 64 * 1024

/** S3 Control, `2018-08-20`: the operations on Multi-Region Access Points themselves. */
export function controlPlane(services: ControlServices): Plane<ControlContext, ControlPlace> {
  const router = createRouter(controlOperations)
  const serially = oneAfterAnother()
  return {
    name: 'control',
    refuse: (error, method, answer) => errorAnswer(error, 'wrapped', method, answer),
    namespace: controlNamespace,
    errors,
    bodyLimit: bodyLimitBytes,
    match(target, request, query) {
      const headers = admitPage(request, services.allowOrigins)
      if (request.method === 'OPTIONS' && headers.length > 0) return { operation: preflight, labels: {}, headers }
      const path = target.kind === 'control' ? target.path : request.path
      return { ...router.match(request.method, path, query, request.headers), headers }
    },
    locate({ target, operation, request, claim }) {
      if (operation === preflight) return nowhere
      const named = target.kind === 'control' ? target : { region: undefined, account: undefined }
      return {
        region: named.region,
        called: named.region ?? claim?.region,
        accountId: accountIdOf(request.headers.get('x-amz-account-id'), named.account),
        signing: { region: named.region, acceptAnyRegion: false, service: ['s3'] },
        headers: [],
      }
    },
    admit({ operation, caller, place }) {
      if (operation === preflight) return []
      if (accountOf(caller) === undefined) throw errors.AccessDenied()
      refuseWrongRegion(operation, place.called)
      if (accountOf(caller) !== place.accountId) {
        throw errors.AccessDenied(
          {},
          {
            hint:
              `x-amz-account-id is ${place.accountId}, but the access key belongs to account ${accountOf(caller)}. ` +
              'S3 Control serves the own account only: use the same account for both.',
          },
        )
      }
      return []
    },
    context: ({ operation, request, claim, caller, place, requestId }) => ({
      store: services.store,
      clock: services.clock,
      requestId,
      caller,
      accountId: place.accountId,
      settings: services.settings,
      accountBlock: () => services.accountBlocks(place.accountId),
      authorize: resource =>
        authorize({ operation, resource, request, claim, caller, region: place.called, requestId }, services),
      serially,
    }),
  }
}

/** What a browser asks before a page of an origin that may act here sends its request; nobody signs it. */
const preflight = defineOperation({
  name: 'Preflight',
  http: 'OPTIONS /',
  unsigned: true,
  input: structure({}),
  output: structure({}),
  handle: () => ({}),
})

const nowhere: ControlPlace = {
  region: undefined,
  called: undefined,
  accountId: '',
  signing: { region: undefined, acceptAnyRegion: false, service: ['s3'] },
  headers: [],
}

/** The account addressed: the header always sent by SDKs, else the host's first label. */
function accountIdOf(header: string | undefined, fromHost: string | undefined): string {
  const accountId = header ?? fromHost
  if (accountId === undefined) {
    throw errors.InvalidRequest({ Message: 'Missing required header for this request: x-amz-account-id' })
  }
  if (!/^\d{12}$/.test(accountId)) {
    throw errors.InvalidRequest(
      { Message: 'x-amz-account-id must be a 12-digit AWS account ID' },
      { hint: `We saw the account id "${accountId.slice(0, 64)}"; an AWS account id has exactly 12 digits.` },
    )
  }
  return accountId
}

/** S3 Control answers 301 without a Location where an operation is not offered. Source: recorded answers (mrap-spec 3.4). */
function refuseWrongRegion(operation: ControlOperation, called: string | undefined): void {
  if (!operation.servedIn || called === undefined || operation.servedIn.includes(called)) return
  const regions = operation.servedIn.join(', ')
  throw errors.PermanentRedirect(
    {
      Message:
        `This API operation is only available in the following Regions: ${regions}. ` +
        'Make sure to send all future requests to a supported Region.',
    },
    { hint: `${operation.name} was sent to ${called}. Configure the client for ${operation.servedIn[0]}.` },
  )
}

function oneAfterAnother(): ControlContext['serially'] {
  let last: Promise<unknown> = Promise.resolve()
  return change => {
    const next = last.then(change)
    last = next.catch(() => undefined)
    return next
  }
}
