import t from 'tap'
import { refuseNull, requireKey } from '../../../src/data/objects/keys.ts'

t.test('U+0000 is in no key and nothing that keys are compared with', async t => {
  refuseNull({ prefix: undefined, marker: '', delimiter: 'a\u0001%00' })
  const refusal = {
    code: 'InvalidArgument',
    status: 400,
    message: 'Value must be a sequence of Unicode characters and cannot include Null.',
  }
  t.throws(() => refuseNull({ prefix: 'a', marker: 'a\0b' }), {
    ...refusal,
    fields: { ArgumentName: 'marker', ArgumentValue: 'a\0b' },
  })
  t.throws(() => requireKey('\0'), refusal)
})

t.test('1,024 bytes of UTF-8 at most', async t => {
  requireKey('é'.repeat(512))
  t.throws(() => requireKey(`${'é'.repeat(512)}a`), { code: 'KeyTooLongError' })
})
