import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A source file and what it imports, types included. */
export interface Module {
  /** Below `src`, such as `store/rows.ts`. */
  readonly path: string
  readonly text: string
  /** Paths below `src`, and the names of packages. */
  readonly imports: readonly string[]
}

// The tests run from build/; the rules are about the sources.
export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const source = join(checkout, 'src')

/** Every module of the product. */
export function readModules(): readonly Module[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map(path => readModule(path.replaceAll('\\', '/')))
}

function readModule(path: string): Module {
  const text = readFileSync(join(source, path), 'utf8')
  // Examples in docstrings import too.
  const code = text.replace(/^\s*(\/\*)?\*.*$/gm, '')
  const specifiers = [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '')
  const imports = specifiers.map(specifier =>
    specifier.startsWith('.')
      ? relative(source, join(source, dirname(path), specifier)).replaceAll('\\', '/')
      : specifier,
  )
  return { path, text, imports }
}

/** The first circle of imports there is, as the paths along it; undefined: none. */
export function findCircle(modules: readonly Module[]): readonly string[] | undefined {
  const byPath = new Map(modules.map(module => [module.path, module]))
  const done = new Set<string>()
  const way: string[] = []
  const walk = (path: string): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
    if (done.has(path)) return undefined
    way.push(path)
    for (const name of byPath.get(path)?.imports ?? []) {
      const circle = byPath.has(name) ? walk(name) : undefined
      if (circle) return circle
    }
    way.pop()
    done.add(path)
    return undefined
  }
  for (const { path } of modules) {
    const circle = walk(path)
    if (circle) return circle
  }
  return undefined
}
