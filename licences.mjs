import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The licence texts of the packages that a bundle's inputs come from, as their licences ask to keep. */
export function licenceTexts(inputs) {
  const folders = new Set(inputs.flatMap(input => input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0] ?? []))
  const texts = [...folders].sort().map(folder => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(entry => /^(licen[cs]e|copying)(\.|$)/i.test(entry))
    const text = file ? readFileSync(join(folder, file), 'utf8') : licenceInReadme(folder)
    // Some packages name their licence and carry no text of it.
    return `${name} ${version} (${license})\n\n${text?.trim() || `Licence: ${license}. Author: ${nameOf(author)}.`}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

function licenceInReadme(folder) {
  const readme = join(folder, 'README.md')
  const [, text] = (existsSync(readme) && readFileSync(readme, 'utf8').match(/^#+ licen[cs]e\s*\n([\s\S]*)$/im)) || []
  return text
}

function nameOf(author) {
  return typeof author === 'object' ? author.name : (author ?? 'not named')
}
