import type { KmsOperation } from './operation.ts'
import describeKey from './operations/describe-key.ts'
import listAliases from './operations/list-aliases.ts'

export const kmsOperations: readonly KmsOperation[] = [describeKey, listAliases]
