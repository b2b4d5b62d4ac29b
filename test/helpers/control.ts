import { type Ask, account, type TestApp } from './app.ts'
import type { Answer } from './http.ts'
import { textOf } from './xml.ts'

/** `xmlns` of S3 Control. */
export const controlNamespace = 'http://awss3control.amazonaws.com/doc/2018-08-20/'

interface ControlAsk extends Ask {
  readonly accountId?: string
}

/** Asks S3 Control, by default in us-west-2 for the default account. `line` goes without `/v20180820`. */
export function control(app: TestApp, line: string, ask: ControlAsk = {}): Promise<Answer> {
  const { accountId = account, headers, ...rest } = ask
  const [method = '', path = ''] = line.split(' ')
  return app.ask(`${method} /v20180820${path}`, {
    region: 'us-west-2',
    headers: { 'x-amz-account-id': accountId, ...headers },
    ...rest,
  })
}

/** The body of a create request. */
export function createBody(name: string, buckets: readonly string[], clientToken: string): string {
  const regions = buckets.map(bucket => `<Region><Bucket>${bucket}</Bucket></Region>`).join('')
  return asynchronous('Create', clientToken, `<Name>${name}</Name><Regions>${regions}</Regions>`)
}

/** The body of a request that answers with a token. */
export function asynchronous(verb: 'Create' | 'Delete', clientToken: string, details: string): string {
  const root = `${verb}MultiRegionAccessPointRequest`
  return `<${root} xmlns="${controlNamespace}"><ClientToken>${clientToken}</ClientToken><Details>${details}</Details></${root}>`
}

/** The body of a policy request. */
export function policyBody(name: string, policy: object, clientToken: string): string {
  const text = JSON.stringify(policy)
  const root = 'PutMultiRegionAccessPointPolicyRequest'
  return `<${root} xmlns="${controlNamespace}"><ClientToken>${clientToken}</ClientToken><Details><Name>${name}</Name><Policy>${text}</Policy></Details></${root}>`
}

/** The body of a routes request: Region to dial. */
export function routesBody(dials: Readonly<Record<string, number>>): string {
  const routes = Object.entries(dials).map(
    ([region, dial]) =>
      `<Route><Region>${region}</Region><TrafficDialPercentage>${dial}</TrafficDialPercentage></Route>`,
  )
  const root = 'SubmitMultiRegionAccessPointRoutesRequest'
  return `<${root} xmlns="${controlNamespace}"><RouteUpdates>${routes.join('')}</RouteUpdates></${root}>`
}

/** The token ARN of an accepted asynchronous request. Throws for a refusal. */
export function tokenOf(answer: Answer): string {
  const token = textOf(answer.text, 'RequestTokenARN')
  if (answer.status !== 200 || token === undefined) throw new Error(`no token: ${answer.status} ${answer.text}`)
  return token
}

/** Describes an asynchronous operation, its ARN escaped as SDKs do. */
export function describe(app: TestApp, token: string): Promise<Answer> {
  return control(app, `GET /async-requests/mrap/${token.replaceAll(':', '%3A')}`)
}

/** Creates an MRAP and lets the operation finish; its alias. */
export async function createMrap(app: TestApp, name: string, buckets: readonly string[]): Promise<string> {
  const body = createBody(name, buckets, `create ${name} ${app.clock.now()}`.replaceAll(' ', '-'))
  tokenOf(await control(app, 'POST /async-requests/mrap/create', { body }))
  app.clock.advance(60_000)
  const shown = await control(app, `GET /mrap/instances/${name}`)
  const alias = textOf(shown.text, 'Alias')
  if (alias === undefined) throw new Error(`no alias: ${shown.status} ${shown.text}`)
  return alias
}

/** Submits routes through the control endpoint of eu-west-1. */
export function submitRoutes(app: TestApp, arn: string, dials: Readonly<Record<string, number>>): Promise<Answer> {
  const path = `/mrap/instances/${arn.replaceAll(':', '%3A')}/routes`
  return control(app, `PATCH ${path}`, { region: 'eu-west-1', body: routesBody(dials) })
}
