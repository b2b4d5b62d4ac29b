/** One client's results, a line each, as `run.ts` counts them: `ok <client> <Operation> - <what>`. */
export interface Report {
  /** Runs one check: it passes unless `run` throws. Later checks go on either way. */
  check(operation: string, what: string, run: () => Promise<unknown>): Promise<void>
}

/** A report that prints for this client and sets the process's exit code to 1 when a check fails. */
export function createReport(client: string): Report {
  return {
    async check(operation, what, run) {
      try {
        await run()
        console.log(`ok ${client} ${operation} - ${what}`)
      } catch (error) {
        process.exitCode = 1
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
        console.log(`not ok ${client} ${operation} - ${what}: ${reason.replace(/\s*\n\s*/g, ' | ').slice(0, 2000)}`)
      }
    },
  }
}

/** Waits until `condition` gives something, asking 20 times a second; throws after `timeoutMs`. */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    const found = await condition()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`)
}
