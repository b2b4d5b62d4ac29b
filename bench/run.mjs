/** `npm run bench -- [case ...] [--size-mib 2048]`: measures the built server and exits with 1 when a gate is missed. */
import { parseArgs } from 'node:util'
import { cases } from './cases.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'size-mib': { type: 'string', default: '2048' } },
})
const unknown = positionals.filter(name => !Object.hasOwn(cases, name))
if (unknown.length > 0) {
  console.error(`no such case: ${unknown.join(', ')}; there are ${Object.keys(cases).join(', ')}`)
  process.exit(2)
}
const row = (...cells) =>
  console.log(cells.map((cell, column) => String(cell).padEnd([10, 28, 10, 8, 0][column])).join(' '))
row('case', 'metric', 'value', 'gate', 'detail')
for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) {
  for (const { metric, value, gate, detail, ok } of await cases[name]({
    sizeBytes: Number(values['size-mib']) * 1024 * 1024,
  })) {
    row(name, metric, value, `<= ${gate}`, ok ? detail : `MISSED: ${detail}`)
    if (!ok) process.exitCode = 1
  }
}
