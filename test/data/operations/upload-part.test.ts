import t from 'tap'
import uploadPart from '../../../src/data/operations/upload-part.ts'
import { dataWorld, exchange, refusedExchange } from '../../helpers/data-context.ts'
import { abort, begin, complete, type Headers, partOptions, upload } from '../../helpers/multipart.ts'

// 'hello': md5sum, and Python's zlib and hashlib.
const md5 = '5d41402abc4b2a76b9719d911017c592'
const crc32 = 'NhCmhg=='
const sha256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
const crc64 = 'M3eFcAZSQlc='

t.test('does the work', async t => {
  t.test('a part of the same number is replaced', async t => {
    const world = await dataWorld(t)
    const uploadId = await begin(world)
    await upload(world, uploadId, 3, 'first')
    t.equal(await upload(world, uploadId, 3, 'hello'), `"${md5}"`)
    const row = world.store.findUpload(uploadId)
    t.match(world.store.listParts(row?.id ?? 0, 0, 10), [{ partNumber: 3, size: 5, etag: md5 }])
    t.equal(world.store.listParts(row?.id ?? 0, 0, 10).length, 1)
  })

  t.test('without an algorithm the part keeps CRC64NVME, whatever was declared', async t => {
    const world = await dataWorld(t)
    const uploadId = await begin(world)
    await upload(world, uploadId, 1, 'hello', [['x-amz-checksum-crc32', crc32]])
    const row = world.store.findUpload(uploadId)
    t.strictSame(world.store.findPart(row?.id ?? 0, 1)?.checksum, { algorithm: 'CRC64NVME', value: crc64 })
  })

  t.test('with SSE-C the key comes with every part', async t => {
    const world = await dataWorld(t)
    const uploadId = await begin(world, customerKey('k'))
    const answer = await exchange(uploadPart, world, 'big.bin', partOptions(uploadId, 1, 'hello', customerKey('k')))
    t.equal(answer.headers['x-amz-server-side-encryption-customer-algorithm'], 'AES256')
    t.not(answer.headers.etag, `"${md5}"`)
  })
})

t.test('reads and writes the wire', async t => {
  const world = await dataWorld(t)
  const plain = await begin(world)
  const put = async (uploadId: string, headers: Headers = []) =>
    (await exchange(uploadPart, world, 'big.bin', partOptions(uploadId, 1, 'hello', headers))).headers
  const common = { etag: `"${md5}"`, 'x-amz-server-side-encryption': 'AES256' }
  t.strictSame(await put(plain), common)
  t.strictSame(
    await put(plain, [['x-amz-checksum-sha256', sha256]]),
    { ...common, 'x-amz-checksum-sha256': sha256 },
    'what was declared is echoed',
  )
  const composite = await begin(world, [['x-amz-checksum-algorithm', 'CRC32']])
  t.strictSame(await put(composite, [['x-amz-checksum-crc32', crc32]]), { ...common, 'x-amz-checksum-crc32': crc32 })
  const full = await begin(world, [['x-amz-checksum-algorithm', 'CRC64NVME']])
  t.strictSame(await put(full), { ...common, 'x-amz-checksum-crc64nvme': crc64 }, 'what was computed is shown')
})

t.test('refuses', async t => {
  const world = await dataWorld(t)
  const uploadId = await begin(world)
  const refused = (id: string, partNumber: string | number, headers: Headers = [], key = 'big.bin') =>
    refusedExchange(uploadPart, world, key, partOptions(id, partNumber, 'hello', headers))

  for (const number of ['0', '10001', '-1', 'x', '', '1.5']) {
    t.match(
      await refused(uploadId, number),
      {
        code: 'InvalidArgument',
        status: 400,
        message: 'Part number must be an integer between 1 and 10000, inclusive',
        fields: { ArgumentName: 'partNumber', ArgumentValue: number },
      },
      `number ${number}`,
    )
  }

  t.test('uploads that are not there', async t => {
    const noSuchUpload = {
      code: 'NoSuchUpload',
      status: 404,
      message:
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    }
    t.match(await refused('unknown', 1), { ...noSuchUpload, fields: { UploadId: 'unknown' } })
    t.match(await refused(uploadId, 1, [], 'other.bin'), noSuchUpload, 'another key')
    const other = await world.addBucket({ name: 'orders-euw1', region: 'eu-west-1' })
    const mrap = { alias: 'm.mrap', arn: 'arn:aws:s3::111122223333:accesspoint/m.mrap', accountId: '111122223333' }
    const rerouted = { ...partOptions(uploadId, 1, 'hello'), bucket: other, mrap }
    t.match(
      await refusedExchange(uploadPart, world, 'big.bin', rerouted),
      { ...noSuchUpload, hint: /another Region/ },
      'routed to another Region',
    )
    const aborted = await begin(world)
    await abort(world, aborted)
    t.match(await refused(aborted, 1), noSuchUpload, 'aborted')
    const completed = await begin(world)
    await complete(world, completed, [[1, await upload(world, completed, 1, 'hello')]])
    t.match(await refused(completed, 1), noSuchUpload, 'completed')
  })

  t.test('checksums that do not fit', async t => {
    const composite = await begin(world, [['x-amz-checksum-algorithm', 'SHA256']])
    const mismatch = (actual: string) =>
      `Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: ${actual}`
    t.match(await refused(composite, 1, [['x-amz-checksum-crc32', crc32]]), {
      code: 'InvalidRequest',
      status: 400,
      message: mismatch('crc32'),
    })
    t.match(await refused(composite, 1), { code: 'InvalidRequest', message: mismatch('null') })
    t.match(await refused(uploadId, 1, [['x-amz-checksum-crc32', 'AAAAAA==']]), {
      code: 'BadDigest',
      status: 400,
      message: 'The CRC32 you specified did not match the calculated checksum.',
    })
    t.equal(world.store.listParts(world.store.findUpload(uploadId)?.id ?? 0, 0, 10).length, 0, 'nothing was stored')
  })

  t.test('SSE-C keys that are missing, unexpected or another', async t => {
    const needsKey = {
      code: 'InvalidRequest',
      status: 400,
      message:
        'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    }
    const encrypted = await begin(world, customerKey('k'))
    t.match(await refused(encrypted, 1), needsKey)
    t.match(await refused(uploadId, 1, customerKey('k')), needsKey)
    t.match(await refused(encrypted, 1, customerKey('l')), {
      code: 'InvalidRequest',
      message: 'The provided encryption parameters did not match the ones used originally.',
    })
  })
})

/** SSE-C headers for a key of 32 times one letter. */
function customerKey(letter: 'k' | 'l'): Headers {
  const name = 'x-amz-server-side-encryption-customer'
  // printf 'k%.0s' {1..32} | openssl md5 -binary | base64
  const md5s = { k: 'mT2HRsMGJ5IX5C+0rreZ8Q==', l: 'U7jsY/b7p6KgSHDyim1F6g==' }
  return [
    [`${name}-algorithm`, 'AES256'],
    [`${name}-key`, Buffer.from(letter.repeat(32)).toString('base64')],
    [`${name}-key-MD5`, md5s[letter]],
  ]
}
