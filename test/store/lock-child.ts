import { DataDirectoryError } from '../../src/store/database.ts'
import { openStore } from '../../src/store/open-store.ts'

// Run by lock.test.ts: tries to open the directory and says how it went.
try {
  const store = await openStore({ directory: process.argv[2] ?? '', durability: 'process' })
  process.stdout.write('opened')
  await store.close()
} catch (error) {
  process.stdout.write(error instanceof DataDirectoryError ? error.kind : String(error))
}
