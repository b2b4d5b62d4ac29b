/** Settings of accounts. A row without a block: it was removed, and what a world file says no longer holds. */
export const accountsSchema = `
CREATE TABLE accounts (
  account_id TEXT PRIMARY KEY,
  public_access_block TEXT
) STRICT, WITHOUT ROWID;
`
