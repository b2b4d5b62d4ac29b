import { dirname } from 'node:path'
import { readModules } from './helpers/imports.ts'

// What `npm run arrows` prints: the folders of src with their size, and how many imports lead from one to another.
const modules = readModules()
const folders = new Map<string, { files: number; lines: number }>()
const arrows = new Map<string, number>()
for (const { path, text, imports } of modules) {
  const folder = dirname(path)
  const { files, lines } = folders.get(folder) ?? { files: 0, lines: 0 }
  folders.set(folder, { files: files + 1, lines: lines + text.split('\n').length - 1 })
  for (const name of imports) {
    if (!name.endsWith('.ts') || dirname(name) === folder) continue
    const arrow = `${folder} -> ${dirname(name)}`
    arrows.set(arrow, (arrows.get(arrow) ?? 0) + 1)
  }
}
const total = modules.reduce((lines, { text }) => lines + text.split('\n').length - 1, 0)
console.log('files  lines  share  folder of src')
for (const [folder, { files, lines }] of [...folders].sort()) {
  const share = `${((100 * lines) / total).toFixed(1)} %`
  console.log(`${String(files).padStart(5)} ${String(lines).padStart(6)} ${share.padStart(6)}  ${folder}`)
}
console.log('\nimports  from -> to')
for (const [arrow, count] of [...arrows].sort()) console.log(`${String(count).padStart(7)}  ${arrow}`)
