import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { type Test, test } from 'tap'

const main = resolve(import.meta.dirname, '../../../dist/server/main.js')

interface Run {
  readonly child: ChildProcessWithoutNullStreams
  readonly stdout: () => string
  readonly stderr: () => string
  readonly exit: Promise<number | null>
  /** The URL of the ready line. Rejects when the process ends before. */
  readonly ready: () => Promise<string>
}

/** A server process with nothing in its environment but what is given. */
function run(t: Test, args: readonly string[], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH ?? '', ...env } })
  let out = ''
  let err = ''
  child.stdout.on('data', bytes => (out += String(bytes)))
  child.stderr.on('data', bytes => (err += String(bytes)))
  const exit = once(child, 'close').then(([code]) => code)
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exit
  })
  const ready = async () => {
    let isOver = false
    exit.then(() => (isOver = true))
    while (!out.includes('\n')) {
      if (isOver) throw new Error(`ended before it was ready: ${err}`)
      await Promise.race([once(child.stdout, 'data'), exit])
    }
    return /ready on (\S+)/.exec(out)?.[1] ?? ''
  }
  return { child, stdout: () => out, stderr: () => err, exit, ready }
}

test('help and version', async t => {
  const help = run(t, ['--help'])
  t.equal(await help.exit, 0)
  t.match(help.stdout(), '--port <value>')
  for (const name of ['env', 'explain', 'schema']) {
    t.match(help.stdout(), `\n  ${name} `)
    const own = run(t, [name, '--help'], { MRAP_PORT: 'not looked at' })
    t.equal(await own.exit, 0)
    t.match(own.stdout(), new RegExp(`^Usage: mrap-local ${name} [^]*\nExamples?:\n  .*mrap-local ${name}`))
    t.equal(own.stderr(), '')
  }
  const version = run(t, ['--version'])
  t.equal(await version.exit, 0)
  t.match(version.stdout(), /^\d+\.\d+\.\d+\n$/)
})

test('exit code 2 and one line for what a user can put right', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const dir = t.testdir({ 'bad.yaml': 'buckets:\n  - name: one\n' })
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['--port', 'x'], {}, /^mrap-local: --port: "x" is not allowed; allowed: .*\n$/],
    [['--prot=1'], {}, /^mrap-local: unknown option "--prot".*\n$/],
    [['stop'], {}, /^mrap-local: unknown command "stop"; allowed: start, env, explain, schema \(see --help\)\n$/],
    [[], { MRAP_LOG: 'loud' }, /^mrap-local: MRAP_LOG: "loud".*\n$/],
    [
      ['--world', join(dir, 'bad.yaml'), '--port', '0'],
      {},
      /^mrap-local: .*bad\.yaml:2: buckets\[0\]: lacks region\n$/,
    ],
    [['--port', String(port)], {}, /^mrap-local: MRAP_PORT: port \d+ on 127\.0\.0\.1 is in use; .*\n$/],
  ]
  for (const [args, env, line] of cases) {
    const refused = run(t, args, env)
    t.equal(await refused.exit, 2, String(line))
    t.match(refused.stderr(), line)
    t.equal(refused.stdout(), '')
  }
})

test('ready line, health, TLS with the CA it serves, SIGTERM', async t => {
  const tmp = t.testdir()
  const server = run(t, ['--port', '0', '--log', 'warn'], { TMPDIR: tmp })
  const url = await server.ready()
  t.match(server.stdout(), /^mrap-local \d+\.\d+\.\d+ ready on http:\/\/127\.0\.0\.1:\d+ in \d+ ms\n$/)
  t.equal(readdirSync(tmp).length, 1, 'a private temporary directory')
  const health = await fetch(`${url}/_mrap/health`)
  t.equal(health.status, 200)
  t.match(await health.json(), { status: 'ok' })
  const ca = await (await fetch(`${url}/_mrap/ca.pem`)).text()
  const servername = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com'
  const request = get({
    host: '127.0.0.1',
    port: new URL(url).port,
    path: '/k',
    ca,
    servername,
    headers: { host: servername },
  })
  const [response] = await once(request, 'response')
  t.equal(response.headers.server, 'AmazonS3')
  response.resume()
  await once(response, 'end')
  request.destroy()
  server.child.kill('SIGTERM')
  server.child.kill('SIGTERM')
  server.child.kill('SIGINT')
  t.equal(await server.exit, 0)
  t.strictSame(readdirSync(tmp), [], 'the directory is gone')
  t.equal(server.stderr(), '')
})

test('SIGINT ends it too, and a given data directory stays', async t => {
  const dir = t.testdir()
  const server = run(t, ['start', '--port=0'], { MRAP_DATA_DIR: join(dir, 'new', 'data') })
  await server.ready()
  server.child.kill('SIGINT')
  t.equal(await server.exit, 0)
  t.ok(existsSync(join(dir, 'new', 'data')))
})

test('the demo world and lines to paste', async t => {
  const server = run(t, ['--port', '0'], { MRAP_WORLD: resolve('fixtures/worlds/demo.yaml') })
  const url = await server.ready()
  server.child.kill('SIGTERM')
  await server.exit
  t.match(server.stdout(), 'AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-west-2\n')
  t.match(server.stdout(), `aws --endpoint-url ${url} s3api list-objects-v2 --bucket mfzwi23gnjvgw.mrap\n`)
})

test('a data directory in use, or unusable', async t => {
  const dir = t.testdir({
    bad: { 'store.sqlite': 'this is no database, but a text that is long enough to look' },
    file: '',
  })
  const first = run(t, ['--port', '0', '--data-dir', join(dir, 'one')])
  await first.ready()
  const second = run(t, ['--port', '0', '--data-dir', join(dir, 'one')])
  t.equal(await second.exit, 75)
  t.match(second.stderr(), /^mrap-local: MRAP_DATA_DIR: .*\n$/)
  const bad = run(t, ['--port', '0', '--data-dir', join(dir, 'bad')])
  t.equal(await bad.exit, 78)
  t.match(bad.stderr(), /^mrap-local: MRAP_DATA_DIR: .*store\.sqlite.*name another directory.*\n$/)
  const file = run(t, ['--port', '0', '--data-dir', join(dir, 'file')])
  t.equal(await file.exit, 78)
})

test('env, beside a server that runs', async t => {
  const dir = t.testdir({ file: '' })
  const server = run(t, ['--port', '0'])
  const url = await server.ready()
  const { port } = new URL(url)
  const env = run(t, ['env', '--port', port, '--ca-dir', join(dir, 'ca')])
  t.equal(await env.exit, 0)
  t.match(env.stdout(), `export HTTPS_PROXY=${url}\n`)
  t.strictSame(readdirSync(join(dir, 'ca')).sort(), ['ca-bundle.pem', 'ca.pem'])
  const compose = run(t, ['env', '--compose', '--port', port])
  t.equal(await compose.exit, 0)
  t.match(compose.stdout(), /^services:$/m)
  server.child.kill('SIGKILL')
  await server.exit
  const alone = run(t, ['env', '--port', port])
  t.equal(await alone.exit, 2)
  t.match(alone.stderr(), /^mrap-local: env: the emulator does not answer at .*\n$/)
  t.equal(alone.stdout(), '')
})

test('a CA directory that cannot be written', async t => {
  const dir = t.testdir({ file: '' })
  const server = run(t, ['--port', '0', '--ca-dir', join(dir, 'file', 'ca')])
  t.equal(await server.exit, 2)
  t.match(server.stderr(), /^mrap-local: MRAP_CA_DIR: the certificates cannot be written to .*\n$/)
})

test('a misspelt variable is named, and does not stop the start', async t => {
  const server = run(t, ['--port', '0'], { MRAP_PROT: '1' })
  await server.ready()
  t.match(server.stderr(), 'MRAP_PROT is not an option of mrap-local')
})

test('a shared CA directory is filled before the ready line', async t => {
  const dir = t.testdir()
  writeFileSync(join(dir, 'keep'), '')
  const server = run(t, ['--port', '0', '--ca-dir', join(dir, 'ca'), '--data-dir', join(dir, 'data')])
  await server.ready()
  t.strictSame(readdirSync(join(dir, 'ca')).sort(), ['ca-bundle.pem', 'ca.pem'])
})
