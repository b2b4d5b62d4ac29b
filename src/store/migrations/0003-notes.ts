/** Small texts by name: what was set by hand on the world, such as faults, and is to hold after a restart. */
export const notesSchema = `
CREATE TABLE notes (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`
