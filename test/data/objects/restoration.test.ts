import t from 'tap'
import { restorationOf, restoreHeader } from '../../../src/data/objects/restoration.ts'
import { requireReadable, storageClassOf } from '../../../src/data/objects/storage-class.ts'
import { objectVersion } from '../../helpers/object-version.ts'

const readyAt = Date.UTC(2012, 11, 19, 8)
const restore = { requestedAt: readyAt - 1000, readyAt, days: 1, tier: 'Standard' }
const archived = objectVersion({ storageClass: 'GLACIER', details: { restore } })
// A day after 19 December 08:00 is the 20th; the next midnight is that of the 21st.
const midnight = Date.UTC(2012, 11, 21)

t.test('how far a restore is', async t => {
  t.equal(restorationOf(objectVersion(), readyAt), undefined)
  t.strictSame(restorationOf(archived, readyAt - 1), { state: 'ongoing' })
  t.strictSame(restorationOf(archived, readyAt), { state: 'restored', expiresAt: midnight })
  t.ok(restorationOf(archived, midnight - 1))
  t.equal(restorationOf(archived, midnight), undefined)
})

t.test('x-amz-restore', async t => {
  t.equal(restoreHeader(archived, readyAt - 1), 'ongoing-request="true"')
  t.equal(restoreHeader(archived, readyAt), 'ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"')
  t.equal(restoreHeader(archived, midnight), undefined)
})

t.test('bytes of an archived object', async t => {
  t.doesNotThrow(() => requireReadable(archived, readyAt))
  t.doesNotThrow(() => requireReadable(objectVersion({ storageClass: 'GLACIER_IR' }), readyAt))
  for (const storageClass of ['GLACIER', 'DEEP_ARCHIVE']) {
    t.throws(() => requireReadable(objectVersion({ storageClass }), readyAt), {
      code: 'InvalidObjectState',
      status: 403,
      message: "The operation is not valid for the object's storage class",
      fields: { StorageClass: storageClass },
    })
  }
})

t.test('classes of a write', async t => {
  t.equal(storageClassOf(undefined), 'STANDARD')
  t.equal(storageClassOf('DEEP_ARCHIVE'), 'DEEP_ARCHIVE')
  for (const StorageClassRequested of ['OUTPOSTS', 'standard', 'constructor', '']) {
    t.throws(() => storageClassOf(StorageClassRequested), {
      code: 'InvalidStorageClass',
      status: 400,
      message: 'The storage class you specified is not valid',
      fields: { StorageClassRequested },
    })
  }
})
