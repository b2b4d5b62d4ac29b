import t from 'tap'
import { customerKeyOf, encryptionOutput, requireCustomerKey } from '../../../src/data/objects/encryption.ts'
import { etagOf, isMd5Etag, unquoted } from '../../../src/data/objects/etag.ts'

// 32 bytes of 'k'; MD5 by openssl.
const SSECustomerKey = 'a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s='
const SSECustomerKeyMD5 = 'mT2HRsMGJ5IX5C+0rreZ8Q=='
const key = { SSECustomerAlgorithm: 'AES256', SSECustomerKey, SSECustomerKeyMD5 }

t.test('a customer key', async t => {
  t.equal(customerKeyOf({}), undefined)
  t.equal(customerKeyOf(key), SSECustomerKeyMD5)
  const needs = 'Requests specifying Server Side Encryption with Customer provided keys must provide'
  const cases = [
    ['no algorithm', { ...key, SSECustomerAlgorithm: undefined }, `${needs} a valid encryption algorithm.`],
    ['no key', { ...key, SSECustomerKey: undefined }, `${needs} an appropriate secret key.`],
    ['short key', { ...key, SSECustomerKey: 'a2tr' }, 'The secret key was invalid for the specified algorithm.'],
    [
      'another MD5',
      { ...key, SSECustomerKeyMD5: '1B2M2Y8AsgTpgAmY7PhCfg==' },
      'The calculated MD5 hash of the key did not match the hash that was provided.',
    ],
    ['no MD5', { ...key, SSECustomerKeyMD5: undefined }, `${needs} the client calculated MD5 of the secret key.`],
  ] as const
  for (const [name, input, message] of cases) {
    t.throws(
      () => customerKeyOf(input),
      { code: 'InvalidArgument', status: 400, message, fields: { ArgumentName: 'x-amz-server-side-encryption' } },
      name,
    )
  }
  t.throws(() => customerKeyOf({ ...key, SSECustomerAlgorithm: 'AES128' }), {
    code: 'InvalidEncryptionAlgorithmError',
    message: 'The Encryption request you specified is not valid. Supported value: AES256.',
    fields: { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: 'AES128' },
  })
  t.throws(() => customerKeyOf(key, 'aws:kms'), {
    code: 'InvalidArgument',
    message: 'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
    fields: { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: 'aws:kms' },
  })
})

t.test('reading what is under a customer key', async t => {
  const stored = { algorithm: 'AES256', customerKeyMd5: SSECustomerKeyMD5 } as const
  t.doesNotThrow(() => requireCustomerKey(key, stored))
  t.doesNotThrow(() => requireCustomerKey({}, undefined))
  t.throws(() => requireCustomerKey({}, stored), {
    code: 'InvalidRequest',
    message:
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
  })
  t.throws(() => requireCustomerKey(key, { ...stored, customerKeyMd5: '1B2M2Y8AsgTpgAmY7PhCfg==' }), {
    code: 'AccessDenied',
    status: 403,
    message:
      'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
  })
  t.throws(() => requireCustomerKey(key, undefined), {
    code: 'InvalidRequest',
    message: 'The encryption parameters are not applicable to this object.',
  })
})

t.test('what an answer says', async t => {
  t.strictSame(encryptionOutput(undefined), { ServerSideEncryption: 'AES256' })
  t.strictSame(encryptionOutput({ algorithm: 'AES256', customerKeyMd5: 'm' }), {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKeyMD5: 'm',
  })
  t.strictSame(encryptionOutput({ algorithm: 'aws:kms', kmsKeyId: 'arn:k', bucketKey: true }), {
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'arn:k',
    BucketKeyEnabled: true,
  })
})

t.test('ETags', async t => {
  // MD5 of 'hello'.
  const md5 = Buffer.from('5d41402abc4b2a76b9719d911017c592', 'hex')
  const body = { size: 5, digests: { md5 } }
  t.equal(etagOf(body, undefined), '5d41402abc4b2a76b9719d911017c592')
  t.equal(etagOf(body, { algorithm: 'AES256' }), '5d41402abc4b2a76b9719d911017c592')
  for (const encryption of [{ algorithm: 'aws:kms' }, { algorithm: 'AES256', customerKeyMd5: 'm' }] as const) {
    t.notOk(isMd5Etag(encryption))
    const etag = etagOf(body, encryption)
    t.match(etag, /^[0-9a-f]{32}$/)
    t.not(etag, '5d41402abc4b2a76b9719d911017c592')
  }
  t.equal(unquoted(' W/"a" '), 'a')
  t.equal(unquoted('a'), 'a')
})
