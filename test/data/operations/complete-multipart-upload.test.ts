import t from 'tap'
import completeUpload from '../../../src/data/operations/complete-multipart-upload.ts'
import deleteObject from '../../../src/data/operations/delete-object.ts'
import getObject from '../../../src/data/operations/get-object.ts'
import putObject from '../../../src/data/operations/put-object.ts'
import {
  textOf as bytesOf,
  call,
  type DataWorld,
  dataWorld,
  exchange,
  refusedExchange,
} from '../../helpers/data-context.ts'
import {
  abort,
  begin,
  complete,
  completeOptions,
  fiveMiB,
  type Headers,
  key,
  refusedComplete,
  textOf,
  upload,
} from '../../helpers/multipart.ts'

// 5 MiB of 'a', then 'hello': computed with Python's hashlib, zlib and a table-driven CRC-32C and CRC-64/NVME that give the published
// check values.
const etag = '7cbb08aa3c3309d6882c18fcecc4bee7-2'
const sums = {
  CRC32: { parts: ['r/zBbw==', 'NhCmhg=='], composite: 'QaduHg==-2', full: 'dsLl6w==' },
  CRC32C: { parts: ['WpuOeg==', 'mnG7TA=='], composite: 'QYpdNA==-2', full: 'vzdZqA==' },
  CRC64NVME: { parts: [undefined, 'M3eFcAZSQlc='], composite: '', full: 'xrqTozlh+bk=' },
  SHA1: {
    parts: ['YbjWYArJTZEodPVpqTQRIPaAyfg=', 'qvTGHdzF6KLavt4PO0gs2a6pQ00='],
    composite: 'Sc9786yoTVGaHVddVcFc/41FQ9k=-2',
    full: '',
  },
  SHA256: {
    parts: ['oplo+tLngqqfIECjXwWtuX7Yl56x9XLIyOp4Y34nXzw=', 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='],
    composite: 'SgR6J2QpUvtxUG056/fVnydfChjAOF9iE6spWAp//X8=-2',
    full: '',
  },
} as const
type Algorithm = keyof typeof sums

const header = (algorithm: Algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`
const element = (algorithm: Algorithm, value: string | undefined) =>
  value === undefined ? '' : `<Checksum${algorithm}>${value}</Checksum${algorithm}>`

/** An upload of this algorithm with both parts, and the list that completes it. */
async function twoParts(world: DataWorld, algorithm: Algorithm, type?: string) {
  const uploadId = await begin(world, [
    ['x-amz-checksum-algorithm', algorithm],
    ...(type ? [['x-amz-checksum-type', type] as const] : []),
  ])
  const listed: [number, string, string][] = []
  for (const [index, body] of [fiveMiB, 'hello'].entries()) {
    const value = sums[algorithm].parts[index]
    const headers: Headers = value === undefined ? [] : [[header(algorithm), value]]
    listed.push([index + 1, await upload(world, uploadId, index + 1, body, headers), element(algorithm, value)])
  }
  return { uploadId, listed }
}

/** An upload without an algorithm with one small part. */
async function onePart(world: DataWorld, body = 'hello') {
  const uploadId = await begin(world)
  return { uploadId, listed: [[1, await upload(world, uploadId, 1, body)]] as const }
}

const current = (world: DataWorld) => world.store.findCurrentVersion(world.bucket.id, key)

t.test('does the work', async t => {
  t.test('the parts become one object, as old as its upload', async t => {
    const world = await dataWorld(t)
    const uploadId = await begin(world, [['x-amz-meta-color', 'blue']])
    const begun = world.clock.now()
    world.clock.advance(60_000)
    const listed = [
      [1, await upload(world, uploadId, 1, fiveMiB)],
      [7, await upload(world, uploadId, 7, 'hello')],
    ] as const
    await upload(world, uploadId, 9, 'left out')
    t.equal(current(world), undefined, 'nothing is there before')
    const { body } = await complete(world, uploadId, listed)
    t.equal(textOf(body, 'ETag'), `"${etag}"`)
    t.match(current(world), {
      etag,
      size: fiveMiB.length + 5,
      lastModified: begun,
      partCount: 2,
      details: {
        metadata: { color: 'blue' },
        checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: sums.CRC64NVME.full },
      },
    })
    const read = await call(getObject, { Bucket: 'b', Key: key }, world.context())
    t.equal(await bytesOf(read.Body), `${fiveMiB}hello`)
    const part = await call(getObject, { Bucket: 'b', Key: key, PartNumber: 7 }, world.context())
    t.equal(await bytesOf(part.Body), 'hello')
  })

  t.test('checksums of every algorithm and type', async t => {
    const world = await dataWorld(t)
    const cases = [
      ['CRC32', 'COMPOSITE'],
      ['CRC32C', 'COMPOSITE'],
      ['SHA1', 'COMPOSITE'],
      ['SHA256', 'COMPOSITE'],
      ['CRC32', 'FULL_OBJECT'],
      ['CRC32C', 'FULL_OBJECT'],
      ['CRC64NVME', 'FULL_OBJECT'],
    ] as const
    for (const [algorithm, type] of cases) {
      const { uploadId, listed } = await twoParts(world, algorithm, type)
      const value = type === 'COMPOSITE' ? sums[algorithm].composite : sums[algorithm].full
      const { body } = await complete(world, uploadId, listed, [
        [header(algorithm), value],
        ['x-amz-checksum-type', type],
      ])
      t.equal(textOf(body, `Checksum${algorithm}`), value, `${algorithm} ${type}`)
      t.equal(textOf(body, 'ChecksumType'), type)
      t.strictSame(current(world)?.details.checksum, { algorithm, type, value })
    }
  })

  t.test('the value of a composite may come without the number of parts', async t => {
    const world = await dataWorld(t)
    const { uploadId, listed } = await twoParts(world, 'CRC32')
    await complete(world, uploadId, listed, [['x-amz-checksum-crc32', 'QaduHg==']])
    t.ok(current(world))
  })

  t.test('again: the same answer', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const { uploadId, listed } = await onePart(world)
    const first = await complete(world, uploadId, listed)
    await exchange(putObject, world, key, { body: 'newer' })
    t.strictSame(await complete(world, uploadId, listed), first)
    t.equal(current(world)?.size, 5)
    t.equal(current(world)?.partCount, undefined, 'the newer object stays')
  })

  t.test('the size the client expects', async t => {
    const world = await dataWorld(t)
    const { uploadId, listed } = await onePart(world)
    await complete(world, uploadId, listed, [['x-amz-mp-object-size', '5']])
    t.ok(current(world))
  })

  t.test('conditions', async t => {
    const world = await dataWorld(t)
    const first = await onePart(world)
    await complete(world, first.uploadId, first.listed, [['If-None-Match', '*']])
    const second = await onePart(world)
    // md5(md5('hello')), by Python's hashlib.
    await complete(world, second.uploadId, second.listed, [['If-Match', '"62109206880d38a4010a98e11243924a-1"']])
    t.ok(current(world))
  })
})

t.test('reads and writes the wire', async t => {
  const result = 'CompleteMultipartUploadResult'
  const rest =
    '<Bucket>orders-usw2</Bucket><Key>big.bin</Key><ETag>&quot;62109206880d38a4010a98e11243924a-1&quot;</ETag>' +
    `<ChecksumCRC64NVME>M3eFcAZSQlc=</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType></${result}>`

  t.test('directly', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const { uploadId, listed } = await onePart(world)
    const { headers, body } = await complete(world, uploadId, listed)
    t.strictSame(headers, {
      'x-amz-version-id': current(world)?.versionId,
      'x-amz-server-side-encryption': 'AES256',
      'content-type': 'application/xml',
    })
    t.equal(
      body,
      `<${result} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Location>https://orders-usw2.s3.us-west-2.amazonaws.com/big.bin</Location>${rest}`,
    )
  })

  t.test('through an MRAP', async t => {
    const world = await dataWorld(t)
    const { uploadId, listed } = await onePart(world)
    const mrap = { alias: 'm.mrap', arn: 'arn:aws:s3::111122223333:accesspoint/m.mrap', accountId: '111122223333' }
    const { headers, body } = await exchange(completeUpload, world, key, { ...completeOptions(uploadId, listed), mrap })
    t.notOk(headers['x-amz-version-id'])
    t.match(body, `<Location>https://m.mrap.accesspoint.s3-global.amazonaws.com/big.bin</Location>${rest}`)
  })

  t.test('a Location is percent-encoded', async t => {
    const world = await dataWorld(t)
    const uploadId = await begin(world, [], 'a/ü b')
    const part = { query: `partNumber=1&uploadId=${uploadId}`, body: 'hello' }
    const uploadPart = (await import('../../../src/data/operations/upload-part.ts')).default
    const partEtag = (await exchange(uploadPart, world, 'a/ü b', part)).headers.etag ?? ''
    const { body } = await exchange(completeUpload, world, 'a/ü b', completeOptions(uploadId, [[1, partEtag]]))
    t.match(textOf(body, 'Location'), /\.amazonaws\.com\/a%2F%C3%BC%20b$/)
    t.equal(textOf(body, 'Key'), 'a/ü b')
  })
})

t.test('refuses', async t => {
  t.test('lists that are none', async t => {
    const world = await dataWorld(t)
    const { uploadId, listed } = await onePart(world)
    const [[, partEtag]] = listed
    t.match(await refusedExchange(completeUpload, world, key, { query: `uploadId=${uploadId}` }), {
      code: 'InvalidRequest',
      status: 400,
      message: 'You must specify at least one part',
    })
    const query = `uploadId=${uploadId}`
    for (const body of [
      '<CompleteMultipartUpload><Part>',
      '<Other/>',
      '<CompleteMultipartUpload/>',
      '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>',
    ]) {
      t.match(await refusedExchange(completeUpload, world, key, { query, body }), { code: 'MalformedXML' }, body)
    }
    for (const number of [0, 10_001, -1]) {
      t.match(await refusedComplete(world, uploadId, [[number, partEtag]]), {
        code: 'InvalidArgument',
        status: 400,
        message: 'Part number must be an integer between 1 and 10000, inclusive',
        fields: { ArgumentName: 'partNumber', ArgumentValue: String(number) },
      })
    }
    for (const numbers of [
      [2, 1],
      [1, 1],
    ]) {
      const parts = numbers.map(number => [number, partEtag] as const)
      t.match(await refusedComplete(world, uploadId, parts), {
        code: 'InvalidPartOrder',
        status: 400,
        message: 'The list of parts was not in ascending order. Parts must be ordered by part number.',
        fields: { UploadId: uploadId },
      })
    }
  })

  t.test('parts that are not there', async t => {
    const world = await dataWorld(t)
    const { uploadId } = await onePart(world)
    for (const part of [
      [1, '"00000000000000000000000000000000"'],
      [2, '"5d41402abc4b2a76b9719d911017c592"'],
    ] as const) {
      t.match(await refusedComplete(world, uploadId, [part]), {
        code: 'InvalidPart',
        status: 400,
        message:
          "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        fields: { UploadId: uploadId, PartNumber: String(part[0]), ETag: part[1].slice(1, -1) },
      })
    }
    t.equal(current(world), undefined)
  })

  t.test('a small part that is not the last', async t => {
    const world = await dataWorld(t)
    const uploadId = await begin(world)
    const listed = [
      [1, await upload(world, uploadId, 1, 'hello')],
      [2, await upload(world, uploadId, 2, 'world')],
    ] as const
    t.match(await refusedComplete(world, uploadId, listed), {
      code: 'EntityTooSmall',
      status: 400,
      message: 'Your proposed upload is smaller than the minimum allowed size',
      fields: {
        ProposedSize: '5',
        MinSizeAllowed: '5242880',
        PartNumber: '1',
        ETag: '5d41402abc4b2a76b9719d911017c592',
      },
    })
    t.ok(world.store.findUpload(uploadId), 'the upload goes on')
  })

  t.test('another size than expected', async t => {
    const world = await dataWorld(t)
    const { uploadId, listed } = await onePart(world)
    t.match(await refusedComplete(world, uploadId, listed, [['x-amz-mp-object-size', '4']]), {
      code: 'InvalidRequest',
      status: 400,
      message: "The provided 'x-amz-mp-object-size' header value 4 does not match what was computed: 5",
    })
  })

  t.test('checksums that do not fit', async t => {
    const world = await dataWorld(t)
    const { uploadId, listed } = await twoParts(world, 'CRC32')
    const [[, first], [, second, secondSum]] = listed as [[number, string, string], [number, string, string]]
    const invalid = (message: string) => ({ code: 'InvalidRequest', status: 400, message })
    t.match(
      await refusedComplete(world, uploadId, [
        [1, first],
        [2, second, secondSum],
      ]),
      invalid(
        'The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.',
      ),
    )
    t.match(
      await refusedComplete(world, uploadId, [
        [1, first, element('SHA256', sums.SHA256.parts[0])],
        [2, second, secondSum],
      ]),
      { code: 'BadDigest', message: 'The sha256 you specified for part 1 did not match what we received.' },
    )
    t.match(
      await refusedComplete(world, uploadId, [
        [1, first, secondSum],
        [2, second, secondSum],
      ]),
      { code: 'InvalidPart', fields: { PartNumber: '1' } },
    )
    t.match(await refusedComplete(world, uploadId, listed, [['x-amz-checksum-crc32', 'AAAAAA==-2']]), {
      code: 'BadDigest',
      status: 400,
      message: 'The crc32 you specified did not match the calculated checksum.',
    })
    t.match(await refusedComplete(world, uploadId, listed, [['x-amz-checksum-sha1', sums.SHA1.composite]]), {
      code: 'BadDigest',
      message: 'The crc32 you specified did not match the calculated checksum.',
    })
    t.match(
      await refusedComplete(world, uploadId, listed, [['x-amz-checksum-type', 'FULL_OBJECT']]),
      invalid(
        'The upload was created using the COMPOSITE checksum mode. The complete request must use the same checksum mode.',
      ),
    )
    const full = await twoParts(world, 'CRC32', 'FULL_OBJECT')
    t.match(
      await refusedComplete(world, full.uploadId, full.listed, [['x-amz-checksum-crc32', sums.CRC32.full]]),
      { code: 'BadDigest', message: 'The crc32 you specified did not match the calculated checksum.' },
      'without its type a CRC32 counts as composite',
    )
    const unnamed = await onePart(world)
    const [[number, unnamedEtag]] = unnamed.listed
    t.match(
      await refusedComplete(world, unnamed.uploadId, [[number, unnamedEtag, element('CRC32', 'NhCmhg==')]]),
      { code: 'InvalidPart', fields: { PartNumber: '1' } },
      'an upload without an algorithm has no CRC32 of its parts',
    )
    t.match(
      await refusedComplete(world, unnamed.uploadId, unnamed.listed, [['x-amz-checksum-type', 'COMPOSITE']]),
      invalid(
        'The upload was created using the null checksum mode. The complete request must use the same checksum mode.',
      ),
    )
  })

  t.test('a composite with a gap, as the service does', async t => {
    const world = await dataWorld(t)
    const uploadId = await begin(world, [['x-amz-checksum-algorithm', 'CRC32']])
    const partEtag = await upload(world, uploadId, 2, 'hello', [['x-amz-checksum-crc32', 'NhCmhg==']])
    t.match(await refusedComplete(world, uploadId, [[2, partEtag, element('CRC32', 'NhCmhg==')]]), {
      code: 'InternalError',
      status: 500,
    })
  })

  t.test('uploads that are not there', async t => {
    const world = await dataWorld(t)
    const { uploadId, listed } = await onePart(world)
    t.match(await refusedComplete(world, 'unknown', listed), { code: 'NoSuchUpload', status: 404 })
    await abort(world, uploadId)
    t.match(await refusedComplete(world, uploadId, listed), { code: 'NoSuchUpload' })
  })

  t.test('conditions that fail', async t => {
    const world = await dataWorld(t, { versioning: 'Enabled' })
    const put = () => exchange(putObject, world, key, { body: 'hello' })
    const refused = async (headers: Headers, upload: Awaited<ReturnType<typeof onePart>>) =>
      refusedComplete(world, upload.uploadId, upload.listed, headers)
    const md5 = '"5d41402abc4b2a76b9719d911017c592"'

    t.match(await refused([['If-Match', md5]], await onePart(world)), { code: 'NoSuchKey', status: 404 })
    await put()
    const early = await onePart(world)
    t.match(await refused([['If-None-Match', '*']], early), {
      code: 'PreconditionFailed',
      status: 412,
      fields: { Condition: 'If-None-Match' },
    })
    t.match(await refused([['If-Match', '"other"']], early), { status: 412, fields: { Condition: 'If-Match' } })
    t.match(await refused([['If-None-Match', md5]], early), { code: 'NotImplemented', status: 501 })

    world.clock.advance(1000)
    await put()
    t.match(
      await refused([['If-Match', md5]], early),
      { code: 'ConditionalRequestConflict', status: 409, fields: { Condition: 'If-Match', Key: key } },
      'put again since, even if it is the same',
    )
    await exchange(deleteObject, world, key)
    t.match(
      await refused([['If-None-Match', '*']], early),
      { code: 'ConditionalRequestConflict', fields: { Condition: 'If-None-Match', Key: key } },
      'deleted since',
    )
  })

  t.test('a key that changed under a conditional upload, where nothing of it is left', async t => {
    const world = await dataWorld(t)
    const put = () => exchange(putObject, world, key, { body: 'hello' })
    const refused = async (headers: Headers, upload: Awaited<ReturnType<typeof onePart>>) =>
      refusedComplete(world, upload.uploadId, upload.listed, headers)
    const conflict = { code: 'ConditionalRequestConflict', status: 409 }
    const absent = [['If-None-Match', '*']] as const

    await put()
    const overIt = await onePart(world)
    await exchange(deleteObject, world, key)
    t.match(await refused(absent, overIt), conflict, 'deleted')
    const overNothing = await onePart(world)
    await put()
    t.match(await refused(absent, overNothing), { code: 'PreconditionFailed' }, 'put')
    await exchange(deleteObject, world, key)
    t.match(await refused(absent, overNothing), conflict, 'put and deleted')
    const fresh = await onePart(world)
    await complete(world, fresh.uploadId, fresh.listed, absent)
    t.ok(current(world), 'begun after all of that')
    await complete(world, overIt.uploadId, overIt.listed)
    t.ok(current(world), 'without a condition nothing matters')
  })

  t.test('the second of two conditional uploads', async t => {
    const world = await dataWorld(t)
    const uploads = [await onePart(world), await onePart(world), await onePart(world, 'other')]
    const outcomes = await Promise.allSettled(
      uploads.map(({ uploadId, listed }) => complete(world, uploadId, listed, [['If-None-Match', '*']])),
    )
    t.strictSame(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
  })
})
