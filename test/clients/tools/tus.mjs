// @tus/s3-store: resumable uploads of tus-js-client, kept in S3 by the tus server.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import '@aws-sdk/signature-v4a'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { S3Store } from '@tus/s3-store'
import { Server } from '@tus/server'
import { Upload } from 'tus-js-client'
import { mrapLocal } from '../../../dist/client.js'
import { alias, arn, bucket, bytesOf, createReport, credentials, endpoint, region, wrongCredentials } from './place.mjs'

const report = createReport('tus')
const body = randomBytes(12 * 1024 * 1024)
const byAddress = { endpoint, forcePathStyle: true }

// Runs a tus server over this bucket for the time of `use`.
async function serving(name, way, keys, use) {
  const s3ClientConfig = { bucket: name, region, credentials: keys, maxAttempts: 1, ...way }
  const datastore = new S3Store({ partSize: 5 * 1024 * 1024, s3ClientConfig })
  const listening = new Server({ path: '/files', datastore }).listen({ host: '127.0.0.1', port: 0 })
  await once(listening, 'listening')
  try {
    await use(`http://127.0.0.1:${listening.address().port}/files`)
  } finally {
    listening.closeAllConnections()
    listening.close()
  }
}

// Uploads; `until` bytes, where it breaks off. Resolves with the upload's URL.
function uploaded(where, { until, uploadUrl } = {}) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(body, {
      ...(uploadUrl ? { uploadUrl } : { endpoint: where }),
      chunkSize: 6 * 1024 * 1024,
      retryDelays: null,
      metadata: { filename: 'ü.bin' },
      onError: reject,
      onSuccess: () => resolve(upload.url),
      onChunkComplete: (_, accepted) => {
        if (until === undefined || accepted < until) return
        upload.abort().then(() => resolve(upload.url), reject)
      },
    })
    upload.start()
  })
}

const idOf = url => url.split('/').at(-1)

for (const [target, name, way] of [
  ['bucket', bucket, byAddress],
  ['alias', alias, byAddress],
  ['arn', arn, mrapLocal({ endpoint })],
]) {
  const s3 = new S3Client({ region, credentials, ...way })
  await report.check(target, 'uploaded, broken off, resumed', () =>
    serving(name, way, credentials, async where => {
      const uploadUrl = await uploaded(where, { until: 6 * 1024 * 1024 })
      const url = await uploaded(where, { uploadUrl })
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key: idOf(url) }))
      assert.ok(body.equals(await bytesOf(Body)))
    }),
  )
  await report.check(
    target,
    target === 'bucket' ? 'broken off and terminated' : 'terminating is refused: it needs DeleteObjects',
    () =>
      serving(name, way, credentials, async where => {
        const url = await uploaded(where, { until: 6 * 1024 * 1024 })
        const { status } = await fetch(url, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } })
        assert.equal(status, target === 'bucket' ? 204 : 500)
      }),
  )
  await report.check(target, 'a wrong secret is refused', () =>
    serving(name, way, wrongCredentials, where => assert.rejects(uploaded(where), /signature/i)),
  )
}
