/** Why bytes cannot be what was stored. `DamagedBodyError` says whose they are. */
export class Damage extends Error {
  override readonly name = 'Damage'
}

/** What the disk gives back is not what was written to it. No line of code is at fault, so none is named. */
class DamageError extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
    this.stack = `${name}: ${message}`
  }
}

/** The bytes of a stored version are not those that were written. */
export class DamagedBodyError extends DamageError {
  constructor(of: { readonly bucket: string; readonly key: string; readonly versionId: string }, damage: Damage) {
    super('DamagedBodyError', `${of.bucket}/${of.key}, version ${of.versionId}, is damaged: ${damage.message}`)
  }
}

/** Rows cannot be read. */
class DamagedDatabaseError extends DamageError {
  constructor(file: string, message: string) {
    super('DamagedDatabaseError', `${file}: the database is damaged (${message})`)
  }
}

/** What was thrown while rows of a database file were read, in words that name the file. */
export function readingError(file: string, thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (!/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) return thrown
  return new DamagedDatabaseError(file, thrown instanceof Error ? thrown.message : code)
}
