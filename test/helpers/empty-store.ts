import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import root, { type Test } from 'tap'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'

export interface OpenedStore {
  readonly store: Store
  readonly directory: string
}

/** Stores of this process that no test uses now. */
const idle: OpenedStore[] = []
let parent: string | undefined

/**
 * A store without anything in it, for as long as the test runs. Opening one costs a thread and more time than most tests need, so the
 * store of a test that has ended is emptied and used again.
 */
export async function emptyStore(t: Test): Promise<OpenedStore> {
  const opened = idle.pop() ?? (await newStore())
  await opened.store.reset()
  t.teardown(() => idle.push(opened))
  return opened
}

async function newStore(): Promise<OpenedStore> {
  let store: Store | undefined
  // Before root.testdir(), which else is removed first.
  root.teardown(() => store?.close())
  parent ??= root.testdir()
  const directory = mkdtempSync(join(parent, 'store-'))
  store = await openStore({ directory, durability: 'ephemeral', onFailure: reason => root.fail(reason.message) })
  return { store, directory }
}
