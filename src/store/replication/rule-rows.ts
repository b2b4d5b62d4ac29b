import { type Database, query } from '../database.ts'
import type { ReplicationRule } from './rules.ts'

/** Rows of the rules that buckets have and had. */
export interface RuleRows {
  /** These are the rules of the bucket from now on. Work that was admitted under others goes on. */
  replace(bucketId: number, rules: readonly ReplicationRule[]): void
}

/** For the writer's connection. */
export function ruleRows(db: Database): RuleRows {
  const rest = query<[number]>(db, 'UPDATE replication_rules SET is_active = 0 WHERE bucket_id = ? AND is_active = 1')
  const wake = query<[number, string]>(
    db,
    `UPDATE replication_rules SET is_active = 1 WHERE id =
       (SELECT id FROM replication_rules WHERE bucket_id = ? AND is_active = 0 AND definition = ? ORDER BY id DESC LIMIT 1)`,
  )
  const insert = query<[number, string, string]>(
    db,
    'INSERT INTO replication_rules (bucket_id, is_active, destination, definition) VALUES (?, 1, ?, ?)',
  )
  const mark = query<[0 | 1, number]>(db, 'UPDATE buckets SET replicates = ? WHERE id = ?')
  return {
    replace(bucketId, rules) {
      mark.run(rules.length > 0 ? 1 : 0, bucketId)
      rest.run(bucketId)
      for (const rule of rules) {
        const definition = JSON.stringify(rule)
        // A rule that is put again goes on where it was.
        if (wake.run(bucketId, definition).changes === 0) insert.run(bucketId, rule.destination, definition)
      }
    },
  }
}
