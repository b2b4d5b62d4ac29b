import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, elementText, type Send } from './client.ts'
import type { Narrator } from './narrator.ts'

/** What the story is told with. */
export interface Stage {
  readonly narrator: Narrator
  /** For requests that are not told, such as polling. */
  readonly send: Send
  readonly accountId: string
  /** Makes bucket and access point names unlike those of earlier runs. */
  readonly suffix: string
}

interface Names {
  readonly oregon: string
  readonly ireland: string
  readonly mrap: string
}

const CONTROL_NAMESPACE = 'http://awss3control.amazonaws.com/doc/2018-08-20/'
/** The demo's client stands here: nearest to us-west-2. */
const STANDS_IN = 'us-west-1'
const HERE = { 'x-mrap-client-region': STANDS_IN }
const POLL_MS = 200
/** More than the slowest preset of MRAP_TIMING needs. */
const PATIENCE_MS = 10 * 60 * 1000

/** As the SDKs send an ARN in a path: slashes stay as they are. */
const arnInPath = (arn: string) => encodeURIComponent(arn).replaceAll('%2F', '/')
const bucketHost = (bucket: string, region: string) => `${bucket}.s3.${region}.amazonaws.com`

async function createBuckets({ narrator }: Stage, names: Names): Promise<void> {
  narrator.chapter('Two buckets, one in each Region')
  for (const [bucket, region] of [
    [names.oregon, 'us-west-2'],
    [names.ireland, 'eu-west-1'],
  ] as const) {
    const body =
      '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
    await narrator.ask(
      { method: 'PUT', host: bucketHost(bucket, region), path: '/', region, body },
      { status: 200 },
      `bucket ${bucket}`,
    )
  }
}

function control(stage: Stage, region: string) {
  return {
    host: `${stage.accountId}.s3-control.${region}.amazonaws.com`,
    headers: { 'x-amz-account-id': stage.accountId, 'content-type': 'application/xml' },
    region,
  }
}

/** Asks for the operation's status until it is final and tells each status once. */
async function watch(stage: Stage, token: string): Promise<void> {
  const path = `/v20180820/async-requests/mrap/${arnInPath(token)}`
  const deadline = performance.now() + PATIENCE_MS
  const seen: string[] = []
  while (performance.now() < deadline) {
    const answer = await stage.send({ method: 'GET', path, ...control(stage, 'us-west-2') })
    const status = elementText(answer.body, 'RequestStatus') ?? `${answer.status} ${elementText(answer.body, 'Code')}`
    if (seen.at(-1) !== status) {
      seen.push(status)
      stage.narrator.say(`the operation is ${status}`)
    }
    if (status === 'SUCCEEDED') return
    if (status !== 'NEW' && status !== 'INPROGRESS') break
    await sleep(POLL_MS)
  }
  stage.narrator.differs(`expected the operation to end as SUCCEEDED, got ${seen.at(-1)}`)
}

async function submit(stage: Stage, action: 'create' | 'delete', details: string): Promise<string> {
  const root = `${action === 'create' ? 'Create' : 'Delete'}MultiRegionAccessPointRequest`
  const body =
    `<${root} xmlns="${CONTROL_NAMESPACE}"><ClientToken>${crypto.randomUUID()}</ClientToken>` +
    `<Details>${details}</Details></${root}>`
  const answer = await stage.narrator.ask(
    { method: 'POST', path: `/v20180820/async-requests/mrap/${action}`, body, ...control(stage, 'us-west-2') },
    { status: 200 },
    'a token: the work goes on behind it',
  )
  return elementText(answer.body, 'RequestTokenARN') ?? ''
}

/** Creates the access point; returns its alias. */
async function createMrap(stage: Stage, names: Names): Promise<string> {
  const { narrator } = stage
  narrator.chapter('A Multi-Region Access Point over both')
  const regions = [names.oregon, names.ireland].map(bucket => `<Region><Bucket>${bucket}</Bucket></Region>`).join('')
  await watch(stage, await submit(stage, 'create', `<Name>${names.mrap}</Name><Regions>${regions}</Regions>`))
  const got = await narrator.ask(
    { method: 'GET', path: `/v20180820/mrap/instances/${names.mrap}`, ...control(stage, 'us-west-2') },
    { status: 200 },
  )
  const alias = elementText(got.body, 'Alias') ?? ''
  narrator.say(`${elementText(got.body, 'Status')}: arn:aws:s3::${stage.accountId}:accesspoint/${alias}`)
  return alias
}

async function useMrap({ narrator }: Stage, mrapHost: string): Promise<void> {
  narrator.chapter(
    `Put and get through it, from ${STANDS_IN}: the request names no Region, the nearest active one answers`,
  )
  const object = { host: mrapHost, path: '/hello.txt', region: '*' }
  await narrator.ask(
    { ...object, method: 'PUT', headers: HERE, body: 'Hello S3!' },
    { status: 200, servedBy: 'us-west-2' },
  )
  await narrator.ask(
    { ...object, method: 'GET', headers: HERE },
    { status: 200, servedBy: 'us-west-2', body: 'Hello S3!' },
  )
}

async function beRefused(stage: Stage, names: Names, mrapHost: string): Promise<void> {
  const { narrator } = stage
  narrator.chapter('What the service refuses is refused here')
  await narrator.ask(
    { method: 'GET', path: '/v20180820/mrap/instances', ...control(stage, 'eu-west-1') },
    { status: 301, code: 'PermanentRedirect' },
    'control calls belong to us-west-2',
  )
  await narrator.ask(
    {
      method: 'PUT',
      host: mrapHost,
      path: '/copy.txt',
      region: '*',
      headers: { ...HERE, 'x-amz-copy-source': `${names.oregon}/hello.txt` },
    },
    { status: 405, code: 'MethodNotAllowed', servedBy: 'us-west-2' },
    'CopyObject does not take an access point',
  )
}

function dial(stage: Stage, arn: string, dials: Readonly<Record<string, number>>): Promise<Answer> {
  const routes = Object.entries(dials).map(
    ([region, percentage]) =>
      `<Route><Region>${region}</Region><TrafficDialPercentage>${percentage}</TrafficDialPercentage></Route>`,
  )
  const root = 'SubmitMultiRegionAccessPointRoutesRequest'
  return stage.narrator.ask(
    {
      method: 'PATCH',
      path: `/v20180820/mrap/instances/${arnInPath(arn)}/routes`,
      body: `<${root} xmlns="${CONTROL_NAMESPACE}"><RouteUpdates>${routes.join('')}</RouteUpdates></${root}>`,
      ...control(stage, 'eu-west-1'),
    },
    { status: 200 },
    Object.entries(dials)
      .map(([region, percentage]) => `${region} ${percentage}`)
      .join(', '),
  )
}

/** Waits until new routes have taken effect, which MRAP_TIMING may delay. */
async function settle(stage: Stage, mrapHost: string, region: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (performance.now() < deadline) {
    const answer = await stage.send({ method: 'HEAD', host: mrapHost, path: '/hello.txt', region: '*', headers: HERE })
    if (answer.headers['x-mrap-served-by'] === region) return
    await sleep(POLL_MS)
  }
  stage.narrator.differs(`expected requests to reach ${region}, they never did`)
}

async function failOver(stage: Stage, names: Names, alias: string, mrapHost: string): Promise<void> {
  const { narrator } = stage
  const arn = `arn:aws:s3::${stage.accountId}:accesspoint/${alias}`
  const get = { method: 'GET', host: mrapHost, path: '/hello.txt', region: '*', headers: HERE }
  narrator.chapter('Fail over to eu-west-1')
  await dial(stage, arn, { 'us-west-2': 0, 'eu-west-1': 100 })
  await settle(stage, mrapHost, 'eu-west-1')
  await narrator.ask(
    get,
    { status: 404, code: 'NoSuchKey', servedBy: 'eu-west-1' },
    'nothing replicated the object, and a 404 is not retried elsewhere',
  )
  await narrator.ask(
    { method: 'GET', host: bucketHost(names.oregon, 'us-west-2'), path: '/hello.txt', region: 'us-west-2' },
    { status: 200, servedBy: 'us-west-2', body: 'Hello S3!' },
    'the bucket itself still has it',
  )
  narrator.chapter('Fail back')
  await dial(stage, arn, { 'us-west-2': 100 })
  await settle(stage, mrapHost, 'us-west-2')
  await narrator.ask(get, { status: 200, servedBy: 'us-west-2', body: 'Hello S3!' })
}

async function cleanUp(stage: Stage, names: Names): Promise<void> {
  const { narrator } = stage
  narrator.chapter('Clean up')
  await watch(stage, await submit(stage, 'delete', `<Name>${names.mrap}</Name>`))
  const oregon = { host: bucketHost(names.oregon, 'us-west-2'), region: 'us-west-2' }
  const ireland = { host: bucketHost(names.ireland, 'eu-west-1'), region: 'eu-west-1' }
  await narrator.ask({ ...oregon, method: 'DELETE', path: '/hello.txt' }, { status: 204 })
  for (const bucket of [oregon, ireland]) {
    await narrator.ask({ ...bucket, method: 'DELETE', path: '/' }, { status: 204 })
  }
}

/** Tells the whole story: buckets, access point, put and get, refusals, fail over, fail back, clean up. */
export async function tellStory(stage: Stage): Promise<void> {
  const names = {
    oregon: `demo-usw2-${stage.suffix}`,
    ireland: `demo-euw1-${stage.suffix}`,
    mrap: `demo-${stage.suffix}`,
  }
  await createBuckets(stage, names)
  const alias = await createMrap(stage, names)
  if (alias === '') {
    stage.narrator.differs('without an alias the story cannot go on')
    return
  }
  const mrapHost = `${alias}.accesspoint.s3-global.amazonaws.com`
  await useMrap(stage, mrapHost)
  await beRefused(stage, names, mrapHost)
  await failOver(stage, names, alias, mrapHost)
  await cleanUp(stage, names)
}
