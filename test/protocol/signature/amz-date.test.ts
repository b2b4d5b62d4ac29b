import t from 'tap'
import { formatAmzDate, formatSeconds, parseAmzDate } from '../../../src/protocol/signature/amz-date.ts'

t.test('times', async t => {
  const instant = Date.UTC(2015, 7, 30, 12, 36, 0)
  t.equal(parseAmzDate('20150830T123600Z'), instant)
  t.equal(parseAmzDate('20240229T235959Z'), Date.UTC(2024, 1, 29, 23, 59, 59))
  t.equal(formatAmzDate(instant + 999), '20150830T123600Z')
  t.equal(formatSeconds(instant), '2015-08-30T12:36:00Z')
})

t.test('what is no time', async t => {
  const none = [
    '',
    '20150830',
    '20150830T123600',
    ' 20150830T123600Z',
    '20150830T123600Z\n',
    '20150830t123600z',
    '2015-08-30T12:36:00Z',
  ]
  const impossible = [
    '20150229T000000Z',
    '20151301T000000Z',
    '20150001T000000Z',
    '20150100T000000Z',
    '20150830T240000Z',
    '20150830T006000Z',
    '20150830T000060Z',
  ]
  for (const text of [...none, ...impossible]) t.equal(parseAmzDate(text), undefined, JSON.stringify(text))
})
