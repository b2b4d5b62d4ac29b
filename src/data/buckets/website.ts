import { type Infer, list, required, string, structure } from '../../protocol/xml/shape.ts'
import { errors } from '../errors.ts'

/** Website configuration of a bucket: stored and returned; there is no website endpoint. Source: API_PutBucketWebsite. */
const RoutingRule = structure(
  {
    Condition: structure({ HttpErrorCodeReturnedEquals: string(), KeyPrefixEquals: string() }),
    Redirect: required(
      structure({
        HostName: string(),
        HttpRedirectCode: string(),
        Protocol: string(),
        ReplaceKeyPrefixWith: string(),
        ReplaceKeyWith: string(),
      }),
    ),
  },
  { xmlName: 'RoutingRule' },
)

export const WebsiteConfiguration = structure(
  {
    ErrorDocument: structure({ Key: required(string({ minLength: 1 })) }),
    IndexDocument: structure({ Suffix: required(string()) }),
    RedirectAllRequestsTo: structure({ HostName: required(string()), Protocol: string() }),
    RoutingRules: list(RoutingRule, { minItems: 1, maxItems: 50 }),
  },
  { xmlName: 'WebsiteConfiguration' },
)
type WebsiteConfiguration = Infer<typeof WebsiteConfiguration>

/** Throws InvalidArgument and InvalidRequest, in the sentences recorded from the service. */
export function checkWebsite(website: WebsiteConfiguration): void {
  const { ErrorDocument, IndexDocument, RedirectAllRequestsTo, RoutingRules = [] } = website
  if (RedirectAllRequestsTo) {
    if (IndexDocument || ErrorDocument || RoutingRules.length > 0) {
      throw errors.InvalidArgument({
        Message: 'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        ArgumentName: 'RedirectAllRequestsTo',
        ArgumentValue: 'not null',
      })
    }
    checkProtocol(RedirectAllRequestsTo.Protocol)
    return
  }
  if (!IndexDocument) {
    throw errors.InvalidArgument({
      Message: 'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      ArgumentName: 'IndexDocument',
      ArgumentValue: 'null',
    })
  }
  if (IndexDocument.Suffix === '' || IndexDocument.Suffix.includes('/')) {
    throw errors.InvalidArgument({
      Message: 'The IndexDocument Suffix is not well formed',
      ArgumentName: 'IndexDocument',
      ArgumentValue: IndexDocument.Suffix,
    })
  }
  for (const rule of RoutingRules) checkRoutingRule(rule)
}

function checkRoutingRule({ Condition, Redirect }: Infer<typeof RoutingRule>): void {
  checkProtocol(Redirect.Protocol)
  if (Redirect.ReplaceKeyPrefixWith !== undefined && Redirect.ReplaceKeyWith !== undefined) {
    throw errors.InvalidRequest({ Message: 'You can only define ReplaceKeyPrefix or ReplaceKey but not both.' })
  }
  if (Condition && Condition.HttpErrorCodeReturnedEquals === undefined && Condition.KeyPrefixEquals === undefined) {
    throw errors.InvalidRequest({
      Message:
        "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    })
  }
}

function checkProtocol(protocol: string | undefined): void {
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return
  throw errors.InvalidRequest({
    Message:
      'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
  })
}
