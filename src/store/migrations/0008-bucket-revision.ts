/** Grows with every change of a bucket's settings and configurations, so that a change can rely on what it was decided by. */
export const bucketRevisionSchema = `
ALTER TABLE buckets ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
`
