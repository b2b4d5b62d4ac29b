import { randomIdIndex } from '../protocol/random-bytes.ts'
import type { Store } from '../store/store.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * A new alias, `m` and twelve letters or digits before `.mrap`, as every published one looks; its first part says nothing about the
 * name. Never one that was given out before: aliases are not reused. Source: user guide, "Multi-Region Access Point hostnames".
 */
export function newAlias(store: Pick<Store, 'isAliasTaken'>): string {
  for (;;) {
    const random = Array.from({ length: 12 }, () => letters[randomIdIndex(letters.length)]).join('')
    const alias = `m${random}.mrap`
    if (!store.isAliasTaken(alias)) return alias
  }
}
