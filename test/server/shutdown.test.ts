import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { compiledServer, startEmulatorProcess } from '../helpers/emulator-process.ts'
import { sha256, signV4 } from '../helpers/sign.ts'

t.test('under load a stop takes five seconds at most, and no stack is logged', async t => {
  const emulator = await startEmulatorProcess({ DATA_DIR: t.testdir() }, { main: compiledServer })
  const host = `127.0.0.1:${emulator.port}`
  const signed = (method: string, target: string, payload: string) => {
    const headers = signV4(
      { method, target, host, headers: {}, payload },
      { keys: { accessKeyId: 'test', secretAccessKey: 'test' }, region: 'us-east-1', now: Date.now() },
    )
    return Object.fromEntries(headers)
  }
  let isOver = false
  const send = (method: string, target: string, body: 'none' | 'endless') =>
    new Promise<void>(resolve => {
      const payload = body === 'none' ? sha256('') : 'UNSIGNED-PAYLOAD'
      const length = body === 'none' ? {} : { 'Content-Length': String(2 ** 32) }
      const headers = { ...signed(method, target, payload), ...length }
      const asked = request(`${emulator.url}${target}`, { method, headers }, answer => {
        answer.resume().on('error', () => undefined)
      })
      asked.on('error', () => undefined).on('close', resolve)
      if (body === 'none') return asked.end()
      const pump = () => {
        while (!isOver && !asked.destroyed && asked.write(Buffer.alloc(65_536)));
      }
      asked.on('drain', pump)
      pump()
    })
  await send('PUT', '/load', 'none')
  const uploads = Array.from({ length: 20 }, (_, n) => send('PUT', `/load/large-${n}`, 'endless'))
  const small = Array.from({ length: 10 }, async (_, n) => {
    while (!isOver) {
      await send('PUT', `/load/small-${n}`, 'none')
      await send('GET', `/load/small-${n}`, 'none')
    }
  })
  await setTimeout(500)
  const exited = once(emulator.child, 'exit')
  const asked = performance.now()
  emulator.child.kill('SIGTERM')
  const [code] = await exited
  const took = performance.now() - asked
  isOver = true
  await Promise.all([...uploads, ...small])
  t.equal(code, 0)
  t.ok(took < 5500, `it took ${Math.round(took)} ms`)
  t.notMatch(emulator.log(), /^\s+at /m, emulator.log())
})
