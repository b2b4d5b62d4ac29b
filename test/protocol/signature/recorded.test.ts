import t from 'tap'
import { deriveKeyPair } from '../../../src/protocol/signature/sigv4a.ts'
import { recordedRequests, requestOf, verifyHead, verifyWhole } from './recorded.ts'
import { refusal } from './requests.ts'

const files = recordedRequests()
const good = files.flatMap(({ requests }) => requests).filter(recorded => recorded.verified)

t.test('every recorded request of a real client verifies, body included', async t => {
  t.equal(good.length, 102)
  for (const recorded of good) {
    const body = await verifyWhole(recorded, requestOf(recorded))
    if (!body) throw new Error(`${recorded.id} was not verified`)
    if (recorded.decoded_length !== undefined) t.equal(body.length, recorded.decoded_length, recorded.id)
    else t.same(body, Buffer.from(recorded.body_b64, 'base64'), recorded.id)
  }
})

t.test('the claim says what the request was signed with', async t => {
  for (const recorded of good) {
    const claim = verifyHead(recorded, requestOf(recorded))?.claim
    t.match(
      claim,
      {
        algorithm: 'AWS4-ECDSA-P256-SHA256',
        accessKeyId: recorded.access_key_id,
        region: undefined,
        regionSet: recorded.region_set,
        service: 's3',
        amzDate: recorded.signing_time,
        payloadHash: recorded.payload_hash,
        sessionToken: recorded.session_token ?? undefined,
        via: recorded.kind === 'presigned' ? 'query' : 'header',
      },
      recorded.id,
    )
  }
})

t.test('credentials give the recorded public keys', async t => {
  const keys = new Map(good.map(recorded => [recorded.access_key_id, recorded]))
  t.ok(keys.size >= 2)
  for (const { access_key_id, secret_access_key, public_key } of keys.values()) {
    t.match(deriveKeyPair(access_key_id, secret_access_key), public_key)
  }
})

t.test('a signer that normalized the path is refused and told so', async t => {
  const bad = files.flatMap(({ requests }) => requests).filter(recorded => !recorded.verified)
  t.equal(bad.length, 1)
  for (const recorded of bad) {
    const error = refusal(() => verifyHead(recorded, requestOf(recorded)))
    t.equal(error?.code, 'SignatureDoesNotMatch')
    t.equal(error?.status, 403)
    t.match(error?.hint, 'normalized the path to /a/c/d/;')
    t.match(error?.fields.CanonicalRequest, '\n/a//b/../c/./d/\n')
  }
})
