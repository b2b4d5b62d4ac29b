import { decode, encode } from 'dns-packet'
import fc from 'fast-check'
import { test } from 'tap'
import {
  isAnswerTo,
  rcodes,
  readQuery,
  withId,
  writeAnswer,
  writeQuery,
} from '../../../src/server/listeners/dns-message.ts'

const mrap = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'
const query = (name: string, type: 'A' | 'AAAA' = 'A') => encode({ id: 7, questions: [{ type, name }] })

test('a query, and an answer with an address', t => {
  const bytes = query('MfZwI.mrap.Accesspoint.s3-GLOBAL.amazonaws.com')
  const read = readQuery(bytes)
  if (!read) return t.end()
  t.match(read, { id: 7, opcode: 0, type: 'A', class: 'IN', name: 'mfzwi.mrap.accesspoint.s3-global.amazonaws.com' })
  const answer = writeAnswer(read, rcodes.success, '172.31.99.53')
  t.match(decode(answer), {
    id: 7,
    type: 'response',
    flag_aa: true,
    answers: [{ type: 'A', data: '172.31.99.53', ttl: 5 }],
  })
  const question = bytes.subarray(12)
  t.ok(answer.subarray(12, 12 + question.length).equals(question), 'the question as it was sent, its case too')
  t.equal(decode(answer).answers?.length, 1)
  t.end()
})

test('answers without an address, and refusals', t => {
  const read = readQuery(query(mrap, 'AAAA'))
  if (!read) return t.end()
  t.match(decode(writeAnswer(read, rcodes.success)), { flag_aa: true, rcode: 'NOERROR', answers: [] })
  t.match(decode(writeAnswer(read, rcodes.refused)), { flag_aa: false, rcode: 'REFUSED', answers: [] })
  t.match(decode(writeAnswer(read, rcodes.serverFailure)), { rcode: 'SERVFAIL' })
  t.end()
})

test('recursion and checking are wished for as asked', t => {
  const bytes = query(mrap)
  bytes.writeUInt16BE(0x0110, 2)
  const read = readQuery(bytes)
  if (!read) return t.end()
  t.match(decode(writeAnswer(read, rcodes.success)), { flag_rd: true, flag_cd: true, flag_ra: true })
  t.end()
})

test('EDNS, and whatever else follows the question, is not looked at', t => {
  const edns = encode({
    id: 9,
    questions: [{ type: 'A', name: mrap }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  })
  t.match(readQuery(edns), { id: 9, name: mrap })
  const claims = query(mrap)
  for (const at of [6, 8, 10]) claims.writeUInt16BE(0xffff, at)
  const began = performance.now()
  for (let turn = 0; turn < 100; turn++) t.ok(readQuery(claims))
  t.ok(performance.now() - began < 1000, 'claimed records cost nothing')
  t.end()
})

test('what is no query', t => {
  const two = query(mrap)
  two.writeUInt16BE(2, 4)
  const none = query(mrap)
  none.writeUInt16BE(0, 4)
  const rows: [Buffer, string][] = [
    [Buffer.alloc(0), 'nothing'],
    [query(mrap).subarray(0, 12), 'a header alone'],
    [query(mrap).subarray(0, 30), 'a name cut off'],
    [encode({ type: 'response', questions: [{ type: 'A', name: mrap }] }), 'an answer'],
    [two, 'two questions'],
    [none, 'no question'],
    [Buffer.concat([query(mrap), Buffer.alloc(1500)]), 'too long'],
    [Buffer.concat([query(mrap).subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]), 'a name that points to itself'],
  ]
  for (const [bytes, what] of rows) t.equal(readQuery(bytes), undefined, what)
  t.end()
})

test('any bytes: read or not, answered, never a throw', t => {
  const header = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isQuery) => {
      const message = isQuery ? Buffer.concat([header, bytes]) : Buffer.from(bytes)
      const read = readQuery(message)
      if (read) writeAnswer(read, rcodes.refused)
    }),
    { numRuns: 5000 },
  )
  t.end()
})

test('queries of our own and their answers', t => {
  t.match(decode(writeQuery('probe.invalid')), { type: 'query', flag_rd: true, questions: [{ name: 'probe.invalid' }] })
  const answer = withId(encode({ type: 'response', id: 1 }), 0xabcd)
  t.ok(isAnswerTo(answer, 0xabcd))
  t.notOk(isAnswerTo(answer, 1))
  t.notOk(isAnswerTo(query(mrap), 7), 'a query')
  t.notOk(isAnswerTo(Buffer.from([0, 7]), 7))
  t.end()
})
