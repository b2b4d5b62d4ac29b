import { test } from 'tap'
import type { Delay } from '../../src/protocol/clock.ts'
import type { Response } from '../../src/protocol/response.ts'
import { answerInTime } from '../../src/server/slow-answer.ts'

/** Seconds that end when the test says so. */
function handClock() {
  const waiting = new Set<() => void>()
  const asked: number[] = []
  const delay: Delay = (milliseconds, run) => {
    asked.push(milliseconds)
    waiting.add(run)
    return () => waiting.delete(run)
  }
  const tick = () => {
    for (const run of [...waiting]) run()
  }
  return { delay, tick, waiting, asked }
}

function promised() {
  let finish = (_answer: Response) => {}
  const finished = new Promise<Response>(resolve => {
    finish = resolve
  })
  return { finished, finish }
}

const begin = (body: AsyncIterable<Uint8Array>): Response => ({ status: 200, headers: [], body })
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

test('a blank each second until the document follows', async t => {
  const { delay, tick, waiting, asked } = handClock()
  const { finished, finish } = promised()
  const answered = answerInTime(finished, begin, delay)
  tick()
  const { status, body } = await answered
  t.equal(status, 200)
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  const next = async () => text((await chunks.next()).value)
  t.equal(await next(), declaration)
  for (let second = 0; second < 3; second++) {
    const blank = next()
    tick()
    t.equal(await blank, ' ')
  }
  const last = next()
  finish({ status: 403, headers: [], body: `${declaration}<Error/>` })
  t.equal(await last, '<Error/>')
  t.ok((await chunks.next()).done)
  t.same([...new Set(asked)], [1000])
  t.equal(waiting.size, 0, 'no timer is left')
})

test('within the second it is the answer itself', async t => {
  const { delay, waiting } = handClock()
  const { finished, finish } = promised()
  const answered = answerInTime(finished, begin, delay)
  const answer: Response = { status: 403, headers: [], body: 'x' }
  finish(answer)
  t.equal(await answered, answer)
  t.equal(waiting.size, 0, 'no timer is left')
})
